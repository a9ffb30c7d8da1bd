/** A cheap model is asked first; where its answer will not do, another is. Both are billed, and the client gets one answer and the whole story. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import type { GatewayInput } from '../../gateway/options.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { freshId, json, messageBody, messageEvents, type Provider, provider, until, wait } from './support/provider.ts';

const request = { model: 'claude-opus-4-5', max_tokens: 1000, messages: [{ role: 'user' as const, content: 'Hi' }] };
const usage = { input_tokens: 1000, output_tokens: 1000 };
/** Of `usage`: claude-haiku-4-5 at $1 and $5, claude-opus-4-5 at $5 and $25 per MTok. */
const [HAIKU, OPUS] = [6_000_000, 30_000_000];

const text = (said: string): object => ({ content: [{ type: 'text', text: said }] });

describe('a cascade', () => {
  let upstream: Provider;
  const open: TestGateway[] = [];
  const start = async (
    valid: NonNullable<GatewayInput['cascade']>[number]['valid'],
    more: GatewayInput = {},
    schema?: object,
  ): Promise<TestGateway> => {
    const rule = { when: {}, first: 'claude-haiku-4-5', valid, ...(schema ? { schema: { ...schema } } : {}) };
    const one = await gateway(upstream.url, { cascade: [rule], ...more });
    open.push(one);
    return one;
  };
  const post = (proxy: TestGateway, headers: Record<string, string> = {}, body: object = request, init: RequestInit = {}): Promise<Response> =>
    fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-costlint-session': 's', ...headers },
      body: JSON.stringify(body),
      ...init,
    });
  /** What the cheap model answers, and how the dear one is seen to have been asked. */
  const first = (answer: (response: ServerResponse) => void): void => {
    upstream.answer = (asked, response) => {
      const { model } = JSON.parse(asked.body.toString()) as { model: string };
      if (model === 'claude-haiku-4-5') answer(response);
      else json(response, messageBody(usage, { model, ...text('{"by":"opus"}') }));
    };
  };
  const models = (since: number): (string | undefined)[] =>
    upstream.asked.slice(since).map(({ body }) => (JSON.parse(body.toString()) as { model?: string }).model);

  before(async () => {
    upstream = await provider();
  });
  beforeEach(() => {
    first((response) => json(response, messageBody(usage, { model: 'claude-haiku-4-5', ...text('{"by":"haiku"}') })));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  after(() => upstream.close());

  test('ends with the first answer where that is valid', async () => {
    const proxy = await start('json');
    const asked = upstream.asked.length;
    const response = await post(proxy);
    assert.match(await response.text(), /haiku/);
    const said = ['x-costlint-cascade', 'x-costlint-model', 'x-costlint-requested-model', 'x-costlint-actions'].map((name) =>
      response.headers.get(name),
    );
    assert.deepEqual(said, ['first', 'claude-haiku-4-5', 'claude-opus-4-5', 'cascade-first']);
    assert.deepEqual(models(asked), ['claude-haiku-4-5']);
    assert.deepEqual(
      proxy.calls().map(({ model, actions, cost }) => [model, actions, cost.kind === 'known' && cost.nanoUsd]),
      [['claude-haiku-4-5', ['cascade-first'], HAIKU]],
    );
  });

  test('goes on to the model that was asked for where the first answer is broken; both are billed to the session', async () => {
    const proxy = await start('json', { session: 1 });
    first((response) => json(response, messageBody(usage, { model: 'claude-haiku-4-5', ...text('Sure! Here is your JSON:') })));
    const asked = upstream.asked.length;
    const response = await post(proxy);
    assert.match(await response.text(), /by.*opus/);
    const [one, two] = proxy.calls();
    assert.equal(response.headers.get('x-costlint-cascade'), `then; first=claude-haiku-4-5; call=${one?.id}; rejected=json`);
    assert.deepEqual(
      ['x-costlint-model', 'x-costlint-requested-model', 'x-costlint-actions'].map((name) => response.headers.get(name)),
      ['claude-opus-4-5', 'claude-opus-4-5', 'cascade-then'],
    );
    assert.deepEqual(models(asked), ['claude-haiku-4-5', 'claude-opus-4-5']);
    assert.deepEqual([one?.session, one?.actions, two?.session, two?.actions], ['s', ['cascade-first', 'cascade-rejected'], 's', ['cascade-then']]);
    assert.equal(proxy.ledger.totals({ session: 's' }).nanoUsd, HAIKU + OPUS);
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'session|s' }]);
    assert.deepEqual([standing?.spent, standing?.reserved], [HAIKU + OPUS, 0]);
    assert.equal(proxy.events.filter(({ kind }) => kind === 'call-started').length, 2);
  });

  const schema = { type: 'object', properties: { by: { type: 'string' }, n: { type: 'integer' } }, required: ['by', 'n'] };
  const wrong: readonly (readonly [check: Parameters<typeof start>[0], why: string, answer: (response: ServerResponse) => void, schema?: object])[] =
    [
      ['non-empty', 'an empty answer', (response) => json(response, messageBody(usage, text(' \n')))],
      ['not-truncated', 'an answer that was cut off', (response) => json(response, messageBody(usage, { stop_reason: 'max_tokens' }))],
      ['no-refusal', 'a refusal', (response) => json(response, messageBody(usage, { stop_reason: 'refusal' }))],
      ['json-schema', 'JSON of another form', (response) => json(response, messageBody(usage, text('{"by":"haiku"}'))), schema],
      [
        'json',
        'an error',
        (response) => void response.writeHead(404, { 'content-type': 'application/json' }).end('{"type":"error","error":{"type":"not_found_error"}}'),
      ],
      ['json', 'something that is no answer', (response) => json(response, '<html>')],
      [['non-empty', 'json'], 'an answer that only one of two checks passes', (response) => json(response, messageBody(usage, text('Hello')))],
    ];
  for (const [check, why, answer, given] of wrong)
    test(`rejects ${why} (${check})`, async () => {
      const proxy = await start(check, {}, given);
      first(answer);
      const response = await post(proxy);
      assert.equal(response.status, 200);
      assert.match(await response.text(), /opus/);
      assert.match(response.headers.get('x-costlint-cascade') ?? '', /^then; /);
      assert.equal(proxy.calls().length, 2);
    });

  const right: readonly (readonly [check: Parameters<typeof start>[0], why: string, answer: (response: ServerResponse) => void, schema?: object])[] =
    [
      ['json-schema', 'JSON of the form that is wanted', (response) => json(response, messageBody(usage, text('{"by":"haiku","n":1}'))), schema],
      [
        'json',
        'a call of a tool',
        (response) =>
          json(response, messageBody(usage, { content: [{ type: 'tool_use', id: 't', name: 'haiku', input: {} }], stop_reason: 'tool_use' })),
      ],
      [
        'json',
        'a compressed answer',
        (response) =>
          void response
            .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
            .end(gzipSync(messageBody(usage, text('{"by":"haiku"}')))),
      ],
      [
        'json',
        'a refused key: another model has no other',
        (response) => void response.writeHead(401, { 'content-type': 'application/json' }).end('{"by":"haiku"}'),
      ],
    ];
  for (const [check, why, answer, given] of right)
    test(`takes ${why} (${check})`, async () => {
      const proxy = await start(check, {}, given);
      first(answer);
      const asked = upstream.asked.length;
      const response = await post(proxy);
      assert.match(await response.text(), /haiku/);
      assert.equal(response.headers.get('x-costlint-cascade'), 'first');
      assert.equal(upstream.asked.length - asked, 1);
    });

  test('a schema in the request is the one that the answer must follow', async () => {
    const proxy = await start('json-schema');
    const asks = { ...request, output_config: { format: { type: 'json_schema', schema } } };
    assert.match(await (await post(proxy, {}, asks)).text(), /opus/);
    assert.match(await (await post(proxy)).text(), /haiku/);
    assert.match(proxy.calls().at(-1)?.notes?.join() ?? '', /no schema that could be read/);
  });

  test('streams, and calls whose client wants its model, are left alone', async () => {
    const proxy = await start('json');
    upstream.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(messageEvents(['Hello'], 1, 1).join(''));
    };
    const asked = upstream.asked.length;
    await (await post(proxy, {}, { ...request, stream: true })).text();
    await (await post(proxy, { 'x-costlint-route': 'off' })).text();
    assert.deepEqual(models(asked), ['claude-opus-4-5', 'claude-opus-4-5']);
  });

  test('a ceiling that only the first model fits under is said, and nothing is sent above it', async () => {
    const proxy = await start('json', { session: 0.02 });
    first((response) => json(response, messageBody(usage, { model: 'claude-haiku-4-5' })));
    const asked = upstream.asked.length;
    const response = await post(proxy);
    assert.equal(response.status, 402);
    assert.match(await response.text(), /limit \\?"session/);
    await until('the refusal is recorded', () => proxy.denials().length === 1);
    assert.deepEqual([models(asked), proxy.calls().length], [['claude-haiku-4-5'], 1]);
  });

  test('an overloaded first model is retried before it is given up', async () => {
    const proxy = await start('json', { retries: 1 });
    first(
      (response) =>
        void response
          .writeHead(529, { 'content-type': 'application/json', 'retry-after-ms': '1' })
          .end('{"type":"error","error":{"type":"overloaded_error"}}'),
    );
    const asked = upstream.asked.length;
    assert.match(await (await post(proxy)).text(), /opus/);
    assert.deepEqual(models(asked), ['claude-haiku-4-5', 'claude-haiku-4-5', 'claude-opus-4-5']);
    const [one, two] = proxy.calls();
    assert.deepEqual([one?.attempts, one?.billed, one?.status, two?.attempts], [2, false, 529, undefined]);
  });

  test('a client that goes away while the first answer comes is not asked for again', async () => {
    const proxy = await start('json', { session: 1 });
    const aborted = upstream.aborted;
    first((response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"type":'));
    const asked = upstream.asked.length;
    const controller = new AbortController();
    const pending = post(proxy, {}, request, { signal: controller.signal }).catch(() => undefined);
    await until('the first model is asked', () => upstream.asked.length === asked + 1);
    await wait(30);
    controller.abort();
    await pending;
    await until('the upstream is aborted', () => upstream.aborted > aborted);
    await until('the call is recorded', () => proxy.calls().length === 1);
    await wait(100);
    assert.equal(upstream.asked.length, asked + 1);
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'session|s' }]);
    assert.equal(standing?.reserved, 0);
  });

  test('a first answer that breaks off breaks off for the client, as it would without a cascade', async () => {
    const proxy = await start('json');
    first((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"type":', () => response.destroy());
    });
    await assert.rejects(post(proxy).then((response) => response.text()));
    assert.equal(proxy.calls().at(-1)?.outcome, 'cut');
  });

  test('a session that is stopped while the first model thinks gets its refusal, and no second model', async () => {
    const proxy = await start('json');
    first(() => {});
    const asked = upstream.asked.length;
    const pending = post(proxy);
    await until('the first model is asked', () => upstream.asked.length === asked + 1);
    proxy.core.running.stopSession('s', { kind: 'breaker', message: 'enough' });
    const response = await pending;
    assert.deepEqual([response.status, upstream.asked.length - asked], [402, 1]);
  });

  test('the official SDKs get the answer that held', async () => {
    const proxy = await start('json');
    first((response) => json(response, messageBody(usage, text('no JSON'))));
    const message = await new Anthropic({ apiKey: 'k', baseURL: proxy.url }).messages.create(request);
    assert.equal(message.model, 'claude-opus-4-5');

    const chat = await gateway(upstream.url, {
      cascade: [
        { when: { model: 'gpt-*' }, first: 'gpt-4.1-mini', then: 'gpt-4.1', valid: 'no-refusal' },
        { when: { model: 'gemini-*' }, first: 'gemini-2.5-flash', valid: 'non-empty' },
      ],
    });
    open.push(chat);
    upstream.answer = (asked, response) => {
      const { model } = JSON.parse(asked.body.toString()) as { model: string };
      const message = model === 'gpt-4.1' ? { role: 'assistant', content: 'Hello' } : { role: 'assistant', content: null, refusal: 'No.' };
      json(
        response,
        JSON.stringify({
          id: freshId('chatcmpl'),
          object: 'chat.completion',
          model,
          choices: [{ index: 0, message, finish_reason: 'stop' }],
          usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
        }),
      );
    };
    const openai = new OpenAI({ apiKey: 'k', baseURL: `${chat.url}/v1` });
    const { data, response } = await openai.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: 'Hi' }] }).withResponse();
    assert.deepEqual(
      [data.choices[0]?.message.content, data.model, response.headers.get('x-costlint-requested-model')],
      ['Hello', 'gpt-4.1', 'gpt-5'],
    );

    upstream.answer = (asked, response) =>
      json(
        response,
        JSON.stringify({
          responseId: freshId('r'),
          candidates: [{ content: { parts: /flash/.test(asked.path) ? [] : [{ text: 'Hello' }] }, finishReason: 'STOP' }],
        }),
      );
    const genai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: chat.url } });
    assert.equal((await genai.models.generateContent({ model: 'gemini-2.5-pro', contents: 'Hi' })).text, 'Hello');
    assert.deepEqual(
      chat.calls().map(({ model }) => model),
      ['gpt-4.1-mini', 'gpt-4.1', 'gemini-2.5-flash', 'gemini-2.5-pro'],
    );
  });
});
