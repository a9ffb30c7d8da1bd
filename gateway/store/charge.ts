/** Spending that nothing was reserved for: it happened, so no limit can deny it. */
import {
  type Amount,
  type AppliedLimit,
  after,
  type BudgetChange,
  type BudgetView,
  type Counter,
  counterAt,
  endsStreams,
  type Settled,
  settle,
  spend,
  standingsOf,
} from '../../core/budget/index.ts';

/** Charges `actual` on all limits, once for each id; where a lease has that id, it settles it. */
export function charge(
  view: BudgetView,
  id: string,
  limits: readonly AppliedLimit[],
  actual: Amount,
  nowMs: number,
): { readonly change: BudgetChange; readonly settled: Settled } {
  if (view.lease(id) || view.ended(id)) return settle(view, id, actual, nowMs);
  const counters: [string, Counter][] = [];
  for (const { limit, counter: key } of limits) {
    if (limit.window.kind === 'call') continue;
    const counter = counterAt(limit.window, view.counter(key), nowMs);
    counters.push([key, spend(limit.window, counter, actual[limit.unit], nowMs)]);
  }
  const change: BudgetChange = { counters, leases: [], ended: [[id, { how: 'settled', atMs: nowMs, shares: [] }]] };
  const standings = standingsOf(after(view, change), limits, nowMs);
  const full = standings.filter(({ limit, spent }) => endsStreams(limit, spent));
  return { change, settled: { kind: 'settled', beyond: actual, stopNow: full.map(({ counter }) => counter), standings } };
}
