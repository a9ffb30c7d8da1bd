/** The budget's state in memory, with decisions applied to it: one writer, every call atomic. Stores that live elsewhere apply `BudgetChange`s themselves. */
import { FleetingMap } from '../fleeting-map.ts';
import { extend, reserve } from './account.ts';
import { expire, heartbeat, release, rememberMs, settle } from './settle.ts';
import type { Amount, BudgetChange, BudgetState, BudgetView, Changes, Counter, Decision, EndedLease, Lease, Reservation, Settled } from './types.ts';

export const viewOf = (state: BudgetState): BudgetView => ({
  counter: (key) => state.counters[key],
  lease: (id) => state.leases[id],
  ended: (id) => state.ended[id],
});

const without = <T>(record: Readonly<Record<string, T>>, changes: Changes<T>): Record<string, T> =>
  Object.fromEntries(Object.entries({ ...record, ...Object.fromEntries(changes) }).filter((entry): entry is [string, T] => entry[1] !== null));

/** A new state with a change applied. */
export const applied = (state: BudgetState, change: BudgetChange): BudgetState => ({
  counters: { ...state.counters, ...Object.fromEntries(change.counters) },
  leases: without(state.leases, change.leases),
  ended: without(state.ended, change.ended),
});

/** How often `reserve` looks for expired leases by itself, ms. A denial always looks first. */
const SWEEP_MS = 1000;
/** How often ended leases are looked through, ms. */
const PRUNE_MS = 60_000;
/** So many ended leases of a kind are remembered at most, and half as many of the latest at least. A settlement of one that is forgotten finds no lease and changes nothing. */
const MAX_ENDED = 10_000;

/**
 * The latest ended leases. Two tables, the older of which is forgotten whole when the newer is full: a table that is added to at one end and deleted from at the other is
 * made anew again and again.
 */
class Latest {
  #newer = new Map<string, EndedLease>();
  #older = new Map<string, EndedLease>();

  get(id: string): EndedLease | undefined {
    return this.#newer.get(id) ?? this.#older.get(id);
  }

  put(id: string, ended: EndedLease): void {
    this.#newer.set(id, ended);
    if (this.#newer.size < MAX_ENDED / 2) return;
    this.#older = this.#newer;
    this.#newer = new Map();
  }

  delete(id: string): void {
    this.#newer.delete(id);
    this.#older.delete(id);
  }

  /** The oldest first. */
  *[Symbol.iterator](): Generator<[string, EndedLease]> {
    yield* this.#older;
    yield* this.#newer;
  }
}

export class BudgetBook implements BudgetView {
  readonly #counters: Map<string, Counter>;
  readonly #leases: FleetingMap<string, Lease>;
  /** Settled and released ones. */
  readonly #ended = new Latest();
  /** Expired ones, apart: they are few, and the many others must not push them out. */
  readonly #expired = new Latest();
  #sweptMs = Number.NEGATIVE_INFINITY;
  #prunedMs = Number.NEGATIVE_INFINITY;

  constructor(state?: BudgetState) {
    this.#counters = new Map(Object.entries(state?.counters ?? {}));
    this.#leases = new FleetingMap(Object.entries(state?.leases ?? {}));
    for (const [id, ended] of Object.entries(state?.ended ?? {})) this.#putEnded(id, ended);
  }

  counter(key: string): Counter | undefined {
    return this.#counters.get(key);
  }
  lease(id: string): Lease | undefined {
    return this.#leases.get(id);
  }
  ended(id: string): EndedLease | undefined {
    return this.#ended.get(id) ?? this.#expired.get(id);
  }
  /** A copy, as JSON. */
  get state(): BudgetState {
    const ended = Object.fromEntries([...this.#expired, ...this.#ended]);
    return { counters: Object.fromEntries(this.#counters), leases: Object.fromEntries(this.#leases), ended };
  }

  apply(change: BudgetChange): void {
    for (const [key, counter] of change.counters) this.#counters.set(key, counter);
    for (const [id, lease] of change.leases) {
      if (lease) this.#leases.set(id, lease);
      else this.#leases.delete(id);
    }
    for (const [id, ended] of change.ended) this.#putEnded(id, ended);
  }

  #putEnded(id: string, ended: EndedLease | null): void {
    if (ended && ended.how !== 'expired') {
      this.#expired.delete(id);
      this.#ended.put(id, ended);
      return;
    }
    this.#ended.delete(id);
    this.#expired.delete(id);
    if (ended) this.#expired.put(id, ended);
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

  /** Gives back what expired leases had set aside, and forgets leases that ended long ago. The expired ones. */
  expire(nowMs: number): Lease[] {
    this.#sweptMs = nowMs;
    const over = [...this.#leases.values()].filter(({ expiresMs }) => expiresMs <= nowMs);
    for (const { id } of over) this.apply(expire(this, id, nowMs));
    if (nowMs - this.#prunedMs >= PRUNE_MS) this.#prune(nowMs);
    return over;
  }

  #prune(nowMs: number): void {
    this.#prunedMs = nowMs;
    for (const map of [this.#ended, this.#expired]) for (const [id, ended] of map) if (ended.atMs + rememberMs(ended) <= nowMs) map.delete(id);
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
