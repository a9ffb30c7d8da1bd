/** Rows of the session table: merged, filtered, sorted. */
import type { SessionStatus, SessionSummary } from '../core/protocol/gateway.ts';
import type { SessionRow } from '../core/protocol/panel.ts';
import { cacheShare } from './format.ts';
import { statusNames } from './names.ts';

export const sessionColumns = ['session', 'status', 'agent', 'model', 'calls', 'cache', 'cost', 'lastAt'] as const;
export type SessionColumn = (typeof sessionColumns)[number];

export interface SessionView {
  readonly text: string;
  readonly status: SessionStatus | 'all';
  readonly sort: SessionColumn;
  readonly descending: boolean;
}

export const FIRST_VIEW: SessionView = { text: '', status: 'all', sort: 'lastAt', descending: true };

/** The ledger's and the logs' rows, and over them what is known live: it is at least as new. */
export function mergeSessions(rows: readonly SessionRow[], live: readonly SessionSummary[]): readonly SessionRow[] {
  const merged = new Map(rows.map((row) => [row.session, row]));
  for (const one of live) {
    const row = merged.get(one.session);
    if (!row || (row.source === 'gateway' && row.lastAt <= one.lastAt)) merged.set(one.session, { ...one, source: 'gateway' });
  }
  return [...merged.values()];
}

const sortKeys: Readonly<Record<SessionColumn, (row: SessionRow) => number | string>> = {
  session: ({ session }) => session,
  status: ({ status }) => statusNames[status],
  agent: ({ agent, project }) => agent ?? project ?? '',
  model: ({ model }) => model ?? '',
  calls: ({ totals }) => totals.calls,
  cache: ({ totals }) => cacheShare(totals.tokens) ?? -1,
  cost: ({ totals }) => totals.nanoUsd,
  lastAt: ({ lastAt }) => lastAt,
};

const words = (row: SessionRow): string => [row.session, row.agent, row.project, row.model, row.client, row.source].join('\n').toLowerCase();

export function arrange(rows: readonly SessionRow[], { text, status, sort, descending }: SessionView): readonly SessionRow[] {
  const wanted = text.trim().toLowerCase();
  const kept = rows.filter((row) => (status === 'all' || row.status === status) && (wanted === '' || words(row).includes(wanted)));
  const key = sortKeys[sort];
  const sign = descending ? -1 : 1;
  const keyed = kept.map((row) => ({ row, key: key(row) }));
  keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.row.session < b.row.session ? -1 : 1));
  return keyed.map(({ row }) => row);
}

export interface SessionSums {
  readonly calls: number;
  readonly nanoUsd: number;
  readonly unpriced: number;
  readonly done: number;
  /** What one completed session costs, nano-dollars; undefined: none is completed, or prices of some are not known. */
  readonly perDone: number | undefined;
}

export function sumSessions(rows: readonly SessionRow[]): SessionSums {
  let [calls, nanoUsd, unpriced, done, ofDone, unpricedDone] = [0, 0, 0, 0, 0, 0];
  for (const { status, totals } of rows) {
    calls += totals.calls;
    nanoUsd += totals.nanoUsd;
    unpriced += totals.unpriced;
    if (status !== 'done') continue;
    done++;
    ofDone += totals.nanoUsd;
    unpricedDone += totals.unpriced;
  }
  return { calls, nanoUsd, unpriced, done, perDone: done > 0 && unpricedDone === 0 ? ofDone / done : undefined };
}
