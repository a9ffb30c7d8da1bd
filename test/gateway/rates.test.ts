import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gateway, type TestGateway } from './support/gateway.ts';
import { json, messageBody, type Provider, provider } from './support/provider.ts';

describe('rate limits', () => {
  let upstream: Provider;
  let proxy: TestGateway;
  let now = Date.parse('2026-11-23T12:00:00Z');
  before(async () => {
    upstream = await provider();
    proxy = await gateway(upstream.url, { rateWaitMs: 0 }, { now: () => now });
  });
  after(async () => {
    await proxy.close();
    await upstream.close();
  });
  const ask = (key: string, headers = {}): Promise<Response> =>
    fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, ...headers },
      body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }),
    });

  test('a call is held back before the provider would refuse it, and told when to come again', async () => {
    upstream.answer = (_asked, response) =>
      json(response, messageBody({ input_tokens: 1, output_tokens: 1 }), {
        'anthropic-ratelimit-requests-limit': '10',
        'anthropic-ratelimit-requests-remaining': '4',
      });
    const asked = upstream.asked.length;
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await ask('a')).status);
    assert.ok(statuses.includes(429), statuses.join());
    assert.ok(upstream.asked.length - asked < 6);
    const late = await ask('a');
    assert.equal(late.status, 429);
    assert.ok(Number(late.headers.get('retry-after')) >= 1);
    assert.equal(late.headers.get('x-should-retry'), 'true');
    assert.equal((await ask('b')).status, 200, 'another key has limits of its own');
    now += 60_000;
    assert.equal((await ask('a')).status, 200);
  });

  test('retry-after of the provider is honoured', async () => {
    upstream.answer = (_asked, response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '20' });
      response.end('{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}');
    };
    assert.equal((await ask('c')).status, 429);
    const asked = upstream.asked.length;
    const held = await ask('c');
    assert.equal(held.status, 429);
    assert.equal(upstream.asked.length, asked);
    assert.equal(held.headers.get('retry-after'), '20');
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
    now += 20_000;
    assert.equal((await ask('c')).status, 200);
  });

  test('calls that a limit denies use nothing of the provider’s rate limits', async () => {
    const own = await gateway(
      upstream.url,
      { rateWaitMs: 0, limits: [{ id: 's', layer: 'session', calls: 1, window: 'session' }] },
      { now: () => now },
    );
    upstream.answer = (_asked, response) =>
      json(response, messageBody({ input_tokens: 1, output_tokens: 1 }), {
        'anthropic-ratelimit-requests-limit': '10',
        'anthropic-ratelimit-requests-remaining': '9',
      });
    const send = async (session: string): Promise<number> => {
      const headers = { 'x-api-key': 'd', 'x-costlint-session': session };
      const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] });
      return (await fetch(`${own.url}/v1/messages`, { method: 'POST', headers, body })).status;
    };
    assert.equal(await send('stubborn'), 200);
    for (let i = 0; i < 20; i++) assert.equal(await send('stubborn'), 402);
    assert.equal(await send('other'), 200);
    await own.close();
  });

  test('calls wait for their turn, the critical ones first', async () => {
    const own = await gateway(upstream.url, { rateWaitMs: 5_000 });
    const order: string[] = [];
    upstream.answer = (asked, response) => {
      order.push(String(asked.headers['x-name']));
      json(
        response,
        messageBody({ input_tokens: 1, output_tokens: 1 }),
        order.length === 1 ? { 'anthropic-ratelimit-requests-limit': '3000', 'anthropic-ratelimit-requests-remaining': '435' } : {},
      );
    };
    const send = (name: string, priority: string): Promise<Response> =>
      fetch(`${own.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-name': name, 'x-costlint-priority': priority },
        body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 100, messages: [] }),
      });
    await send('first', 'normal');
    const rest = [send('background', 'background'), send('normal', 'normal'), send('critical', 'critical')];
    assert.deepEqual(await Promise.all(rest.map(async (one) => (await one).status)), [200, 200, 200]);
    assert.equal(order.length, 4);
    await own.close();
  });
});
