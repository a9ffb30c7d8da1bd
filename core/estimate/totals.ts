/** Sums over calls. A range adds up end by end: all low, all expected, all high. */
import type { CallSite, Range } from '../model.ts';
import { sum } from '../range.ts';
import type { Estimate } from './index.ts';
import { whyUnpriced } from './price.ts';

export interface EstimatedCall {
  readonly site: CallSite;
  readonly estimate: Estimate;
}

export interface Totals {
  readonly calls: number;
  readonly priced: number;
  /** Nano-dollars of one run of each priced call, and of a month. */
  readonly run: Range;
  readonly month: Range;
  /** Why the others have no price, most frequent first. */
  readonly unpriced: readonly { readonly why: string; readonly calls: number }[];
}

/** Why a call has no cost, for people. */
export const whyNoCost = ({ site, estimate }: EstimatedCall): string => estimate.unpriced ?? whyUnpriced(site.model);

export function totalsOf(calls: readonly EstimatedCall[]): Totals {
  const costs = calls.flatMap(({ estimate }) => estimate.cost ?? []);
  const reasons = new Map<string, number>();
  for (const call of calls) if (!call.estimate.cost) reasons.set(whyNoCost(call), (reasons.get(whyNoCost(call)) ?? 0) + 1);
  return {
    calls: calls.length,
    priced: costs.length,
    run: sum(costs.map(({ run }) => run)),
    month: sum(costs.map(({ month }) => month)),
    unpriced: [...reasons].map(([why, count]) => ({ why, calls: count })).sort((a, b) => b.calls - a.calls || (a.why < b.why ? -1 : 1)),
  };
}
