import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hourNow, statusText } from '../../client/gateway/status-text.ts';
import type { GatewayState } from '../../core/protocol/gateway.ts';
import { NO_TOTALS } from '../../core/protocol/gateway-state.ts';
import { call } from '../ledger/sample.ts';

const now = Date.UTC(2026, 10, 20, 12);
const state = (part: Partial<GatewayState> = {}): GatewayState => ({
  gateway: { version: '1', pid: 1, startedAt: now, url: 'http://127.0.0.1:1' },
  today: { ...NO_TOTALS, calls: 3, nanoUsd: 1_230_000_000 },
  todaySince: now,
  ...{ sessions: [], running: [], recent: [], limits: [], breakers: [], alerts: [], health: [] },
  ...part,
});
const limit = { limit: 'account-daily', layer: 'account', counter: 'account-daily|all', unit: 'nanoUsd', max: 100, reserved: 0 } as const;

describe('the status bar', () => {
  test('says what today and the last hour cost', () => {
    const recent = [call({ at: now - 60_000 }), call({ at: now - 2 * 3_600_000 })];
    const { text, label, level } = statusText(state({ recent }), undefined, now);
    assert.deepEqual([text, level], ['$(pulse) $1.23 · $0.0045/h', 'normal']);
    assert.equal(label, 'Costlint gateway: $1.23 spent today');
    assert.equal(statusText(state(), undefined, now).text, '$(pulse) $1.23');
  });

  test('takes the last hour from the ledger, with what was spent since: after a restart the latest calls are not known', () => {
    const live = state();
    const overview = { at: now + 1, lastHour: 700_000_000, today: { ...NO_TOTALS, nanoUsd: 1_000_000_000 } };
    assert.equal(statusText(live, hourNow(live, overview), now).text, '$(pulse) $1.23 · $0.93/h');
    assert.equal(hourNow(live, { ...overview, at: now - 1 }), undefined, 'of another day: asked for anew');
    assert.equal(hourNow(live, undefined), undefined);
  });

  test('never says less than it was: calls without a price, and more calls than it knows', () => {
    const today = { ...NO_TOTALS, calls: 3, nanoUsd: 1_000_000_000, unpriced: 1 };
    const recent = Array.from({ length: 100 }, () => call({ at: now - 1, cost: { kind: 'known', nanoUsd: 10_000_000 } }));
    assert.equal(statusText(state({ today, recent }), undefined, now).text, '$(pulse) ≥ $1 · ≥ $1/h');
  });

  test('shows when a limit is near, and when one is reached or a breaker is open', () => {
    assert.equal(statusText(state({ limits: [{ ...limit, spent: 79 }] }), 0, now).level, 'normal');
    const near = statusText(state({ limits: [{ ...limit, spent: 80 }] }), 0, now);
    assert.deepEqual([near.level, near.text], ['warning', '$(warning) $1.23']);
    assert.match(near.tooltip, /Limit `account-daily\|all`: 80% used/);
    assert.equal(statusText(state({ limits: [{ ...limit, spent: 60, warnAt: 0.5 }] }), 0, now).level, 'warning');
    assert.equal(statusText(state({ limits: [{ ...limit, spent: 100 }] }), 0, now).level, 'error');
    assert.equal(statusText(state({ limits: [{ ...limit, spent: 100, action: 'warn' }] }), 0, now).level, 'warning');
    const breaker = { kind: 'breaker', id: 'b', at: now, scope: 'session:a', state: 'open', cause: 'repeats', message: 'loops' } as const;
    assert.equal(statusText(state({ breakers: [breaker] }), 0, now).level, 'error');
    assert.equal(statusText(state({ breakers: [{ ...breaker, cause: 'manual' }] }), 0, now).level, 'normal', 'the person knows');
  });

  test('a session that is over does not keep the bar red', () => {
    const sessions = [{ session: 'a', status: 'stopped' as const, firstAt: 1, lastAt: 2, totals: NO_TOTALS }];
    const limits = [{ ...limit, layer: 'session', counter: 'session|a', spent: 100 }];
    assert.equal(statusText(state({ sessions, limits }), 0, now).level, 'normal');
  });
});
