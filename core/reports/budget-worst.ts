/** The worst case in a budget plan: level by level, and call by call. */
import { DAYS_PER_MONTH } from '../estimate/index.ts';
import { formatTokens, formatUsd, plural } from '../format.ts';
import { groupBy } from '../group-by.ts';
import type { NanoUsd } from '../model.ts';
import type { ReportCell, ReportSection } from '../protocol/report.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import type { PricedCall } from './runs.ts';
import type { Sources } from './sources.ts';
import type { WorstCase } from './worst-case.ts';

/** Ceilings, nano-dollars. */
export interface Caps {
  readonly session: NanoUsd;
  readonly daily: NanoUsd;
  readonly monthly: NanoUsd;
  /** Above it the breaker trips. */
  readonly hour: NanoUsd;
}

export interface Judged {
  readonly placed: PricedCall;
  readonly worst: WorstCase;
}

type Most = WorstCase['run'];
const most = (of: Most): ReportCell => (typeof of === 'number' ? cells.usd(of) : cells.none(of));
/** Nothing bounded is larger than what has no end. */
const sumOf = (values: readonly Most[]): Most => {
  if (values.includes('no end')) return 'no end';
  return values.includes('unknown') ? 'unknown' : values.reduce<number>((sum, value) => sum + Number(value), 0);
};
const timesOf = (of: Most, factor: number): Most => (typeof of === 'number' ? of * factor : of);

/** Caps multiplied, level by level: what is the most that can go wrong. `runs`: sessions a day of all files. */
export function products(worst: readonly Judged[], caps: Caps, runs: number): ReportSection {
  const calls = worst.flatMap((one) => one.worst.call ?? []);
  const dearest = calls.length > 0 ? Math.max(...calls) : undefined;
  const atLeast = calls.length < worst.length ? 'at least ' : '';
  const byFile = [...groupBy(worst, ({ placed }) => placed.at.path).values()].map((own) => sumOf(own.map((one) => one.worst.run)));
  const all = sumOf(byFile);
  const perDay = timesOf(all, runs / Math.max(1, byFile.length));
  const session = typeof all === 'number' ? Math.max(...byFile.map(Number)) : all;
  const capped = Math.min(caps.session * runs, caps.daily);
  const rows: ReportCell[][] = [
    [
      cells.text('one call'),
      dearest === undefined ? most('unknown') : { ...cells.usd(dearest), text: `${atLeast}${formatUsd(dearest)}` },
      cells.usd(Math.min(dearest ?? caps.session, caps.session)),
      cells.text('window × price + output cap × price'),
    ],
    [cells.text('one session'), most(session), cells.usd(caps.session), cells.text('steps × starts × dearest step')],
    [
      cells.text('a day'),
      most(perDay),
      cells.usd(capped),
      cells.text(
        `${plural(runs, 'session')} × ${formatUsd(caps.session)} = ${formatUsd(caps.session * runs)}; ${capWords('daily', caps.daily, caps.session * runs)}`,
      ),
    ],
    [
      cells.text('a month'),
      most(timesOf(perDay, DAYS_PER_MONTH)),
      cells.usd(Math.min(capped * DAYS_PER_MONTH, caps.monthly)),
      cells.text(
        `${DAYS_PER_MONTH} days × ${formatUsd(capped)} = ${formatUsd(capped * DAYS_PER_MONTH)}; ${capWords('monthly', caps.monthly, capped * DAYS_PER_MONTH)}`,
      ),
    ],
  ];
  const columns = [
    column('level', 'At most'),
    column('now', 'As the code stands', 'usd'),
    column('capped', 'With the caps', 'usd'),
    column('product', 'Product of'),
  ];
  return { id: 'worst', heading: 'Worst case', text: [], table: { columns, rows } };
}

const capWords = (name: string, cap: NanoUsd, product: NanoUsd): string =>
  `${product > cap ? `the ${name} cap ends it at` : `below the ${name} cap of`} ${formatUsd(cap)}`;

export function worstCalls(all: readonly Judged[], sources: Sources): ReportSection {
  const columns = [
    column('place', 'Call', 'place'),
    column('model', 'Model'),
    column('output', 'Output cap', 'tokens'),
    column('calls', 'Calls a run, at most', 'count'),
    column('normal', 'A normal run', 'usd'),
    column('worst', 'Worst run', 'usd'),
    column('open', 'Because'),
  ];
  const rank = ({ worst }: Judged): number => (worst.run === 'no end' ? Number.POSITIVE_INFINITY : worst.run === 'unknown' ? -1 : worst.run);
  const rows = [...all]
    .sort((a, b) => (rank(a) === rank(b) ? b.placed.cost.run.expected - a.placed.cost.run.expected : rank(b) - rank(a)))
    .map(({ placed, worst }) => {
      const cap = worst.output === undefined ? cells.none('unknown') : cells.tokens(worst.output);
      return [
        cells.place(placed.at),
        sources.modelCell(placed.quote.written, placed.quote),
        worst.capped || worst.output === undefined
          ? cap
          : { ...cap, text: `none (${placed.quote.maxOutputTokens === undefined ? 'window' : 'model'}: ${formatTokens(worst.output)})` },
        worst.calls === undefined ? most('no end') : cells.count(worst.calls),
        cells.usd(placed.cost.run.expected),
        most(worst.run),
        cells.text(worst.open ?? ''),
      ];
    });
  return { id: 'calls', heading: 'Worst case of each call', text: [], table: { columns, rows } };
}
