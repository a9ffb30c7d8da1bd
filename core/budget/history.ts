/** What was spent before: the base of "three times the usual". Hours are UTC hours; one without spending is not active and does not count. */
import type { NanoUsd } from '../model.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Active hours and sessions that are remembered. */
const KEPT_HOURS = 24 * 14;
const KEPT_SESSIONS = 200;

export interface SpendHistory {
  /** Start of the hour, spending; oldest first. The last may be the running one. */
  readonly hours: readonly (readonly [startMs: number, nanoUsd: NanoUsd])[];
  /** The minutes of the last hour. */
  readonly minutes: readonly (readonly [startMs: number, nanoUsd: NanoUsd])[];
  /** Costs of ended sessions, oldest first. */
  readonly sessions: readonly NanoUsd[];
}
export const NO_HISTORY: SpendHistory = { hours: [], minutes: [], sessions: [] };

type Series = readonly (readonly [number, number])[];

/** Adds to the bucket of `nowMs`, or to the newest where the clock has gone back. */
function added(series: Series, length: number, amount: number, nowMs: number): [number, number][] {
  const last = series.at(-1);
  const start = Math.max(Math.floor(nowMs / length) * length, last?.[0] ?? 0);
  const rest = (last?.[0] === start ? series.slice(0, -1) : series) as [number, number][];
  return [...rest, [start, (last?.[0] === start ? last[1] : 0) + amount]];
}

export function addSpend(history: SpendHistory, nanoUsd: NanoUsd, nowMs: number): SpendHistory {
  if (nanoUsd === 0) return history;
  const minutes = added(history.minutes, MINUTE, nanoUsd, nowMs);
  const newest = minutes.at(-1)![0];
  return {
    ...history,
    hours: added(history.hours, HOUR, nanoUsd, nowMs).slice(-KEPT_HOURS),
    minutes: minutes.filter(([start]) => start > newest - HOUR - MINUTE),
  };
}

export const addSession = (history: SpendHistory, nanoUsd: NanoUsd): SpendHistory => ({
  ...history,
  sessions: [...history.sessions, nanoUsd].slice(-KEPT_SESSIONS),
});

/** Spending of the last 60 minutes, to the minute. */
export const lastHour = ({ minutes }: SpendHistory, nowMs: number): NanoUsd =>
  minutes.reduce((sum, [start, amount]) => (start > nowMs - HOUR && start <= nowMs ? sum + amount : sum), 0);

/** The middle value, the mean of the two middle ones of an even number; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}

/** Active hours that are over. */
const pastHours = ({ hours }: SpendHistory, nowMs: number): number[] => hours.filter(([start]) => start + HOUR <= nowMs).map(([, amount]) => amount);

export interface EnoughHistory {
  readonly hours: number;
  readonly sessions: number;
}
export const DEFAULT_ENOUGH: EnoughHistory = { hours: 24, sessions: 20 };

/** The usual hour; undefined where too little is known to say what is usual. */
export function usualHour(history: SpendHistory, nowMs: number, enough: EnoughHistory = DEFAULT_ENOUGH): NanoUsd | undefined {
  const past = pastHours(history, nowMs);
  return past.length >= enough.hours || (past.length > 0 && history.sessions.length >= enough.sessions) ? median(past) : undefined;
}

/** The usual session; undefined with too few. */
export const usualSession = (history: SpendHistory, enough: EnoughHistory = DEFAULT_ENOUGH): NanoUsd | undefined =>
  history.sessions.length >= enough.sessions ? median(history.sessions) : undefined;
