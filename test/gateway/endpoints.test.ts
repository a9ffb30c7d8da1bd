/** What panels and other programs ask of a running gateway. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Totals } from '../../core/protocol/gateway.ts';
import { type History, historySchema, overviewSchema, sessionDetailSchema, sessionRowSchema } from '../../core/protocol/panel.ts';
import { projection, runway } from '../../gateway/admin/figures.ts';
import type { HourTotals } from '../../gateway/ledger/types.ts';
import { follow } from '../../gateway/publish/index.ts';
import { call } from '../ledger/sample.ts';
import { drop, newFolder, type Opened, opened } from './support/opened.ts';
import { json, messageBody, type Provider, provider, until } from './support/provider.ts';

/** A call of claude-sonnet-4-5: 1,000 in at $3, 8,000 read at $0.30, 1,000 out at $15 a million. */
const usage = { input_tokens: 1000, cache_read_input_tokens: 8000, output_tokens: 1000 };
const perCall = 3_000_000 + 2_400_000 + 15_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('the admin endpoints', () => {
  let upstream: Provider;
  let folder: string;
  let gateway: Opened;

  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody(usage)));
    folder = newFolder();
    gateway = await opened(folder, upstream.url, { daily: 10, injectCacheMark: true });
    for (const session of ['a', 'a', 'b']) await (await gateway.ask(session, { 'x-costlint-agent': `agent-${session}` })).text();
  });
  after(async () => {
    await gateway.close();
    await upstream.close();
    drop(folder);
  });

  test('need the token of the discovery file', async () => {
    const paths = ['overview', 'history', 'sessions', 'sessions/a', 'limits', 'observed', 'state'];
    for (const path of paths) assert.equal((await fetch(`${gateway.url}/costlint/${path}`)).status, 401, path);
    const posts = ['limits/set', 'limits/reset', 'breaker/reset', 'sites', 'stop', 'sessions/a/pause', 'sessions/a/resume', 'sessions/a/stop'];
    for (const path of posts) {
      const response = await fetch(`${gateway.url}/costlint/${path}`, { method: 'POST', body: '{}', headers: { 'x-costlint-token': 'guess' } });
      assert.equal(response.status, 401, path);
    }
  });

  test('the overview says what was spent, what the cache saved and when the money ends', async () => {
    const overview = overviewSchema.parse(await gateway.get('/costlint/overview'));
    assert.deepEqual([overview.today.calls, overview.today.nanoUsd, overview.month.nanoUsd], [3, 3 * perCall, 3 * perCall]);
    assert.equal(overview.lastHour, 3 * perCall);
    assert.deepEqual(overview.cache, { read: 8 / 9, saved: 3 * 8_000 * 2_700 });
    assert.deepEqual([overview.usualHour, overview.projection, overview.completed], [null, null, null], 'too little is known');
    assert.deepEqual(overview.queue, { critical: 0, normal: 0, background: 0 });
    assert.deepEqual(overview.active, ['cache-mark']);
    // $10 at 6 cents an hour lasts until tomorrow, when the day begins anew.
    assert.equal(overview.runway, null);
  });

  test('spending over time adds up to the ledger, however it is split', async () => {
    const now = Date.now();
    const since = Math.floor(now / HOUR) * HOUR - HOUR;
    for (const by of ['model', 'agent', 'project', 'session', 'site']) {
      for (const bucketMs of [60_000, 900_000]) {
        const answer = await gateway.get(`/costlint/history?since=${since}&until=${since + 3 * HOUR}&bucketMs=${bucketMs}&by=${by}`);
        const history = historySchema.parse(answer);
        assert.equal(history.at.length, (3 * HOUR) / bucketMs);
        assert.equal(
          history.series.flatMap(({ values }) => values).reduce((a, b) => a + b, 0),
          3 * perCall,
          `${by} ${bucketMs}`,
        );
      }
    }
    const agents = historySchema.parse(await gateway.get(`/costlint/history?since=${since}&until=${now + HOUR}&bucketMs=60000&by=agent`));
    assert.deepEqual(
      agents.series.map(({ key }) => key),
      ['agent-a', 'agent-b'],
      'the largest first',
    );
    const kinds = historySchema.parse(await gateway.get(`/costlint/history?since=${since}&until=${now + HOUR}&bucketMs=60000&by=kind`));
    const totals = kinds.series.map(({ key, values }) => [key, values.reduce((a, b) => a + b, 0)]);
    assert.deepEqual(Object.fromEntries(totals), { uncachedInput: 3_000, cacheRead: 24_000, output: 3_000 });
    const tooFine = (await gateway.get(`/costlint/history?since=0&until=${now}&bucketMs=1000&by=model`)) as { error?: { message: string } };
    assert.match(tooFine.error?.message ?? '', /ask for a larger bucketMs/);
  });

  test('lists sessions and opens one', async () => {
    const { sessions, total } = await gateway.get<{ sessions: unknown[]; total: number }>('/costlint/sessions?limit=20000');
    const rows = sessions.map((row) => sessionRowSchema.parse(row));
    assert.deepEqual(
      [total, rows.map(({ session, source }) => [session, source])],
      [
        2,
        [
          ['b', 'gateway'],
          ['a', 'gateway'],
        ],
      ],
    );
    const detail = sessionDetailSchema.parse(await gateway.get('/costlint/sessions/a'));
    assert.deepEqual([detail.summary.totals.nanoUsd, detail.events.length, detail.cut], [2 * perCall, 2, false]);
    const [first, second] = detail.events;
    assert.ok(first && second && first.at <= second.at, 'the oldest first');
    const { error } = await gateway.get<{ error: { message: string } }>('/costlint/sessions/nobody');
    assert.equal(error.message, 'no session nobody');
  });

  test('a limit moves as calls are made', async () => {
    const seen = gateway.events.length;
    await (await gateway.ask('c')).text();
    const spent = (): number | undefined =>
      gateway.events
        .slice(seen)
        .flatMap((event) => (event.kind === 'standings' ? event.standings : []))
        .findLast(({ counter, reserved }) => counter === 'account-daily|all' && reserved === 0)?.spent;
    await until('the gauge moves', () => spent() === 4 * perCall);
    const state = await gateway.get<{ limits: { counter: string; spent: number }[] }>('/costlint/state');
    assert.deepEqual(
      state.limits.map(({ counter, spent }) => [counter, spent]),
      [['account-daily|all', 4 * perCall]],
    );
  });

  test('what cannot be understood changes nothing', async () => {
    await gateway.post('/costlint/sessions/stopped/stop');
    const headers = { 'x-costlint-token': gateway.adminToken };
    const response = await fetch(`${gateway.url}/costlint/breaker/reset`, { method: 'POST', headers, body: '{"scope": "other' });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /the body is not JSON/);
    assert.equal((await gateway.ask('stopped')).status, 402, 'it is still stopped');
    assert.equal((await fetch(`${gateway.url}/costlint/breaker/reset`, { method: 'POST', headers })).status, 200, 'without a body: all');
    assert.equal((await gateway.ask('stopped')).status, 200);
    const most = await gateway.post('/costlint/preflight', { usd: 1e300, holdMs: 1000 });
    assert.equal(most.status, 400);
  });

  test('spending over time says up to which event it knows calls: later ones are not in it', async () => {
    const now = Date.now();
    const asked = `/costlint/history?since=${now - DAY}&until=${now + HOUR}&bucketMs=60000&by=model`;
    const seen: { seq: number; call: boolean }[] = [];
    const following = (async () => {
      for await (const message of follow(gateway.socket)) {
        seen.push({ seq: message.seq, call: message.type === 'event' && message.event.kind === 'call' });
        if (message.type === 'event' && message.event.kind === 'session') return;
      }
    })();
    await until('it follows', () => seen.length > 0);
    const sum = (history: History): number => history.series.flatMap(({ values }) => values).reduce((a, b) => a + b, 0) / perCall;
    const first = historySchema.parse(await gateway.get(asked));
    let going = true;
    const load = (async () => {
      for (let i = 0; i < 200 && going; i++) await (await gateway.ask(`load-${i % 5}`)).text();
    })();
    const answers: History[] = [];
    for (let i = 0; i < 15; i++) answers.push(historySchema.parse(await gateway.get(asked)));
    going = false;
    await load;
    await gateway.post('/costlint/sessions/load-0/pause');
    await following;
    const calls = seen.filter(({ call }) => call).map(({ seq }) => seq);
    for (const answer of answers) assert.equal(sum(answer), sum(first) + calls.filter((seq) => seq > first.seq! && seq <= answer.seq!).length);
    assert.ok(sum(answers.at(-1)!) > sum(first));
  });

  test('stops when it is told to, and its file is gone', async () => {
    const other = newFolder();
    const second = await opened(other, upstream.url);
    const { status, body } = await second.post('/costlint/stop');
    assert.deepEqual([status, body], [202, { stopping: true, running: 0 }]);
    await second.stopAsked;
    await second.close();
    await assert.rejects(fetch(`${second.url}/costlint/health`));
    drop(other);
  });

  test('calls leave after the days that were chosen, sums stay', async () => {
    const other = newFolder();
    const first = await opened(other, upstream.url);
    const old = Date.now() - 3 * DAY;
    await first.core.ledger.append(call({ id: 'old', at: old, cost: { kind: 'known', nanoUsd: 5_000 } }));
    await first.close();
    const second = await opened(other, upstream.url, { keepDays: 2 });
    await until('it is gone', () => second.core.ledger.call('old') === undefined);
    assert.equal(second.core.ledger.totals().nanoUsd, 5_000);
    const since = Math.floor(old / DAY) * DAY;
    const history = historySchema.parse(await second.get(`/costlint/history?since=${since}&until=${since + 2 * DAY}&bucketMs=${DAY}&by=model`));
    assert.equal(history.series[0]?.values[0], 5_000);
    await second.close();
    drop(other);
  });
});

describe('the figures of the overview', () => {
  const at = Date.UTC(2026, 10, 20, 12);
  const totals = (nanoUsd: number): Totals => ({ calls: 1, nanoUsd, unpriced: 0, tokens: {}, denied: 0, failed: 0 });
  const hour = (hoursAgo: number, nanoUsd: number): HourTotals => ({ hour: at - hoursAgo * HOUR, totals: totals(nanoUsd) });

  test('the month goes on as the last days did', () => {
    const days = [1, 2, 3, 4, 5, 6, 7].map((day) => hour(day * 24 - 1, day * 1e9)).reverse();
    const end = at + 10 * DAY;
    assert.deepEqual(projection(days, 50e9, end, at), { low: 50e9 + 30e9, expected: 50e9 + 40e9, high: 50e9 + 60e9 });
    assert.equal(projection([hour(3, 1e9)], 1e9, end, at), null, 'a morning says nothing');
  });

  test('the runway is that of the tightest limit of the account', () => {
    const base = { unit: 'nanoUsd', action: 'stop', layer: 'account' } as const;
    const day = { ...base, id: 'daily', max: 10e9, window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' } } as const;
    const month = { ...base, id: 'monthly', max: 100e9, window: { kind: 'calendar', unit: 'month', timeZone: 'UTC' } } as const;
    const standings = [
      { limit: day, counter: 'daily|all', spent: 4e9, reserved: 0, available: 6e9, resetsMs: at + 12 * HOUR },
      { limit: month, counter: 'monthly|all', spent: 70e9, reserved: 0, available: 30e9, resetsMs: at + 10 * DAY },
    ];
    assert.deepEqual(runway(standings, 1e9, at), { limit: 'daily', at: at + 6 * HOUR });
    assert.deepEqual(runway(standings, 0.4e9, at), { limit: 'monthly', at: at + 75 * HOUR }, 'the day ends before its limit does');
    assert.equal(runway(standings, 0, at), null);
  });
});
