/** Calls that end while the history is under way are in the chart once: in its answer, or added to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayState } from '../../core/protocol/gateway.ts';
import type { FromPanel, HistoryQuery } from '../../core/protocol/panel.ts';
import { PanelStore } from '../../webview/store.ts';
import { call, historyOf, MINUTE } from './harness/feed.ts';
import { NOW } from './harness/page.ts';

const state: GatewayState = {
  gateway: { version: '1', pid: 1, startedAt: NOW, url: 'http://127.0.0.1:4747' },
  today: { calls: 0, nanoUsd: 0, unpriced: 0, tokens: {}, denied: 0, failed: 0 },
  todaySince: NOW,
  ...{ sessions: [], running: [], recent: [], limits: [], breakers: [], alerts: [], health: [] },
};

test('calls that end while the history is under way are neither missed nor counted twice', () => {
  const posted: FromPanel[] = [];
  const host = { isCompact: false, post: (message: FromPanel) => void posted.push(message), save: () => {}, now: () => NOW };
  const panel = new PanelStore(host, () => {}, undefined);
  panel.start();
  panel.receive({ type: 'connection', connection: { state: 'connected' }, baseUrls: [] });
  const costs = [1_000, 20_000, 300_000];
  const calls = costs.map((nanoUsd, n) => call(n, NOW - (n + 1) * MINUTE, 1, n, { cost: { kind: 'known', nanoUsd } }));
  panel.receive({ type: 'gateway', messages: [{ type: 'snapshot', protocol: 1, seq: 7, state }] });
  panel.show({ tab: 'time', by: 'model', range: '24h' });
  const asked = posted.findLast((message) => message.type === 'load-history');
  assert.ok(asked?.type === 'load-history');
  const query: HistoryQuery = asked.query;
  // The second and third end while the answer, which knows the first two, is on its way.
  panel.receive({ type: 'gateway', messages: calls.map((event, n) => ({ type: 'event', seq: 8 + n, event })) });
  panel.receive({ type: 'history', history: { ...historyOf(query, calls.slice(0, 2)), seq: 9 } });
  const { history } = panel;
  assert.ok(history);
  const total = history.bars(history.since, history.until, 1_000).series.reduce((sum, one) => sum + one.total, 0);
  assert.equal(total, 321_000);
});
