/**
 * Writes events: each its row and its bill. What they add to the sums of a quarter of an hour and of a session is added up first, and written once for all events of
 * a transaction.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LedgerEvent } from '../../core/protocol/gateway.ts';
import type { Transaction } from './commit-queue.ts';
import { SPENT_COLUMNS, spentOf } from './spent.ts';
import { ADD_SUMS, quarterOf, SUM_COLUMNS, type Sums, sumsOf } from './sums.ts';
import type { Appended } from './types.ts';

const placeholders = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
const SUMS = SUM_COLUMNS.join(', ');
const SUM_MARKS = placeholders(SUM_COLUMNS.length);

type CountedEvent = Extract<LedgerEvent, { readonly kind: 'call' | 'denied' }>;

/** Sums in the order of their columns, and what their row is found by. */
interface SpendingSums {
  readonly row: readonly (string | number)[];
  readonly sums: number[];
}

interface SessionSums {
  agent: string | null;
  parent: string | null;
  project: string | null;
  client: string | null;
  model: string | null;
  firstAt: number;
  lastAt: number;
  readonly sums: number[];
}

/** What the events of one transaction add up to. */
interface Pending {
  readonly transaction: Transaction;
  readonly spending: Map<string, SpendingSums>;
  readonly sessions: Map<string, SessionSums>;
}

export class EventWriter {
  readonly #event: StatementSync;
  readonly #bill: StatementSync;
  readonly #spending: StatementSync;
  readonly #session: StatementSync;
  readonly #status: StatementSync;
  readonly #uncount: StatementSync;
  #pending: Pending | undefined;

  constructor(db: DatabaseSync) {
    this.#event = db.prepare(
      `INSERT INTO events(id, at, kind, session, agent, project, model, counted, json, ${SPENT_COLUMNS.join(', ')})
       VALUES (${placeholders(9 + SPENT_COLUMNS.length)}) ON CONFLICT(id) DO NOTHING`,
    );
    this.#uncount = db.prepare('UPDATE events SET counted = 0, nanoUsd = NULL WHERE id = ?');
    this.#bill = db.prepare('INSERT INTO bills VALUES (?, ?) ON CONFLICT(key) DO NOTHING');
    this.#spending = db.prepare(
      `INSERT INTO spending(quarter, provider, model, project, agent, ${SUMS}) VALUES (?, ?, ?, ?, ?, ${SUM_MARKS})
       ON CONFLICT DO UPDATE SET ${ADD_SUMS}`,
    );
    // A session that the breaker or a limit has ended stays ended, whatever its client still tries.
    this.#session = db.prepare(
      `INSERT INTO sessions(session, agent, parent, project, client, model, status, via, firstAt, lastAt, ${SUMS})
       VALUES (?, ?, ?, ?, ?, ?, 'running', NULL, ?, ?, ${SUM_MARKS})
       ON CONFLICT DO UPDATE SET ${ADD_SUMS}, firstAt = min(firstAt, excluded.firstAt), lastAt = max(lastAt, excluded.lastAt),
         agent = coalesce(excluded.agent, agent), parent = coalesce(excluded.parent, parent), project = coalesce(excluded.project, project),
         client = coalesce(excluded.client, client), model = coalesce(excluded.model, model),
         via = CASE WHEN status IN ('looped', 'stopped', 'paused') THEN via END,
         status = CASE WHEN status IN ('looped', 'stopped', 'paused') THEN status ELSE 'running' END`,
    );
    this.#status = db.prepare(
      `INSERT INTO sessions(session, status, via, firstAt, lastAt) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET status = excluded.status, via = excluded.via`,
    );
  }

  write(event: LedgerEvent, transaction: Transaction): Appended {
    const model = modelOf(event);
    const billed = event.kind === 'call' && event.billed;
    const { session, agent, project } = belongsTo(event);
    // The row goes first: an event that is there already must not claim a bill.
    const { changes } = this.#event.run(
      event.id,
      event.at,
      event.kind,
      session ?? null,
      agent ?? null,
      project ?? null,
      model ?? null,
      billed ? 1 : 0,
      JSON.stringify(event),
      ...spentOf(event),
    );
    if (Number(changes) === 0) return { kind: 'repeated' };
    const key = event.kind === 'call' ? event.billingKey : undefined;
    const sameBill = billed && key !== undefined && Number(this.#bill.run(key, event.at).changes) === 0;
    if (sameBill) this.#uncount.run(event.id);
    if (event.kind === 'session') {
      // Statuses follow each other in the order of the events.
      this.#pendingIn(transaction);
      this.#writeSums();
      this.#status.run(event.session, event.status, event.via, event.at, event.at);
    }
    if (event.kind === 'call' || event.kind === 'denied') this.#add(event, sumsOf(event, billed && !sameBill), model, transaction);
    return { kind: sameBill ? 'same-bill' : 'stored' };
  }

  #add(event: CountedEvent, sums: Sums, model: string | undefined, transaction: Transaction): void {
    const { spending, sessions } = this.#pendingIn(transaction);
    const row = [quarterOf(event.at), event.provider, model ?? '', event.project ?? '', event.agent ?? ''];
    const key = row.join('\n');
    const spent = spending.get(key);
    if (spent) addTo(spent.sums, sums);
    else spending.set(key, { row, sums: SUM_COLUMNS.map((name) => sums[name]) });
    const { session, agent = null, parent = null, project = null, client = null, at } = event;
    const lastAt = event.kind === 'call' ? Math.round(at + event.durationMs) : at;
    const known = sessions.get(session);
    if (!known) {
      const all = SUM_COLUMNS.map((name) => sums[name]);
      sessions.set(session, { agent, parent, project, client, model: model ?? null, firstAt: at, lastAt, sums: all });
      return;
    }
    addTo(known.sums, sums);
    known.agent = agent ?? known.agent;
    known.parent = parent ?? known.parent;
    known.project = project ?? known.project;
    known.client = client ?? known.client;
    known.model = model ?? known.model;
    known.firstAt = Math.min(known.firstAt, at);
    known.lastAt = Math.max(known.lastAt, lastAt);
  }

  /** A transaction that failed leaves sums behind: they are of no use to the next one, in which the same events come again. */
  #pendingIn(transaction: Transaction): Pending {
    if (this.#pending?.transaction === transaction) return this.#pending;
    this.#pending = { transaction, spending: new Map(), sessions: new Map() };
    transaction.atEnd(() => this.#writeSums());
    return this.#pending;
  }

  #writeSums(): void {
    if (!this.#pending) return;
    const { spending, sessions } = this.#pending;
    for (const { row, sums } of spending.values()) this.#spending.run(...row, ...sums);
    for (const [session, { agent, parent, project, client, model, firstAt, lastAt, sums }] of sessions)
      this.#session.run(session, agent, parent, project, client, model, firstAt, lastAt, ...sums);
    spending.clear();
    sessions.clear();
  }
}

function addTo(all: number[], sums: Sums): void {
  for (let i = 0; i < SUM_COLUMNS.length; i++) all[i] = (all[i] ?? 0) + sums[SUM_COLUMNS[i]!];
}

const modelOf = (event: LedgerEvent): string | undefined =>
  event.kind === 'call' ? (event.servedModel ?? event.model) : event.kind === 'denied' ? event.model : undefined;

function belongsTo(event: LedgerEvent): { session?: string; agent?: string; project?: string } {
  if (event.kind === 'call' || event.kind === 'denied') return event;
  return 'session' in event && event.session !== undefined ? { session: event.session } : {};
}
