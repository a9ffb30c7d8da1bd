import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Limit } from '../../core/budget/index.ts';
import type { AlertEvent, GatewayStanding } from '../../core/protocol/gateway.ts';
import { type AlertOptions, AlertWatch, historyOf } from '../../gateway/telemetry/index.ts';
import { call } from '../ledger/sample.ts';

const HOUR = 3_600_000;
const noon = Date.UTC(2026, 10, 20, 12);
const usd = (amount: number) => ({ kind: 'known', nanoUsd: Math.round(amount * 1e9) }) as const;

function watch(options: Partial<AlertOptions> = {}) {
  const alerts: AlertEvent[] = [];
  const watching = new AlertWatch({ emit: (alert) => alerts.push(alert), newId: () => `id${alerts.length}`, limits: () => [], ...options });
  const said = () => alerts.map(({ alert, level }) => `${alert} ${level}`);
  return { watching, alerts, said };
}

/** A dollar in each of the last 30 hours, 30 sessions of a dollar. */
const used = historyOf(
  Array.from({ length: 30 }, (_, index) => ({
    hour: noon - (30 - index) * HOUR,
    totals: { calls: 1, nanoUsd: 1e9, unpriced: 0, tokens: {}, denied: 0, failed: 0 },
  })),
  Array.from({ length: 30 }, () => 1e9),
);

describe('alerts', () => {
  test('say when the last hour costs twice and five times the usual, each once', () => {
    const { watching, alerts, said } = watch({ history: used });
    for (let n = 0; n < 60; n += 1) watching.observe(call({ at: noon + n * 1000, session: `s${n}`, cost: usd(0.1) }));
    assert.deepEqual(said(), ['hourly-rate warning', 'hourly-rate critical']);
    assert.equal(alerts[0]?.message, '$2 in the last hour, 2.0 times the usual $1');
    watching.observe(call({ at: noon + 3 * HOUR, cost: usd(0.1) }));
    for (let n = 0; n < 20; n += 1) watching.observe(call({ at: noon + 3 * HOUR + n, session: `t${n}`, cost: usd(0.1) }));
    assert.equal(said().length, 3, 'again after it was quiet');
  });

  test('say when a session costs five and ten times the usual', () => {
    const { watching, alerts } = watch({ history: used });
    for (let n = 0; n < 11; n += 1) watching.observe(call({ at: noon + n * HOUR, session: 'long', cost: usd(1) }));
    assert.deepEqual(
      alerts.filter(({ alert }) => alert === 'session-cost').map(({ level, session }) => [level, session]),
      [
        ['warning', 'long'],
        ['critical', 'long'],
      ],
    );
  });

  test('learn the usual session as sessions end', () => {
    const { watching, said } = watch();
    for (let n = 0; n < 20; n += 1) {
      watching.observe(call({ session: `s${n}`, cost: usd(0.001) }));
      watching.observe({ kind: 'session', id: `e${n}`, at: noon, session: `s${n}`, status: 'done', via: 'header' });
    }
    watching.observe(call({ session: 'x', cost: usd(0.006) }));
    assert.ok(said().includes('session-cost warning'));
  });

  test('say when much of what should come from the cache does not', () => {
    const { watching, said } = watch({ history: used });
    const small = { at: noon, cost: usd(0) };
    for (let n = 0; n < 10; n += 1) watching.observe(call({ ...small, usage: { uncachedInput: 1000, cacheRead: 9000 } }));
    for (let n = 0; n < 20; n += 1) watching.observe(call({ ...small, usage: { uncachedInput: 50_000 } }));
    assert.deepEqual(said(), [], 'calls without a cache do not count');
    for (let n = 0; n < 10; n += 1) watching.observe(call({ ...small, usage: { cacheWrite5m: 9000, cacheRead: 1000 } }));
    assert.deepEqual(said(), ['cache-misses warning']);
    for (let n = 0; n < 20; n += 1) watching.observe(call({ ...small, usage: { cacheWrite5m: 9000, cacheRead: 1000 } }));
    assert.deepEqual(said(), ['cache-misses warning', 'cache-misses critical']);
  });

  test('say how much of the day’s budget and of other quotas is used', () => {
    const base = { layer: 'account', unit: 'nanoUsd', max: 10e9, action: 'stop' } as const;
    const limits: Limit[] = [
      { ...base, id: 'daily', window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' } },
      { ...base, id: 'five-hours', window: { kind: 'from-first-use', ms: 5 * HOUR } },
      { ...base, id: 'session', layer: 'session', window: { kind: 'lifetime' } },
    ];
    const { watching, alerts, said } = watch({ limits: () => limits });
    const at = (limit: string, spent: number): GatewayStanding => ({ ...base, limit, counter: `${limit}|`, spent: spent * 1e9, reserved: 0 });
    const look = (...standings: GatewayStanding[]) => watching.observe({ kind: 'standings', at: noon, standings });
    look(at('daily', 6.9), at('five-hours', 7.9), at('session', 10));
    assert.deepEqual(said(), []);
    look(at('daily', 7), at('five-hours', 8));
    look(at('daily', 9.1), at('five-hours', 9.4));
    look(at('five-hours', 9.5));
    assert.deepEqual(said(), ['daily-burn warning', 'quota warning', 'daily-burn critical', 'quota critical']);
    assert.equal(alerts[0]?.message, '70 % of the limit daily is used: $7 of $10');
    look(at('daily', 0.1));
    look(at('daily', 7.5));
    assert.equal(said().length, 5, 'the next day');
  });

  test('say once that there is too little history for the relative ones', () => {
    const { watching, alerts, said } = watch();
    for (let n = 0; n < 50; n += 1) watching.observe(call({ at: noon + n, cost: usd(10) }));
    assert.deepEqual(said(), ['too-little-history info']);
    assert.match(alerts[0]!.message, /24 active hours or 20 sessions; there are 0 and 0/);
  });
});
