/** Calls → money, and sums by session, day and model. Money in nano-dollars; a call without a known price keeps its tokens and counts as unpriced. */
import { groupBy } from '../group-by.ts';
import type { BillableUsage, PriceOverrides } from '../pricing/index.ts';
import { costOf, type PriceQuote, quote, TOKEN_CLASSES, type UnknownModel } from '../pricing/index.ts';
import type { Totals } from '../protocol/gateway.ts';
import type { SessionRow } from '../protocol/panel.ts';
import { tokensOf, usageOf } from '../wire/metered.ts';
import type { LogCall, LogUsage } from './types.ts';

export interface PricedCall {
  readonly call: LogCall;
  readonly nanoUsd: number;
  /** False: `nanoUsd` is "at least". */
  readonly known: boolean;
}

/** Prices calls; quotes are kept, since a log has few models and days. */
export class LogPrices {
  private readonly quotes = new Map<string, PriceQuote | UnknownModel>();
  private readonly overrides: PriceOverrides;
  private last: { readonly day: number; readonly model: string; readonly call: LogCall; readonly found: PriceQuote | UnknownModel } | undefined;
  /** Why calls have no price, by model. */
  readonly unknown = new Map<string, string>();

  constructor(overrides: PriceOverrides) {
    this.overrides = overrides;
  }

  price(call: LogCall): PricedCall {
    let { nanoUsd, known } = this.costOf(call, call.bill);
    for (const part of call.parts) {
      const cost = this.costOf(call, part);
      nanoUsd += cost.nanoUsd;
      known &&= cost.known;
    }
    return { call, nanoUsd, known };
  }

  private costOf(call: LogCall, { model, usage }: LogUsage): { readonly nanoUsd: number; readonly known: boolean } {
    if (tokensOf(usage) === 0 && !usage.fees) return { nanoUsd: 0, known: true };
    if (model === undefined) {
      this.unknown.set('(no model in the log)', 'the log does not say which model answered');
      return { nanoUsd: 0, known: false };
    }
    const found = this.quoteOf(call, model);
    if (found.kind === 'unknown') {
      this.unknown.set(model, found.message);
      return { nanoUsd: 0, known: false };
    }
    const cost = costOf(found, usage);
    if (cost.kind === 'known') return { nanoUsd: cost.nanoUsd, known: true };
    this.unknown.set(model, `no price is known for ${cost.missing.join(', ')}`);
    return { nanoUsd: cost.atLeast, known: false };
  }

  private quoteOf(call: LogCall, model: string): PriceQuote | UnknownModel {
    const day = Math.floor(call.at / 86_400_000);
    const { last } = this;
    // Most calls follow one of their own kind.
    if (last && last.day === day && last.model === model && isPricedLike(last.call, call)) return last.found;
    const found = this.quoteOn(day, call, model);
    this.last = { day, model, call, found };
    return found;
  }

  private quoteOn(day: number, { at, provider, serviceTier, batch, region }: LogCall, model: string): PriceQuote | UnknownModel {
    const key = `${provider}\0${model}\0${day}\0${serviceTier ?? ''}\0${batch ?? ''}\0${region ?? ''}`;
    const seen = this.quotes.get(key);
    if (seen) return seen;
    const query = { provider, model, at: new Date(at), overrides: this.overrides };
    const found = quote({ ...query, ...(serviceTier ? { serviceTier } : {}), ...(batch ? { batch } : {}), ...(region ? { region } : {}) });
    this.quotes.set(key, found);
    return found;
  }
}

const isPricedLike = (a: LogCall, b: LogCall): boolean =>
  a.provider === b.provider && a.serviceTier === b.serviceTier && a.batch === b.batch && a.region === b.region;

const NOTHING: Totals = { calls: 0, nanoUsd: 0, unpriced: 0, tokens: {}, denied: 0, failed: 0 };

/** Adds up without making a new object for each call. */
class Sum {
  private calls = 0;
  private nanoUsd = 0;
  private unpriced = 0;
  /** In the order of TOKEN_CLASSES. */
  private readonly tokens = TOKEN_CLASSES.map(() => 0);
  private readonly fees: Record<string, number> = {};

  add({ call, nanoUsd, known }: PricedCall): void {
    this.calls++;
    this.nanoUsd += nanoUsd;
    if (!known) this.unpriced++;
    this.use(call.bill.usage);
    for (const { usage } of call.parts) this.use(usage);
  }

  include(other: Sum): void {
    this.calls += other.calls;
    this.nanoUsd += other.nanoUsd;
    this.unpriced += other.unpriced;
    other.tokens.forEach((tokens, i) => {
      this.tokens[i] = (this.tokens[i] ?? 0) + tokens;
    });
    this.charge(other.fees);
  }

  private use(usage: BillableUsage): void {
    TOKEN_CLASSES.forEach((name, i) => {
      const tokens = usage[name];
      if (tokens) this.tokens[i] = (this.tokens[i] ?? 0) + tokens;
    });
    if (usage.fees) this.charge(usage.fees);
  }

  private charge(fees: NonNullable<BillableUsage['fees']>): void {
    for (const [name, units] of Object.entries(fees)) this.fees[name] = (this.fees[name] ?? 0) + (units ?? 0);
  }

  totals(): Totals {
    const { calls, nanoUsd, unpriced } = this;
    const tokens = Object.fromEntries(TOKEN_CLASSES.map((name, i) => [name, this.tokens[i]]));
    return { ...NOTHING, calls, nanoUsd, unpriced, tokens: usageOf({ ...tokens, fees: this.fees }) };
  }
}

export interface Group {
  readonly name: string;
  readonly totals: Totals;
}

export interface LogSums {
  /** Latest first. */
  readonly sessions: readonly SessionRow[];
  /** Earliest first. */
  readonly days: readonly Group[];
  /** Dearest first. */
  readonly models: readonly Group[];
  readonly total: Totals;
}

export interface SumOptions {
  /** A day as `2026-11-23` in the person's time zone. */
  readonly dayOf: (at: number) => string;
  /** ms: a session with a call after this may still go on. */
  readonly activeSince: number;
}

/** The calls of one session at one model on one day: a call is added once, here, and the rest is made of these. */
interface Cell {
  readonly first: LogCall;
  readonly model: string;
  readonly day: string;
  readonly sum: Sum;
  /** Without what was billed beside the calls at other models. */
  tokens: number;
  firstAt: number;
  lastAt: number;
}

export function sumsOf(calls: Iterable<PricedCall>, { dayOf, activeSince }: SumOptions): LogSums {
  const cells = [...cellsOf(calls, dayOf)];
  const sessions = [...groupBy(cells, ({ first }) => `${first.source}\0${first.session}`).values()];
  return {
    sessions: sessions.map((own) => rowOf(own, activeSince)).sort((a, b) => b.lastAt - a.lastAt),
    days: groupsOf(groupBy(cells, ({ day }) => day)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    models: groupsOf(groupBy(cells, ({ model }) => model)).sort((a, b) => b.totals.nanoUsd - a.totals.nanoUsd || b.totals.calls - a.totals.calls),
    total: together(cells),
  };
}

function cellsOf(calls: Iterable<PricedCall>, dayOf: SumOptions['dayOf']): Iterable<Cell> {
  const cells = new Map<string, Cell>();
  let cell: Cell | undefined;
  for (const priced of calls) {
    const { call } = priced;
    const [model, day] = [call.bill.model ?? '', dayOf(call.at)];
    // Most calls follow one of their own kind.
    if (!cell || cell.first.session !== call.session || cell.model !== model || cell.day !== day || cell.first.source !== call.source) {
      const key = `${call.source}\0${call.session}\0${model}\0${day}`;
      cell = cells.get(key) ?? { first: call, model, day, sum: new Sum(), tokens: 0, firstAt: call.at, lastAt: call.at };
      cells.set(key, cell);
    }
    cell.sum.add(priced);
    cell.tokens += tokensOf(call.bill.usage);
    cell.firstAt = Math.min(cell.firstAt, call.at);
    cell.lastAt = Math.max(cell.lastAt, call.at);
  }
  return cells.values();
}

function together(cells: readonly Cell[]): Totals {
  const sum = new Sum();
  for (const cell of cells) sum.include(cell.sum);
  return sum.totals();
}

const groupsOf = (groups: ReadonlyMap<string, readonly Cell[]>): Group[] => [...groups].map(([name, cells]) => ({ name, totals: together(cells) }));

function rowOf(cells: readonly Cell[], activeSince: number): SessionRow {
  const [{ first }] = cells as readonly [Cell, ...Cell[]];
  const models = new Map<string, number>();
  for (const { model, tokens } of cells) models.set(model, (models.get(model) ?? 0) + tokens);
  const [model] = [...models].reduce((a, b) => (b[1] > a[1] ? b : a));
  const [firstAt, lastAt] = [Math.min(...cells.map((cell) => cell.firstAt)), Math.max(...cells.map((cell) => cell.lastAt))];
  const project = first.directory?.split(/[\\/]/).findLast((part) => part !== '');
  return {
    session: first.session,
    source: first.source,
    client: first.source,
    ...(project ? { project } : {}),
    status: lastAt >= activeSince ? 'idle' : 'done',
    via: 'log',
    firstAt,
    lastAt,
    ...(model ? { model } : {}),
    totals: together(cells),
  };
}
