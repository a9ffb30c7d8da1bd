/**
 * Spending over time: what the gateway summed up, and the calls since. Holds one number for each bucket and series, drops what falls out of the range, and sums
 * buckets up to as many bars as a chart can show, so that 100,000 points cost as much to draw as 400.
 */
import type { CallEvent, Usage } from '../core/protocol/gateway.ts';
import type { History, HistoryQuery } from '../core/protocol/panel.ts';
import { promptTokens } from './format.ts';
import type { Split } from './names.ts';

export const ranges = ['1h', '24h', '7d', '30d'] as const;
export type RangeName = (typeof ranges)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Length of each range and width of its buckets, ms. Widths divide a day, so that buckets begin on round times, and are finer than a chart shows: for zooming. */
export const rangeSizes: Readonly<Record<RangeName, { readonly ms: number; readonly bucketMs: number; readonly label: string }>> = {
  '1h': { ms: HOUR, bucketMs: 10_000, label: '1 hour' },
  '24h': { ms: 24 * HOUR, bucketMs: 2 * MINUTE, label: '24 hours' },
  '7d': { ms: 7 * 24 * HOUR, bucketMs: 15 * MINUTE, label: '7 days' },
  '30d': { ms: 30 * 24 * HOUR, bucketMs: HOUR, label: '30 days' },
};

export function queryFor(range: RangeName, by: Split, now: number): HistoryQuery {
  const { ms, bucketMs } = rangeSizes[range];
  const until = (Math.floor(now / bucketMs) + 1) * bucketMs;
  return { since: until - ms, until, bucketMs, by };
}

/** Series beyond these are summed up as `other`: more colours than these cannot be told apart. */
export const MAX_SERIES = 6;

interface Line {
  readonly key: string;
  readonly label: string;
  readonly values: number[];
}

/** One picture for a chart: `values[s][i]` belongs to the bar that begins at `at[i]` and is `widthMs` wide. */
export interface Bars {
  readonly at: readonly number[];
  readonly widthMs: number;
  readonly series: readonly { readonly key: string; readonly label: string; readonly values: readonly number[]; readonly total: number }[];
}

function tokenParts(usage: Usage, reasoning: number): readonly (readonly [string, number])[] {
  const { uncached, read, write } = promptTokens(usage);
  const output = usage.output ?? 0;
  return [
    ['uncachedInput', uncached],
    ['cacheRead', read],
    ['cacheWrite', write],
    ['output', Math.max(0, output - reasoning)],
    ['reasoning', Math.min(reasoning, output)],
  ];
}

/** What a call adds to which series: nano-dollars, or tokens. Calls that are not billed add nothing. */
export function partsOf(call: CallEvent, by: Split): readonly (readonly [string, number])[] {
  if (!call.billed) return [];
  if (by === 'kind') return tokenParts(call.usage, call.reasoning ?? 0);
  const key = by === 'model' ? (call.servedModel ?? call.model) : call[by];
  return [[key ?? '', call.cost.kind === 'known' ? call.cost.nanoUsd : call.cost.atLeast]];
}

export class SpendHistory {
  readonly query: HistoryQuery;
  readonly #lines = new Map<string, Line>();
  readonly #length: number;
  /** Start of the first bucket; moves on with time. */
  #since: number;
  /** Grows with every change: a chart that has drawn this version is up to date. */
  version = 0;

  constructor(history: History) {
    const { query } = history;
    this.query = query;
    this.#length = Math.max(1, Math.round((query.until - query.since) / query.bucketMs));
    this.#since = query.since;
    for (const { key, label, values } of history.series) {
      const line = this.#line(this.#room(key), label);
      history.at.forEach((at, index) => {
        const bucket = Math.floor((at - query.since) / query.bucketMs);
        if (bucket >= 0 && bucket < this.#length) line.values[bucket] = (line.values[bucket] ?? 0) + (values[index] ?? 0);
      });
    }
  }

  get since(): number {
    return this.#since;
  }

  get until(): number {
    return this.#since + this.#length * this.query.bucketMs;
  }

  /** Buckets times series. */
  get points(): number {
    return this.#length * this.#lines.size;
  }

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  /** Where the first bucket with anything in it begins; undefined: there is none. */
  get first(): number | undefined {
    const places = [...this.#lines.values()].map(({ values }) => values.findIndex((value) => value > 0)).filter((place) => place >= 0);
    return places.length > 0 ? this.#since + Math.min(...places) * this.query.bucketMs : undefined;
  }

  /** A call that ended after the history was made. It counts where it began, as in the ledger. */
  add(call: CallEvent): void {
    const parts = partsOf(call, this.query.by);
    if (parts.length === 0 || call.at < this.#since) return;
    this.moveTo(call.at);
    const bucket = Math.floor((call.at - this.#since) / this.query.bucketMs);
    for (const [key, value] of parts) {
      if (value === 0) continue;
      const { values } = this.#line(this.#room(key), '');
      values[bucket] = (values[bucket] ?? 0) + value;
    }
    this.version++;
  }

  /** Time goes on: the oldest buckets leave. */
  moveTo(now: number): void {
    const { bucketMs } = this.query;
    const steps = Math.floor((now - this.until) / bucketMs) + 1;
    if (steps <= 0) return;
    for (const { values } of this.#lines.values()) {
      values.splice(0, steps);
      while (values.length < this.#length) values.push(0);
    }
    this.#since += steps * bucketMs;
    this.version++;
  }

  /** The part from `from` to `until` in at most `most` bars, the largest series first. */
  bars(from: number, until: number, most: number): Bars {
    const { bucketMs } = this.query;
    const first = Math.max(0, Math.floor((from - this.#since) / bucketMs));
    const end = Math.min(this.#length, Math.ceil((until - this.#since) / bucketMs));
    const each = Math.max(1, Math.ceil((end - first) / Math.max(1, most)));
    // Bars begin at multiples of their width, so that they do not jump while the range moves on.
    const offset = Math.round(this.#since / bucketMs) % each;
    const start = first - ((first + offset) % each);
    const count = Math.max(0, Math.ceil((end - start) / each));
    const at = Array.from({ length: count }, (_, index) => this.#since + (start + index * each) * bucketMs);
    const series = [...this.#lines.values()].map(({ key, label, values }) => {
      const sums = new Array<number>(count).fill(0);
      let total = 0;
      for (let bar = 0; bar < count; bar++) {
        const last = Math.min(end, start + (bar + 1) * each);
        let sum = 0;
        for (let bucket = Math.max(0, start + bar * each); bucket < last; bucket++) sum += values[bucket]!;
        sums[bar] = sum;
        total += sum;
      }
      return { key, label, values: sums, total };
    });
    const rank = (one: { key: string; total: number }): number => (one.key === 'other' ? -1 : one.total);
    return { at, widthMs: each * bucketMs, series: series.filter(({ total }) => total > 0).sort((a, b) => rank(b) - rank(a)) };
  }

  /** Only so many series can be told apart. */
  #room(key: string): string {
    const others = this.#lines.has('other') ? 1 : 0;
    return this.#lines.has(key) || this.#lines.size - others < MAX_SERIES ? key : 'other';
  }

  #line(key: string, label: string): Line {
    const known = this.#lines.get(key);
    if (known) return known;
    const made = { key, label, values: new Array<number>(this.#length).fill(0) };
    this.#lines.set(key, made);
    return made;
  }
}
