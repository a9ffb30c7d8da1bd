/**
 * Limits of one gateway, in memory and in the ledger's file. Decisions are made in memory; what was spent in one turn of the event loop is written in one
 * transaction, together with the events of that turn. Reservations are written a little later, most often together and often never: a call that is over
 * by then leaves nothing behind but what it cost. One gateway at a time may have the file (`owner.ts`).
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type BudgetChange, type BudgetState, type Counter, type EndedLease, type Lease, rememberMs } from '../../core/budget/index.ts';
import { FleetingMap } from '../../core/fleeting-map.ts';
import type { CommitQueue, QueueHealth } from '../ledger/commit-queue.ts';
import { FORGET_MS, MemoryStore } from './memory.ts';
import type { StateChange, StoreHealth } from './types.ts';

/** Keys to be written with this turn. */
interface Dirty {
  readonly counters: Set<string>;
  readonly leases: Set<string>;
  readonly ended: Set<string>;
}

interface Statements {
  readonly putCounter: StatementSync;
  readonly dropCounter: StatementSync;
  readonly putLease: StatementSync;
  readonly dropLease: StatementSync;
  readonly putEnded: StatementSync;
  readonly dropEnded: StatementSync;
  readonly forgetEnded: StatementSync;
  readonly getState: StatementSync;
  readonly putState: StatementSync;
  readonly dropState: StatementSync;
}

const prepareAll = (db: DatabaseSync): Statements => ({
  putCounter: db.prepare('INSERT INTO counters VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, json = excluded.json'),
  dropCounter: db.prepare('DELETE FROM counters WHERE key = ?'),
  putLease: db.prepare('INSERT INTO leases VALUES (?, ?) ON CONFLICT DO UPDATE SET json = excluded.json'),
  dropLease: db.prepare('DELETE FROM leases WHERE id = ?'),
  putEnded: db.prepare('INSERT INTO ended VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until, json = excluded.json'),
  dropEnded: db.prepare('DELETE FROM ended WHERE id = ?'),
  forgetEnded: db.prepare('DELETE FROM ended WHERE until < ?'),
  getState: db.prepare('SELECT json FROM state WHERE name = ?'),
  putState: db.prepare('INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET json = excluded.json'),
  dropState: db.prepare('DELETE FROM state WHERE name = ?'),
});

/** What leases set aside, by counter and start of its window. */
function reservedBy(leases: readonly Lease[]): (counter: string, startMs: number) => number {
  const sums = new Map<string, number>();
  for (const { counter, startMs, reserved } of leases.flatMap(({ shares }) => shares)) {
    const key = `${startMs} ${counter}`;
    sums.set(key, (sums.get(key) ?? 0) + reserved);
  }
  return (counter, startMs) => sums.get(`${startMs} ${counter}`) ?? 0;
}

/** The file is written by this class alone, so its rows are of these types. A counter may have been written when a lease on it was not: the leases are right. */
function load(db: DatabaseSync, nowMs: number): { readonly state: BudgetState; readonly touched: ReadonlyMap<string, number> } {
  const leases: Record<string, Lease> = {};
  for (const { id, json } of db.prepare('SELECT id, json FROM leases').all()) leases[String(id)] = JSON.parse(String(json)) as Lease;
  const reserved = reservedBy(Object.values(leases));
  const counters: Record<string, Counter> = {};
  const touched = new Map<string, number>();
  for (const { key, at, json } of db.prepare('SELECT key, at, json FROM counters').all()) {
    const counter = JSON.parse(String(json)) as Counter;
    const held = reserved(String(key), counter.startMs);
    if (Number(at) + FORGET_MS <= nowMs && held === 0) continue;
    counters[String(key)] = { ...counter, reserved: held };
    touched.set(String(key), Number(at));
  }
  const ended: Record<string, EndedLease> = {};
  const rows = db.prepare('SELECT id, json FROM ended WHERE until >= ?').all(nowMs);
  for (const { id, json } of rows) ended[String(id)] = JSON.parse(String(json)) as EndedLease;
  return { state: { counters, leases, ended }, touched };
}

const FORGET_ENDED_EVERY_MS = 60_000;
/** Reservations reach the disk so much later, ms. What ends before that never does. */
const LATER_MS = 100;

/** Sets aside for calls, and moves no money and no hold. */
const isReserving = ({ leases, ended }: BudgetChange): boolean =>
  ended.length === 0 && leases.length > 0 && leases.every(([, lease]) => lease?.kind === 'call');

export class SqliteStore extends MemoryStore {
  override readonly kind = 'sqlite';
  readonly #queue: CommitQueue;
  readonly #sql: Statements;
  #dirty: Dirty | undefined;
  #saving: Promise<void> = Promise.resolve();
  #forgotEndedMs = 0;
  /** Leases that are in the file. */
  readonly #written: Set<string>;
  /** Counters and leases that changed by reserving alone. */
  readonly #laterCounters = new Set<string>();
  readonly #laterLeases = new FleetingMap<string, true>();
  #timer: NodeJS.Timeout | undefined;

  constructor(db: DatabaseSync, queue: CommitQueue, options: { readonly now?: () => number } = {}) {
    const now = options.now ?? Date.now;
    const { state, touched } = load(db, now());
    super({ now, state });
    for (const [key, at] of touched) this.touched.set(key, at);
    this.#written = new Set(Object.keys(state.leases));
    this.#queue = queue;
    this.#sql = prepareAll(db);
  }

  protected override changed(change: BudgetChange): void {
    super.changed(change);
    if (isReserving(change)) this.#later(change);
    else this.#now(change);
  }

  #later({ counters, leases }: BudgetChange): void {
    for (const [key] of counters) this.#laterCounters.add(key);
    for (const [id] of leases) this.#laterLeases.set(id, true);
    this.#timer ??= setTimeout(() => this.#writeLater(), LATER_MS).unref();
  }

  #now({ counters, leases, ended }: BudgetChange): void {
    if (counters.length === 0 && leases.length === 0) return;
    const dirty = this.#dirtyOfThisTurn();
    for (const [key] of counters) dirty.counters.add(key);
    for (const [id, lease] of leases) {
      this.#laterLeases.delete(id);
      if (lease || this.#written.has(id)) dirty.leases.add(id);
    }
    // That a lease was settled shows in its being gone; that a charge without one was made shows nowhere else.
    for (const [id, one] of ended) if (one?.how === 'expired' || !leases.some(([gone]) => gone === id)) dirty.ended.add(id);
  }

  /** What was set aside since and is still. */
  #writeLater(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const dirty = this.#dirtyOfThisTurn();
    for (const key of this.#laterCounters) dirty.counters.add(key);
    for (const id of this.#laterLeases.keys()) dirty.leases.add(id);
    this.#laterCounters.clear();
    this.#laterLeases.clear();
  }

  protected override forgotten(keys: readonly string[]): void {
    const dirty = this.#dirtyOfThisTurn();
    for (const key of keys) dirty.counters.add(key);
  }

  /** What a full disk does not take is decided all the same: it waits in the queue, which says so in its health. */
  protected override saved(): Promise<void> {
    return this.#saving;
  }

  /** Writes all that is remembered; then the file knows as much as the memory. */
  override async close(): Promise<void> {
    this.#writeLater();
    const dirty = this.#dirtyOfThisTurn();
    for (const id of Object.keys(this.book.state.ended)) dirty.ended.add(id);
    this.#queue.flush();
  }

  #dirtyOfThisTurn(): Dirty {
    if (this.#dirty) return this.#dirty;
    const dirty: Dirty = { counters: new Set(), leases: new Set(), ended: new Set() };
    this.#dirty = dirty;
    const write = (): void => {
      if (this.#dirty === dirty) this.#dirty = undefined;
      this.#write(dirty);
    };
    this.#saving = this.#queue.enqueue(write).catch(() => {});
    return dirty;
  }

  /** Writes what these keys hold now. */
  #write(dirty: Dirty): void {
    const { putCounter, dropCounter, putLease, dropLease, putEnded, dropEnded, forgetEnded } = this.#sql;
    const nowMs = this.now();
    for (const key of dirty.counters) {
      const counter = this.book.counter(key);
      if (counter) putCounter.run(key, this.touched.get(key) ?? nowMs, JSON.stringify(counter));
      else dropCounter.run(key);
    }
    for (const id of dirty.leases) {
      const lease = this.book.lease(id);
      if (lease) {
        putLease.run(id, JSON.stringify(lease));
        this.#written.add(id);
      } else {
        dropLease.run(id);
        this.#written.delete(id);
      }
    }
    for (const id of dirty.ended) {
      const ended = this.book.ended(id);
      if (ended) putEnded.run(id, ended.atMs + rememberMs(ended), JSON.stringify(ended));
      else dropEnded.run(id);
    }
    if (nowMs - this.#forgotEndedMs < FORGET_ENDED_EVERY_MS) return;
    this.#forgotEndedMs = nowMs;
    forgetEnded.run(nowMs);
  }

  override async getState(name: string): Promise<string | undefined> {
    return this.#stateOf(name);
  }

  override changeState(name: string, change: StateChange): Promise<string | undefined> {
    return this.#queue.enqueue(() => {
      const json = change(this.#stateOf(name));
      if (json === undefined) this.#sql.dropState.run(name);
      else this.#sql.putState.run(name, json);
      return json;
    });
  }

  #stateOf(name: string): string | undefined {
    const row = this.#sql.getState.get(name);
    return row ? String(row.json) : undefined;
  }

  /** A full disk does not stop decisions, which are made in memory: what was spent is written when there is room again. */
  override get health(): StoreHealth {
    return { ...this.#queue.health, mode: 'open' };
  }

  override onHealth(listener: (health: StoreHealth) => void): void {
    this.#queue.onHealth((health: QueueHealth) => listener({ ...health, mode: 'open' }));
  }
}
