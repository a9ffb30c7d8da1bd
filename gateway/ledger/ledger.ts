/** The ledger in one SQLite file. Writing goes through the commit queue; reading sees what is committed. */
import type { DatabaseSync } from 'node:sqlite';
import { type CallEvent, type LedgerEvent, ledgerEventSchema, type SessionSummary, type Totals } from '../../core/protocol/gateway.ts';
import type { CommitQueue } from './commit-queue.ts';
import { LedgerReader } from './reader.ts';
import type { Appended, HourTotals, Ledger, LedgerQuery, SessionCosts } from './types.ts';
import { EventWriter } from './writer.ts';

/** Events deleted in one transaction, so that a prune never keeps calls waiting for long. */
const PRUNE_STEP = 500;
/** How much longer than events the keys of bills are kept, ms: providers keep responses for 30 days. */
const BILLS_LONGER_MS = 30 * 24 * 3_600_000;

export class SqliteLedger implements Ledger {
  readonly salt: string;
  readonly #queue: CommitQueue;
  readonly #writer: EventWriter;
  readonly #reader: LedgerReader;
  readonly #isBilled: (key: string) => boolean;
  /** Keys of bills that are on their way to the disk. */
  readonly #claimed = new Set<string>();

  constructor(db: DatabaseSync, queue: CommitQueue) {
    this.#queue = queue;
    this.#writer = new EventWriter(db);
    this.#reader = new LedgerReader(db);
    this.salt = this.#reader.salt;
    const bill = db.prepare('SELECT 1 FROM bills WHERE key = ?');
    this.#isBilled = (key) => bill.get(key) !== undefined;
  }

  async append(given: LedgerEvent): Promise<Appended> {
    // Takes only what the schema names: nothing else of a request can slip into the file.
    const event = ledgerEventSchema.parse(given);
    const key = event.kind === 'call' && event.billed ? event.billingKey : undefined;
    if (key !== undefined) this.#claimed.add(key);
    const appended = await this.#queue.enqueue(() => this.#writer.write(event));
    // Only now: where it could not be written the claim stays, since it is tried again.
    if (key !== undefined) this.#claimed.delete(key);
    return appended;
  }

  isBilled(billingKey: string): boolean {
    return this.#claimed.has(billingKey) || this.#isBilled(billingKey);
  }

  events(query: LedgerQuery = {}): Iterable<LedgerEvent> {
    return this.#reader.events(query);
  }
  call(id: string): CallEvent | undefined {
    return this.#reader.call(id);
  }
  totals(query: Omit<LedgerQuery, 'kinds' | 'limit' | 'order'> = {}): Totals {
    return this.#reader.totals(query);
  }
  session(id: string): SessionSummary | undefined {
    return this.#reader.session(id);
  }
  sessions(query: { readonly since?: number; readonly limit?: number } = {}): readonly SessionSummary[] {
    return this.#reader.sessions(query);
  }
  sessionCosts(since = 0): SessionCosts {
    return this.#reader.sessionCosts(since);
  }
  hours(since: number, until?: number): readonly HourTotals[] {
    return this.#reader.hours(since, until);
  }
  get health(): Ledger['health'] {
    return this.#queue.health;
  }

  async prune(before: number): Promise<number> {
    let deleted = 0;
    for (;;) {
      const changes = await this.#queue.enqueue((db) => pruneStep(db, before));
      deleted += changes;
      if (changes < PRUNE_STEP) break;
    }
    await this.#queue.enqueue((db) => {
      db.prepare('DELETE FROM bills WHERE at < ?').run(before - BILLS_LONGER_MS);
    });
    return deleted;
  }

  async close(): Promise<void> {
    this.#queue.flush();
  }
}

const pruneStep = (db: DatabaseSync, before: number): number =>
  Number(db.prepare(`DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE at < ? LIMIT ${PRUNE_STEP})`).run(before).changes);
