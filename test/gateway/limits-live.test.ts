/** Limits that a person changes while the gateway runs. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { GatewayState } from '../../core/protocol/gateway.ts';
import { drop, newFolder, opened, request } from './support/opened.ts';
import { json, messageBody, messageEvents, type Provider, provider, until, wait } from './support/provider.ts';

/** $0.018 a call; its worst case before it is known is about as much. */
const usage = { input_tokens: 1000, output_tokens: 1000 };

describe('limits that change while the gateway runs', () => {
  let upstream: Provider;
  const folders: string[] = [];
  const folder = (): string => {
    folders.push(newFolder());
    return folders.at(-1)!;
  };
  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody(usage)));
  });
  after(async () => {
    await upstream.close();
    for (const one of folders) drop(one);
  });

  test('raised, the next call passes; lowered, it does not; both are recorded and published', async () => {
    const gateway = await opened(folder(), upstream.url, { daily: 0.03 });
    assert.equal((await gateway.ask('a')).status, 200);
    assert.equal((await gateway.ask('a')).status, 402);
    const { status, body } = await gateway.post('/costlint/limits/set', { id: 'account-daily', usd: 1 });
    assert.equal(status, 200);
    assert.deepEqual(
      (body.standings as { max: number; spent: number }[]).map(({ max, spent }) => [max, spent]),
      [[1e9, 18_000_000]],
    );
    assert.equal((await gateway.ask('a')).status, 200);
    await gateway.post('/costlint/limits/set', { id: 'account-daily', usd: 0.04 });
    assert.equal((await gateway.ask('a')).status, 402);
    const recorded = [...gateway.core.ledger.events({ kinds: ['limit'] })].flatMap((event) =>
      event.kind === 'limit' && event.state === 'changed' ? [event] : [],
    );
    assert.deepEqual(
      recorded.map(({ was, standing }) => [was, standing.max]),
      [
        [30_000_000, 1e9],
        [1e9, 40_000_000],
      ],
    );
    await until('it is published', () => gateway.events.some((event) => event.kind === 'limit' && event.standing.max === 40_000_000));
    const { limits } = await gateway.get<GatewayState>('/costlint/state');
    assert.equal(limits[0]?.max, 40_000_000);
    await gateway.close();
  });

  test('a new one holds from then on, and goes when it is taken back', async () => {
    const gateway = await opened(folder(), upstream.url);
    await gateway.ask('a');
    const added = { id: 'cron', layer: 'agent', scope: 'cron', calls: 1, window: 'day' };
    assert.equal((await gateway.post('/costlint/limits/set', added)).status, 200);
    const ask = async (agent: string): Promise<number> => (await gateway.ask('s', { 'x-costlint-agent': agent })).status;
    assert.deepEqual([await ask('cron'), await ask('cron'), await ask('chat')], [200, 402, 200]);
    assert.equal((await gateway.post('/costlint/limits/set', { id: 'cron', calls: 2 })).status, 200);
    assert.deepEqual([await ask('cron'), await ask('cron')], [200, 402]);
    assert.equal((await gateway.post('/costlint/limits/set', { id: 'cron', restore: true })).status, 200);
    assert.equal(await ask('cron'), 200);
    assert.deepEqual((await gateway.get<GatewayState>('/costlint/state')).limits, []);
    await gateway.close();
  });

  test('changes outlive a restart, until the configuration says something else', async () => {
    const place = folder();
    const first = await opened(place, upstream.url, { daily: 5, monthly: 50 });
    await first.post('/costlint/limits/set', { id: 'account-daily', usd: 7, warnAt: 0.5 });
    await first.post('/costlint/limits/set', { id: 'account-monthly', usd: 70 });
    await first.post('/costlint/limits/set', { id: 'nightly', layer: 'account', usd: 2, window: 'hour', action: 'warn' });
    await first.close();
    const limits = async (daily: number): Promise<Record<string, unknown>> => {
      const gateway = await opened(place, upstream.url, { daily, monthly: 50 });
      const found = (await gateway.get<GatewayState>('/costlint/state')).limits;
      await gateway.close();
      return Object.fromEntries(found.map(({ limit, max, warnAt, action }) => [limit, [max / 1e9, warnAt, action]]));
    };
    const rest = { 'account-monthly': [70, undefined, 'stop'], nightly: [2, undefined, 'warn'] };
    assert.deepEqual(await limits(5), { 'account-daily': [7, 0.5, 'stop'], ...rest });
    assert.deepEqual(await limits(6), { 'account-daily': [6, undefined, 'stop'], ...rest });
  });

  /** A gateway whose ceilings end streams, and a stream that runs in session `a`. */
  async function streaming(daily: number) {
    const gateway = await opened(folder(), upstream.url, { daily, atCeiling: 'now' });
    const events = messageEvents(['Hello'], 10, 20);
    let end = (): void => {};
    upstream.answer = (asked, response) => {
      if (!asked.body.includes('"stream":true')) return json(response, messageBody(usage));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(events.slice(0, 3).join(''));
      end = () => response.end(events.slice(3).join(''));
    };
    const headers = { 'content-type': 'application/json', 'x-costlint-session': 'a' };
    const body = JSON.stringify({ ...request, max_tokens: 100, stream: true });
    const text = fetch(`${gateway.url}/v1/messages`, { method: 'POST', headers, body }).then((response) => response.text());
    await until('the stream runs', () => gateway.core.running.size === 1);
    await wait(20);
    return { gateway, text, end: () => end() };
  }

  test('raised while a stream runs, what is spent under the old one does not end it', async () => {
    const { gateway, text, end } = await streaming(0.03);
    let release = (): void => {};
    const { answer } = upstream;
    upstream.answer = (_asked, response) => {
      release = () => json(response, messageBody({ input_tokens: 1000, output_tokens: 2000 }));
    };
    const other = gateway.ask('b');
    await until('another call runs', () => gateway.core.running.size === 2);
    await gateway.post('/costlint/limits/set', { id: 'account-daily', usd: 1 });
    release();
    assert.equal((await other).status, 200);
    await wait(20);
    upstream.answer = answer;
    end();
    assert.match(await text, /message_stop/);
    await gateway.close();
  });

  test('lowered below what is spent, it ends the streams that run under it', async () => {
    const { gateway, text } = await streaming(1);
    assert.equal((await gateway.ask('b')).status, 200);
    await gateway.post('/costlint/limits/set', { id: 'account-daily', usd: 0.001 });
    assert.match(await text, /event: error\ndata: .*limit \\"account-daily\\" is reached/);
    await gateway.close();
  });

  test('what makes no sense is refused with the reason', async () => {
    const gateway = await opened(folder(), upstream.url, { daily: 5 });
    const refusal = async (body: object): Promise<unknown> => {
      const { status, body: answer } = await gateway.post('/costlint/limits/set', body);
      return [status, (answer.error as { message: string }).message];
    };
    assert.deepEqual(await refusal({ id: 'nobody', usd: 5 }), [
      404,
      'there is no limit "nobody"; a new one needs layer, window and an amount as well',
    ]);
    assert.deepEqual(await refusal({ id: 'account-daily', tokens: 5 }), [400, 'limit "account-daily" counts usd: its amount is given in that']);
    assert.deepEqual(await refusal({ id: 'account-daily', restore: true }), [400, 'limit "account-daily" is as configured']);
    for (const body of [
      { id: 'account-daily', usd: -1 },
      { id: 'account-daily', usd: 'many' },
      { usd: 1 },
      { id: 'x', layer: 'moon', usd: 1, window: 'day' },
    ])
      assert.equal((await gateway.post('/costlint/limits/set', body)).status, 400, JSON.stringify(body));
    await gateway.close();
  });
});
