/** The budget's state in memory, with decisions applied to it: one writer, every call atomic. Stores that live elsewhere apply `BudgetChange`s themselves. */
import { extend, reserve } from './account.ts';
import { expire, heartbeat, release, rememberMs, settle } from './settle.ts';
import type { Amount, BudgetChange, BudgetState, BudgetView, Counter, Decision, EndedLease, Lease, Reservation, Settled } from './types.ts';

export const viewOf = (state: BudgetState): BudgetView => ({
  counter: (key) => state.counters[key],
  lease: (id) => state.leases[id],
  ended: (id) => state.ended[id],
});

const without = <T>(record: Readonly<Record<string, T>>, changes: Readonly<Record<string, T | null>>): Record<string, T> =>
  Object.fromEntries(Object.entries({ ...record, ...changes }).filter((entry): entry is [string, T] => entry[1] !== null));

/** A new state with a change applied. */
export const applied = (state: BudgetState, change: BudgetChange): BudgetState => ({
  counters: { ...state.counters, ...change.counters },
  leases: without(state.leases, change.leases),
  ended: without(state.ended, change.ended),
});

/** How often `reserve` looks for expired leases by itself, ms. A denial always looks first. */
const SWEEP_MS = 1000;
/** How often ended leases are looked through, ms. */
const PRUNE_MS = 60_000;

export class BudgetBook implements BudgetView {
  readonly #counters: Map<string, Counter>;
  readonly #leases: Map<string, Lease>;
  readonly #ended: Map<string, EndedLease>;
  #sweptMs = Number.NEGATIVE_INFINITY;
  #prunedMs = Number.NEGATIVE_INFINITY;

  constructor(state?: BudgetState) {
    this.#counters = new Map(Object.entries(state?.counters ?? {}));
    this.#leases = new Map(Object.entries(state?.leases ?? {}));
    this.#ended = new Map(Object.entries(state?.ended ?? {}));
  }

  counter(key: string): Counter | undefined {
    return this.#counters.get(key);
  }
  lease(id: string): Lease | undefined {
    return this.#leases.get(id);
  }
  ended(id: string): EndedLease | undefined {
    return this.#ended.get(id);
  }
  /** A copy, as JSON. */
  get state(): BudgetState {
    return { counters: Object.fromEntries(this.#counters), leases: Object.fromEntries(this.#leases), ended: Object.fromEntries(this.#ended) };
  }

  apply(change: BudgetChange): void {
    for (const [key, counter] of Object.entries(change.counters)) this.#counters.set(key, counter);
    put(this.#leases, change.leases);
    put(this.#ended, change.ended);
  }

  reserve(request: Reservation, nowMs: number): Decision {
    if (nowMs - this.#sweptMs >= SWEEP_MS) this.expire(nowMs);
    const first = reserve(this, request, nowMs);
    this.apply(first.change);
    if (first.decision.kind === 'granted' || this.expire(nowMs).length === 0) return first.decision;
    const again = reserve(this, request, nowMs);
    this.apply(again.change);
    return again.decision;
  }

  extend(id: string, more: Amount, nowMs: number): Decision {
    const { change, decision } = extend(this, id, more, nowMs);
    this.apply(change);
    return decision;
  }

  settle(id: string, actual: Amount, nowMs: number): Settled {
    const { change, settled } = settle(this, id, actual, nowMs);
    this.apply(change);
    return settled;
  }

  release(id: string, nowMs: number): void {
    this.apply(release(this, id, nowMs));
  }

  heartbeat(id: string, nowMs: number): boolean {
    const { change, alive } = heartbeat(this, id, nowMs);
    this.apply(change);
    return alive;
  }

  /** Returns what expired leases had set aside, and forgets leases that ended long ago. The ids of the expired. */
  expire(nowMs: number): string[] {
    this.#sweptMs = nowMs;
    const ids = [...this.#leases.values()].filter(({ expiresMs }) => expiresMs <= nowMs).map(({ id }) => id);
    for (const id of ids) this.apply(expire(this, id, nowMs));
    if (nowMs - this.#prunedMs >= PRUNE_MS) this.#prune(nowMs);
    return ids;
  }

  #prune(nowMs: number): void {
    this.#prunedMs = nowMs;
    for (const [id, ended] of this.#ended) if (ended.atMs + rememberMs(ended) <= nowMs) this.#ended.delete(id);
  }

  /** Sets a counter back to nothing spent: a person raised or reset a limit. Running reservations stay. */
  reset(key: string): void {
    const counter = this.#counters.get(key);
    if (counter)
      this.#counters.set(key, { ...counter, spent: 0, warned: false, resets: counter.resets + 1, ...(counter.steps ? { steps: [] } : {}) });
  }

  /** Forgets counters whose window is over, and those without an end, unless `isLive` knows them.. */
  forget(nowMs: number, isLive: (counter: string) => boolean): void {
    for (const [key, counter] of this.#counters) {
      const over = counter.endMs === null ? !isLive(key) : counter.endMs <= nowMs && !isLive(key);
      if (over && counter.reserved === 0) this.#counters.delete(key);
    }
  }
}

function put<T>(map: Map<string, T>, changes: Readonly<Record<string, T | null>>): void {
  for (const [id, value] of Object.entries(changes)) {
    if (value === null) map.delete(id);
    else map.set(id, value);
  }
}
