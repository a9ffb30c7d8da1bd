/**
 * One writer for everything that has to outlive the process. What is asked for in one turn of the event loop is committed in one transaction, so that a settled
 * budget and the event that says why reach the disk together or not at all.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LogFold } from './log-fold.ts';

/** What works that are committed together share. */
export interface Transaction {
  /** Runs `step` once, behind all works and before the commit: what several of them add up is written there in one go. */
  atEnd(step: () => void): void;
}

export type Work<T> = (db: DatabaseSync, transaction: Transaction) => T;

interface Queued {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Works that failed for want of disk and wait for another try; beyond this the oldest are given up. */
const MAX_WAITING = 10_000;
const RETRY_MS = 1000;
/** Another process (an export, a prune) holds the file: it is waited for in turns of this length, ms, not in the database, which would stop everything. */
const BUSY_MS = 20;
/** How long the file may be busy before that counts as a failure, ms. */
const MAX_BUSY_MS = 5000;

const BUSY = 5;
/** Out of disk, not readable or not writable: SQLite's READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB. */
const DISK = new Set([8, 10, 11, 13, 14, 26]);

const codeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

export interface QueueHealth {
  readonly ok: boolean;
  readonly message: string;
  /** Works that are not on disk yet though their turn has come. */
  readonly waiting: number;
}

export class CommitQueue {
  readonly #db: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  #queue: Queued[] = [];
  /** Failed for want of disk; their promises have been rejected. */
  #backlog: Work<unknown>[] = [];
  #scheduled = false;
  /** The next transaction has begun already. */
  #begun = false;
  #busySince: number | undefined;
  #failure = '';
  #lost = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #fold: LogFold | undefined;
  /** Nothing is to be written just now. */
  #paused = false;
  readonly #listeners: ((health: QueueHealth) => void)[] = [];

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#end = db.prepare('COMMIT');
    const path = db.location();
    if (path === null) return;
    db.exec('PRAGMA wal_autocheckpoint = 0');
    this.#fold = new LogFold(path, { pause: () => this.#pause(), resume: () => this.#resume(), alone: () => foldsByItself(db) });
  }

  get health(): QueueHealth {
    const lost = this.#lost > 0 ? `; ${this.#lost} events could not be kept` : '';
    return { ok: this.#failure === '', message: this.#failure + lost, waiting: this.#backlog.length };
  }

  /** Called when `health.ok` changes. */
  onHealth(listener: (health: QueueHealth) => void): void {
    this.#listeners.push(listener);
  }

  /** Runs `work` inside the next transaction; resolves with its result once that is committed. `work` may run again after a failure. */
  enqueue<T>(work: Work<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the ledger is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Begins the transaction of this turn, so that what is read until then is read inside it: many reads then take the file's lock once. */
  begin(): void {
    if (this.#begun || this.#paused || this.#closed || this.#busySince !== undefined || this.#failure !== '') return;
    try {
      this.#begin.run();
    } catch {
      // Another process has the file: reading does without, and writing waits for it as always.
      return;
    }
    this.#begun = true;
    this.#schedule();
  }

  /** Commits what waits, now. */
  flush(): void {
    this.#scheduled = false;
    const batch = this.#queue;
    const backlog = this.#backlog;
    if (batch.length === 0 && backlog.length === 0) {
      if (this.#begun) this.#rollback();
      return;
    }
    this.#queue = [];
    try {
      const results = this.#commit([...backlog, ...batch.map(({ work }) => work)]);
      this.#backlog = [];
      batch.forEach(({ resolve }, index) => {
        resolve(results[backlog.length + index]);
      });
      this.#recovered();
    } catch (error) {
      this.#failed(batch, asError(error));
    }
    this.#fold?.touch();
  }

  /** What waits is written at once. Resolves when nothing has the file but the database itself. */
  async close(): Promise<void> {
    // There is no later turn: now the database itself waits for whoever has the file.
    this.#db.exec(`PRAGMA busy_timeout = ${MAX_BUSY_MS}`);
    this.flush();
    clearTimeout(this.#timer);
    for (const { reject } of this.#queue) reject(new Error('the ledger was closed before this could be written'));
    this.#queue = [];
    this.#closed = true;
    await this.#fold?.close();
  }

  /** For a moment: what is asked for meanwhile waits. */
  #pause(): void {
    if (!this.#closed) this.flush();
    this.#paused = true;
  }

  #resume(): void {
    this.#paused = false;
    if (this.#queue.length > 0) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#paused || this.#busySince !== undefined) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#paused) this.flush();
    });
  }

  #commit(works: readonly Work<unknown>[]): unknown[] {
    if (!this.#begun) this.#begin.run();
    try {
      const last: (() => void)[] = [];
      const transaction: Transaction = { atEnd: (step) => last.push(step) };
      const results = works.map((work) => work(this.#db, transaction));
      for (const step of last) step();
      this.#end.run();
      this.#begun = false;
      return results;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** SQLite has rolled back by itself where the disk failed. */
  #rollback(): void {
    this.#begun = false;
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
  }

  #failed(batch: Queued[], error: Error): void {
    const code = codeOf(error);
    if (code === BUSY && this.#waitsForOther(batch)) return;
    if (code === BUSY || (code !== undefined && DISK.has(code))) {
      this.#keep(batch, error);
      return;
    }
    this.#oneByOne(batch);
  }

  /** Puts the batch back and tries again soon; false once that has gone on for too long. */
  #waitsForOther(batch: Queued[]): boolean {
    this.#busySince ??= Date.now();
    if (Date.now() - this.#busySince > MAX_BUSY_MS || this.#closed) {
      this.#busySince = undefined;
      return false;
    }
    this.#queue = [...batch, ...this.#queue];
    this.#retryIn(BUSY_MS);
    return true;
  }

  #keep(batch: readonly Queued[], error: Error): void {
    this.#backlog.push(...batch.map(({ work }) => work));
    const over = this.#backlog.length - MAX_WAITING;
    if (over > 0) {
      this.#backlog.splice(0, over);
      this.#lost += over;
    }
    const isNews = this.#failure === '';
    this.#failure = `cannot write: ${error.message}`;
    for (const { reject } of batch) reject(error);
    // Only the first time: what listeners write down of it fails as well, and would be told of again without end.
    if (isNews) this.#tell();
    this.#retryIn(RETRY_MS);
  }

  /** One of them is wrong in itself: it alone fails. */
  #oneByOne(batch: readonly Queued[]): void {
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const work of backlog) {
      try {
        this.#commit([work]);
      } catch (error) {
        if (isDisk(error)) this.#backlog.push(work);
        else this.#lost += 1;
      }
    }
    for (const one of batch) {
      try {
        one.resolve(this.#commit([one.work])[0]);
      } catch (error) {
        if (isDisk(error)) this.#keep([one], asError(error));
        else one.reject(asError(error));
      }
    }
  }

  #retryIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.flush(), ms);
    if (ms === RETRY_MS) this.#timer.unref();
  }

  #recovered(): void {
    this.#busySince = undefined;
    if (this.#queue.length > 0) this.#schedule();
    if (this.#failure === '') return;
    this.#failure = '';
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.health);
  }
}

/** From so many pages on (32 MB); whatever is asked for then waits for it. */
export const foldsByItself = (db: DatabaseSync): void => db.exec('PRAGMA wal_autocheckpoint = 8000');

const isDisk = (error: unknown): boolean => {
  const code = codeOf(error);
  return code === BUSY || (code !== undefined && DISK.has(code));
};
