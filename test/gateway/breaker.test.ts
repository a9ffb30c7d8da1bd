import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { LedgerEvent } from '../../core/protocol/gateway.ts';
import { BreakerGuard } from '../../gateway/guard.ts';
import { type GatewayInput, gatewayOptions } from '../../gateway/options.ts';
import { Sessions } from '../../gateway/sessions.ts';
import { MemoryStore } from '../../gateway/store/memory.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { json, messageBody, type Provider, provider } from './support/provider.ts';

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
    const { proxy } = await start({ breaker: { failures: 20 } });
    upstream.answer = (_asked, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"type":"error","error":{"type":"authentication_error","message":"no"}}');
    };
    const asked = upstream.asked.length;
    for (let i = 0; i < 60; i++) await ask(proxy, `question ${'abcdefgh'[i % 8]} ${i}`, { 'x-costlint-session': `s${i}` });
    assert.equal(upstream.asked.length - asked, 20);
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

  test('stays open over a restart', async () => {
    const { proxy, store, guard } = await start({ breaker: { repeats: 2 } });
    for (let i = 0; i < 3; i++) await ask(proxy, 'the same again');
    await guard.save();
    const again = await start({ breaker: { repeats: 2 } }, store);
    assert.equal((await ask(again.proxy, 'another thing')).status, 402);
  });
});
