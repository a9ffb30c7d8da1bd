/** Calls that the provider turns away are sent again by the gateway, where they are asked to be: in time, counted, and only before an answer has begun. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { wireApi } from '../../core/wire/index.ts';
import { Retries } from '../../gateway/retry.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { freshId, json, messageBody, messageEvents, type Provider, provider, until, wait } from './support/provider.ts';

const request = { model: 'claude-sonnet-4-5', max_tokens: 1000, messages: [{ role: 'user' as const, content: 'Hi' }] };
const usage = { input_tokens: 1000, output_tokens: 1000 };

const overloaded = (response: ServerResponse, status = 529, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }));
};

describe('retries on request', () => {
  let upstream: Provider;
  const open: TestGateway[] = [];
  const start = async (input: Parameters<typeof gateway>[1] = {}): Promise<TestGateway> => {
    const one = await gateway(upstream.url, input);
    open.push(one);
    return one;
  };
  const post = (proxy: TestGateway, headers: Record<string, string> = {}, body: object = request, init: RequestInit = {}): Promise<Response> =>
    fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'k', ...headers },
      body: JSON.stringify(body),
      ...init,
    });
  /** Turns the first `times` requests away. */
  const fails = (times: number, headers: Record<string, string> = {}, status = 529): void => {
    let left = times;
    upstream.answer = (_asked, response) => (left-- > 0 ? overloaded(response, status, headers) : json(response, messageBody(usage)));
  };
  const reserved = async (proxy: TestGateway, session: string): Promise<number | undefined> =>
    (await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: `session|${session}` }]))[0]?.reserved;

  before(async () => {
    upstream = await provider();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  after(() => upstream.close());

  test('an overloaded provider is asked again, and the answer says how often it was', async () => {
    const proxy = await start();
    const asked = upstream.asked.length;
    fails(2);
    const response = await post(proxy, { 'x-costlint-retry': '3' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-costlint-attempts'), '3');
    assert.equal(((await response.json()) as { type: string }).type, 'message');
    assert.deepEqual(
      upstream.asked.slice(asked).map(({ body }) => body.toString()),
      Array(3).fill(JSON.stringify(request)),
    );
    assert.ok(upstream.asked.at(-1)?.headers['x-costlint-retry'] === undefined);
    const calls = proxy.calls();
    assert.deepEqual([calls.length, calls[0]?.attempts, calls[0]?.status, calls[0]?.cost], [1, 3, 200, { kind: 'known', nanoUsd: 18_000_000 }]);
  });

  test('without being asked the gateway does not retry, and the client may switch off what the option switches on', async () => {
    const proxy = await start();
    fails(9);
    const response = await post(proxy);
    assert.deepEqual([response.status, response.headers.get('x-costlint-attempts')], [529, null]);
    assert.equal(proxy.calls()[0]?.attempts, undefined);
    const eager = await start({ retries: 1 });
    fails(1);
    assert.equal((await post(eager)).status, 200);
    fails(1);
    assert.equal((await post(eager, { 'x-costlint-retry': '0' })).status, 529);
  });

  test('a provider that refuses five times has its last refusal passed on, byte for byte', async () => {
    const proxy = await start({ session: 1 });
    const asked = upstream.asked.length;
    fails(99, { 'x-request-no': 'last' });
    const response = await post(proxy, { 'x-costlint-retry': '4', 'x-costlint-session': 's' });
    assert.deepEqual([response.status, response.headers.get('x-costlint-attempts'), response.headers.get('x-request-no')], [529, '5', 'last']);
    assert.equal(await response.text(), '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}');
    assert.equal(upstream.asked.length - asked, 5);
    const [call] = proxy.calls();
    assert.deepEqual([call?.attempts, call?.billed, call?.error], [5, false, 'overloaded_error']);
    assert.equal(await reserved(proxy, 's'), 0);
  });

  test('the wait that the provider asks for is kept', async () => {
    const proxy = await start();
    fails(1, { 'retry-after-ms': '400' }, 429);
    const began = performance.now();
    assert.equal((await post(proxy, { 'x-costlint-retry': '1' })).status, 200);
    assert.ok(performance.now() - began >= 395, `came after ${performance.now() - began} ms`);
  });

  test('no attempt begins after the client’s deadline, nor after a longer wait than the gateway allows', async () => {
    const proxy = await start();
    const asked = upstream.asked.length;
    fails(1, { 'retry-after': '30' }, 503);
    const late = await post(proxy, { 'x-costlint-retry': '3', 'x-costlint-deadline-ms': '2000' });
    assert.deepEqual([late.status, upstream.asked.length - asked], [503, 1]);
    fails(1, { 'retry-after': '3600' }, 429);
    assert.equal((await post(await start(), { 'x-costlint-retry': '3' })).status, 429);
  });

  test('what waiting does not help is not sent again', async () => {
    const proxy = await start({ rateLimits: false });
    const asked = upstream.asked.length;
    upstream.answer = (_asked, response) => {
      response.writeHead(429, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'x' } }));
    };
    const quota = await fetch(`${proxy.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'x-costlint-retry': '3' },
      body: JSON.stringify({ ...request, model: 'gpt-4.1' }),
    });
    assert.equal(quota.status, 429);
    fails(9, { 'x-should-retry': 'false' });
    assert.equal((await post(proxy, { 'x-costlint-retry': '3' })).status, 529);
    fails(9, {}, 500);
    assert.equal((await post(proxy, { 'x-costlint-retry': '3' })).status, 500);
    assert.equal(upstream.asked.length - asked, 3);
  });

  test('a stream that has begun is not begun again', async () => {
    const proxy = await start();
    const asked = upstream.asked.length;
    upstream.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(messageEvents(['Hello'], 10, 20).slice(0, 3).join(''), () => response.destroy());
    };
    const response = await post(proxy, { 'x-costlint-retry': '3' }, { ...request, stream: true });
    await assert.rejects(response.text());
    assert.equal(upstream.asked.length - asked, 1);
  });

  test('a provider that comes back is reached, and one that does not is told with the number of attempts', async () => {
    const gone = await provider();
    await gone.close();
    const proxy = await gateway(gone.url, { retryWaitMs: 5_000 });
    open.push(proxy);
    const response = await post(proxy, { 'x-costlint-retry': '2' });
    assert.deepEqual([response.status, response.headers.get('x-costlint-attempts')], [502, '3']);
    assert.match(await response.text(), /could not be reached \(ECONNREFUSED\)/);
    assert.deepEqual([proxy.calls()[0]?.attempts, proxy.calls()[0]?.billed], [3, false]);
  });

  test('a client that goes away between attempts is not called for again, and its reservation returns', async () => {
    const proxy = await start({ session: 1 });
    const asked = upstream.asked.length;
    fails(9, { 'retry-after-ms': '300' });
    const controller = new AbortController();
    const pending = post(proxy, { 'x-costlint-retry': '5', 'x-costlint-session': 's' }, request, { signal: controller.signal }).catch(
      () => undefined,
    );
    await until('the first attempt has failed', () => upstream.asked.length === asked + 1);
    await wait(50);
    assert.ok(((await reserved(proxy, 's')) ?? 0) > 0, 'kept while it waits');
    controller.abort();
    await pending;
    await until('the call is recorded', () => proxy.calls().length === 1);
    await wait(400);
    assert.equal(upstream.asked.length, asked + 1);
    const [call] = proxy.calls();
    assert.deepEqual([call?.billed, call?.usage, call?.status, call?.attempts], [false, {}, 0, undefined]);
    assert.equal(await reserved(proxy, 's'), 0);
  });

  test('a session that is stopped between attempts gets its refusal', async () => {
    const proxy = await start();
    fails(9, { 'retry-after-ms': '2000' });
    const asked = upstream.asked.length;
    const pending = post(proxy, { 'x-costlint-retry': '5', 'x-costlint-session': 's' });
    await until('the first attempt has failed', () => upstream.asked.length === asked + 1);
    await wait(50);
    proxy.core.running.stopSession('s', { kind: 'breaker', message: 'enough' });
    const response = await pending;
    assert.equal(response.status, 402);
    assert.match(await response.text(), /enough/);
    assert.equal(upstream.asked.length, asked + 1);
  });

  test('a batch that was turned away may exist: it is not sent twice', async () => {
    const proxy = await start({ retries: 3 });
    const asked = upstream.asked.length;
    fails(9, {}, 503);
    const response = await fetch(`${proxy.url}/v1/messages/batches`, { method: 'POST', body: JSON.stringify({ requests: [] }) });
    assert.deepEqual([response.status, upstream.asked.length - asked], [503, 1]);
  });

  test('the official SDKs see one call', async () => {
    const proxy = await start({ retries: 2 });
    fails(2);
    const anthropic = new Anthropic({ apiKey: 'k', baseURL: proxy.url, maxRetries: 0 });
    const message = await anthropic.messages.create(request);
    assert.equal(message.content[0]?.type, 'text');
    let left = 1;
    upstream.answer = (_asked, response) => {
      if (left-- > 0) return overloaded(response, 503);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${JSON.stringify({ id: freshId('chatcmpl'), choices: [{ index: 0, delta: { content: 'Hello' } }] })}\n\ndata: [DONE]\n\n`);
    };
    const openai = new OpenAI({ apiKey: 'k', baseURL: `${proxy.url}/v1`, maxRetries: 0 });
    const chunks = [];
    for await (const chunk of await openai.chat.completions.create({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hi' }], stream: true }))
      chunks.push(chunk.choices[0]?.delta.content);
    assert.deepEqual(chunks, ['Hello']);
    assert.deepEqual(
      proxy.calls().map(({ attempts, outcome }) => [attempts, outcome]),
      [
        [3, 'completed'],
        [2, 'cut'],
      ],
    );
  });

  test('waits grow, spread out, and never end before what the provider asked for', () => {
    const waits = (random: number, headers: readonly string[] = []): (number | undefined)[] => {
      const retries = new Retries(
        { most: 4, deadlineMs: Number.POSITIVE_INFINITY, maxWaitMs: 60_000 },
        wireApi('anthropic-messages'),
        () => 0,
        () => random,
      );
      return [1, 2, 3, 4, 5].map(() => {
        retries.sends();
        return retries.next({ status: 529, headers, body: Buffer.alloc(0) });
      });
    };
    assert.deepEqual(waits(1), [500, 1000, 2000, 4000, undefined]);
    assert.deepEqual(waits(0, ['Retry-After', '2']), [2000, 2000, 2000, 2000, undefined]);
  });
});
