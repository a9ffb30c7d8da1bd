/** How a counter moves from window to window. */
import { calendarWindow } from './calendar.ts';
import type { Counter, Window } from './types.ts';

/** Steps of a rolling window. */
export const ROLLING_STEPS = 60;

const fresh = (startMs: number, endMs: number | null, resets: number): Counter => ({ startMs, endMs, spent: 0, reserved: 0, warned: false, resets });

/** Length of a step of a rolling window, ms. */
export const stepOf = (ms: number): number => Math.max(1, Math.ceil(ms / ROLLING_STEPS));

function rolled(ms: number, counter: Counter, nowMs: number): Counter {
  const step = stepOf(ms);
  const steps = (counter.steps ?? []).filter(([start]) => start + step + ms > nowMs);
  if (steps.length === (counter.steps ?? []).length) return counter;
  const spent = steps.reduce((sum, [, amount]) => sum + amount, 0);
  return { ...counter, steps, spent, resets: counter.resets + (spent === 0 ? 1 : 0), warned: counter.warned && spent > 0 };
}

function started(window: Window, nowMs: number, resets: number): Counter {
  if (window.kind === 'from-first-use') return fresh(nowMs, nowMs + window.ms, resets);
  if (window.kind === 'calendar') {
    const { startMs, endMs } = calendarWindow(window, nowMs);
    return fresh(startMs, endMs, resets);
  }
  return window.kind === 'rolling' ? { ...fresh(0, null, resets), steps: [] } : fresh(0, null, resets);
}

/**
 * The counter as it is at `nowMs`: the same object while its window lasts, an empty one once that has ended. Reservations of the ended window stay with it
 * (their cost belongs to the window they were made in). A clock that goes back never brings an old window back.
 */
export function counterAt(window: Window, counter: Counter | undefined, nowMs: number): Counter {
  if (!counter) return started(window, nowMs, 0);
  if (window.kind === 'rolling') return rolled(window.ms, counter, nowMs);
  return counter.endMs !== null && nowMs >= counter.endMs ? started(window, nowMs, counter.resets + 1) : counter;
}

/** Adds what was spent at `nowMs`. */
export function spend(window: Window, counter: Counter, amount: number, nowMs: number): Counter {
  if (window.kind !== 'rolling' || amount === 0) return { ...counter, spent: counter.spent + amount };
  const step = stepOf(window.ms);
  const steps = [...(counter.steps ?? [])];
  // A clock that went back adds to the newest step, so that nothing leaves early.
  const start = Math.max(Math.floor(nowMs / step) * step, steps.at(-1)?.[0] ?? 0);
  const last = steps.at(-1);
  if (last?.[0] === start) steps[steps.length - 1] = [start, last[1] + amount];
  else steps.push([start, amount]);
  return { ...counter, steps, spent: counter.spent + amount };
}

/** When `amount` more would have room if nothing else were spent; undefined: never by waiting. */
export function roomAt(window: Window, counter: Counter, max: number, amount: number, nowMs: number): number | undefined {
  if (amount > max) return undefined;
  if (counter.spent + counter.reserved + amount <= max) return nowMs;
  if (window.kind === 'rolling') {
    const step = stepOf(window.ms);
    let spent = counter.spent;
    for (const [start, part] of counter.steps ?? []) {
      spent -= part;
      if (spent + counter.reserved + amount <= max) return start + step + window.ms;
    }
    return undefined;
  }
  return counter.endMs ?? undefined;
}
