/** What an event adds to sums, and how sums are read back. */
import type { LedgerEvent, Totals } from '../../core/protocol/gateway.ts';

/** Sums are kept by quarter of an hour, since midnight is at one in every time zone. */
export const QUARTER_MS = 900_000;
export const quarterOf = (at: number): number => Math.floor(at / QUARTER_MS) * QUARTER_MS;

/** Token classes, as columns. */
export const TOKEN_COLUMNS = ['uncachedInput', 'cacheRead', 'cacheWrite5m', 'cacheWrite30m', 'cacheWrite1h', 'cacheWrite12h', 'output'] as const;
export const SUM_COLUMNS = ['calls', 'nanoUsd', 'unpriced', 'denied', 'failed', ...TOKEN_COLUMNS] as const;
export type SumColumn = (typeof SUM_COLUMNS)[number];
export type Sums = Readonly<Record<SumColumn, number>>;

/** For `SELECT`: every sum under its own name. */
export const SELECT_SUMS = SUM_COLUMNS.map((name) => `coalesce(sum(${name}), 0) AS ${name}`).join(', ');
export const ADD_SUMS = SUM_COLUMNS.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');

const nothing: Sums = Object.fromEntries(SUM_COLUMNS.map((name) => [name, 0])) as Record<SumColumn, number>;

/** `counted`: billed, and the first with its billing key. Tokens of calls that are not billed are not added: they cost nothing. */
export function sumsOf(event: LedgerEvent, counted: boolean): Sums {
  if (event.kind === 'denied') return { ...nothing, denied: 1 };
  if (event.kind !== 'call') return nothing;
  const failed = event.outcome === 'failed' ? 1 : 0;
  if (!counted) return { ...nothing, failed };
  const { cost, usage } = event;
  const nanoUsd = cost.kind === 'known' ? cost.nanoUsd : cost.atLeast;
  const sums: Record<SumColumn, number> = { ...nothing, calls: 1, nanoUsd, unpriced: cost.kind === 'unknown' ? 1 : 0, failed };
  for (const name of TOKEN_COLUMNS) sums[name] = Math.round(usage[name] ?? 0);
  return sums;
}

type Row = Readonly<Record<string, unknown>>;
export const numberIn = (row: Row, name: string): number => Number(row[name] ?? 0);
export const textIn = (row: Row, name: string): string | undefined => {
  const value = row[name];
  return typeof value === 'string' ? value : undefined;
};

export function totalsIn(row: Row | undefined): Totals {
  const at = (name: SumColumn): number => numberIn(row ?? {}, name);
  const tokens = Object.fromEntries(TOKEN_COLUMNS.filter((name) => at(name) > 0).map((name) => [name, at(name)]));
  return { calls: at('calls'), nanoUsd: at('nanoUsd'), unpriced: at('unpriced'), tokens, denied: at('denied'), failed: at('failed') };
}

/** Sum of several. */
export function addTotals(a: Totals, b: Totals): Totals {
  const tokens: Record<string, number> = {};
  for (const name of TOKEN_COLUMNS) {
    const sum = (a.tokens[name] ?? 0) + (b.tokens[name] ?? 0);
    if (sum > 0) tokens[name] = sum;
  }
  return {
    calls: a.calls + b.calls,
    nanoUsd: a.nanoUsd + b.nanoUsd,
    unpriced: a.unpriced + b.unpriced,
    tokens,
    denied: a.denied + b.denied,
    failed: a.failed + b.failed,
  };
}
