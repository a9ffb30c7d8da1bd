/** Every state that a person can meet in the panel, each with the steps that lead there. */
import type { HistoryQuery, ToPanel } from '../../../core/protocol/panel.ts';
import * as feed from './feed.ts';
import { NOW, type PanelOptions, type PanelPage } from './page.ts';

export interface State {
  readonly name: string;
  readonly options?: PanelOptions;
  reach(panel: PanelPage): Promise<void>;
}

export const openTab = (panel: PanelPage, name: string): Promise<void> => panel.page.getByRole('tab', { name }).click();

/** The newest question for a history that the panel has sent. */
export async function askedHistory(panel: PanelPage): Promise<HistoryQuery> {
  const asked = (await panel.posted()).flatMap((message) => (message.type === 'load-history' ? [message.query] : []));
  const query = asked.at(-1);
  if (!query) throw new Error('the panel has not asked for a history');
  return query;
}

/** Opens Over Time and answers as the gateway would. */
export async function showTime(panel: PanelPage, calls = 900, most = 6): Promise<HistoryQuery> {
  await panel.posted();
  await openTab(panel, 'Over Time');
  const query = await askedHistory(panel);
  await panel.send({ type: 'history', history: feed.historyOf(query, feed.callsOver(query.since, NOW, calls), most) });
  return query;
}

export async function showSessions(panel: PanelPage, count = 200): Promise<void> {
  await openTab(panel, 'Sessions');
  await panel.send({ type: 'sessions', rows: feed.sessionRows(count), total: count });
}

const start = (...messages: readonly ToPanel[]) => ({ reach: (panel: PanelPage) => panel.send(...messages) });
const full = feed.connected();
const sessions = async (panel: PanelPage): Promise<void> => {
  await panel.send(...full);
  await showSessions(panel);
};
const detail = feed.sessionDetail(2);

export const states: readonly State[] = [
  { name: 'searching', ...start(feed.connection('searching')) },
  { name: 'absent', ...start(feed.connection('absent')) },
  { name: 'starting', ...start(feed.connection('starting')) },
  { name: 'failed', ...start(feed.connection('failed', 'it speaks protocol 2, this extension speaks 1: update the extension')) },
  { name: 'waiting', ...start(feed.connection('connected')) },
  { name: 'empty', ...start(...feed.connected(feed.emptyState())) },
  { name: 'now', ...start(...full) },
  {
    name: 'now-troubled',
    ...start(...feed.connected(feed.gatewayState(feed.troubled())), {
      type: 'overview',
      overview: feed.overview({ active: ['routing', 'cache-mark'], usualHour: null, projection: null }),
    }),
  },
  { name: 'reconnecting', ...start(...full, feed.connection('reconnecting', 'the gateway closed the connection')) },
  { name: 'stopped', ...start(...full, feed.connection('absent')) },
  {
    name: 'time-choice',
    reach: async (panel) => {
      await panel.send(...full);
      await showTime(panel);
      await panel.page.getByRole('combobox', { name: 'Split by' }).click();
    },
  },
  { name: 'outcome', ...start(...full, { type: 'outcome', ok: false, message: 'The session was not stopped: the gateway does not know it.' }) },
  {
    name: 'time-loading',
    reach: async (panel) => {
      await panel.send(...full);
      await openTab(panel, 'Over Time');
    },
  },
  {
    name: 'time',
    reach: async (panel) => {
      await panel.send(...full);
      await showTime(panel);
      await panel.page.getByRole('slider').focus();
      await panel.page.keyboard.press('ArrowLeft');
    },
  },
  {
    name: 'time-kind',
    reach: async (panel) => {
      await panel.send(...full);
      await showTime(panel);
      await panel.page.getByRole('combobox', { name: 'Split by' }).click();
      await panel.page.getByRole('option', { name: 'Tokens by kind' }).click();
      const query = await askedHistory(panel);
      await panel.send({ type: 'history', history: feed.historyOf(query, feed.callsOver(query.since, NOW, 900)) });
    },
  },
  {
    name: 'time-table',
    reach: async (panel) => {
      await panel.send(...full);
      await showTime(panel);
      await panel.page.getByRole('button', { name: 'Table' }).click();
    },
  },
  {
    name: 'time-empty',
    reach: async (panel) => {
      await panel.send(...full);
      await openTab(panel, 'Over Time');
      const query = await askedHistory(panel);
      await panel.send({ type: 'history', history: feed.historyOf(query, []) });
    },
  },
  {
    name: 'time-young',
    reach: async (panel) => {
      await panel.send(...full);
      await openTab(panel, 'Over Time');
      const calls = feed.callsOver(NOW - 20 * feed.MINUTE, NOW, 60);
      for (let answer = 0; answer < 2; answer++) await panel.send({ type: 'history', history: feed.historyOf(await askedHistory(panel), calls) });
    },
  },
  {
    name: 'now-connect',
    reach: async (panel) => {
      await panel.send(...full);
      await panel.page.getByRole('button', { name: 'Connect a program' }).click();
    },
  },
  { name: 'sessions', reach: sessions },
  {
    name: 'sessions-reading',
    reach: async (panel) => {
      await panel.send(feed.connection('absent'));
      await openTab(panel, 'Sessions');
      await panel.send({ type: 'logs', state: 'reading', share: 0.42, message: 'Claude Code: 1,204 of 2,870 files' });
    },
  },
  {
    name: 'session',
    reach: async (panel) => {
      await panel.send(...full, { type: 'show-session', id: detail.summary.session }, { type: 'session', id: detail.summary.session, detail });
    },
  },
  {
    name: 'session-calls',
    options: { height: 1500 },
    reach: async (panel) => {
      await panel.send(...full, { type: 'show-session', id: detail.summary.session }, { type: 'session', id: detail.summary.session, detail });
    },
  },
  { name: 'session-unknown', ...start(...full, { type: 'show-session', id: 'gone' }, { type: 'session', id: 'gone', detail: null }) },
  { name: 'narrow-now', options: { width: 340 }, ...start(...full) },
  { name: 'narrow-sessions', options: { width: 340 }, reach: sessions },
  { name: 'compact', options: { view: 'compact', width: 280 }, ...start(...full) },
  { name: 'compact-troubled', options: { view: 'compact', width: 280 }, ...start(...feed.connected(feed.gatewayState(feed.troubled()))) },
  { name: 'compact-absent', options: { view: 'compact', width: 280 }, ...start(feed.connection('absent')) },
];
