/** Writes one event: its row, its bill, and what it adds to the sums of its quarter of an hour and of its session. Runs inside a transaction. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LedgerEvent } from '../../core/protocol/gateway.ts';
import { ADD_SUMS, quarterOf, SUM_COLUMNS, type Sums, sumsOf } from './sums.ts';
import type { Appended } from './types.ts';

const placeholders = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
const SUMS = SUM_COLUMNS.join(', ');
const SUM_MARKS = placeholders(SUM_COLUMNS.length);

export class EventWriter {
  readonly #event: StatementSync;
  readonly #bill: StatementSync;
  readonly #spending: StatementSync;
  readonly #session: StatementSync;
  readonly #status: StatementSync;
  readonly #uncount: StatementSync;

  constructor(db: DatabaseSync) {
    this.#event = db.prepare(
      `INSERT INTO events(id, at, kind, session, agent, project, model, counted, json) VALUES (${placeholders(9)}) ON CONFLICT(id) DO NOTHING`,
    );
    this.#uncount = db.prepare('UPDATE events SET counted = 0 WHERE id = ?');
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
         via = CASE WHEN status IN ('looped', 'stopped') THEN via END,
         status = CASE WHEN status IN ('looped', 'stopped') THEN status ELSE 'running' END`,
    );
    this.#status = db.prepare(
      `INSERT INTO sessions(session, status, via, firstAt, lastAt) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET status = excluded.status, via = excluded.via`,
    );
  }

  write(event: LedgerEvent): Appended {
    const model = modelOf(event);
    const billed = event.kind === 'call' && event.billed;
    const { session, agent, project } = belongsTo(event);
    const values = [event.id, event.at, event.kind, session ?? null, agent ?? null, project ?? null, model ?? null] as const;
    // The row goes first: an event that is there already must not claim a bill.
    if (Number(this.#event.run(...values, billed ? 1 : 0, JSON.stringify(event)).changes) === 0) return { kind: 'repeated' };
    const key = event.kind === 'call' ? event.billingKey : undefined;
    const sameBill = billed && key !== undefined && Number(this.#bill.run(key, event.at).changes) === 0;
    if (sameBill) this.#uncount.run(event.id);
    this.#add(event, sumsOf(event, billed && !sameBill), model);
    return { kind: sameBill ? 'same-bill' : 'stored' };
  }

  #add(event: LedgerEvent, sums: Sums, model: string | undefined): void {
    if (event.kind === 'session') this.#status.run(event.session, event.status, event.via, event.at, event.at);
    if (event.kind !== 'call' && event.kind !== 'denied') return;
    const values = SUM_COLUMNS.map((name) => sums[name]);
    this.#spending.run(quarterOf(event.at), event.provider, model ?? '', event.project ?? '', event.agent ?? '', ...values);
    const { session, agent = null, parent = null, project = null, client = null, at } = event;
    const lastAt = event.kind === 'call' ? Math.round(at + event.durationMs) : at;
    this.#session.run(session, agent, parent, project, client, model ?? null, at, lastAt, ...values);
  }
}

const modelOf = (event: LedgerEvent): string | undefined =>
  event.kind === 'call' ? (event.servedModel ?? event.model) : event.kind === 'denied' ? event.model : undefined;

function belongsTo(event: LedgerEvent): { session?: string; agent?: string; project?: string } {
  if (event.kind === 'call' || event.kind === 'denied') return event;
  return 'session' in event && event.session !== undefined ? { session: event.session } : {};
}
