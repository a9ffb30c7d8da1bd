/** Rules send calls to other models of the same provider: only where they fit, never in silence, and never where the call would break. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { matchWire, withModel } from '../../core/wire/index.ts';
import { activeActions, gatewayOptions } from '../../gateway/options.ts';
import { fits } from '../../gateway/route.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { chatChunks, freshId, json, messageBody, type Provider, provider } from './support/provider.ts';

const request = { model: 'claude-opus-4-5', max_tokens: 1000, messages: [{ role: 'user' as const, content: 'Hi' }] };
const usage = { input_tokens: 1000, output_tokens: 1000 };
const TO_HAIKU = { routes: [{ when: { task: 'summarise' }, to: 'claude-haiku-4-5' }] };
const task = { 'x-costlint-task': 'summarise' };

describe('rule-based routing', () => {
  let upstream: Provider;
  const open: TestGateway[] = [];
  const start = async (input: Parameters<typeof gateway>[1]): Promise<TestGateway> => {
    const one = await gateway(upstream.url, input);
    open.push(one);
    return one;
  };
  const post = async (
    proxy: TestGateway,
    headers: Record<string, string> = {},
    body: object | string = request,
    path = '/v1/messages',
  ): Promise<Response> => {
    const response = await fetch(`${proxy.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    await response.text();
    return response;
  };
  const sent = (): { model?: string } => JSON.parse(upstream.asked.at(-1)?.body.toString() ?? '{}') as { model?: string };
  const said = ({ headers }: Response): (string | null)[] => ['x-costlint-requested-model', 'x-costlint-model'].map((name) => headers.get(name));

  before(async () => {
    upstream = await provider();
  });
  afterEach(async () => {
    upstream.answer = (asked, response) => {
      const { model } = JSON.parse(asked.body.toString() || '{}') as { model?: string };
      json(response, messageBody(usage, { model }));
    };
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  after(() => upstream.close());

  test('a task goes to its model, is billed as such, and the response says both', async () => {
    const proxy = await start(TO_HAIKU);
    upstream.answer = (_asked, response) => json(response, messageBody(usage, { model: 'claude-haiku-4-5-20251001' }));
    const body = '{"max_tokens": 1000, "model" : "claude-opus-4-5", "temperature":1.0, "messages":[{"role":"user","content":"Hi"}]}';
    const response = await post(proxy, task, body);
    assert.deepEqual(said(response), ['claude-opus-4-5', 'claude-haiku-4-5']);
    assert.deepEqual([response.headers.get('x-costlint-route'), response.headers.get('x-costlint-actions')], ['rule 1', 'routed']);
    assert.equal(upstream.asked.at(-1)?.body.toString(), body.replace('opus', 'haiku'));
    const [call] = proxy.calls();
    assert.deepEqual([call?.model, call?.actions, call?.notes], ['claude-haiku-4-5', ['routed'], ['rule 1: claude-opus-4-5 was asked for']]);
    // $1 in, $5 out per MTok.
    assert.deepEqual(call?.cost, { kind: 'known', nanoUsd: 6_000_000 });
    assert.equal(upstream.asked.at(-1)?.headers['x-costlint-task'], undefined);
  });

  test('what no rule fits passes as it came, and so does what the client wants as it is', async () => {
    const proxy = await start(TO_HAIKU);
    const others: readonly Record<string, string>[] = [{}, { 'x-costlint-task': 'other' }, { ...task, 'x-costlint-route': 'off' }];
    for (const headers of others) {
      const response = await post(proxy, headers);
      assert.deepEqual([upstream.asked.at(-1)?.body.toString(), ...said(response)], [JSON.stringify(request), null, null]);
    }
    assert.ok(proxy.calls().every(({ actions }) => actions === undefined));
  });

  test('rules look at model, agent, project, length and tools; the first that fits decides', async () => {
    const proxy = await start({
      routes: [
        { when: { agent: 'night-*', tools: false, maxInputTokens: 500 }, to: 'claude-haiku-4-5' },
        { when: { model: 'claude-opus-*', project: 'shop' }, to: 'claude-sonnet-4-6' },
      ],
    });
    const modelFor = async (headers: Record<string, string>, body: object = request): Promise<string | undefined> => {
      await post(proxy, headers, body);
      return sent().model;
    };
    const night = { 'x-costlint-agent': 'night-1', 'x-costlint-project': 'shop' };
    const tools = [{ name: 'look', input_schema: { type: 'object' } }];
    assert.equal(await modelFor(night), 'claude-haiku-4-5');
    assert.equal(await modelFor(night, { ...request, tools }), 'claude-sonnet-4-6');
    assert.equal(await modelFor(night, { ...request, system: 'word '.repeat(2000) }), 'claude-sonnet-4-6');
    assert.equal(await modelFor({ 'x-costlint-project': 'shop' }), 'claude-sonnet-4-6');
    assert.equal(await modelFor({ 'x-costlint-project': 'shop' }, { ...request, model: 'claude-sonnet-4-5' }), 'claude-sonnet-4-5');
    assert.equal(await modelFor({}), 'claude-opus-4-5');
  });

  test('a tier names a model for each provider', async () => {
    const proxy = await start({
      tiers: { small: { anthropic: 'claude-haiku-4-5', openai: 'gpt-4.1-mini' }, other: 'claude-sonnet-4-6' },
      routes: [
        { when: { task: 'a' }, to: 'small' },
        { when: { task: 'b' }, to: 'other' },
      ],
    });
    await post(proxy, { 'x-costlint-task': 'a' });
    assert.equal(sent().model, 'claude-haiku-4-5');
    await post(proxy, { 'x-costlint-task': 'b' });
    assert.equal(sent().model, 'claude-sonnet-4-6');
    await post(proxy, { 'x-costlint-task': 'a' }, { ...request, model: 'gpt-4.1' }, '/v1/chat/completions');
    assert.equal(sent().model, 'gpt-4.1-mini');
    const none = await post(
      proxy,
      { 'x-costlint-task': 'a' },
      { contents: [{ parts: [{ text: 'Hi' }] }] },
      '/v1beta/models/gemini-2.5-pro:generateContent',
    );
    assert.equal(upstream.asked.at(-1)?.path, '/v1beta/models/gemini-2.5-pro:generateContent');
    assert.match(none.headers.get('x-costlint-route') ?? '', /unchanged; rule 1: its tier has no model/);
  });

  test('a model in the path is replaced there', async () => {
    const proxy = await start({
      routes: [
        { when: { model: 'gemini-*' }, to: 'gemini-2.5-flash' },
        { when: { upstream: 'bedrock' }, to: 'anthropic.claude-haiku-4-5-20251001-v1:0' },
      ],
    });
    const body = { contents: [{ parts: [{ text: 'Hi' }] }] };
    await post(proxy, {}, body, '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse');
    assert.equal(upstream.asked.at(-1)?.path, '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
    assert.equal(proxy.calls().at(-1)?.model, 'gemini-2.5-flash');
    const converse = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };
    const path = '/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse';
    await post(proxy, {}, converse, path);
    assert.equal(upstream.asked.at(-1)?.path, '/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/converse');
    const signed = await post(proxy, { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0' }, converse, path);
    assert.equal(upstream.asked.at(-1)?.path, path);
    assert.match(signed.headers.get('x-costlint-route') ?? '', /the request is signed/);
  });

  test('a call that the other model could not take stays where it is, and says why', async () => {
    const proxy = await start({
      routes: [
        { when: { task: 'mistake' }, to: 'gpt-4.1' },
        { when: { task: 'small' }, to: 'claude-haiku-4-5' },
      ],
    });
    const foreign = await post(proxy, { 'x-costlint-task': 'mistake' });
    assert.match(foreign.headers.get('x-costlint-route') ?? '', /unchanged; rule 1: no price is known for gpt-4\.1 at anthropic/);
    const long = await post(proxy, { 'x-costlint-task': 'small' }, { ...request, max_tokens: 100_000 });
    assert.match(long.headers.get('x-costlint-route') ?? '', /answers with 64000 tokens at most/);
    assert.equal(sent().model, 'claude-opus-4-5');
    assert.deepEqual([said(long), proxy.calls().at(-1)?.actions], [[null, null], undefined]);
  });

  test('limits of a model count the model that is used', async () => {
    const proxy = await start({ ...TO_HAIKU, limits: [{ id: 'opus', layer: 'model', scope: 'claude-opus-4-5', calls: 1, window: 'day' }] });
    for (let i = 0; i < 2; i++) assert.equal((await post(proxy, task)).status, 200);
    assert.equal((await post(proxy)).status, 200);
    assert.equal((await post(proxy)).status, 402);
    assert.equal((await post(proxy, task)).status, 200);
  });

  test('the official SDKs go along', async () => {
    const proxy = await start({
      routes: [
        { when: { model: 'claude-*' }, to: 'claude-haiku-4-5' },
        { when: { model: 'gpt-*' }, to: 'gpt-4.1-mini' },
        { when: {}, to: 'gemini-2.5-flash' },
      ],
    });
    const message = await new Anthropic({ apiKey: 'k', baseURL: proxy.url }).messages.create(request);
    assert.equal(message.model, 'claude-haiku-4-5');
    const { text, response } = await generateText({
      model: createAnthropic({ apiKey: 'k', baseURL: `${proxy.url}/v1` })('claude-opus-4-5'),
      prompt: 'Hi',
    });
    assert.deepEqual([text, response.headers?.['x-costlint-model']], ['Hello', 'claude-haiku-4-5']);
    upstream.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(chatChunks(['Hel', 'lo'], undefined).join(''));
    };
    const openai = new OpenAI({ apiKey: 'k', baseURL: `${proxy.url}/v1` });
    let got = '';
    for await (const chunk of await openai.chat.completions.create({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hi' }], stream: true }))
      got += chunk.choices[0]?.delta.content ?? '';
    assert.deepEqual([got, sent().model], ['Hello', 'gpt-4.1-mini']);
    upstream.answer = (_asked, response) =>
      json(
        response,
        JSON.stringify({ responseId: freshId('r'), candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] }, finishReason: 'STOP' }] }),
      );
    const genai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: proxy.url } });
    assert.equal((await genai.models.generateContent({ model: 'gemini-2.5-pro', contents: 'Hi' })).text, 'Hello');
    assert.match(upstream.asked.at(-1)?.path ?? '', /models\/gemini-2\.5-flash:generateContent/);
  });

  test('what is on can be seen, and what cannot be meant is refused at the start', () => {
    assert.deepEqual(activeActions(gatewayOptions()), []);
    const all = gatewayOptions({
      ...TO_HAIKU,
      injectCacheMark: true,
      retries: 2,
      cascade: [{ when: {}, first: 'a', valid: 'json' }],
      router: { url: 'https://router.example/decide' },
    });
    assert.deepEqual(activeActions(all), ['cache-mark', 'routing', 'cascade', 'hook', 'retry']);
    assert.throws(() => gatewayOptions({ routes: [{ when: { modle: 'x' }, to: 'y' } as never] }), /modle/);
  });

  test('each API’s way to name a model is known', () => {
    const edited = (path: string, model: string, body = '{"model":"a","b":1.0}'): string[] => {
      const { match } = matchWire('POST', path)!;
      const { path: to, pieces } = withModel(match, path, Buffer.from(body), model)!;
      return [to, ...(pieces ? [Buffer.concat(pieces).toString()] : [])];
    };
    assert.deepEqual(edited('/v1/messages?beta=true', 'b'), ['/v1/messages?beta=true', '{"model":"b","b":1.0}']);
    const vertex = '/v1/projects/p/locations/global/publishers/anthropic/models';
    assert.deepEqual(edited(`${vertex}/claude-opus-4-5@20251101:rawPredict`, 'claude-haiku-4-5@20251001'), [
      `${vertex}/claude-haiku-4-5@20251001:rawPredict`,
    ]);
    assert.deepEqual(edited('/openai/deployments/big/chat/completions?api-version=1', 'small'), [
      '/openai/deployments/small/chat/completions?api-version=1',
    ]);
    assert.deepEqual(edited('/model/a.b-v1%3A0/converse-stream', 'us.a.c-v1:0'), ['/model/us.a.c-v1%3A0/converse-stream']);
    // What stands in the configuration cannot leave its place in the path.
    assert.deepEqual(edited('/v1beta/models/a:generateContent', '../../x?y'), ['/v1beta/models/..%2F..%2Fx%3Fy:generateContent']);
  });

  test('globs know only the star', () => {
    assert.deepEqual(
      [fits('a.c', 'abc'), fits('a*c', 'a/b/c'), fits('*', undefined), fits('a', undefined), fits('(a|b)', 'a')],
      [false, true, true, false, false],
    );
  });
});
