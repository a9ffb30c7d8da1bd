/**
 * Where limits are kept and decided: in memory, in a file that outlives the process, or in a Redis that several machines share. Every decision is atomic.
 * Times are ms since the epoch and come from the store's own clock: Redis' clock where gateways share one, so that theirs need not agree.
 */
import type { Amount, AppliedLimit, Decision, Lease, PreflightAnswer, Reservation, Settled, Standing } from '../../core/budget/index.ts';

/** What to do while a shared store cannot be reached. `closed`: deny · `open`: let through, count on this machine alone, and charge the store when it is back. */
export type FailMode = 'closed' | 'open';

/** The store could not decide, and `closed` was chosen. Answer with 503; the call was not counted. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly message: string;
}

/** `alone`: decided by what this machine knows, since the shared store is away and `open` was chosen. */
export type StoreDecision = (Decision & { readonly alone?: true }) | Unavailable;

export interface StoreHealth {
  readonly ok: boolean;
  readonly mode: FailMode;
  /** What is wrong, or what was and for how long. */
  readonly message: string;
  /** Settlements that wait for the store to come back. */
  readonly waiting: number;
}

export type StateChange = (json: string | undefined) => string | undefined;
export type StateListener = (json: string | undefined) => void;

export interface BudgetStore {
  readonly kind: 'memory' | 'sqlite' | 'redis';
  /** Sets the worst case aside on all limits, or on none. Asking again with the same id reserves once. */
  reserve(request: Reservation): StoreDecision | Promise<StoreDecision>;
  /** More for a running call. */
  extend(id: string, more: Amount): Promise<StoreDecision>;
  /** The real cost in place of the reservation; resolves once it would survive the end of this process. Repeats change nothing. */
  settle(id: string, actual: Amount): Promise<Settled>;
  /** Spending that nothing was reserved for: batch results, calls that ran while the store was away. Never denied; repeats of an id change nothing. */
  charge(id: string, limits: readonly AppliedLimit[], actual: Amount): Promise<Settled>;
  /** The call was never sent, or a task is done with its hold. */
  release(id: string): Promise<void>;
  /** Renews leases; returns the ids that are no longer alive. */
  heartbeat(ids: readonly string[]): Promise<readonly string[]>;
  /** Returns what was set aside by leases that nobody renewed: their clients or gateways are gone. */
  expire(): Promise<readonly Lease[]>;
  preflight(limits: readonly AppliedLimit[], need: Amount, margin?: number): Promise<PreflightAnswer | Unavailable>;
  standings(limits: readonly AppliedLimit[]): Promise<readonly Standing[]>;
  /** Nothing spent: a person raised or reset the limit. */
  reset(counter: string): Promise<void>;
  /** Small JSON that has to outlive the process, such as a breaker's state. With Redis it is shared. */
  getState(name: string): Promise<string | undefined>;
  /**
   * Reads, changes and writes as one step, so that gateways which change a state at the same time lose nothing; what it became. `change` may run several
   * times, and again when a shared store is back that was away.
   */
  changeState(name: string, change: StateChange): Promise<string | undefined>;
  /** `listener` is told what other gateways make of a state, a second later at most. */
  watchState(name: string, listener: StateListener): void;
  readonly health: StoreHealth;
  /** Called when `health.ok` changes. */
  onHealth(listener: (health: StoreHealth) => void): void;
  close(): Promise<void>;
}
