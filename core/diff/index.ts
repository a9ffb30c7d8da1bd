/** What a change does to calls, tokens, money and findings. */
export { breachesOf } from './budgets.ts';
export { compare } from './compare.ts';
export { findingKey } from './findings.ts';
export { calleeOf } from './match.ts';
export type { BudgetBreach, CallChange, CallRef, CostDiff, DiffFile, FindingRef, SideTotals } from './types.ts';
