/** Cells, columns and facts: a figure as people read it together with the figure itself. */

import { formatCount, formatShare, formatTokenRange, formatTokens, formatUsd, formatUsdExpected, formatUsdRange, UNKNOWN } from '../format.ts';
import type { NanoUsd, Range } from '../model.ts';
import { formatRate, type Rate } from '../pricing/index.ts';
import type { ReportCell, ReportColumn, ReportFact, ReportPlace, ReportValue, ValueKind } from '../protocol/report.ts';
import { plain } from '../range.ts';

/** Words in place of a figure; programs read `null`. */
export const none = (words = '–'): ReportCell => ({ text: words, value: null });
const UNKNOWN_CELL = none(UNKNOWN);

export const text = (words: string, more: Partial<ReportCell> = {}): ReportCell => ({ text: words, ...more });
export const place = (at: ReportPlace): ReportCell => ({ text: `${at.path}:${at.line}`, at });
export const count = (n: number): ReportCell => ({ text: formatCount(n), value: n });
export const tokens = (n: number): ReportCell => ({ text: formatTokens(n), value: Math.round(n) });
export const tokenRange = (range: Range): ReportCell => ({ text: formatTokenRange(range), value: plain(range) });
export const share = (of: number | undefined): ReportCell => (of === undefined ? UNKNOWN_CELL : { text: formatShare(of), value: of });
/** One amount, nano-dollars. */
export const usd = (nano: NanoUsd | undefined): ReportCell =>
  nano === undefined ? UNKNOWN_CELL : { text: formatUsd(nano), value: Math.round(nano) };
/** A range by its expected amount alone. */
export const about = (range: Range | undefined): ReportCell => (range ? { text: formatUsdExpected(range), value: range } : UNKNOWN_CELL);
export const usdRange = (range: Range | undefined): ReportCell => (range ? { text: formatUsdRange(range), value: range } : UNKNOWN_CELL);
/** Nano-dollars per million tokens. */
export const rate = (of: Rate | undefined): ReportCell => {
  if (of === undefined || of === 'unknown') return UNKNOWN_CELL;
  return of === 'not-offered' ? none() : { text: rateText(of), value: of };
};
/** As price lists write it, with two decimals at least; the fractions of cents that only a sum of shares has are left out. */
export function rateText(of: number): string {
  const written = formatRate(of >= 1e8 ? Math.round(of / 1e7) * 1e7 : Math.round(of / 1e5) * 1e5);
  const decimals = written.split('.')[1]?.length ?? 0;
  return decimals === 0 ? `${written}.00` : decimals === 1 ? `${written}0` : written;
}

export const column = (id: string, name: string, kind: ValueKind = 'text', shown?: ReportColumn['shown']): ReportColumn => ({
  id,
  name,
  kind,
  ...(shown ? { shown } : {}),
});

/** A figure of its own. `main` ones are shown at the top, the others are for programs. */
export const fact = (id: string, name: string, kind: ValueKind, cell: ReportCell, main = true): ReportFact => ({
  id,
  name,
  kind,
  text: cell.text,
  value: valueOf(cell),
  main,
});

export const valueOf = (cell: ReportCell): ReportValue => (cell.value === undefined ? cell.text : cell.value);
