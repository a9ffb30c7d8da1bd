/** One line of a log. */
import { type Json, parsed, record } from '../wire/json.ts';

export const parsedLine = (json: string): Json => record(parsed(json));

/** ms since 1970 of an ISO time or of a number of seconds or ms; undefined where it is none. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return Math.round(value < 1e11 ? value * 1000 : value);
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
