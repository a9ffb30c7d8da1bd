/**
 * Folds the write-ahead log into the file on a thread of its own. That waits for the disk, tens of milliseconds at a time; on the thread of the calls all of them
 * would wait with it.
 */
import { Worker } from 'node:worker_threads';

/** The log is folded so long after a write, ms. */
const AFTER_MS = 500;
/** A log of so many pages (80 MB) is begun anew: for that nothing may be written until the last of it is folded, which is a moment. */
const LONG_PAGES = 20_000;

/** Whoever writes, to be held back for a moment. */
export interface Writing {
  pause(): void;
  resume(): void;
  /** There is no thread: the database has to fold by itself. */
  alone(): void;
}

export interface FoldOptions {
  readonly afterMs?: number;
  readonly longPages?: number;
}

/** Of one pass, in pages: what stood in the log, and how much of it is in the file now; less while somebody reads an older state. */
interface Pass {
  readonly log: number;
  readonly checkpointed: number;
}

/** A script and not a file: one program is bundled into several places, and run from source in tests. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
const db = new DatabaseSync(workerData);
parentPort.on('message', (asked) => {
  if (asked === 'fold') return parentPort.postMessage(db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get());
  db.close();
  parentPort.close();
});`;

export class LogFold {
  readonly #path: string;
  readonly #writing: Writing;
  readonly #afterMs: number;
  readonly #longPages: number;
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #folding = false;
  /** Something was written since the last pass began. */
  #touched = false;
  #ended = false;

  constructor(path: string, writing: Writing, { afterMs = AFTER_MS, longPages = LONG_PAGES }: FoldOptions = {}) {
    this.#path = path;
    this.#writing = writing;
    this.#afterMs = afterMs;
    this.#longPages = longPages;
  }

  /** Something was written. */
  touch(): void {
    this.#touched = true;
    if (this.#ended || this.#folding) return;
    this.#timer ??= setTimeout(() => void this.#fold(), this.#afterMs).unref();
  }

  /** Resolves when the thread has let go of the file. */
  async close(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    const thread = this.#thread;
    if (!thread) return;
    const gone = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
    thread.ref();
    thread.postMessage('close');
    await gone;
  }

  async #fold(): Promise<void> {
    this.#timer = undefined;
    this.#touched = false;
    this.#folding = true;
    try {
      const { log } = await this.#pass();
      if (log >= this.#longPages) await this.#beginAnew();
    } catch {
      if (!this.#ended) this.#writing.alone();
      this.#ended = true;
    }
    this.#folding = false;
    if (this.#touched) this.touch();
  }

  /** The first pass leaves what was written meanwhile, the second one little of that; only for the rest writing waits. */
  async #beginAnew(): Promise<void> {
    const { log, checkpointed } = await this.#pass();
    if (checkpointed < log) return;
    this.#writing.pause();
    try {
      await this.#pass();
    } finally {
      this.#writing.resume();
    }
  }

  #pass(): Promise<Pass> {
    const thread = this.#running();
    return new Promise((resolve, reject) => {
      const gone = (error: unknown): void => reject(error instanceof Error ? error : new Error('the thread has ended'));
      thread.once('error', gone).once('exit', gone);
      thread.once('message', (pass: Pass) => {
        thread.off('error', gone).off('exit', gone);
        resolve(pass);
      });
      thread.postMessage('fold');
    });
  }

  #running(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(THREAD, { eval: true, workerData: this.#path, execArgv: ['--disable-warning=ExperimentalWarning'] });
    // It holds nobody up, and its failures are met where something is asked of it.
    thread.unref();
    thread.on('error', () => {});
    thread.once('exit', () => {
      this.#thread = undefined;
    });
    this.#thread = thread;
    return thread;
  }
}
