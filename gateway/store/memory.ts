/** Limits in memory: for one gateway that may forget. The store in a file builds on it. */
import {
  type Amount,
  type AppliedLimit,
  BudgetBook,
  type BudgetChange,
  type BudgetState,
  type Lease,
  type PreflightAnswer,
  preflight,
  type Reservation,
  type Settled,
  type Standing,
  standingsOf,
} from '../../core/budget/index.ts';
import { charge } from './charge.ts';
import type { BudgetStore, StateChange, StateListener, StoreDecision, StoreHealth } from './types.ts';

/** Counters without an end (a session's ceiling) are forgotten when nothing was spent on them for so long, ms. */
export const FORGET_MS = 30 * 24 * 3_600_000;
const FORGET_EVERY_MS = 3_600_000;

/** Tells of each change that is applied. */
export class WatchedBook extends BudgetBook {
  onChange: (change: BudgetChange) => void = () => {};
  override apply(change: BudgetChange): void {
    super.apply(change);
    this.onChange(change);
  }
}

export class MemoryStore implements BudgetStore {
  readonly kind: 'memory' | 'sqlite' = 'memory';
  protected readonly book: WatchedBook;
  protected readonly now: () => number;
  /** When each counter last changed, ms. */
  protected readonly touched = new Map<string, number>();
  readonly #states = new Map<string, string>();
  #forgotMs: number;

  constructor(options: { readonly now?: () => number; readonly state?: BudgetState } = {}) {
    this.now = options.now ?? Date.now;
    this.book = new WatchedBook(options.state);
    this.#forgotMs = this.now();
    this.book.onChange = (change) => this.changed(change);
  }

  /** Called within the turn in which a change is made. */
  protected changed(change: BudgetChange): void {
    const nowMs = this.now();
    for (const [key] of change.counters) this.touched.set(key, nowMs);
  }

  /** Resolves when what was changed so far would survive the end of the process. */
  protected saved(): Promise<void> {
    return Promise.resolve();
  }

  reserve(request: Reservation): StoreDecision {
    this.#forget();
    return this.book.reserve(request, this.now());
  }

  async extend(id: string, more: Amount): Promise<StoreDecision> {
    return this.book.extend(id, more, this.now());
  }

  async settle(id: string, actual: Amount): Promise<Settled> {
    const settled = this.book.settle(id, actual, this.now());
    await this.saved();
    return settled;
  }

  async charge(id: string, limits: readonly AppliedLimit[], actual: Amount): Promise<Settled> {
    const { change, settled } = charge(this.book, id, limits, actual, this.now());
    this.book.apply(change);
    await this.saved();
    return settled;
  }

  async release(id: string): Promise<void> {
    this.book.release(id, this.now());
  }

  async heartbeat(ids: readonly string[]): Promise<readonly string[]> {
    return ids.filter((id) => !this.book.heartbeat(id, this.now()));
  }

  async expire(): Promise<readonly Lease[]> {
    return this.book.expire(this.now());
  }

  async preflight(limits: readonly AppliedLimit[], need: Amount, margin?: number): Promise<PreflightAnswer> {
    this.book.expire(this.now());
    return preflight(this.book, limits, need, this.now(), margin);
  }

  async standings(limits: readonly AppliedLimit[]): Promise<readonly Standing[]> {
    return standingsOf(this.book, limits, this.now());
  }

  async reset(counter: string): Promise<void> {
    this.book.reset(counter);
    const after = this.book.counter(counter);
    if (after) this.changed({ counters: [[counter, after]], leases: [], ended: [] });
    await this.saved();
  }

  async getState(name: string): Promise<string | undefined> {
    return this.#states.get(name);
  }

  async changeState(name: string, change: StateChange): Promise<string | undefined> {
    const json = change(this.#states.get(name));
    if (json === undefined) this.#states.delete(name);
    else this.#states.set(name, json);
    return json;
  }

  /** Nobody else changes it. */
  watchState(_name: string, _listener: StateListener): void {}

  get health(): StoreHealth {
    return { ok: true, mode: 'closed', message: '', waiting: 0 };
  }

  onHealth(_listener: (health: StoreHealth) => void): void {}

  async close(): Promise<void> {}

  #forget(): void {
    const nowMs = this.now();
    if (nowMs - this.#forgotMs < FORGET_EVERY_MS) return;
    this.#forgotMs = nowMs;
    this.book.forget(nowMs, (key) => (this.touched.get(key) ?? nowMs) + FORGET_MS > nowMs && this.book.counter(key)?.endMs === null);
    const gone = [...this.touched.keys()].filter((key) => !this.book.counter(key));
    for (const key of gone) this.touched.delete(key);
    if (gone.length > 0) this.forgotten(gone);
  }

  protected forgotten(_keys: readonly string[]): void {}
}
