/** What a call, a run and a month cost: ranges with the assumptions they rest on. */
import type { Assumption, NanoUsd, Range } from '../model.ts';

/** The cost of one run of `steps` model calls. All in nano-dollars. */
export interface Growth {
  readonly steps: number;
  readonly withCache: Range;
  readonly withoutCache: Range;
}

/** What the provider's cache can do with this prompt. Tokens. */
export interface CacheOutlook {
  /** Tokens of the longest prefix that is the same on every call. */
  readonly stablePrefix: number;
  /** Tokens that would be in the prefix if the order were tools and system → stable history → retrieved context → dynamic input. */
  readonly reachablePrefix: number;
  /** All input tokens, expected. */
  readonly total: number;
  /** Index of the first segment that changes between calls; undefined when nothing does. */
  readonly breaksAt?: number;
  /** Provider's minimum; undefined when unknown. */
  readonly minimum?: number;
  /** True when the code as it stands lets the provider read this prefix from its cache. */
  readonly active: boolean;
  /** Share of input tokens, 0–1, that reads can reach as the code stands / in the best order. */
  readonly hitRate: number;
  readonly reachableHitRate: number;
}

export interface Estimate {
  /** Input tokens of one call (the first step of a loop). `static`: those whose text the code shows. */
  readonly inputTokens: Range & { readonly static: number };
  readonly outputTokens: Range;
  /** Nano-dollars; null when the model or its price is unknown, then `unpriced` says why. */
  readonly cost: { readonly call: Range; readonly run: Range; readonly month: Range } | null;
  readonly unpriced?: string;
  readonly growth: readonly Growth[];
  readonly cache: CacheOutlook;
  readonly assumptions: readonly Assumption[];
}

export { assumedTokens, assumptionFor, SPREAD, spread } from '../assume.ts';
export {
  averageCall,
  DAYS_PER_MONTH,
  type EstimateDeps,
  estimate,
  estimateOf,
  hitRateOf,
  type RunModel,
  runCost,
  runModel,
  stepSetting,
} from './estimate.ts';
export { meanCost } from './observed.ts';
export { priceOf, whyUnpriced } from './price.ts';
export type { CachePlan, RunShape } from './run.ts';
export { type EstimatedCall, type Totals, totalsOf, whyNoCost } from './totals.ts';
export type { Assumption, NanoUsd };
