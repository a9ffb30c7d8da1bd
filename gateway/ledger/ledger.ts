/** The ledger in one SQLite file. Writing goes through the commit queue; reading sees what is committed. */
import type { DatabaseSync } from 'node:sqlite';
import { FleetingMap } from '../../core/fleeting-map.ts';
import type { CallEvent, LedgerEvent, SessionSummary, Totals } from '../../core/protocol/gateway.ts';
import { checked } from './checked.ts';
import type { CommitQueue } from './commit-queue.ts';
import { LedgerHistory } from './history.ts';
import { LedgerReader } from './reader.ts';
import type { Appended, HourTotals, Ledger, LedgerQuery, SessionCosts } from './types.ts';
import { EventWriter } from './writer.ts';

/** Events deleted in one transaction, so that a prune keeps calls waiting for some ms at most. */
const PRUNE_STEP = 100;
/** How much longer than events the keys of bills are kept, ms: providers keep responses for 30 days. */
const BILLS_LONGER_MS = 30 * 24 * 3_600_000;

export class SqliteLedger implements Ledger {
  readonly salt: string;
  readonly spent: LedgerHistory;
  readonly #queue: CommitQueue;
  readonly #writer: EventWriter;
  readonly #reader: LedgerReader;
  readonly #isBilled: (key: string) => boolean;
  /** Keys of bills that are on their way to the disk. */
  readonly #claimed = new FleetingMap<string, true>();

  constructor(db: DatabaseSync, queue: CommitQueue) {
    this.#queue = queue;
    this.#writer = new EventWriter(db);
    this.#reader = new LedgerReader(db);
    this.salt = this.#reader.salt;
    this.spent = new LedgerHistory(db);
    const bill = db.prepare('SELECT 1 FROM bills WHERE key = ?');
    this.#isBilled = (key) => bill.get(key) !== undefined;
  }

  async append(given: LedgerEvent): Promise<Appended> {
    const event = checked(given);
    const key = event.kind === 'call' && event.billed ? event.billingKey : undefined;
    if (key !== undefined) this.#claimed.set(key, true);
    const appended = await this.#queue.enqueue((_db, transaction) => this.#writer.write(event, transaction));
    // Only now: where it could not be written the claim stays, since it is tried again.
    if (key !== undefined) this.#claimed.delete(key);
    return appended;
  }

  isBilled(billingKey: string): boolean {
    if (this.#claimed.has(billingKey)) return true;
    // Whoever asks is about to append.
    this.#queue.begin();
    return this.#isBilled(billingKey);
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
  notes(start: string): readonly (readonly [name: string, text: string])[] {
    return this.#reader.notes(start);
  }
  setNote(name: string, text: string | undefined): Promise<void> {
    return this.#queue.enqueue((db) => {
      if (text === undefined) db.prepare('DELETE FROM meta WHERE name = ?').run(name);
      else db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(name, text);
    });
  }
  get health(): Ledger['health'] {
    return this.#queue.health;
  }
  onHealth(listener: (health: Ledger['health']) => void): void {
    this.#queue.onHealth(listener);
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
