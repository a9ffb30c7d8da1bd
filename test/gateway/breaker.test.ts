import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { LedgerEvent } from '../../core/protocol/gateway.ts';
import { BreakerGuard } from '../../gateway/guard.ts';
import { type GatewayInput, gatewayOptions } from '../../gateway/options.ts';
import { Sessions } from '../../gateway/sessions.ts';
import { MemoryStore } from '../../gateway/store/memory.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { json, messageBody, type Provider, provider, until } from './support/provider.ts';

const HOUR = 3_600_000;

describe('the circuit breaker', () => {
  let upstream: Provider;
  let now = 0;
  const open: TestGateway[] = [];
  before(async () => {
    upstream = await provider();
  });
  after(async () => {
    await Promise.all(open.map((one) => one.close()));
    await upstream.close();
  });
  beforeEach(() => {
    now = Date.parse('2026-11-23T12:00:00Z');
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1000, output_tokens: 1000 }));
  });

  async function start(input: GatewayInput = {}, store = new MemoryStore({ now: () => now })) {
    const recorded: LedgerEvent[] = [];
    const emit = (event: LedgerEvent): void => void recorded.push(event);
    let ids = 0;
    const newId = (): string => `e${++ids}`;
    const sessions = new Sessions({ emit, newId });
    const guard = await BreakerGuard.open({ options: gatewayOptions(input), store, sessions, emit, newId, now: () => now });
    const proxy = await gateway(upstream.url, input, { store, guard, sessions, now: () => now });
    guard.attach(proxy.core.running);
    open.push(proxy);
    return { proxy, recorded, store, guard };
  }
  const ask = async (proxy: TestGateway, content: string, headers: Record<string, string> = {}): Promise<Response> => {
    const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 1000, messages: [{ role: 'user', content }] });
    const response = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-costlint-session': 's', 'x-api-key': 'k', ...headers },
      body,
    });
    now += 1000;
    return response;
  };

  test('stops a session that asks the same again and again, tells why, and lets it go on after a reset', async () => {
    const { proxy, recorded } = await start({ breaker: { repeats: 5 } });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push((await ask(proxy, `Tool failed at 12:0${i}, please try the very same thing again`)).status);
    assert.deepEqual(statuses.slice(0, 4), [200, 200, 200, 200]);
    assert.deepEqual(statuses.slice(-2), [402, 402]);
    const trip = recorded.find((event) => event.kind === 'breaker');
    assert.ok(trip?.kind === 'breaker' && trip.cause === 'repeats' && trip.session === 's');
    assert.ok(recorded.some((event) => event.kind === 'session' && event.status === 'looped'));
    const denied = (await (await ask(proxy, 'something else')).json()) as { error: { message: string } };
    assert.match(denied.error.message, /session:s asked the same 5 times.*breaker\/reset/);
    assert.equal((await ask(proxy, 'Hello', { 'x-costlint-session': 'other' })).status, 200);
    await fetch(`${proxy.url}/costlint/breaker/reset`, { method: 'POST', headers: { 'x-costlint-token': proxy.adminToken }, body: '{"scope":"s"}' });
    assert.equal((await ask(proxy, 'something else')).status, 200);
  });

  test('lets a session work that asks something new each time', async () => {
    const { proxy } = await start({ breaker: { repeats: 5 } });
    const questions = [
      'Name the rivers of Peru',
      'What is a monad',
      'Translate good morning into Welsh',
      'Sort these apples by weight',
      'Why is the sky blue',
      'Write a haiku on rust',
      'Who built the tower',
      'Sum up chapter nine',
    ];
    for (const question of questions) assert.equal((await ask(proxy, question)).status, 200, question);
  });

  test('stops a storm of failing requests with one key, and tries again after a pause', async () => {
    const { proxy, recorded } = await start({ breaker: { failures: 20 } });
    upstream.answer = (_asked, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"type":"error","error":{"type":"authentication_error","message":"no"}}');
    };
    const asked = upstream.asked.length;
    for (let i = 0; i < 60; i++) await ask(proxy, `question ${'abcdefgh'[i % 8]} ${i}`, { 'x-costlint-session': `s${i}` });
    assert.equal(upstream.asked.length - asked, 20);
    const trip = recorded.find((event) => event.kind === 'breaker');
    assert.match(trip?.kind === 'breaker' ? trip.message : '', /^20 calls of \S+ failed within a minute/);
    now += 5 * 60_000;
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
    assert.equal((await ask(proxy, 'Hello', { 'x-costlint-session': 'later' })).status, 200);
    assert.equal((await ask(proxy, 'Hello there', { 'x-costlint-session': 'later2' })).status, 200);
  });

  test('stops spending far above the usual hour, once it knows what is usual', async () => {
    const { proxy, recorded } = await start({ breaker: { minHours: 3 } });
    for (let hour = 0; hour < 4; hour++) {
      assert.equal((await ask(proxy, `usual work ${hour}`, { 'x-costlint-session': `h${hour}` })).status, 200);
      now += HOUR;
    }
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await ask(proxy, `work ${i}`, { 'x-costlint-session': `w${i}` })).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 402, 402]);
    const trip = recorded.find((event) => event.kind === 'breaker');
    assert.ok(trip?.kind === 'breaker' && trip.scope === 'account' && /usual hour/.test(trip.message));
  });

  test('what was spent is not said to be more than the same figure', async () => {
    const said = async (usdPerHour: number): Promise<string> => {
      const { proxy, recorded } = await start({ breaker: { usdPerHour } });
      for (let i = 0; i < 4; i++) await ask(proxy, `work ${'abcd'[i]}`, { 'x-costlint-session': `w${i}` });
      const trip = recorded.find((event) => event.kind === 'breaker');
      return trip?.kind === 'breaker' ? trip.message : '';
    };
    assert.match(await said(0.0539999), /^account spent a little more than \$0\.054 within an hour/);
    assert.match(await said(0.04), /^account spent \$0\.054 within an hour, more than \$0\.04/);
  });

  /** A storm that opens the breaker of the account, a pause that is long enough, and an upstream that keeps the next call waiting. */
  async function halfOpen() {
    const { proxy, ...rest } = await start({ breaker: { failures: 3 } });
    upstream.answer = (_asked, response) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"type":"error","error":{"type":"api_error","message":"no"}}');
    };
    for (let i = 0; i < 4; i++) await ask(proxy, `storm ${i}`, { 'x-costlint-session': `s${i}` });
    now += 5 * 60_000;
    const answers: ServerResponse[] = [];
    upstream.answer = (_asked, response) => void answers.push(response);
    return { proxy, answers, ...rest };
  }

  test('while one call tries whether it is over, all others are refused, and none of these counts as its end', async () => {
    const { proxy, answers } = await halfOpen();
    const trial = ask(proxy, 'trial', { 'x-costlint-session': 'trial' });
    await until('the trial call runs', () => answers.length === 1);
    for (let i = 0; i < 3; i++) assert.equal((await ask(proxy, `more ${i}`, { 'x-costlint-session': `m${i}` })).status, 402);
    assert.equal(answers.length, 1);
    json(answers[0]!, messageBody({ input_tokens: 1, output_tokens: 1 }));
    assert.equal((await trial).status, 200);
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
    assert.equal((await ask(proxy, 'after', { 'x-costlint-session': 'after' })).status, 200);
  });

  test('a trial call that the gateway itself fails at makes room for the next', async () => {
    const { proxy, answers, store } = await halfOpen();
    const { reserve } = store;
    store.reserve = () => {
      throw new Error('broken');
    };
    proxy.core.limitBook.set({ id: 'day', layer: 'account', usd: 1, window: 'day', action: 'stop' });
    assert.equal((await ask(proxy, 'trial', { 'x-costlint-session': 'trial' })).status, 500);
    store.reserve = reserve;
    const next = ask(proxy, 'next', { 'x-costlint-session': 'next' });
    await until('the next runs', () => answers.length === 1);
    json(answers[0]!, messageBody({ input_tokens: 1, output_tokens: 1 }));
    assert.equal((await next).status, 200);
  });

  test('a trial call that its process took with it makes room for the next', async () => {
    const { proxy, answers, store, guard } = await halfOpen();
    const trial = ask(proxy, 'trial', { 'x-costlint-session': 'trial' });
    await until('the trial call runs', () => answers.length === 1);
    await guard.save();
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
    const again = await start({ breaker: { failures: 3 } }, store);
    assert.equal((await ask(again.proxy, 'next', { 'x-costlint-session': 'next' })).status, 200);
    json(answers[0]!, messageBody({ input_tokens: 1, output_tokens: 1 }));
    await trial;
  });

  test('a batch with many failed lines is no storm', async () => {
    const { proxy } = await start({ breaker: { failures: 3 } });
    const line = (i: number): string =>
      `${JSON.stringify({ custom_id: `c${i}`, result: { type: 'errored', error: { type: 'error', error: { type: 'invalid_request_error', message: 'x' } } } })}\n`;
    upstream.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/x-jsonl' });
      response.end([1, 2, 3, 4, 5].map(line).join(''));
    };
    const results = await fetch(`${proxy.url}/v1/messages/batches/msgbatch_1/results`, { headers: { 'x-api-key': 'k' } });
    assert.equal((await results.text()).split('\n').length, 6);
    await until('they are recorded', () => proxy.calls().length === 5);
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
    assert.equal((await ask(proxy, 'Hello')).status, 200);
  });

  test('a session whose ceiling is raised goes on, and one whose limit is of a day goes on the next day', async () => {
    const { proxy } = await start({ breaker: {}, limits: [{ id: 'ceiling', layer: 'session', usd: 0.02, window: 'session' }] });
    assert.deepEqual([(await ask(proxy, 'one')).status, (await ask(proxy, 'two')).status], [200, 402]);
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1000, output_tokens: 1200 }));
    await ask(proxy, 'more than was thought', { 'x-costlint-session': 'over' });
    assert.equal((await ask(proxy, 'and more', { 'x-costlint-session': 'over' })).status, 402);
    const headers = { 'x-costlint-token': proxy.adminToken };
    await fetch(`${proxy.url}/costlint/limits/set`, { method: 'POST', headers, body: '{"id":"ceiling","usd":1}' });
    assert.equal((await ask(proxy, 'now there is room', { 'x-costlint-session': 'over' })).status, 200);
    for (const window of ['day', 'hour', '5h'] as const) {
      const other = await start({ breaker: {}, limits: [{ id: 'window', layer: 'session', usd: 0.02, window }] });
      assert.deepEqual([(await ask(other.proxy, 'one')).status, (await ask(other.proxy, 'two')).status], [200, 402], window);
      now += 24 * HOUR;
      assert.equal((await ask(other.proxy, 'three')).status, 200, window);
    }
  });

  test('stays open over a restart', async () => {
    const { proxy, store, guard } = await start({ breaker: { repeats: 2 } });
    for (let i = 0; i < 3; i++) await ask(proxy, 'the same again');
    await guard.save();
    const again = await start({ breaker: { repeats: 2 } }, store);
    assert.equal((await ask(again.proxy, 'another thing')).status, 402);
  });
});
