/** The ceilings of `budgets` in the configuration, held against the calls of the later state. */
import type { Config } from '../config.ts';
import { NANO_PER_USD, type NanoUsd } from '../model.ts';
import type { BudgetBreach, CallRef, CostDiff } from './types.ts';

type Limits = NonNullable<Config['budgets']>;
type LimitName = BudgetBreach['limit'];

const COST = { perCall: 'call', perRun: 'run', perMonth: 'month' } as const;
const LIMITS = Object.keys(COST) as LimitName[];

/** Calls above a ceiling, the worst excess first. `matches` decides whether a glob takes a reported path. */
export function breachesOf(
  { pairs }: Pick<CostDiff, 'pairs'>,
  budgets: Limits | undefined,
  matches: (glob: string, path: string) => boolean,
): readonly BudgetBreach[] {
  if (!budgets) return [];
  const breaches = pairs.flatMap(({ after, before }) => LIMITS.flatMap((limit) => breach(limit, after, before, budgets, matches) ?? []));
  return breaches.sort((x, y) => y.expected / Math.max(1, y.ceiling) - x.expected / Math.max(1, x.ceiling));
}

function breach(
  limit: LimitName,
  call: CallRef,
  before: CallRef | undefined,
  budgets: Limits,
  matches: (glob: string, path: string) => boolean,
): BudgetBreach | undefined {
  const set = ceilingOf(limit, call.file.path, budgets, matches);
  const expected = expectedOf(call, limit);
  if (!set || expected === undefined || expected <= set.ceiling) return undefined;
  const was = before && expectedOf(before, limit);
  return { call, limit, ...set, expected, was, isNew: was === undefined || was <= set.ceiling || expected > was };
}

const expectedOf = ({ call }: CallRef, limit: LimitName): NanoUsd | undefined => call.estimate.cost?.[COST[limit]].expected;

/** The last glob that takes the path and sets this ceiling wins over the one for all. */
function ceilingOf(
  limit: LimitName,
  path: string,
  budgets: Limits,
  matches: (glob: string, path: string) => boolean,
): Pick<BudgetBreach, 'glob' | 'ceiling'> | undefined {
  const [glob, own] =
    Object.entries(budgets.paths ?? {}).findLast(([pattern, limits]) => limits[limit] !== undefined && matches(pattern, path)) ?? [];
  const usd = own?.[limit] ?? budgets[limit];
  return usd === undefined ? undefined : { glob, ceiling: Math.round(usd * NANO_PER_USD) };
}
