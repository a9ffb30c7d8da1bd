/** A person's own router decides about models: it is told facts and no texts, and a router that fails does not fail the call. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { type GatewayInput, gatewayOptions } from '../../gateway/options.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { json, messageBody, type Provider, provider, until } from './support/provider.ts';

const secret = 'the plan nobody may read';
const request = {
  model: 'claude-opus-4-5',
  max_tokens: 1000,
  system: `${secret}, in the system prompt`,
  tools: [{ name: 'secret_tool', input_schema: { type: 'object' as const } }],
  messages: [{ role: 'user' as const, content: `${secret}, in the message` }],
};

describe('an external router', () => {
  let upstream: Provider;
  let router: Provider;
  const open: TestGateway[] = [];
  const start = async (more: Partial<NonNullable<GatewayInput['router']>> = {}, input: GatewayInput = {}): Promise<TestGateway> => {
    const one = await gateway(upstream.url, { ...input, router: { url: `${router.url}/decide?v=1`, timeoutMs: 2_000, ...more } });
    open.push(one);
    return one;
  };
  const post = async (proxy: TestGateway, headers: Record<string, string> = {}): Promise<Response> => {
    const response = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'sk-secret-key', ...headers },
      body: JSON.stringify(request),
    });
    return response;
  };
  const sent = (): string => upstream.asked.at(-1)?.body.toString() ?? '';

  before(async () => {
    upstream = await provider((asked, response) => {
      const { model } = JSON.parse(asked.body.toString()) as { model: string };
      json(response, messageBody({ input_tokens: 10, output_tokens: 10 }, { model }));
    });
    router = await provider();
  });
  beforeEach(() => {
    router.answer = (_asked, response) => json(response, '{"model":"claude-haiku-4-5"}');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  after(async () => {
    await router.close();
    await upstream.close();
  });

  test('gives the model, and is told facts but neither texts, names of tools nor keys', async () => {
    const proxy = await start();
    const response = await post(proxy, {
      'x-costlint-task': 'plan',
      'x-costlint-agent': 'cron',
      'x-costlint-project': 'shop',
      'x-costlint-session': 's',
    });
    assert.equal(sent(), JSON.stringify(request).replace('claude-opus-4-5', 'claude-haiku-4-5'));
    const said = ['x-costlint-hook', 'x-costlint-route', 'x-costlint-model', 'x-costlint-requested-model'].map((name) => response.headers.get(name));
    assert.deepEqual(said, ['model', 'router', 'claude-haiku-4-5', 'claude-opus-4-5']);
    assert.deepEqual(proxy.calls()[0]?.actions, ['routed']);
    const asked = router.asked.at(-1);
    assert.deepEqual([asked?.method, asked?.path], ['POST', '/decide?v=1']);
    const facts = JSON.parse(asked?.body.toString() ?? '{}') as Record<string, unknown> & { segments: { role: string; length: number }[] };
    const { provider: whose, api, model, stream, tools, task, agent, project, session, outputCap, messages } = facts;
    assert.deepEqual(
      [whose, api, model, stream, tools, task, agent, project, session, outputCap, messages],
      ['anthropic', 'anthropic-messages', 'claude-opus-4-5', false, true, 'plan', 'cron', 'shop', 's', 1000, 1],
    );
    assert.deepEqual(
      facts.segments.map(({ role, length }) => [role, length]),
      [
        ['system', request.system.length],
        ['user', request.messages[0]?.content.length],
      ],
    );
    const all = JSON.stringify([asked?.rawHeaders, asked?.body.toString()]);
    assert.doesNotMatch(all, /nobody may read|secret/);
  });

  test('may leave a call as it is, and then the rules decide', async () => {
    router.answer = (_asked, response) => json(response, '{}');
    const proxy = await start();
    const response = await post(proxy);
    assert.deepEqual(
      [sent(), response.headers.get('x-costlint-hook'), response.headers.get('x-costlint-model')],
      [JSON.stringify(request), 'pass', null],
    );
    await post(await start({}, { routes: [{ when: {}, to: 'claude-sonnet-4-6' }] }));
    assert.match(sent(), /claude-sonnet-4-6/);
  });

  test('may refuse a call: it costs nothing, and SDKs do not retry it', async () => {
    router.answer = (_asked, response) => json(response, '{"deny":"not at\\nnight"}');
    const proxy = await start();
    const asked = upstream.asked.length;
    const client = new Anthropic({ apiKey: 'k', baseURL: proxy.url });
    await assert.rejects(
      client.messages.create(request),
      (error) => error instanceof Anthropic.APIError && error.status === 402 && /the router refuses this call: not at\?night/.test(error.message),
    );
    assert.deepEqual([upstream.asked.length - asked, proxy.denials().length, proxy.calls().length], [0, 1, 0]);
  });

  const failures: readonly (readonly [why: string, answer: Provider['answer'], said: RegExp])[] = [
    ['hangs', () => {}, /^failed; no answer within 100 ms$/],
    ['begins an answer and hangs', (_asked, response) => void response.writeHead(200).write('{'), /^failed; no answer within 100 ms$/],
    ['has an error', (_asked, response) => void response.writeHead(500).end(), /^failed; status 500$/],
    ['redirects', (_asked, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), /^failed; status 302$/],
    ['breaks off', (_asked, response) => void response.destroy(), /^failed; /],
    ['answers nonsense', (_asked, response) => json(response, '{"model":5}'), /^failed; an answer that is not/],
    ['answers without end', (_asked, response) => void response.writeHead(200).end('x'.repeat(1_000_000)), /^failed; an answer of more than/],
  ];
  for (const [why, answer, said] of failures)
    test(`that ${why} does not fail the call, and that is said`, async () => {
      router.answer = answer;
      const proxy = await start({ timeoutMs: 100 });
      const response = await post(proxy);
      assert.deepEqual([response.status, sent()], [200, JSON.stringify(request)]);
      assert.match(response.headers.get('x-costlint-hook') ?? '', said);
      assert.match(proxy.calls()[0]?.notes?.join() ?? '', /^router: /);
    });

  test('that fails refuses the call where that is wanted', async () => {
    router.answer = () => {};
    const asked = upstream.asked.length;
    const response = await post(await start({ timeoutMs: 50, onError: 'deny' }));
    assert.deepEqual([response.status, upstream.asked.length - asked], [503, 0]);
    assert.match(await response.text(), /the router did not decide: no answer within 50 ms/);
  });

  test('that nobody answers for does not hold calls up', async () => {
    const response = await post(await start({ url: 'http://127.0.0.1:1/' }));
    assert.equal(response.status, 200);
    assert.match(response.headers.get('x-costlint-hook') ?? '', /^failed; ECONNREFUSED$/);
  });

  test('is left alone when the client goes away', async () => {
    router.answer = () => {};
    const proxy = await start({ timeoutMs: 10_000 });
    const [aborted, asked] = [router.aborted, [upstream.asked.length, router.asked.length]];
    const controller = new AbortController();
    const pending = fetch(`${proxy.url}/v1/messages`, { method: 'POST', body: JSON.stringify(request), signal: controller.signal }).catch(
      () => undefined,
    );
    await until('the router is asked', () => router.asked.length > (asked[1] ?? 0));
    controller.abort();
    await pending;
    await until('the router’s request is aborted', () => router.aborted > aborted);
    assert.equal(upstream.asked.length, asked[0]);
  });

  test('that keeps a client waiting until it goes away gives the breaker its trial call back', async () => {
    router.answer = () => {};
    const left: string[] = [];
    const guard = { check: () => undefined, observe: () => {}, leave: (id: string) => void left.push(id) };
    const proxy = await gateway(upstream.url, { router: { url: router.url, timeoutMs: 10_000 } }, { guard });
    open.push(proxy);
    const asked = router.asked.length;
    const controller = new AbortController();
    const headers = { 'x-costlint-session': 's' };
    const pending = fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(request), signal: controller.signal });
    pending.catch(() => undefined);
    await until('the router is asked', () => router.asked.length > asked);
    controller.abort();
    await until('the call is given back', () => left.length === 1);
    assert.deepEqual(proxy.calls(), []);
  });

  test('that names a model of someone else is not followed', async () => {
    router.answer = (_asked, response) => json(response, '{"model":"gpt-4.1"}');
    const response = await post(await start());
    assert.equal(sent(), JSON.stringify(request));
    assert.match(response.headers.get('x-costlint-route') ?? '', /unchanged; router: no price is known for gpt-4\.1 at anthropic/);
  });

  test('is reached only on this machine or encrypted', () => {
    for (const url of ['https://router.example/x', 'http://127.0.0.1:9/x', 'http://localhost/', 'http://[::1]:9'])
      gatewayOptions({ router: { url } });
    for (const url of [
      'http://router.example/x',
      'http://127.0.0.1.evil.example/',
      'https://me:secret@router.example/',
      'file:///etc/passwd',
      'nonsense',
    ])
      assert.throws(() => gatewayOptions({ router: { url } }), /https address/);
  });

  test('that redirects elsewhere brings nobody a request', async () => {
    let reached = 0;
    const inner = createServer((_request, response) => {
      reached++;
      response.end('{"model":"claude-haiku-4-5"}');
    });
    await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
    const { port } = inner.address() as { port: number };
    router.answer = (_asked, response) => void response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    assert.equal((await post(await start())).status, 200);
    assert.equal(reached, 0);
    inner.close();
  });
});
