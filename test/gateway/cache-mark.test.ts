/** A request without any cache mark gets one on the end of its stable prefix: where that pays, and nothing else is changed. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { withCacheMark } from '../../core/wire/index.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { json, messageBody, type Provider, provider } from './support/provider.ts';

/** About 3,000 tokens; claude-sonnet-4-5 caches from 1,024 on. */
const long = 'You answer questions about the shop, its orders and its returns. '.repeat(230);
const messages = [{ role: 'user' as const, content: 'Hi' }];
const request = { model: 'claude-sonnet-4-5', max_tokens: 100, system: long, messages };
const tool = { name: 'look', description: long, input_schema: { type: 'object' as const } };

describe('an injected cache mark', () => {
  let upstream: Provider;
  const open: TestGateway[] = [];
  const start = async (input: Parameters<typeof gateway>[1] = { injectCacheMark: true }): Promise<TestGateway> => {
    const one = await gateway(upstream.url, input);
    open.push(one);
    return one;
  };
  const post = async (
    proxy: TestGateway,
    body: string | object | Uint8Array,
    headers: Record<string, string> = {},
    path = '/v1/messages',
  ): Promise<Response> => {
    const response = await fetch(`${proxy.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    });
    await response.text();
    return response;
  };
  const sent = (): string => upstream.asked.at(-1)?.body.toString() ?? '';
  /** Twice, since only what repeats is marked; what was sent the second time. */
  const twice = async (proxy: TestGateway, body: object, path?: string): Promise<string> => {
    await post(proxy, body, {}, path);
    await post(proxy, body, {}, path);
    return sent();
  };

  before(async () => {
    upstream = await provider((_asked, response) =>
      json(response, messageBody({ input_tokens: 5, output_tokens: 5, cache_creation_input_tokens: 3000 })),
    );
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  after(() => upstream.close());

  test('stands on the system prompt from its second time on, and is said', async () => {
    const proxy = await start();
    const body = `{"model":"claude-sonnet-4-5", "temperature": 0.10, "max_tokens":100,"system":${JSON.stringify(long)},"messages":[{"role":"user","content":"Hi"}]}`;
    const first = await post(proxy, body);
    assert.deepEqual([sent(), first.headers.get('x-costlint-cache-mark')], [body, null]);
    const second = await post(proxy, body);
    const text = JSON.stringify(long);
    assert.equal(sent(), body.replace(text, `[{"type":"text","text":${text},"cache_control":{"type":"ephemeral"}}]`));
    assert.equal(upstream.asked.at(-1)?.headers['content-length'], String(Buffer.byteLength(sent())));
    assert.deepEqual([second.headers.get('x-costlint-cache-mark'), second.headers.get('x-costlint-actions')], ['system', 'cache-mark']);
    assert.deepEqual(
      proxy.calls().map(({ actions }) => actions),
      [undefined, ['cache-mark']],
    );
  });

  test('stands on the last block of the system prompt, or on the last tool', async () => {
    const proxy = await start();
    const blocks = {
      ...request,
      system: [
        { type: 'text', text: 'Short.' },
        { type: 'text', text: long },
      ],
    };
    const marked = JSON.parse(await twice(proxy, blocks)) as { system: unknown };
    assert.deepEqual(marked, { ...blocks, system: [blocks.system[0], { ...blocks.system[1], cache_control: { type: 'ephemeral' } }] });
    const { system: _, ...bare } = request;
    const tools = { ...bare, tools: [{ ...tool, name: 'other' }, tool] };
    assert.deepEqual(JSON.parse(await twice(proxy, tools)), { ...tools, tools: [tools.tools[0], { ...tool, cache_control: { type: 'ephemeral' } }] });
    assert.equal(proxy.calls().at(-1)?.actions?.[0], 'cache-mark');
  });

  test('stands in Bedrock requests too, as a cache point or in the body of the vendor', async () => {
    const proxy = await start();
    const converse = { system: [{ text: long }], messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };
    const path = '/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0';
    assert.deepEqual(JSON.parse(await twice(proxy, converse, `${path}/converse`)), {
      ...converse,
      system: [{ text: long }, { cachePoint: { type: 'default' } }],
    });
    const invoke = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, system: long, messages };
    assert.match(await twice(proxy, invoke, `${path}/invoke`), /"cache_control":\{"type":"ephemeral"\}/);
  });

  test('never stands in a signed request: the signature would be wrong', async () => {
    const proxy = await start();
    const body = { system: [{ text: long }], messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };
    for (let i = 0; i < 2; i++)
      await post(
        proxy,
        body,
        { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0' },
        '/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
      );
    assert.equal(sent(), JSON.stringify(body));
  });

  const unchanged: readonly (readonly [why: string, body: object, input?: Parameters<typeof gateway>[1]])[] = [
    ['the option is off', request, {}],
    ['the prefix is too short', { ...request, system: 'Short.' }],
    ['the model caches longer prefixes only', { ...request, model: 'claude-opus-4-5' }],
    ['nobody says how long its prefixes must be', { ...request, model: 'claude-next-99' }],
    [
      'the client marks by itself',
      { ...request, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }] },
    ],
    ['the client has the provider mark', { ...request, cache_control: { type: 'ephemeral' } }],
    ['the last tool is loaded later', { model: request.model, max_tokens: 9, messages, tools: [{ ...tool, defer_loading: true }] }],
    ['there is nothing before the messages', { model: request.model, max_tokens: 9, messages: [{ role: 'user', content: long }] }],
  ];
  for (const [why, body, input] of unchanged)
    test(`is left out where ${why}`, async () => {
      assert.equal(await twice(await start(input), body), JSON.stringify(body));
    });

  test('is left out of a prompt that changes with every call: each write would be paid and none read', async () => {
    const proxy = await start();
    for (let i = 0; i < 3; i++) await post(proxy, { ...request, system: `It is ${i} o’clock. ${long}` });
    assert.ok(!sent().includes('cache_control'));
  });

  test('is left out where the last call is longer ago than an entry lives', async () => {
    let now = Date.now();
    const proxy = await gateway(upstream.url, { injectCacheMark: true }, { now: () => now });
    open.push(proxy);
    await post(proxy, request);
    now += 5 * 60_000;
    await post(proxy, request);
    assert.ok(!sent().includes('cache_control'));
    now += 60_000;
    await post(proxy, request);
    assert.ok(sent().includes('cache_control'));
  });

  test('a compressed request is sent plain once it is changed', async () => {
    const proxy = await start();
    const body = gzipSync(JSON.stringify(request));
    await post(proxy, body, { 'content-encoding': 'gzip' });
    assert.deepEqual([upstream.asked.at(-1)?.headers['content-encoding'], Buffer.compare(upstream.asked.at(-1)!.body, body)], ['gzip', 0]);
    await post(proxy, body, { 'content-encoding': 'gzip' });
    assert.equal(upstream.asked.at(-1)?.headers['content-encoding'], undefined);
    assert.ok(Array.isArray((JSON.parse(sent()) as { system: unknown }).system));
  });

  test('the official SDK and the limits count what it writes', async () => {
    const proxy = await start({ injectCacheMark: true, session: 1 });
    const client = new Anthropic({ apiKey: 'k', baseURL: proxy.url, maxRetries: 0, defaultHeaders: { 'x-costlint-session': 's' } });
    await client.messages.create(request);
    const { data, response } = await client.messages.create(request).withResponse();
    assert.equal(data.usage.cache_creation_input_tokens, 3000);
    assert.equal(response.headers.get('x-costlint-cache-mark'), 'system');
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'session|s' }]);
    assert.equal(standing?.spent, proxy.ledger.totals({ session: 's' }).nanoUsd);
  });

  test('adds its bytes and no others, in any JSON', () => {
    const text = fc.string({ minLength: 1 });
    const part = fc.record({ type: fc.constant('text'), text, extra: fc.jsonValue() });
    const any = fc.record({
      messages: fc.jsonValue(),
      system: fc.oneof(text, fc.array(part, { minLength: 1, maxLength: 4 })),
      n: fc.double({ noNaN: true, noDefaultInfinity: true }),
    });
    fc.assert(
      fc.property(any, fc.constantFrom(0, 2, '\t'), (object, indent) => {
        const body = JSON.stringify(object, null, indent);
        const result = withCacheMark('messages', Buffer.from(body), JSON.parse(body));
        assert.ok(result);
        const { system, ...rest } = JSON.parse(Buffer.concat(result.pieces).toString()) as { system: object[] };
        const [blocks, last] = [system.slice(0, -1), system.at(-1)];
        const plain = JSON.parse(body) as { system: string | object[] };
        const before = typeof plain.system === 'string' ? [{ type: 'text', text: plain.system }] : plain.system;
        assert.deepEqual([...blocks, last], [...before.slice(0, -1), { ...before.at(-1), cache_control: { type: 'ephemeral' } }]);
        const { system: _, ...others } = plain;
        assert.deepEqual(rest, others);
      }),
    );
  });
});
