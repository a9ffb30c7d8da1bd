/** What a provider's prompt cache does, as data. */
import type { Provider, SegmentRole, Stability } from '../model.ts';
import type { Route } from '../pricing/types.ts';

/** How long an entry lives; names the class of write that is billed. */
export type CacheTtl = '5m' | '30m' | '1h' | '12h' | '24h';
/** Milliseconds. */
export const TTL_MS: Readonly<Record<CacheTtl, number>> = {
  '5m': 300_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '12h': 43_200_000,
  '24h': 86_400_000,
};

/** Parts of a request in the order of the cache key. */
export type CachePart = 'tools' | 'system' | 'messages';

/** A change of the request and the parts whose cached prefix it loses. */
export interface Invalidation {
  readonly change: string;
  readonly loses: readonly CachePart[];
}

/** The rules of one provider, model and route. */
export interface CacheRules {
  readonly provider: Provider;
  readonly route: Route;
  /** `explicit`: only what the request marks · `implicit`: by itself · `both` · `none`: no cache · `unknown`: no source seen. */
  readonly kind: 'explicit' | 'implicit' | 'both' | 'none' | 'unknown';
  /** Tokens a prefix must have to be cached (low ≤ expected ≤ high; equal when certain); undefined = unknown. */
  readonly minimumTokens?: { readonly low: number; readonly expected: number; readonly high: number };
  /** False where sources disagree or the source itself advises checking. */
  readonly minimumCertain: boolean;
  /** Marks that one request may carry, an automatic one included. */
  readonly maxBreakpoints?: number;
  /** Lives that can be asked for, default first. Empty where the provider does not say. */
  readonly ttls: readonly CacheTtl[];
  /** What `simulate` takes for the life of an entry where the provider does not say, ms. */
  readonly assumedTtlMs: number;
  /** Blocks looked at backwards from each breakpoint, itself included; undefined = no limit. */
  readonly lookback?: number;
  readonly order: readonly CachePart[];
  /** Where a prefix can end: at marked blocks, or wherever two requests part. */
  readonly match: 'breakpoints' | 'longest-prefix';
  /** Beyond the minimum, hits grow in steps of so many tokens; undefined = exact. */
  readonly increment?: number;
  /** Who sets a breakpoint at the end of the request: `on-request` (Anthropic's top-level cache_control), `always` (OpenAI 5.6+ unless mode is explicit), `never`. */
  readonly automatic: 'on-request' | 'always' | 'never';
  /** `billed`: cache writes have their own price · `free`: they cost ordinary input. */
  readonly writes: 'billed' | 'free';
  /** A longer life must stand before a shorter one in the same request, else it is rejected. */
  readonly longerFirst: boolean;
  /** The provider promises hits within the life; otherwise reads are what can be reached at best. */
  readonly guaranteed: boolean;
  /** Without this request option nothing is read back. */
  readonly requires?: string;
  readonly invalidatedBy: readonly Invalidation[];
  readonly notes: readonly string[];
  /** Readable names of the sources. */
  readonly sources: readonly string[];
}

/** A piece of a prompt as the cache sees it. */
export interface CacheSegment {
  readonly role: SegmentRole;
  readonly tokens: number;
  /** Identity of the content: equal keys (and equal scope by `stability`) are equal text. */
  readonly key: string;
  /** How often the content changes; default `static`. */
  readonly stability?: Stability;
  /** Consecutive segments of one role with the same block number are one block: breakpoints stand only between blocks. Default: each segment is a block. */
  readonly block?: number;
  /** A cache mark at the end of the block. */
  readonly mark?: CacheTtl;
}

/** One request in a sequence. */
export interface CacheRequest {
  readonly segments: readonly CacheSegment[];
  /** Start of the request, ms on any clock that starts a UTC day at a multiple of 86,400,000. */
  readonly at: number;
  /** From the start to the first token of the answer, ms: until then nobody can read what this request writes. Default 0 (readable by later starts only). */
  readonly respondsAfter?: number;
  /** Names of the run and process it belongs to, for `per-run` and `per-process` segments. */
  readonly run?: string;
  readonly process?: string;
  /** Anthropic: life of the top-level automatic mark. OpenAI 5.6+: `false` = explicit mode; a life replaces the default. */
  readonly automatic?: CacheTtl | false;
  /** True when the option named by `requires` is set. */
  readonly hasKey?: boolean;
}

/** How one request's prompt is billed, tokens. The classes add up to the prompt, unless it is rejected (then all are 0). */
export interface CacheResult {
  readonly uncachedInput: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite30m: number;
  readonly cacheWrite1h: number;
  readonly cacheWrite12h: number;
  /** Why the provider would refuse the request. */
  readonly rejected?: string;
}
