/** All rules, in the order of the documentation. */
import cacheBelowMinimum from './cache-below-minimum.ts';
import cacheDynamicPrefix from './cache-dynamic-prefix.ts';
import cacheMissingBreakpoint from './cache-missing-breakpoint.ts';
import noBudgetGuard from './no-budget-guard.ts';
import noOutputCap from './no-output-cap.ts';
import retryWithoutBackoff from './retry-without-backoff.ts';
import routingCheaperModel from './routing-cheaper-model.ts';
import type { Rule } from './rule.ts';
import unboundedFanout from './unbounded-fanout.ts';
import unboundedHistory from './unbounded-history.ts';
import unboundedLoop from './unbounded-loop.ts';
import volatileTools from './volatile-tools.ts';

export const rules: readonly Rule[] = [
  cacheDynamicPrefix,
  cacheMissingBreakpoint,
  cacheBelowMinimum,
  volatileTools,
  noOutputCap,
  unboundedLoop,
  noBudgetGuard,
  unboundedHistory,
  unboundedFanout,
  retryWithoutBackoff,
  routingCheaperModel,
];

export const ruleById = (id: string): Rule | undefined => rules.find((rule) => rule.id === id);
