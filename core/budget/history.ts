/** What was spent before: the base of "three times the usual". Hours are UTC hours; one without spending is not active and does not count. */
import type { NanoUsd } from '../model.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Active hours and sessions that are remembered. */
const KEPT_HOURS = 24 * 14;
const KEPT_SESSIONS = 200;
/** Active minutes that are remembered: more than an hour has. */
const KEPT_MINUTES = 61;

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

/** Adds to the bucket of `nowMs`, or to the newest where the clock has gone back; of all buckets the newest are kept. */
function added(series: Series, length: number, kept: number, amount: number, nowMs: number): Series {
  const last = series.at(-1);
  const start = Math.max(Math.floor(nowMs / length) * length, last?.[0] ?? 0);
  if (last?.[0] === start) return series.with(-1, [start, last[1] + amount]);
  return [...series, [start, amount] as const].slice(-kept);
}

export function addSpend(history: SpendHistory, nanoUsd: NanoUsd, nowMs: number): SpendHistory {
  if (nanoUsd === 0) return history;
  const { hours, minutes, sessions } = history;
  return { hours: added(hours, HOUR, KEPT_HOURS, nanoUsd, nowMs), minutes: added(minutes, MINUTE, KEPT_MINUTES, nanoUsd, nowMs), sessions };
}

export const addSession = (history: SpendHistory, nanoUsd: NanoUsd): SpendHistory => ({
  ...history,
  sessions: [...history.sessions, nanoUsd].slice(-KEPT_SESSIONS),
});

/** Spending of the last 60 minutes, to the minute. */
export function lastHour({ minutes }: SpendHistory, nowMs: number): NanoUsd {
  let sum = 0;
  for (const minute of minutes) if (minute[0] > nowMs - HOUR && minute[0] <= nowMs) sum += minute[1];
  return sum;
}

/** The middle value, the mean of the two middle ones of an even number; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}

/** How many active hours are over: all, or all but the running one. */
function pastHours({ hours }: SpendHistory, nowMs: number): number {
  const at = hours.findLastIndex(([start]) => start + HOUR <= nowMs);
  return at + 1;
}

/** Medians by what they are of: they are asked for with every call and change once an hour. */
const medians = new WeakMap<object, number | undefined>();

function remembered(key: object, values: () => readonly number[]): number | undefined {
  if (!medians.has(key)) medians.set(key, median(values()));
  return medians.get(key);
}

export interface EnoughHistory {
  readonly hours: number;
  readonly sessions: number;
}
export const DEFAULT_ENOUGH: EnoughHistory = { hours: 24, sessions: 20 };

/** The usual hour; undefined where too little is known to say what is usual. */
export function usualHour(history: SpendHistory, nowMs: number, enough: EnoughHistory = DEFAULT_ENOUGH): NanoUsd | undefined {
  const { hours, sessions } = history;
  const past = pastHours(history, nowMs);
  // Hours that are over do not change, and the newest of them stands behind the same others as long as it is the newest.
  const newest = hours[past - 1];
  if (!newest || (past < enough.hours && sessions.length < enough.sessions)) return undefined;
  return remembered(newest, () => hours.slice(0, past).map(([, amount]) => amount));
}

/** The usual session; undefined with too few. */
export const usualSession = ({ sessions }: SpendHistory, enough: EnoughHistory = DEFAULT_ENOUGH): NanoUsd | undefined =>
  sessions.length >= enough.sessions ? remembered(sessions, () => sessions) : undefined;
