/** Tables and figures of `costlint ledger` and `costlint session`. */
import type { Totals } from '../core/protocol/gateway.ts';
import type { Colours } from './colours.ts';

export const countOf = (count: number): string => count.toLocaleString('en-US');

/** Tokens in, of these from the cache, and out. */
export function tokensOf({ tokens }: Pick<Totals, 'tokens'>): { readonly input: number; readonly cached: number; readonly output: number } {
  const { uncachedInput = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite30m = 0, cacheWrite1h = 0, cacheWrite12h = 0, output = 0 } = tokens;
  return { input: uncachedInput + cacheRead + cacheWrite5m + cacheWrite30m + cacheWrite1h + cacheWrite12h, cached: cacheRead, output };
}

/** The first column to the left, the others to the right. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[], colours: Colours): string {
  const widths = head.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0))).join('  ');
  return `${colours.dim(line(head))}\n${rows.map((row) => `${line(row)}\n`).join('')}`;
}
