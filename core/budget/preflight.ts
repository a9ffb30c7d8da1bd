/** "Is there enough for this task?", asked before it starts. */
import { amountOf, reserve, standingsOf } from './account.ts';
import type { Amount, AppliedLimit, BudgetView, Decision, Standing } from './types.ts';

export const PREFLIGHT_MARGIN = 0.2;

export interface PreflightAnswer {
  readonly enough: boolean;
  /** What was asked for, with the margin. */
  readonly needed: Amount;
  /** What stands against it, tightest first. */
  readonly by: readonly Standing[];
  readonly fits?: Amount;
  /** When it would be enough if nothing else is spent; undefined: now, or never by waiting. */
  readonly retryMs?: number;
  readonly standings: readonly Standing[];
}

/** The need with its safety margin, rounded up. */
export const withMargin = (need: Amount, margin = PREFLIGHT_MARGIN): Amount => amountOf((unit) => Math.ceil(need[unit] * (1 + margin)));

/** Looks without reserving; to hold the amount, reserve `answer.needed` as a `hold`. Limits on a single call do not apply to a whole task. */
export function preflight(
  view: BudgetView,
  limits: readonly AppliedLimit[],
  need: Amount,
  nowMs: number,
  margin = PREFLIGHT_MARGIN,
): PreflightAnswer {
  const needed = withMargin(need, margin);
  const sums = limits.filter(({ limit }) => limit.window.kind !== 'call');
  const { decision } = reserve(blind(view), { id: '', limits: sums, amount: needed, ttlMs: 0 }, nowMs);
  return answerOf(decision, needed, standingsOf(view, sums, nowMs));
}

/** No lease has the empty id. */
const blind = (view: BudgetView): BudgetView => ({ counter: (key) => view.counter(key), lease: () => undefined, ended: () => undefined });

function answerOf(decision: Decision, needed: Amount, standings: readonly Standing[]): PreflightAnswer {
  if (decision.kind === 'granted') return { enough: true, needed, by: [], standings };
  const { by, fits, retryMs } = decision;
  return { enough: false, needed, by, fits, ...(retryMs === undefined ? {} : { retryMs }), standings };
}
