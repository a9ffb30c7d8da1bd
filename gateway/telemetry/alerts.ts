/**
 * Alerts by a table: spending of the last hour against the usual hour, prompt tokens that the cache missed, a session's cost against the usual one, what is used of the day's
 * budget and of other quotas. Each is given once when it comes to a level, and again after it has been below it. With too little history the relative ones are silent
 * and say so once; limits then guard alone.
 */
import {
  addSession,
  addSpend,
  DEFAULT_ENOUGH,
  type EnoughHistory,
  type Limit,
  lastHour,
  NO_HISTORY,
  type SpendHistory,
  usualHour,
  usualSession,
} from '../../core/budget/index.ts';
import { FleetingMap } from '../../core/fleeting-map.ts';
import { formatUsd } from '../../core/format.ts';
import type { AlertEvent, CallEvent, GatewayEvent, GatewayStanding } from '../../core/protocol/gateway.ts';
import type { HourTotals } from '../ledger/types.ts';

type Levels = Readonly<Record<'warning' | 'critical', number>>;

/** From what value each level is reached: multiples of the usual, or shares. */
export const ALERT_TABLE = {
  'hourly-rate': { warning: 2, critical: 5 },
  'cache-misses': { warning: 0.4, critical: 0.6 },
  'session-cost': { warning: 5, critical: 10 },
  'daily-burn': { warning: 0.7, critical: 0.9 },
  quota: { warning: 0.8, critical: 0.95 },
} as const satisfies Readonly<Record<string, Levels>>;
export type AlertName = keyof typeof ALERT_TABLE;

/** The cache is judged over this many of the latest calls that use one, and from this many prompt tokens on: the first call of a session always misses. */
const CACHE_CALLS = 50;
const CACHE_TOKENS = 50_000;
const CACHE_MIN_CALLS = 10;
/** Hours below this are not worth an alert, nano-dollars. */
const MIN_HOUR = 100_000_000;
const MAX_SESSIONS = 1000;
const HOUR = 3_600_000;

export interface AlertOptions {
  readonly emit: (alert: AlertEvent) => void;
  readonly newId: () => string;
  /** As they are now. */
  readonly limits: () => readonly Limit[];
  /** What was spent before this start; see `historyOf`. */
  readonly history?: SpendHistory;
  readonly enough?: EnoughHistory;
  readonly table?: Readonly<Record<AlertName, Levels>>;
}

/** The history in the ledger, without the running hour's minutes. */
export function historyOf(hours: readonly HourTotals[], sessions: readonly number[]): SpendHistory {
  const spent = hours.map(({ hour, totals }) => [hour, totals.nanoUsd] as const);
  return sessions.reduce(addSession, { ...NO_HISTORY, hours: spent });
}

export class AlertWatch {
  readonly #options: AlertOptions;
  readonly #table: Readonly<Record<AlertName, Levels>>;
  readonly #enough: EnoughHistory;
  #history: SpendHistory;
  /** Cost by running session, the latest last. */
  readonly #sessions = new FleetingMap<string, number>();
  readonly #cached: { readonly missed: number; readonly prompt: number }[] = [];
  /** What level each alert stands at, by name and scope. */
  readonly #levels = new Map<string, 'warning' | 'critical'>();
  #saidTooLittle = false;

  constructor(options: AlertOptions) {
    this.#options = options;
    this.#table = options.table ?? ALERT_TABLE;
    this.#enough = options.enough ?? DEFAULT_ENOUGH;
    this.#history = options.history ?? NO_HISTORY;
  }

  observe(event: GatewayEvent): void {
    if (event.kind === 'call' && event.billed) this.#observeCall(event);
    else if (event.kind === 'session') this.#observeEnd(event.session, event.status);
    else if (event.kind === 'limit') this.#observeLimit(event.standing, event.at);
    else if (event.kind === 'standings') for (const standing of event.standings) this.#observeLimit(standing, event.at);
  }

  #observeCall(call: CallEvent): void {
    const cost = call.cost.kind === 'known' ? call.cost.nanoUsd : call.cost.atLeast;
    const at = Math.round(call.at + call.durationMs);
    this.#history = addSpend(this.#history, cost, at);
    this.#hourlyRate(at);
    this.#sessionCost(call.session, cost, at);
    this.#cacheMisses(call, at);
  }

  #hourlyRate(at: number): void {
    const usual = usualHour(this.#history, at, this.#enough);
    if (usual === undefined || usual === 0) {
      this.#tooLittle(at);
      return;
    }
    const spent = lastHour(this.#history, at);
    const times = spent < MIN_HOUR ? 0 : spent / usual;
    this.#rise('hourly-rate', '', times, at, () => `${formatUsd(spent)} in the last hour, ${times.toFixed(1)} times the usual ${formatUsd(usual)}`);
  }

  #sessionCost(session: string, cost: number, at: number): void {
    const spent = (this.#sessions.get(session) ?? 0) + cost;
    this.#sessions.renew(session, spent);
    if (this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(this.#sessions.first ?? '');
    const usual = usualSession(this.#history, this.#enough);
    if (usual === undefined || usual === 0) return;
    const times = spent / usual;
    const message = (): string => `session ${session} has cost ${formatUsd(spent)}, ${times.toFixed(1)} times the usual ${formatUsd(usual)}`;
    this.#rise('session-cost', session, times, at, message, session);
  }

  /** Of the prompt tokens of calls that read from or write to a cache, the share that was not read from it. */
  #cacheMisses({ usage }: CallEvent, at: number): void {
    const written = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite30m ?? 0) + (usage.cacheWrite1h ?? 0) + (usage.cacheWrite12h ?? 0);
    const read = usage.cacheRead ?? 0;
    if (read + written === 0) return;
    const missed = written + (usage.uncachedInput ?? 0);
    this.#cached.push({ missed, prompt: missed + read });
    if (this.#cached.length > CACHE_CALLS) this.#cached.shift();
    const all = this.#cached.reduce((sum, one) => ({ missed: sum.missed + one.missed, prompt: sum.prompt + one.prompt }));
    if (this.#cached.length < CACHE_MIN_CALLS || all.prompt < CACHE_TOKENS) return;
    const share = all.missed / all.prompt;
    const message = (): string =>
      `${percent(share)} of the prompt tokens of the last ${this.#cached.length} cached calls were not read from the cache`;
    this.#rise('cache-misses', '', share, at, message);
  }

  #observeEnd(session: string, status: string): void {
    if (status === 'running' || status === 'idle' || status === 'paused') return;
    const spent = this.#sessions.get(session);
    this.#sessions.delete(session);
    this.#levels.delete(`session-cost ${session}`);
    if (spent !== undefined && spent > 0) this.#history = addSession(this.#history, spent);
  }

  /** A calendar day's budget burns; what counts over other windows is a quota. Sessions have their own ceiling and no alert of this kind. */
  #observeLimit(standing: GatewayStanding, at: number): void {
    const window = this.#options.limits().find(({ id }) => id === standing.limit)?.window;
    if (!window || window.kind === 'call' || window.kind === 'lifetime' || standing.max === 0) return;
    const name = window.kind === 'calendar' && window.unit === 'day' ? 'daily-burn' : 'quota';
    const share = standing.spent / standing.max;
    const amounts =
      standing.unit === 'nanoUsd'
        ? `${formatUsd(standing.spent)} of ${formatUsd(standing.max)}`
        : `${standing.spent} of ${standing.max} ${standing.unit}`;
    this.#rise(name, standing.counter, share, at, () => `${percent(share)} of the limit ${standing.limit} is used: ${amounts}`);
  }

  #rise(name: AlertName, scope: string, value: number, at: number, message: () => string, session?: string): void {
    const key = `${name} ${scope}`;
    const { warning, critical } = this.#table[name];
    const level = value >= critical ? 'critical' : value >= warning ? 'warning' : undefined;
    const before = this.#levels.get(key);
    if (level === before) return;
    if (level === undefined) {
      this.#levels.delete(key);
      return;
    }
    this.#levels.set(key, level);
    // From critical back to warning is good news.
    if (before === 'critical') return;
    const threshold = level === 'critical' ? critical : warning;
    this.#emit(name, level, at, message(), value, threshold, { ...(scope && { scope }), ...(session && { session }) });
  }

  #tooLittle(at: number): void {
    if (this.#saidTooLittle) return;
    this.#saidTooLittle = true;
    const hours = this.#history.hours.filter(([start]) => start + HOUR <= at).length;
    const { hours: wanted, sessions } = this.#enough;
    const message = `alerts against the usual start with ${wanted} active hours or ${sessions} sessions; there are ${hours} and ${this.#history.sessions.length}`;
    this.#emit('too-little-history', 'info', at, message, hours, wanted, {});
  }

  #emit(alert: string, level: AlertEvent['level'], at: number, message: string, value: number, threshold: number, rest: Partial<AlertEvent>): void {
    this.#options.emit({ kind: 'alert', id: this.#options.newId(), at, alert, level, message, value, threshold, ...rest });
  }
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
