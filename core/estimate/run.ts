/**
 * What one run costs. Step k of an agent loop sends again everything before it, so N steps are a sum that grows with N²; the provider's
 * cache turns most of it into cheap reads.
 */
import { type CacheRules, type CacheTtl, TTL_MS } from '../cache/types.ts';
import type { Range } from '../model.ts';
import { type PriceQuote, type Rates, ratesFor, type TokenClass } from '../pricing/index.ts';
import type { Bound } from '../range.ts';

/** The traffic of one call site in one run. Tokens and counts. */
export interface RunShape {
  /** Input of the first step. */
  readonly first: Range;
  /** What each further step adds: the previous answer, and a tool result or the next input. */
  readonly increment: Range;
  /** Billed completion tokens of each step. */
  readonly output: Range;
  readonly steps: Range;
  /** How often the loop (or the single call) is started in one run. */
  readonly outer: Range;
  /** The steps of one start build on each other: what the run is about differs from start to start. */
  readonly grows: boolean;
  /** True when those starts follow one another, so that each finds what the one before wrote to the cache. */
  readonly sequential: boolean;
  readonly runsPerDay: number;
  /** The longest prompt that the model takes. */
  readonly contextWindow?: number;
}

/** Which tokens a cache can keep. Prefixes are counted from the front of the prompt and end where the provider can match. */
export interface CachePlan {
  /** The same in every run. */
  readonly across: Range;
  /** The same in every call of one run. */
  readonly within: Range;
  /** Whether what one step sent is the prefix of the next. */
  readonly conversation: boolean;
  /** Tokens at the end of each prompt that change with every call. */
  readonly tail: Range;
  readonly ttl: CacheTtl;
  /** `marked`: only the prefixes above are written · `everything`: each prompt to its end. */
  readonly writes: 'marked' | 'everything';
}

/** Nano-dollars (not rounded) and the tokens behind them. */
export interface RunCost {
  readonly money: number;
  readonly input: number;
  readonly read: number;
}

const MS_PER_DAY = 86_400_000;
const TOKENS_PER_MTOK = 1_000_000;

/** The chance that a run finds what an earlier one wrote, when runs come at random times spread over the day. */
export const hitChance = (runsPerDay: number, ttlMs: number): number => 1 - Math.exp((-runsPerDay * ttlMs) / MS_PER_DAY);

const WRITE_CLASS: Readonly<Record<CacheTtl, TokenClass>> = {
  '5m': 'cacheWrite5m',
  '30m': 'cacheWrite30m',
  '1h': 'cacheWrite1h',
  '12h': 'cacheWrite12h',
  '24h': 'uncachedInput',
};

/** Nano-dollars per million tokens; a class that the provider does not have is ordinary input. Undefined when the price is not known. */
function rateOf(rates: Rates, name: TokenClass): number | undefined {
  const rate = rates[name];
  if (rate === 'not-offered') return typeof rates.uncachedInput === 'number' ? rates.uncachedInput : undefined;
  return rate === 'unknown' ? undefined : rate;
}

/** Whether the quote has every price that this plan needs. */
export const canPrice = (quote: PriceQuote, plan: CachePlan | undefined): boolean =>
  rateOf(quote.rates, 'uncachedInput') !== undefined &&
  rateOf(quote.rates, 'output') !== undefined &&
  (!plan || (rateOf(quote.rates, 'cacheRead') !== undefined && rateOf(quote.rates, WRITE_CLASS[plan.ttl]) !== undefined));

interface Step {
  readonly input: number;
  readonly read: number;
  readonly write: number;
}

const NOTHING: RunCost = { money: 0, input: 0, read: 0 };
const add = (a: RunCost, b: RunCost, by = 1): RunCost => ({
  money: a.money + b.money * by,
  input: a.input + b.input * by,
  read: a.read + b.read * by,
});

/** Sums a function that is linear but for a few kinks (a price tier, a full context window) over the whole numbers from `from` to `to`. */
function sumSteps(cost: (step: number) => RunCost, from: number, to: number): RunCost {
  const count = to - from + 1;
  if (count <= 0) return NOTHING;
  if (count <= 32) {
    let total = NOTHING;
    for (let step = from; step <= to; step++) total = add(total, cost(step));
    return total;
  }
  const middle = Math.floor((from + to) / 2);
  const [a, m, b] = [cost(from), cost(middle), cost(to)];
  const share = (middle - from) / (to - from);
  const straight = Math.abs(a.money + (b.money - a.money) * share - m.money) <= 1e-9 * (1 + m.money);
  if (straight) return add(add(NOTHING, a, count / 2), b, count / 2);
  return add(sumSteps(cost, from, middle), sumSteps(cost, middle + 1, to));
}

/** One run with every quantity at one bound. `quote` may be missing: the money is 0 then and only the tokens mean something. */
export function runAt(
  bound: Bound,
  shape: RunShape,
  quote: PriceQuote | undefined,
  rules: CacheRules,
  plan: CachePlan | undefined,
  steps = shape.steps[bound],
): RunCost {
  const limit = shape.contextWindow ?? Number.POSITIVE_INFINITY;
  const inputAt = (step: number): number => Math.min(limit, shape.first[bound] + (step - 1) * shape.increment[bound]);
  const minimum = rules.minimumTokens?.expected ?? 0;
  const big = (tokens: number): number => (tokens >= minimum && tokens > 0 ? tokens : 0);

  const perRequest = quote?.fees.find((fee) => fee.name === 'request')?.nanoUsd ?? 0;

  const priced = ({ input, read, write }: Step): RunCost => {
    if (!quote) return { money: 0, input, read };
    const { rates } = ratesFor(quote, input);
    const rate = (name: TokenClass): number => rateOf(rates, name) ?? 0;
    const money =
      (input - read - write) * rate('uncachedInput') +
      read * rate('cacheRead') +
      (plan ? write * rate(WRITE_CLASS[plan.ttl]) : 0) +
      shape.output[bound] * rate('output');
    return { money: money / TOKENS_PER_MTOK + perRequest, input, read };
  };

  /** `kept`: tokens that an earlier run or start left in the cache, found with chance `hit`. */
  const start = (kept: number, hit: number): RunCost => {
    const input = inputAt(1);
    if (!plan) return priced({ input, read: 0, write: 0 });
    const read = Math.min(input, big(kept)) * hit;
    const target =
      plan.writes === 'everything'
        ? input
        : plan.conversation
          ? input - plan.tail[bound]
          : Math.min(input, Math.max(plan.across[bound], plan.within[bound]));
    return priced({ input, read, write: Math.max(0, big(target) - read) });
  };
  const later = (step: number): RunCost => {
    const input = inputAt(step);
    if (!plan) return priced({ input, read: 0, write: 0 });
    const before = inputAt(step - 1) - plan.tail[bound];
    const read = Math.min(input, big(plan.conversation ? before : plan.within[bound]));
    const target = plan.writes === 'everything' ? input : plan.conversation ? input - plan.tail[bound] : read;
    return priced({ input, read, write: Math.max(0, big(target) - read) });
  };

  const rest = sumSteps(later, 2, Math.round(steps));
  const chance = plan ? hitChance(shape.runsPerDay, rules.ttls.includes(plan.ttl) ? TTL_MS[plan.ttl] : rules.assumedTtlMs) : 0;
  const firstRun = add(start(plan?.across[bound] ?? 0, chance), rest);
  const repeats = Math.max(0, shape.outer[bound] - 1);
  if (repeats === 0) return firstRun;
  const kept = shape.sequential && !shape.grows ? plan?.within[bound] : plan?.across[bound];
  const again = start(kept ?? 0, shape.sequential ? 1 : chance);
  return add(firstRun, add(again, rest), repeats);
}

/** The smallest cost of several plans at the expected bound. */
export function cheapest(shape: RunShape, quote: PriceQuote, rules: CacheRules, plans: readonly CachePlan[]): CachePlan | undefined {
  let best: { readonly plan: CachePlan | undefined; readonly money: number } | undefined;
  for (const plan of plans) {
    if (!canPrice(quote, plan)) continue;
    const { money } = runAt('expected', shape, quote, rules, plan);
    if (!best || money < best.money) best = { plan, money };
  }
  return best?.plan;
}
