/** Calendar days in UTC. */
import type { IsoDay } from './types.ts';

const DAY_MS = 86_400_000;

/** A moment as a Date; a plain day is its first moment. Throws on text that is no date. */
export function momentOf(at: Date | string): Date {
  const date = typeof at === 'string' ? new Date(at) : at;
  if (Number.isNaN(date.getTime())) throw new RangeError(`not a date: ${String(at)}`);
  return date;
}

export const dayOf = (moment: Date): IsoDay => moment.toISOString().slice(0, 10);

export const dayBefore = (day: IsoDay): IsoDay => dayOf(new Date(Date.parse(day) - DAY_MS));

/** Whole days from one day to another; negative when `to` is earlier. */
export const daysBetween = (from: IsoDay, to: IsoDay): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** Whether a moment lies in one of the half-open windows of a day, UTC. */
export function inWindows(moment: Date, windows: readonly { readonly from: string; readonly to: string }[], weekdaysOnly: boolean): boolean {
  const weekday = moment.getUTCDay();
  if (weekdaysOnly && (weekday === 0 || weekday === 6)) return false;
  const time = moment.toISOString().slice(11, 19);
  return windows.some(({ from, to }) => (from <= to ? time >= from && time < to : time >= from || time < to));
}
