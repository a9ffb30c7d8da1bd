/**
 * Limits, windows, reservations, breaker, rate buckets: plain JSON state and pure functions `(state, event, nowMs) → {state, …}`. No clock, no chance:
 * both are arguments. Amounts are integers: nano-dollars, tokens, calls. Times are ms since the epoch.
 */
import type { NanoUsd } from '../model.ts';

export type Unit = 'nanoUsd' | 'tokens' | 'calls';
export const UNITS: readonly Unit[] = ['nanoUsd', 'tokens', 'calls'];

/** What a call takes, or may take at worst. All three are kept, so that limits in different units see the same call. */
export interface Amount {
  readonly nanoUsd: NanoUsd;
  /** Input (cached or not) and output together. */
  readonly tokens: number;
  readonly calls: number;
}
export const ZERO: Amount = { nanoUsd: 0, tokens: 0, calls: 0 };

/** Over what time a limit counts. */
export type Window =
  /** each call by itself: nothing is added up */
  | { readonly kind: 'call' }
  /** for as long as the counter lives: a session's ceiling */
  | { readonly kind: 'lifetime' }
  /** starts with the first call and lasts `ms`; the next one starts with the first call after that (5 hours, 7 days as subscriptions count) */
  | { readonly kind: 'from-first-use'; readonly ms: number }
  /** the last `ms` at every moment, in `ms / 60` steps; a step leaves only when all of it is older */
  | { readonly kind: 'rolling'; readonly ms: number }
  /** calendar hour, day, week or month in a time zone; days may have 23 or 25 hours */
  | { readonly kind: 'calendar'; readonly unit: 'day' | 'week' | 'month'; readonly timeZone: string; readonly weekStartsOn?: Weekday };
/** 1 = Monday … 7 = Sunday (ISO 8601). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export type Layer = 'call' | 'session' | 'agent' | 'project' | 'account' | 'key' | 'model';

/** A limit as configured. */
export interface Limit {
  /** Stable name, for messages and counters: `session`, `agent-daily`. */
  readonly id: string;
  readonly layer: Layer;
  /** Only for this agent, project …; left out: each scope has its own counter of the same size. */
  readonly scope?: string;
  readonly unit: Unit;
  /** Inclusive: spending exactly this much is allowed. */
  readonly max: number;
  readonly window: Window;
  /** Share of `max` from which warnings are given; default 0.8. */
  readonly warnAt?: number;
  /** `warn` never denies. */
  readonly action: 'stop' | 'warn';
  /** When the ceiling is reached: `now` ends running streams of the scope, `next` denies the next call. Default `next`. */
  readonly when?: 'now' | 'next';
}

/** A limit together with the counter that a certain call falls into. */
export interface AppliedLimit {
  readonly limit: Limit;
  /** `<limit id>|<scope value>`. */
  readonly counter: string;
}

/** What has been used of one limit in its current window. */
export interface Counter {
  /** Start and end of the window, end exclusive; `null`: no end. */
  readonly startMs: number;
  readonly endMs: number | null;
  readonly spent: number;
  readonly reserved: number;
  /** Rolling windows: steps that hold spending, by the ms at which the step starts; their sum is `spent`. */
  readonly steps?: readonly (readonly [startMs: number, amount: number])[];
  /** Whether the warning of this window has been given. */
  readonly warned: boolean;
  /** How many windows have ended. */
  readonly resets: number;
}

/** A reservation that lives until it is settled, released or not renewed. */
export interface Lease {
  readonly id: string;
  /** `hold`: set aside for a whole task; its calls draw on it. */
  readonly kind: 'call' | 'hold';
  /** Set aside in all, extensions included. */
  readonly amount: Amount;
  /** What is set aside on which counter and in which of its windows, oldest first. */
  readonly shares: readonly LeaseShare[];
  /** Limits on the call by itself, for extensions. */
  readonly single: readonly AppliedLimit[];
  /** The hold that this call draws on. */
  readonly hold?: string;
  readonly madeMs: number;
  readonly expiresMs: number;
  readonly ttlMs: number;
}

export interface LeaseShare extends AppliedLimit {
  /** The window of the counter. */
  readonly startMs: number;
  readonly reserved: number;
  /** How much of `reserved` came out of the hold. */
  readonly fromHold: number;
}

/** A lease that ended, kept a while so that a repeated or late message is known. */
export interface EndedLease {
  readonly how: 'settled' | 'released' | 'expired';
  readonly atMs: number;
  /** Of an expired lease, for a late settlement. */
  readonly shares: readonly LeaseShare[];
}

/** All of it, as JSON. */
export interface BudgetState {
  readonly counters: Readonly<Record<string, Counter>>;
  readonly leases: Readonly<Record<string, Lease>>;
  readonly ended: Readonly<Record<string, EndedLease>>;
}

/** What a decision reads: a store loads only the keys that are asked for. */
export interface BudgetView {
  counter(key: string): Counter | undefined;
  lease(id: string): Lease | undefined;
  ended(id: string): EndedLease | undefined;
}

/** What a decision changes. To be applied whole, before the next decision reads. */
export interface BudgetChange {
  /** Each key once. */
  readonly counters: readonly (readonly [key: string, counter: Counter])[];
  readonly leases: Changes<Lease>;
  readonly ended: Changes<EndedLease>;
}

/** New values by id; `null` deletes. Pairs and not a record: an object with a name that never comes again is slow to make and to read. */
export type Changes<T> = readonly (readonly [id: string, value: T | null])[];

/** One limit as it stands. */
export interface Standing {
  readonly limit: Limit;
  readonly counter: string;
  readonly spent: number;
  readonly reserved: number;
  /** `max − spent − reserved`, at least 0. */
  readonly available: number;
  /** When the window ends; undefined: never, or not before it is reset. */
  readonly resetsMs?: number;
}

export interface Reservation {
  readonly id: string;
  readonly kind?: 'call' | 'hold';
  readonly limits: readonly AppliedLimit[];
  readonly amount: Amount;
  readonly ttlMs: number;
  /** A hold that the call may draw on first. */
  readonly hold?: string;
}

export type Decision =
  | { readonly kind: 'granted'; readonly lease: Lease; readonly warnings: readonly Standing[]; readonly standings: readonly Standing[] }
  | {
      readonly kind: 'denied';
      /** The limits that it does not fit, tightest first. */
      readonly by: readonly Standing[];
      /** The most that would fit now, for lowering a cap. */
      readonly fits: Amount;
      /** When it would fit if nothing else is spent; undefined: never by waiting. */
      readonly retryMs?: number;
      readonly warnings: readonly Standing[];
      readonly standings: readonly Standing[];
    };

/** What became of a settlement. `late`: the lease had expired and its amount had been returned, the real cost is charged all the same. */
export interface Settled {
  readonly kind: 'settled' | 'late' | 'duplicate' | 'unknown';
  /** Cost beyond what was set aside: hidden input and the like. */
  readonly beyond: Amount;
  /** Limits that are exhausted now and ask for running streams to be stopped. */
  readonly stopNow: readonly string[];
  readonly standings: readonly Standing[];
}
