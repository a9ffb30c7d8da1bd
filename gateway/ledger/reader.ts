/** Reads a ledger: the gateway its own, the command line that of a gateway which may be running. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  type CallEvent,
  type LedgerEvent,
  ledgerEventSchema,
  type SessionStatus,
  type SessionSummary,
  sessionStatuses,
  type Totals,
} from '../../core/protocol/gateway.ts';
import { addTotals, numberIn, QUARTER_MS, quarterOf, SELECT_SUMS, sumsOf, TOKEN_COLUMNS, textIn, totalsIn } from './sums.ts';
import type { HourTotals, LedgerQuery, SessionCosts } from './types.ts';

const HOUR_MS = 3_600_000;
/** Rows read at a time: no statement stays open while the caller works. */
const PAGE = 500;

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

type SumQuery = Omit<LedgerQuery, 'kinds' | 'limit' | 'order'>;

function conditionOf(query: LedgerQuery, time: string): Condition {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (sql: string, ...given: readonly SQLInputValue[]): void => {
    parts.push(sql);
    values.push(...given);
  };
  if (query.since !== undefined) add(`${time} >= ?`, query.since);
  if (query.until !== undefined) add(`${time} < ?`, query.until);
  for (const name of ['session', 'agent', 'project', 'model'] as const) {
    const value = query[name];
    // Calls that name no model have '' among the sums.
    if (value !== undefined) add(name === 'model' ? "coalesce(model, '') = ?" : `${name} = ?`, value);
  }
  if (query.kinds) add(`kind IN (${query.kinds.map(() => '?').join(', ')})`, ...query.kinds);
  return { sql: parts.length > 0 ? parts.join(' AND ') : '1', values };
}

const parsed = (json: unknown): LedgerEvent => ledgerEventSchema.parse(JSON.parse(String(json)));

export class LedgerReader {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get salt(): string {
    return textIn(this.#db.prepare("SELECT value FROM meta WHERE name = 'salt'").get() ?? {}, 'value') ?? '';
  }

  notes(start: string): (readonly [name: string, text: string])[] {
    const rows = this.#db.prepare('SELECT name, value FROM meta WHERE substr(name, 1, ?) = ?').all(start.length, start);
    return rows.map(({ name, value }) => [String(name), String(value)] as const);
  }

  *events(query: LedgerQuery = {}): Generator<LedgerEvent> {
    const newest = query.order === 'newest';
    const { sql, values } = conditionOf(query, 'at');
    const page = this.#db.prepare(
      `SELECT seq, json FROM events WHERE ${sql} AND seq ${newest ? '<' : '>'} ? ORDER BY seq ${newest ? 'DESC' : 'ASC'} LIMIT ?`,
    );
    let cursor = newest ? Number.MAX_SAFE_INTEGER : 0;
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const rows = page.all(...values, cursor, Math.min(PAGE, left));
      for (const row of rows) yield parsed(row.json);
      left -= rows.length;
      if (rows.length < PAGE) return;
      cursor = numberIn(rows.at(-1)!, 'seq');
    }
  }

  call(id: string): CallEvent | undefined {
    const row = this.#db.prepare("SELECT json FROM events WHERE id = ? AND kind = 'call'").get(id);
    const event = row ? parsed(row.json) : undefined;
    return event?.kind === 'call' ? event : undefined;
  }

  /** From the kept sums as far as they can answer, else from the events, which `prune` may have shortened. */
  totals(query: SumQuery = {}): Totals {
    const { since, until, session, ...rest } = query;
    if (session === undefined) return this.#sumOfTime(query);
    if (Object.values({ since, until, ...rest }).every((value) => value === undefined)) {
      return totalsIn(this.#db.prepare(`SELECT ${SELECT_SUMS} FROM sessions WHERE session = ?`).get(session));
    }
    return this.#sumOfEvents(query);
  }

  /** Whole quarters of an hour from the sums; only what begins or ends within one is read call by call. */
  #sumOfTime(query: SumQuery): Totals {
    const { since, until } = query;
    const from = since === undefined ? undefined : Math.ceil(since / QUARTER_MS) * QUARTER_MS;
    const to = until === undefined ? undefined : quarterOf(until);
    if (from !== undefined && to !== undefined && from > to) return this.#sumOfEvents(query);
    const { sql, values } = conditionOf({ ...query, since: from, until: to }, 'quarter');
    let total = totalsIn(this.#db.prepare(`SELECT ${SELECT_SUMS} FROM spending WHERE ${sql}`).get(...values));
    if (since !== from) total = addTotals(total, this.#sumOfEvents({ ...query, until: from }));
    if (until !== to) total = addTotals(total, this.#sumOfEvents({ ...query, since: to }));
    return total;
  }

  #sumOfEvents(query: SumQuery): Totals {
    const { sql, values } = conditionOf({ ...query, kinds: ['call', 'denied'] }, 'at');
    let total = totalsIn(undefined);
    for (const row of this.#db.prepare(`SELECT counted, json FROM events WHERE ${sql}`).iterate(...values)) {
      total = addTotals(total, totalsIn(sumsOf(parsed(row.json), row.counted === 1)));
    }
    return total;
  }

  session(id: string): SessionSummary | undefined {
    const row = this.#db.prepare('SELECT * FROM sessions WHERE session = ?').get(id);
    return row ? summaryIn(row) : undefined;
  }

  sessions({ since = 0, limit = 100 }: { readonly since?: number; readonly limit?: number } = {}): SessionSummary[] {
    return this.#db.prepare('SELECT * FROM sessions WHERE lastAt >= ? ORDER BY lastAt DESC LIMIT ?').all(since, limit).map(summaryIn);
  }

  /** Sessions whose id is this or, if none is, begins with it; at most ten. */
  sessionsLike(start: string): SessionSummary[] {
    const exact = this.session(start);
    if (exact) return [exact];
    return this.#db
      .prepare('SELECT * FROM sessions WHERE substr(session, 1, ?) = ? ORDER BY lastAt DESC LIMIT 10')
      .all(start.length, start)
      .map(summaryIn);
  }

  /** Models with calls; '' where none was named. */
  models({ since, until }: Pick<LedgerQuery, 'since' | 'until'> = {}): string[] {
    const from = since === undefined ? 0 : since - QUARTER_MS;
    const rows = this.#db
      .prepare('SELECT DISTINCT model FROM spending WHERE quarter >= ? AND quarter < ?')
      .all(from, until ?? Number.MAX_SAFE_INTEGER);
    return rows.map((row) => textIn(row, 'model') ?? '');
  }

  sessionCosts(since = 0): SessionCosts {
    const rows = this.#db.prepare('SELECT status, nanoUsd FROM sessions WHERE lastAt >= ? AND calls > 0 ORDER BY nanoUsd').all(since);
    const costs: Partial<Record<SessionStatus, { sessions: number; nanoUsd: number; median: number }>> = {};
    for (const status of sessionStatuses) {
      const sorted = rows.filter((row) => row.status === status).map((row) => numberIn(row, 'nanoUsd'));
      if (sorted.length > 0) costs[status] = { sessions: sorted.length, nanoUsd: sorted.reduce((a, b) => a + b, 0), median: medianOf(sorted) };
    }
    return costs;
  }

  hours(since: number, until = Number.MAX_SAFE_INTEGER): HourTotals[] {
    const rows = this.#db
      .prepare(
        `SELECT quarter - quarter % ${HOUR_MS} AS hour, ${SELECT_SUMS} FROM spending WHERE quarter >= ? AND quarter < ?
         GROUP BY hour HAVING sum(calls) > 0 ORDER BY hour`,
      )
      .all(since, until);
    return rows.map((row) => ({ hour: numberIn(row, 'hour'), totals: totalsIn(row) }));
  }
}

/** The lower one of the two in the middle: an amount that was really spent. */
const medianOf = (sorted: readonly number[]): number => sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;

type Row = Readonly<Record<string, unknown>>;

/** One row of `sessions`. */
export function summaryIn(row: Row): SessionSummary {
  const optional = Object.fromEntries(
    (['agent', 'parent', 'project', 'client', 'model', 'via'] as const).flatMap((name) => {
      const value = textIn(row, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const status = sessionStatuses.find((one) => one === row.status) ?? 'running';
  return {
    session: String(row.session),
    status,
    firstAt: numberIn(row, 'firstAt'),
    lastAt: numberIn(row, 'lastAt'),
    ...optional,
    totals: totalsIn(row),
  };
}

/** Tokens of a prompt, cached or not. */
export const inputOf = (totals: Totals): number =>
  TOKEN_COLUMNS.reduce((sum, name) => (name === 'output' ? sum : sum + (totals.tokens[name] ?? 0)), 0);
