import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { gateway, type TestGateway } from './support/gateway.ts';
import { json, messageBody, messageEvents, type Provider, provider, until, wait } from './support/provider.ts';

/** claude-sonnet-4-5: $3 in, $15 out per MTok: this call's output of 1,000 tokens costs $0.015. */
const request = { model: 'claude-sonnet-4-5', max_tokens: 1000, messages: [{ role: 'user', content: 'Hi' }] };
const usage = { input_tokens: 1000, output_tokens: 1000 };
const perCall = 18_000_000;

interface ErrorBody {
  readonly type: string;
  readonly error: { readonly type: string; readonly message: string; readonly costlint: Record<string, unknown> };
}

describe('limits hold', () => {
  let upstream: Provider;
  const open: TestGateway[] = [];
  const start = async (...args: Parameters<typeof gateway> extends [string, ...infer Rest] ? Rest : never): Promise<TestGateway> => {
    const one = await gateway(upstream.url, ...args);
    open.push(one);
    return one;
  };
  const post = (proxy: TestGateway, headers: Record<string, string> = {}, body: object = request): Promise<Response> =>
    fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'k', ...headers },
      body: JSON.stringify(body),
    });

  before(async () => {
    upstream = await provider();
  });
  after(async () => {
    await Promise.all(open.map((one) => one.close()));
    await upstream.close();
  });
  beforeEach(() => {
    upstream.answer = (_asked, response) => json(response, messageBody(usage));
  });

  test('a loop without end ends at the session’s ceiling', async () => {
    const proxy = await start({ session: 0.1 });
    const asked = upstream.asked.length;
    let status = 200;
    let calls = 0;
    for (; status === 200 && calls < 50; calls++) {
      const response = await post(proxy, { 'x-costlint-session': 'loop' });
      status = response.status;
      await response.text();
    }
    assert.equal(status, 402);
    const spent = proxy.ledger.totals({ session: 'loop' }).nanoUsd;
    assert.ok(spent > 60_000_000 && spent <= 100_000_000, String(spent));
    assert.equal(upstream.asked.length - asked, calls - 1);
    assert.equal((await post(proxy, { 'x-costlint-session': 'other' })).status, 200);
  });

  test('a denial says what, how much and how to go on, in the provider’s shape, and SDKs do not retry it', async () => {
    const proxy = await start({ session: 0.01 });
    const response = await post(proxy, { 'x-costlint-session': 's' });
    assert.equal(response.status, 402);
    assert.equal(response.headers.get('x-should-retry'), 'false');
    const { type, error } = (await response.json()) as ErrorBody;
    assert.deepEqual([type, error.type], ['error', 'billing_error']);
    assert.match(error.message, /limit "session" of session "s": \$0 of \$0\.01 are spent, this call may take \$0\.01.*--session/s);
    assert.equal(error.costlint.limit, 'session');
    assert.equal(error.costlint.max, 10_000_000);
    assert.equal(error.costlint.session, 's');
    const [denial] = proxy.denials();
    assert.deepEqual([denial?.reason, denial?.status, denial?.by?.[0]?.counter], ['budget', 402, 'session|s']);
    assert.equal(proxy.calls().length, 0);
  });

  test('each agent has its daily cap, which begins anew at midnight in the person’s time zone', async () => {
    let now = Date.parse('2026-11-23T20:00:00Z');
    const proxy = await start({ agentDaily: 0.04, timeZone: 'Asia/Tokyo' }, { now: () => now });
    const statuses = async (agent: string, times: number): Promise<number[]> => {
      const got: number[] = [];
      for (let i = 0; i < times; i++) got.push((await post(proxy, { 'x-costlint-agent': agent, 'x-costlint-session': `${agent}${i}` })).status);
      return got;
    };
    assert.deepEqual(await statuses('cron', 3), [200, 200, 402]);
    assert.deepEqual(await statuses('chat', 1), [200]);
    now = Date.parse('2026-11-24T14:59:59Z');
    assert.deepEqual(await statuses('cron', 1), [402]);
    now = Date.parse('2026-11-24T15:00:00Z');
    assert.deepEqual(await statuses('cron', 1), [200]);
  });

  test('1,000 calls at once do not overshoot a cap', async () => {
    const proxy = await start({ daily: 1 });
    upstream.answer = async (_asked, response) => {
      await wait(30);
      json(response, messageBody({ input_tokens: 10, output_tokens: 1000 }));
    };
    const asked = upstream.asked.length;
    const statuses = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const response = await post(proxy, { 'x-costlint-session': `s${i}` });
        await response.arrayBuffer();
        return response.status;
      }),
    );
    const passed = statuses.filter((status) => status === 200).length;
    const { nanoUsd } = proxy.ledger.totals();
    assert.equal(passed, upstream.asked.length - asked);
    assert.equal(statuses.filter((status) => status === 402).length, 1000 - passed);
    assert.ok(nanoUsd <= 1_000_000_000, `${nanoUsd} spent`);
    assert.ok(nanoUsd >= 500_000_000, `only ${nanoUsd} of the cap could be used`);
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'account-daily|all' }]);
    assert.deepEqual([standing?.spent, standing?.reserved], [nanoUsd, 0]);
  });

  test('what fails gives its reservation back', async () => {
    const proxy = await start({ session: 0.03 });
    upstream.answer = (_asked, response) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{}');
    };
    for (let i = 0; i < 10; i++) assert.equal((await post(proxy, { 'x-costlint-session': 's' })).status, 500);
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'session|s' }]);
    assert.deepEqual([standing?.spent, standing?.reserved], [0, 0]);
  });

  test('a call without an output cap gets one that fits, and says so', async () => {
    const proxy = await start({ session: 0.1 });
    const { max_tokens: _, ...uncapped } = request;
    const response = await post(proxy, { 'x-costlint-session': 's' }, uncapped);
    assert.equal(response.status, 200);
    const cap = Number(response.headers.get('x-costlint-output-cap'));
    assert.ok(cap > 5_000 && cap < 6_667, String(cap));
    const sent = JSON.parse(upstream.asked.at(-1)?.body.toString() ?? '{}') as { max_tokens?: number };
    assert.equal(sent.max_tokens, cap);
    assert.deepEqual(proxy.calls()[0]?.actions, ['cap-lowered']);
    const strict = await start({ session: 0.1, noCap: 'deny' });
    assert.equal((await post(strict, {}, uncapped)).status, 402);
  });

  test('a stream that may start below its worst case is cut at the ceiling', async () => {
    const proxy = await start({ session: 0.1, noCap: 'cut' });
    upstream.answer = async (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const events = messageEvents(
        Array.from({ length: 4000 }, () => 'many words in one go, '),
        10,
        24_000,
      );
      for (const event of events) {
        if (response.destroyed) return;
        if (!response.write(event)) await new Promise((resolve) => response.once('drain', resolve));
        if (Math.random() < 0.05) await wait(1);
      }
      response.end();
    };
    const { max_tokens: _, ...uncapped } = request;
    const aborted = upstream.aborted;
    const response = await post(proxy, { 'x-costlint-session': 's' }, { ...uncapped, stream: true });
    const text = await response.text();
    assert.match(text, /event: error\ndata: \{"type":"error","error":\{"type":"billing_error"/);
    assert.ok(!text.includes('message_stop'));
    await until('the upstream is aborted', () => upstream.aborted > aborted);
    await until('the call is recorded', () => proxy.calls().length > 0);
    const [call] = proxy.calls();
    assert.equal(call?.outcome, 'cut');
    assert.ok((call?.usage.output ?? 0) > 1_000);
    assert.ok(proxy.ledger.totals().nanoUsd <= 100_000_000);
  });

  test('a cap beyond all amounts is denied like any other that does not fit', async () => {
    const proxy = await start({ daily: 10 });
    for (const max_tokens of [1e15, 9e30]) assert.equal((await post(proxy, {}, { ...request, max_tokens })).status, 402);
    assert.deepEqual(proxy.warnings, []);
  });

  test('a ceiling with `now` ends the session’s running streams with an error event', async () => {
    const proxy = await start({ session: 0.1, atCeiling: 'now' });
    const events = messageEvents(['Hello'], 10, 20);
    let isStreaming = false;
    upstream.answer = (asked, response) => {
      if (!asked.body.includes('"stream":true')) return json(response, messageBody({ input_tokens: 20_000, output_tokens: 3000 }));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(events.slice(0, 3).join(''));
      isStreaming = true;
    };
    const aborted = upstream.aborted;
    const running = post(proxy, { 'x-costlint-session': 's' }, { ...request, stream: true }).then((response) => response.text());
    await until('the stream runs', () => isStreaming);
    assert.equal((await post(proxy, { 'x-costlint-session': 's' })).status, 200);
    const text = await running;
    assert.ok(text.startsWith(events.slice(0, 3).join('')));
    assert.match(text.slice(events.slice(0, 3).join('').length), /^event: error\ndata: .*limit \\"session\\" is reached/);
    await until('the upstream is aborted', () => upstream.aborted > aborted);
    assert.ok(proxy.events.some((event) => event.kind === 'limit' && event.state === 'reached'));
  });

  test('a stream that is ended amid an event gets the rest of that event first', async () => {
    const proxy = await start();
    const events = messageEvents(['Hello'], 10, 20);
    const [head, next = ''] = [events.slice(0, 2).join(''), events[2]];
    let release = (): void => {};
    upstream.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(head + next.slice(0, 20));
      release = () => response.write(next.slice(20) + events.slice(3).join(''));
    };
    const response = await post(proxy, { 'x-costlint-session': 's' }, { ...request, stream: true });
    const reader = response.body?.getReader();
    let text = Buffer.from((await reader?.read())?.value ?? []).toString();
    assert.equal(text, head + next.slice(0, 20));
    proxy.core.running.stopSession('s', { kind: 'budget', message: 'enough' });
    await wait(20);
    release();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += Buffer.from(part.value).toString();
    assert.ok(text.startsWith(head + next), text);
    assert.match(
      text.slice((head + next).length),
      /^(event: (content_block_stop|message_delta|message_stop)\ndata: .*\n\n)*event: error\ndata: .*enough/,
    );
  });

  test('a response that comes twice counts once against a limit', async () => {
    const proxy = await start({ session: 1 });
    const same = messageBody(usage);
    upstream.answer = (_asked, response) => json(response, same);
    for (let i = 0; i < 2; i++) await (await post(proxy, { 'x-costlint-session': 's' })).text();
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'session|s' }]);
    assert.equal(standing?.spent, perCall);
  });

  test('80 % of a limit is announced once', async () => {
    const proxy = await start({ session: 0.1 });
    for (let i = 0; i < 5; i++) await (await post(proxy, { 'x-costlint-session': 's' })).text();
    const warnings = proxy.events.filter((event) => event.kind === 'limit' && event.state === 'warned');
    assert.equal(warnings.length, 1);
    assert.equal(proxy.ledger.totals().nanoUsd, 5 * perCall);
  });

  test('a model without a known price counts as the dearest one, or is denied', async () => {
    const proxy = await start({ session: 5 });
    upstream.answer = (_asked, response) => json(response, messageBody(usage, { model: 'claude-nova-9' }));
    await (await post(proxy, { 'x-costlint-session': 's' }, { ...request, model: 'claude-nova-9' })).text();
    const [call] = proxy.calls();
    assert.equal(call?.cost.kind, 'unknown');
    assert.deepEqual(call?.usage, { uncachedInput: 1000, output: 1000 });
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'session|s' }]);
    assert.ok((standing?.spent ?? 0) >= 60_000_000, String(standing?.spent));
    const strict = await start({ unknownPrice: 'deny' });
    assert.equal((await post(strict, {}, { ...request, model: 'claude-nova-9' })).status, 402);
  });

  test('preflight answers enough or not, with a margin, and can hold an amount', async () => {
    const proxy = await start({ session: 1 });
    const ask = async (body: object): Promise<Record<string, unknown>> =>
      (await (await fetch(`${proxy.url}/costlint/preflight`, { method: 'POST', body: JSON.stringify(body) })).json()) as Record<string, unknown>;
    assert.equal((await ask({ session: 's', usd: 0.8 })).enough, true);
    assert.equal((await ask({ session: 's', usd: 0.85 })).enough, false);
    assert.equal((await ask({ session: 's', calls: 10, tokens: 100_000, model: 'claude-sonnet-4-5' })).enough, true);
    const held = await ask({ session: 's', usd: 0.8, holdMs: 60_000 });
    assert.match(String(held.hold), /^hold-/);
    assert.equal((await post(proxy, { 'x-costlint-session': 's' }, { ...request, max_tokens: 4000 })).status, 402);
    assert.equal(
      (await post(proxy, { 'x-costlint-session': 's', 'x-costlint-hold': String(held.hold) }, { ...request, max_tokens: 4000 })).status,
      200,
    );
  });

  test('a person resets a limit with the token of the discovery file', async () => {
    const proxy = await start({ session: 0.04 });
    while ((await post(proxy, { 'x-costlint-session': 's' })).status === 200);
    const reset = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${proxy.url}/costlint/limits/reset`, { method: 'POST', headers, body: JSON.stringify({ counter: 'session|s' }) });
    assert.equal((await reset({})).status, 401);
    assert.equal((await reset({ 'x-costlint-token': proxy.adminToken })).status, 200);
    assert.equal((await post(proxy, { 'x-costlint-session': 's' })).status, 200);
  });
});
