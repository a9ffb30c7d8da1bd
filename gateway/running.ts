/** The calls that are under way: their leases are kept alive, and they can be ended when a ceiling is reached. */
import type { DenialDetail } from '../core/wire/types.ts';
import { Bag } from './bag.ts';
import type { BudgetStore } from './store/types.ts';

export interface RunningCall {
  readonly id: string;
  readonly session: string;
  /** Lease that is to be renewed; undefined where nothing was reserved. */
  readonly lease?: string;
  /** Counters that the call falls into. */
  readonly counters: readonly string[];
  stop(detail: DenialDetail): void;
  readonly done: Promise<void>;
}

/** With so many calls under way, those that end are gathered, so that they come to disk in one transaction. */
const BUSY = 8;
/** For how long at most, ms: nobody notices it. */
const GATHER_MS = 2;

export class Running {
  #gathering: Promise<void> | undefined;
  /** Calls that began or ended. */
  #moves = 0;
  readonly #calls = new Bag<RunningCall>();
  readonly #store: BudgetStore;
  readonly #timer: NodeJS.Timeout;

  constructor(store: BudgetStore, leaseMs: number, onError: (error: unknown) => void) {
    this.#store = store;
    this.#timer = setInterval(() => this.#renew().catch(onError), Math.max(500, leaseMs / 3));
    this.#timer.unref();
  }

  get size(): number {
    return this.#calls.size;
  }

  add(call: RunningCall): void {
    this.#moves++;
    const slot = this.#calls.add(call);
    call.done.then(() => this.#calls.remove(slot));
  }

  /** When a call that has ended may be written: at once, or under load together with others, as soon as nothing else comes. */
  turn(): Promise<void> | undefined {
    this.#moves++;
    if (this.#calls.size < BUSY) return undefined;
    this.#gathering ??= new Promise((resolve) => this.#gather(resolve, performance.now() + GATHER_MS, this.#moves));
    return this.#gathering;
  }

  /** Waits while each turn of the event loop brings something. */
  #gather(resolve: () => void, until: number, moves: number): void {
    setImmediate(() => {
      if (this.#moves !== moves && performance.now() < until) return this.#gather(resolve, until, this.#moves);
      this.#gathering = undefined;
      resolve();
    });
  }

  /** Ends all calls under one of the counters; their number. */
  stopCounters(counters: readonly string[], detail: DenialDetail): number {
    return this.#stop((call) => call.counters.some((one) => counters.includes(one)), detail);
  }

  stopSession(session: string, detail: DenialDetail): number {
    return this.#stop((call) => call.session === session, detail);
  }

  stopAll(detail: DenialDetail): number {
    return this.#stop(() => true, detail);
  }

  /** Resolves when no call is left, or after `ms`; whether none is. */
  async drained(ms: number): Promise<boolean> {
    const all = Promise.all([...this.#calls].map(({ done }) => done)).then(() => true);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    return Promise.race([all, late]).finally(() => clearTimeout(timer));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #stop(matches: (call: RunningCall) => boolean, detail: DenialDetail): number {
    const found = [...this.#calls].filter(matches);
    for (const call of found) call.stop(detail);
    return found.length;
  }

  async #renew(): Promise<void> {
    await this.#store.expire();
    const leases = [...this.#calls].flatMap(({ lease }) => (lease ? [lease] : []));
    if (leases.length > 0) await this.#store.heartbeat(leases);
  }
}
