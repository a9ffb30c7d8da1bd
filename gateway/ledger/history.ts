/** Spending over time, split by whose it was. Answers come from an index or from kept sums, in pieces: a question about months never keeps calls waiting. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { SessionSummary, Usage } from '../../core/protocol/gateway.ts';
import type { History, HistoryQuery } from '../../core/protocol/panel.ts';
import { summaryIn } from './reader.ts';
import { KIND_COLUMNS } from './spent.ts';
import { numberIn, QUARTER_MS, TOKEN_COLUMNS, textIn } from './sums.ts';

/** Series beside `other`. */
const MAX_SERIES = 12;
export const MAX_BUCKETS = 2_000;
/** Rows of the index that are read before other work gets its turn. */
const PIECE = 10_000;
/** Sessions likewise. */
const SESSIONS = 1_000;

type Split = HistoryQuery['by'];
const COLUMNS: Readonly<Record<Exclude<Split, 'kind'>, string>> = {
  model: 'model',
  agent: 'agent',
  project: 'project',
  session: 'session',
  site: 'site',
};
/** What is said where nothing is known. */
const NAMELESS: Readonly<Record<Split, string>> = {
  model: 'no model named',
  agent: 'no agent named',
  project: 'no project named',
  session: 'no session named',
  site: 'not found in the code',
  kind: '',
};
/** Key and label of each column. */
const KINDS: Readonly<Record<(typeof KIND_COLUMNS)[number], readonly [key: string, label: string]>> = {
  uncached: ['uncachedInput', 'uncached input'],
  cacheRead: ['cacheRead', 'cache read'],
  cacheWrite: ['cacheWrite', 'cache write'],
  output: ['output', 'output'],
  reasoning: ['reasoning', 'reasoning'],
};

/** Values by key and bucket; most sessions are in few buckets. */
type Sums = Map<string, Map<number, number>>;

/** One provider's model, for prices. */
export interface ModelUsage {
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
}

export class LedgerHistory {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** `seq`: of the last event that readers were told. Throws a sentence where there would be too many buckets. */
  async over(query: HistoryQuery, seq: () => number | undefined = () => undefined): Promise<History> {
    const { since, until, bucketMs, by } = query;
    const count = Math.ceil(Math.max(0, until - since) / bucketMs);
    if (count > MAX_BUCKETS) throw new RangeError(`${count} buckets; at most ${MAX_BUCKETS} are drawn: ask for a larger bucketMs`);
    const at = Array.from({ length: count }, (_, index) => since + index * bucketMs);
    // Readers are told of what is written in the turn in which it is written.
    const told = seq();
    const sums = this.#sumsSuffice(query) ? this.#ofSums(query) : await this.#ofCalls(query);
    const series = by === 'kind' ? kindSeries(sums, count) : largest(sums, by, count);
    return { query, at, series, ...(told === undefined ? {} : { seq: told }) };
  }

  /** Spent since then, nano-dollars. */
  spentSince(since: number): number {
    const row = this.#db.prepare('SELECT sum(nanoUsd) AS total FROM events WHERE nanoUsd IS NOT NULL AND at >= ?').get(since);
    return numberIn(row ?? {}, 'total');
  }

  /** Tokens by model since then, which is the start of a quarter of an hour. */
  models(since: number): ModelUsage[] {
    const tokens = TOKEN_COLUMNS.map((name) => `sum(${name}) AS ${name}`).join(', ');
    const rows = this.#db.prepare(`SELECT provider, model, ${tokens} FROM spending WHERE quarter >= ? GROUP BY provider, model`).all(since);
    return rows.map((row) => ({
      provider: String(row.provider),
      model: String(row.model),
      usage: Object.fromEntries(TOKEN_COLUMNS.map((name) => [name, numberIn(row, name)])),
    }));
  }

  /** The latest first; of 20,000 each thousand in a turn of its own. */
  async sessions({ since = 0, limit }: { readonly since?: number; readonly limit: number }): Promise<SessionSummary[]> {
    const page = this.#db.prepare(
      'SELECT * FROM sessions WHERE lastAt >= ? AND (lastAt, session) < (?, ?) ORDER BY lastAt DESC, session DESC LIMIT ?',
    );
    const found: SessionSummary[] = [];
    // One that calls meanwhile moves to the front, past the cursor: readers know it by its call.
    let cursor: readonly [number, string] = [Number.MAX_SAFE_INTEGER, ''];
    while (found.length < limit) {
      const rows = page.all(since, ...cursor, Math.min(SESSIONS, limit - found.length)).map(summaryIn);
      found.push(...rows);
      const last = rows.at(-1);
      if (!last || rows.length < SESSIONS) break;
      cursor = [last.lastAt, last.session];
      await turn();
    }
    return found;
  }

  /** How many sessions were active since then. */
  sessionCount(since = 0): number {
    return numberIn(this.#db.prepare('SELECT count(*) AS n FROM sessions WHERE lastAt >= ?').get(since) ?? {}, 'n');
  }

  /** Sums by quarter of an hour outlive the calls, and know neither sessions nor lines of code. */
  #sumsSuffice({ since, bucketMs, by }: HistoryQuery): boolean {
    if (bucketMs % QUARTER_MS !== 0 || since % QUARTER_MS !== 0) return false;
    if (by === 'session' || by === 'site') return false;
    return by !== 'kind' || since < this.#oldest();
  }

  #oldest(): number {
    return numberIn(this.#db.prepare('SELECT min(at) AS at FROM events WHERE nanoUsd IS NOT NULL').get() ?? {}, 'at');
  }

  #ofSums({ since, until, bucketMs, by }: HistoryQuery): Sums {
    const values =
      by === 'kind'
        ? 'sum(uncachedInput) AS uncached, sum(cacheRead) AS cacheRead, sum(cacheWrite5m + cacheWrite30m + cacheWrite1h + cacheWrite12h) AS cacheWrite, sum(output) AS output'
        : `${COLUMNS[by]} AS key, sum(nanoUsd) AS value`;
    const rows = this.#db
      .prepare(
        `SELECT CAST((quarter - ?) / ? AS INTEGER) AS bucket, ${values} FROM spending WHERE quarter >= ? AND quarter < ? GROUP BY bucket${by === 'kind' ? '' : ', key'}`,
      )
      .all(since, bucketMs, since, until);
    return gathered(rows, by);
  }

  async #ofCalls({ since, until, bucketMs, by }: HistoryQuery): Promise<Sums> {
    const values = by === 'kind' ? KIND_COLUMNS.map((name) => `sum(${name}) AS ${name}`).join(', ') : `${COLUMNS[by]} AS key, sum(nanoUsd) AS value`;
    const statement = this.#db.prepare(
      `SELECT CAST((at - ?) / ? AS INTEGER) AS bucket, ${values} FROM events WHERE nanoUsd IS NOT NULL AND at >= ? AND at < ? AND +seq <= ? GROUP BY bucket${by === 'kind' ? '' : ', key'}`,
    );
    // What is written while the pieces are read is not of this answer.
    const last = numberIn(this.#db.prepare('SELECT max(seq) AS seq FROM events').get() ?? {}, 'seq');
    const sums: Sums = new Map();
    for (let from = since; from < until; ) {
      const to = this.#pieceEnd(from, until);
      gathered(statement.all(since, bucketMs, from, to, last), by, sums);
      from = to;
      if (from < until) await turn();
    }
    return sums;
  }

  /** Behind the next `PIECE` calls; a whole millisecond, so that none is in two pieces. */
  #pieceEnd(from: number, until: number): number {
    const row = this.#db.prepare('SELECT at FROM events WHERE nanoUsd IS NOT NULL AND at >= ? ORDER BY at LIMIT 1 OFFSET ?').get(from, PIECE);
    return row ? Math.min(until, numberIn(row, 'at') + 1) : until;
  }
}

type Row = Readonly<Record<string, SQLInputValue | unknown>>;

function gathered(rows: readonly Row[], by: Split, sums: Sums = new Map()): Sums {
  const add = (key: string, bucket: number, value: number): void => {
    let values = sums.get(key);
    if (!values) {
      values = new Map();
      sums.set(key, values);
    }
    values.set(bucket, (values.get(bucket) ?? 0) + value);
  };
  for (const row of rows) {
    const bucket = numberIn(row, 'bucket');
    if (by === 'kind') for (const name of KIND_COLUMNS) add(name, bucket, numberIn(row, name));
    else add(textIn(row, 'key') ?? '', bucket, numberIn(row, 'value'));
  }
  return sums;
}

type Values = Map<number, number>;
const totalOf = (values: Values): number => [...values.values()].reduce((sum, value) => sum + value, 0);
const dense = (values: Values, count: number): number[] => Array.from({ length: count }, (_, bucket) => values.get(bucket) ?? 0);

/** `output` without the reasoning that is a series of its own. */
function kindSeries(sums: Sums, count: number): History['series'] {
  const reasoning = sums.get('reasoning');
  for (const [bucket, value] of sums.get('output') ?? []) sums.get('output')?.set(bucket, Math.max(0, value - (reasoning?.get(bucket) ?? 0)));
  return KIND_COLUMNS.flatMap((name) => {
    const values = sums.get(name);
    const [key, label] = KINDS[name];
    return values && totalOf(values) > 0 ? [{ key, label, values: dense(values, count) }] : [];
  });
}

function largest(sums: Sums, by: Split, count: number): History['series'] {
  const sorted = [...sums]
    .map(([key, values]) => ({ key, values, total: totalOf(values) }))
    .sort((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1));
  const shown = sorted.length > MAX_SERIES + 1 ? sorted.slice(0, MAX_SERIES) : sorted;
  const series = shown.map(({ key, values }) => ({ key, label: key === '' ? NAMELESS[by] : key, values: dense(values, count) }));
  const rest = sorted.slice(shown.length);
  if (rest.length === 0) return series;
  const other = new Array<number>(count).fill(0);
  for (const { values } of rest) for (const [bucket, value] of values) other[bucket] = (other[bucket] ?? 0) + value;
  return [...series, { key: 'other', label: `${rest.length} others`, values: other }];
}
