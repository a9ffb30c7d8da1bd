/** Calls → money, and sums by session, day and model. Money in nano-dollars; a call without a known price keeps its tokens and counts as unpriced. */
import type { PriceOverrides } from '../pricing/index.ts';
import { costOf, type PriceQuote, quote, TOKEN_CLASSES, type UnknownModel } from '../pricing/index.ts';
import type { Totals } from '../protocol/gateway.ts';
import type { SessionRow } from '../protocol/panel.ts';
import { sumUsage, tokensOf } from '../wire/metered.ts';
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
  /** Why calls have no price, by model. */
  readonly unknown = new Map<string, string>();

  constructor(overrides: PriceOverrides) {
    this.overrides = overrides;
  }

  price(call: LogCall): PricedCall {
    let nanoUsd = 0;
    let known = true;
    for (const bill of [call.bill, ...call.parts]) {
      if (tokensOf(bill.usage) === 0 && !bill.usage.fees) continue;
      const cost = this.costOf(call, bill);
      nanoUsd += cost.nanoUsd;
      known &&= cost.known;
    }
    return { call, nanoUsd, known };
  }

  private costOf(call: LogCall, { model, usage }: LogUsage): { readonly nanoUsd: number; readonly known: boolean } {
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

  private quoteOf({ at, provider, serviceTier, batch, region }: LogCall, model: string): PriceQuote | UnknownModel {
    const day = Math.floor(at / 86_400_000);
    const key = `${provider}\0${model}\0${day}\0${serviceTier ?? ''}\0${batch ?? ''}\0${region ?? ''}`;
    const seen = this.quotes.get(key);
    if (seen) return seen;
    const query = { provider, model, at: new Date(at), overrides: this.overrides };
    const found = quote({ ...query, ...(serviceTier ? { serviceTier } : {}), ...(batch ? { batch } : {}), ...(region ? { region } : {}) });
    this.quotes.set(key, found);
    return found;
  }
}

const NOTHING: Totals = { calls: 0, nanoUsd: 0, unpriced: 0, tokens: {}, denied: 0, failed: 0 };

/** Adds up without making a new object for each call. */
class Sum {
  private calls = 0;
  private nanoUsd = 0;
  private unpriced = 0;
  private readonly tokens: Record<string, number> = {};
  private readonly fees: Record<string, number> = {};

  add({ call, nanoUsd, known }: PricedCall): void {
    this.calls++;
    this.nanoUsd += nanoUsd;
    if (!known) this.unpriced++;
    this.use(call.bill);
    for (const part of call.parts) this.use(part);
  }

  private use({ usage }: LogUsage): void {
    for (const name of TOKEN_CLASSES) {
      const tokens = usage[name];
      if (tokens) this.tokens[name] = (this.tokens[name] ?? 0) + tokens;
    }
    if (usage.fees) for (const [name, units] of Object.entries(usage.fees)) this.fees[name] = (this.fees[name] ?? 0) + (units ?? 0);
  }

  totals(): Totals {
    const { calls, nanoUsd, unpriced } = this;
    return { ...NOTHING, calls, nanoUsd, unpriced, tokens: sumUsage(this.tokens, { fees: this.fees }) };
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

interface Session {
  readonly first: LogCall;
  readonly sum: Sum;
  readonly models: Map<string, number>;
  firstAt: number;
  lastAt: number;
}

export function sumsOf(calls: Iterable<PricedCall>, { dayOf, activeSince }: SumOptions): LogSums {
  const sessions = new Map<string, Session>();
  const days = new Map<string, Sum>();
  const models = new Map<string, Sum>();
  for (const priced of calls) {
    const { call } = priced;
    const model = call.bill.model ?? '';
    sessionOf(sessions, call, model, tokensOf(call.bill.usage)).sum.add(priced);
    sumIn(days, dayOf(call.at)).add(priced);
    sumIn(models, model).add(priced);
  }
  return {
    sessions: [...sessions.values()].map((session) => rowOf(session, activeSince)).sort((a, b) => b.lastAt - a.lastAt),
    days: groupsOf(days).sort((a, b) => (a.name < b.name ? -1 : 1)),
    models: groupsOf(models).sort((a, b) => b.totals.nanoUsd - a.totals.nanoUsd || b.totals.calls - a.totals.calls),
    total: groupsOf(models).reduce((sum, { totals }) => plus(sum, totals), NOTHING),
  };
}

const plus = (a: Totals, b: Totals): Totals => ({
  ...NOTHING,
  calls: a.calls + b.calls,
  nanoUsd: a.nanoUsd + b.nanoUsd,
  unpriced: a.unpriced + b.unpriced,
  tokens: sumUsage(a.tokens, b.tokens),
});

function sumIn(sums: Map<string, Sum>, key: string): Sum {
  const found = sums.get(key) ?? new Sum();
  sums.set(key, found);
  return found;
}

const groupsOf = (sums: ReadonlyMap<string, Sum>): Group[] => [...sums].map(([name, sum]) => ({ name, totals: sum.totals() }));

function sessionOf(sessions: Map<string, Session>, call: LogCall, model: string, tokens: number): Session {
  const key = `${call.source}\0${call.session}`;
  const found = sessions.get(key) ?? { first: call, sum: new Sum(), models: new Map<string, number>(), firstAt: call.at, lastAt: call.at };
  sessions.set(key, found);
  found.firstAt = Math.min(found.firstAt, call.at);
  found.lastAt = Math.max(found.lastAt, call.at);
  found.models.set(model, (found.models.get(model) ?? 0) + tokens);
  return found;
}

function rowOf({ first, sum, models, firstAt, lastAt }: Session, activeSince: number): SessionRow {
  const [model] = [...models].reduce((a, b) => (b[1] > a[1] ? b : a));
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
    totals: sum.totals(),
  };
}
