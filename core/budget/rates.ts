/**
 * Staying below a provider's rate limits: token buckets per provider and model, learnt from response headers, with a buffer so that the provider never has to refuse.
 * What is not known is not limited.
 */

export type RateUnit = 'requests' | 'inputTokens' | 'outputTokens' | 'tokens';
export const RATE_UNITS: readonly RateUnit[] = ['requests', 'inputTokens', 'outputTokens', 'tokens'];

/** What a response says about one limit. */
export interface RateLimitSeen {
  readonly limit?: number;
  readonly remaining?: number;
  /** ms until the limit is whole again. */
  readonly resetMs?: number;
}

export interface RateObservation {
  readonly limits: Partial<Readonly<Record<RateUnit, RateLimitSeen>>>;
  /** ms to wait, where the response says so. */
  readonly retryAfterMs?: number;
  /** A spending cap was reached: waiting does not help. */
  readonly spendCap?: boolean;
}

/** A bucket that holds `capacity` and fills in `fillMs`. `level` may be negative after a request larger than the bucket. */
export interface Bucket {
  readonly capacity: number;
  readonly fillMs: number;
  readonly level: number;
  readonly atMs: number;
}

export interface RateState {
  readonly buckets: Partial<Readonly<Record<RateUnit, Bucket>>>;
  /** Nothing is sent before this time: the provider said so. */
  readonly blockedUntilMs: number;
}
export const NO_RATES: RateState = { buckets: {}, blockedUntilMs: 0 };

export type RateNeed = Partial<Readonly<Record<RateUnit, number>>>;

/** Share of the provider's limit that is left unused. */
export const DEFAULT_BUFFER = 0.15;
const MINUTE = 60_000;

const levelAt = ({ capacity, fillMs, level, atMs }: Bucket, nowMs: number): number =>
  Math.min(capacity, level + (Math.max(0, nowMs - atMs) * capacity) / fillMs);

/** Takes over what a response said: limits are per minute at all providers that send them. */
export function learn(state: RateState, seen: RateObservation, nowMs: number, buffer = DEFAULT_BUFFER): RateState {
  const buckets = { ...state.buckets };
  for (const unit of RATE_UNITS) {
    const { limit, remaining } = seen.limits[unit] ?? {};
    if (limit === undefined || limit <= 0) continue;
    const capacity = Math.max(1, Math.floor(limit * (1 - buffer)));
    const old = buckets[unit];
    const before = old ? Math.min(capacity, levelAt(old, nowMs)) : capacity;
    const left = remaining === undefined ? before : Math.min(before, remaining - (limit - capacity));
    buckets[unit] = { capacity, fillMs: MINUTE, level: left, atMs: Math.max(nowMs, old?.atMs ?? 0) };
  }
  const blocked = seen.retryAfterMs === undefined ? 0 : nowMs + seen.retryAfterMs;
  return { buckets, blockedUntilMs: Math.max(state.blockedUntilMs, blocked) };
}

/** When a need can be met if nothing else is taken; a need larger than a bucket waits for a full one. */
export function readyMs(state: RateState, need: RateNeed, nowMs: number): number {
  let ready = Math.max(nowMs, state.blockedUntilMs);
  for (const unit of RATE_UNITS) {
    const bucket = state.buckets[unit];
    const wanted = need[unit] ?? 0;
    if (!bucket || wanted === 0) continue;
    const missing = Math.min(wanted, bucket.capacity) - levelAt(bucket, nowMs);
    if (missing > 0) ready = Math.max(ready, nowMs + Math.ceil((missing * bucket.fillMs) / bucket.capacity));
  }
  return ready;
}

/** Takes what a call needs, or says when it may. */
export function take(
  state: RateState,
  need: RateNeed,
  nowMs: number,
): { readonly state: RateState; readonly kind: 'granted' } | { readonly state: RateState; readonly kind: 'wait'; readonly untilMs: number } {
  const untilMs = readyMs(state, need, nowMs);
  if (untilMs > nowMs) return { state, kind: 'wait', untilMs };
  return { state: moved(state, need, -1, nowMs), kind: 'granted' };
}

/** Gives back what a call had taken and did not use; takes what it used beyond. */
export function correct(state: RateState, taken: RateNeed, used: RateNeed, nowMs: number): RateState {
  const difference: Partial<Record<RateUnit, number>> = {};
  for (const unit of RATE_UNITS) difference[unit] = (taken[unit] ?? 0) - (used[unit] ?? 0);
  return moved(state, difference, 1, nowMs);
}

function moved(state: RateState, amounts: RateNeed, sign: 1 | -1, nowMs: number): RateState {
  const buckets = { ...state.buckets };
  for (const unit of RATE_UNITS) {
    const bucket = buckets[unit];
    const amount = amounts[unit] ?? 0;
    if (!bucket || amount === 0) continue;
    const level = Math.min(bucket.capacity, levelAt(bucket, nowMs) + sign * amount);
    buckets[unit] = { ...bucket, level, atMs: Math.max(nowMs, bucket.atMs) };
  }
  return { ...state, buckets };
}

/** Exponential backoff with full jitter, ms: `random` in [0, 1). What the provider asks for is the least. */
export function backoffMs(attempt: number, random: number, { baseMs = 500, capMs = 60_000, retryAfterMs = 0 } = {}): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
  return retryAfterMs + Math.round(random * ceiling);
}
