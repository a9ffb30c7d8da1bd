/** Spending over time: nothing is lost on the way from the ledger's sums and the calls since to the bars of the chart. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Bars, MAX_SERIES, queryFor, rangeSizes, SpendHistory } from '../../webview/history.ts';
import type { Split } from '../../webview/names.ts';
import { call, callsOver, HOUR, historyOf, MINUTE } from './harness/feed.ts';
import { NOW } from './harness/page.ts';

const totals = ({ series }: Bars): Record<string, number> => Object.fromEntries(series.map(({ key, total }) => [key, total]));
const all = (bars: Bars): number => bars.series.reduce((sum, { total }) => sum + total, 0);
const nothing = (by: Split, range: '1h' | '24h' = '24h') => historyOf(queryFor(range, by, NOW), []);
const costOf = (nanoUsd: number) => ({ cost: { kind: 'known' as const, nanoUsd } });

describe('spending over time', () => {
  test('a call that comes in live counts as it does when it is loaded', () => {
    for (const by of ['model', 'agent', 'project', 'site', 'kind'] as const) {
      const query = queryFor('24h', by, NOW);
      const calls = callsOver(query.since, NOW, 300);
      const loaded = new SpendHistory(historyOf(query, calls));
      const live = new SpendHistory(historyOf(query, calls.slice(0, 150)));
      for (const one of calls.slice(150)) live.add(one);
      const [a, b] = [loaded, live].map((history) => history.bars(history.since, history.until, 1_000));
      assert.deepEqual(totals(b!), totals(a!), by);
      const order = (bars: Bars) => [...bars.series].sort((x, y) => (x.key < y.key ? -1 : 1));
      assert.deepEqual(order(b!), order(a!), by);
    }
  });

  test('fewer bars hold the same sum', () => {
    const query = queryFor('24h', 'model', NOW);
    const history = new SpendHistory(historyOf(query, callsOver(query.since, NOW, 500)));
    const fine = history.bars(history.since, history.until, 10_000);
    for (const most of [1, 7, 50, 200]) {
      const bars = history.bars(history.since, history.until, most);
      assert.ok(bars.at.length <= most + 1, `${bars.at.length} bars for ${most}`);
      assert.deepEqual(totals(bars), totals(fine));
      assert.equal(
        bars.series[0]!.values.reduce((sum, value) => sum + value, 0),
        bars.series[0]!.total,
      );
    }
  });

  test('a zoomed part holds what was spent in it', () => {
    const query = queryFor('24h', 'model', NOW);
    const history = new SpendHistory(historyOf(query, []));
    history.add(call(1, NOW - 3 * HOUR, 0, 1, costOf(5)));
    history.add(call(2, NOW - 2 * HOUR, 0, 1, costOf(7)));
    assert.equal(all(history.bars(NOW - 2.5 * HOUR, NOW, 1_000)), 7);
  });

  test('what is not billed costs nothing, and what is unknown counts with what is known of it', () => {
    const history = new SpendHistory(nothing('model'));
    history.add(call(1, NOW, 0, 1, { billed: false, ...costOf(9) }));
    history.add(call(2, NOW, 0, 1, { cost: { kind: 'unknown', atLeast: 4, why: 'no price' } }));
    assert.equal(all(history.bars(history.since, history.until, 10)), 4);
  });

  test('tokens by kind add up to what was used, reasoning counted once', () => {
    const history = new SpendHistory(nothing('kind'));
    history.add(call(1, NOW, 0, 1, { usage: { uncachedInput: 10, cacheRead: 20, cacheWrite5m: 3, cacheWrite1h: 4, output: 100 }, reasoning: 60 }));
    assert.deepEqual(totals(history.bars(history.since, history.until, 10)), {
      output: 40,
      reasoning: 60,
      cacheRead: 20,
      uncachedInput: 10,
      cacheWrite: 7,
    });
  });

  test('time goes on: the range moves, old buckets leave, memory stays the same', () => {
    const history = new SpendHistory(nothing('model', '1h'));
    const before = history.points;
    for (let minute = 0; minute < 600; minute++) history.add(call(minute, NOW + minute * MINUTE, 0, 1, costOf(1)));
    const end = NOW + 599 * MINUTE;
    assert.ok(history.until > end && history.until - end <= rangeSizes['1h'].bucketMs * 2);
    assert.equal(history.until - history.since, HOUR);
    const inSight = Array.from({ length: 600 }, (_, minute) => NOW + minute * MINUTE).filter((at) => at >= history.since).length;
    assert.equal(all(history.bars(history.since, history.until, 1_000)), inSight);
    assert.ok(history.points <= before + HOUR / rangeSizes['1h'].bucketMs);
  });

  test('many sessions are summed up as other, and none is lost', () => {
    const history = new SpendHistory(nothing('session'));
    for (let session = 0; session < 500; session++) history.add(call(session, NOW - MINUTE, session, 1, costOf(10)));
    const { series } = history.bars(history.since, history.until, 10);
    assert.equal(series.length, MAX_SERIES + 1);
    assert.equal(series.at(-1)!.key, 'other');
    assert.equal(
      series.reduce((sum, { total }) => sum + total, 0),
      5_000,
    );
  });

  test('bars begin at the same times while the range moves', () => {
    const history = new SpendHistory(nothing('model', '1h'));
    const before = new Set(history.bars(history.since, history.until, 30).at);
    history.moveTo(NOW + 90_000);
    const after = history.bars(history.since, history.until, 30).at;
    assert.ok(after.filter((at) => before.has(at)).length >= after.length - 3, 'most bars stand where they stood');
  });
});
