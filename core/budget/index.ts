/** Limits in money, tokens and calls: windows, reservations, breaker, rates. Shared by the gateway and by reports. Pure: time and chance are arguments. */

export { above, DEFAULT_WARN_AT, extend, NO_CHANGE, plus, reserve, standingsOf } from './account.ts';
export { applied, BudgetBook, viewOf } from './book.ts';
export {
  type Admission,
  admit,
  type BreakerEvent,
  type BreakerSettings,
  type BreakerState,
  breakerStep,
  CLOSED,
  DEFAULT_BREAKER,
  distance,
  reopensMs,
  type Trip,
  type TripReason,
} from './breaker.ts';
export { calendarWindow, isTimeZone } from './calendar.ts';
export * from './history.ts';
export { PREFLIGHT_MARGIN, type PreflightAnswer, preflight, withMargin } from './preflight.ts';
export { type Drained, dequeue, drain, enqueue, type Priority, type Queue, type Waiting } from './queue.ts';
export * from './rates.ts';
export { after, endsStreams, expire, heartbeat, REMEMBER_MS, release, rememberMs, settle } from './settle.ts';
export * from './types.ts';
export { counterAt, ROLLING_STEPS, roomAt, spend, stepOf } from './windows.ts';
