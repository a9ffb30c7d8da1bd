/** The table of sessions: live rows over loaded ones, filtered, sorted and summed up. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SessionRow } from '../../core/protocol/panel.ts';
import { lanesOf } from '../../webview/parts/lanes.ts';
import { arrange, FIRST_VIEW, mergeSessions, sumSessions } from '../../webview/session-list.ts';
import { storyOf } from '../../webview/session-steps.ts';
import { call, gatewayState, sessionDetail, sessionRows } from './harness/feed.ts';

const live = gatewayState().sessions;

describe('the table of sessions', () => {
  test('shows the live row where it is as new as the loaded one', () => {
    const stale: SessionRow = { ...live[0]!, source: 'gateway', lastAt: live[0]!.lastAt - 1, status: 'idle' };
    const newer: SessionRow = { ...live[1]!, source: 'gateway', lastAt: live[1]!.lastAt + 1, status: 'done' };
    const rows = mergeSessions([stale, newer], live);
    const of = (id: string) => rows.find(({ session }) => session === id);
    assert.equal(of(stale.session)!.status, live[0]!.status);
    assert.equal(of(newer.session)!.status, 'done');
    assert.equal(rows.length, live.length);
  });

  test('filters by words and status', () => {
    const rows = sessionRows(300);
    const found = arrange(rows, { ...FIRST_VIEW, text: ' Codex ', status: 'done' });
    assert.ok(found.length > 0);
    assert.ok(found.every(({ source, status }) => source === 'codex' && status === 'done'));
    assert.deepEqual(arrange(rows, { ...FIRST_VIEW, text: 'no such thing' }), []);
  });

  test('sorts by figures both ways', () => {
    const costs = (descending: boolean) => arrange(sessionRows(100), { ...FIRST_VIEW, sort: 'cost', descending }).map(({ totals }) => totals.nanoUsd);
    const up = costs(false);
    assert.deepEqual(
      up,
      [...up].sort((a, b) => a - b),
    );
    assert.deepEqual(costs(true), [...up].reverse());
  });

  test('says what a completed session costs, and nothing where a price is missing', () => {
    const row = (status: SessionRow['status'], nanoUsd: number, unpriced = 0): SessionRow => ({
      ...sessionRows(1)[0]!,
      status,
      totals: { calls: 1, nanoUsd, unpriced, tokens: {}, denied: 0, failed: 0 },
    });
    assert.equal(sumSessions([row('done', 10), row('done', 20), row('failed', 900)]).perDone, 15);
    assert.equal(sumSessions([row('done', 10), row('done', 20, 1)]).perDone, undefined);
    assert.equal(sumSessions([row('failed', 900)]).perDone, undefined);
  });
});

describe('one session', () => {
  test('tells at which step the cache broke and why, what failed and what was denied', () => {
    const { steps, incidents } = storyOf(sessionDetail(2));
    assert.deepEqual(
      steps.filter(({ cacheBreak }) => cacheBreak).map(({ number, cacheBreak }) => [number, cacheBreak]),
      [[8, 'tool definition 3 changed']],
    );
    assert.deepEqual(
      incidents.map(({ text }) => text),
      [
        'Call failed: overloaded_error, not billed',
        'Step 8: 16.6k of 16.6k prompt tokens were not read from the cache, tool definition 3 changed',
        'Call denied (budget): the session has used $0.52 of $0.50',
        'Loop: the same call was made 8 times in a row',
      ],
    );
  });

  test('calls that run at once lie in lanes of their own', () => {
    const at = (start: number, durationMs: number) => call(start, start, 0, 0, { durationMs });
    const calls = [at(0, 100), at(50, 100), at(60, 20), at(110, 10), at(200, 5)];
    assert.deepEqual(lanesOf(calls), [0, 1, 2, 0, 0]);
  });
});
