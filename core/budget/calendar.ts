/**
 * Calendar windows in a time zone. A day begins at the first instant that bears its date, so that each day begins exactly once: where clocks skip midnight it
 * begins at the next instant there is, where midnight comes twice at the first one, and a skipped day has no length.
 */
import type { Weekday } from './types.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const numeric = 'numeric';
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** The wall clock of a zone at an instant, written as if it were UTC, in ms. */
export function wallClock(timeZone: string, nowMs: number): number {
  const seconds = Math.floor(nowMs / 1000) * 1000;
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(seconds)) if (type !== 'literal' && type !== 'era') part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!) + (nowMs - seconds);
}

/** Whether a zone's name is known here. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** The first instant whose date in the zone is `day` (UTC midnight of that date, ms) or later. */
export function startOfDay(timeZone: string, day: number): number {
  const offsets = [day - DAY, day, day + DAY].map((at) => wallClock(timeZone, at) - at);
  const exact = offsets.map((offset) => day - offset).filter((at) => wallClock(timeZone, at) === day);
  if (exact.length > 0) return Math.min(...exact);
  // No midnight on that date: the clocks jump over it. Within a day and a half the zone's date passes it once.
  let [before, after] = [day - 36 * HOUR, day + 36 * HOUR];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallClock(timeZone, middle) >= day) after = middle;
    else before = middle;
  }
  return after;
}

const dateOf = (wall: number): number => Math.floor(wall / DAY) * DAY;

/** First date (UTC midnight, ms) of the week or month that a date is in. */
function firstDate(unit: 'day' | 'week' | 'month', date: number, weekStartsOn: Weekday): number {
  if (unit === 'day') return date;
  const at = new Date(date);
  if (unit === 'month') return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
  const weekday = at.getUTCDay() || 7;
  return date - ((weekday - weekStartsOn + 7) % 7) * DAY;
}

function nextDate(unit: 'day' | 'week' | 'month', first: number): number {
  if (unit === 'day') return first + DAY;
  if (unit === 'week') return first + 7 * DAY;
  const at = new Date(first);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1);
}

export interface CalendarWindow {
  readonly timeZone: string;
  readonly unit: 'day' | 'week' | 'month';
  readonly weekStartsOn?: Weekday;
}

/** The calendar window that an instant is in, `[startMs, endMs)`. Windows follow one another without gap or overlap. */
export function calendarWindow(window: CalendarWindow, nowMs: number): { readonly startMs: number; readonly endMs: number } {
  const { timeZone, unit, weekStartsOn = 1 } = window;
  // Clocks set back across midnight show yesterday's date again: today has begun all the same.
  let first = firstDate(unit, dateOf(wallClock(timeZone, nowMs)) + DAY, weekStartsOn);
  let startMs = startOfDay(timeZone, first);
  while (startMs > nowMs) {
    first = firstDate(unit, first - DAY, weekStartsOn);
    startMs = startOfDay(timeZone, first);
  }
  let endMs = startMs;
  for (let next = nextDate(unit, first); endMs <= nowMs; next = nextDate(unit, next)) endMs = startOfDay(timeZone, next);
  return { startMs, endMs };
}
