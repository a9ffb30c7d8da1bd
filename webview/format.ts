/** Figures of the panel: those of core/format.ts under short names, and what only the panel says: sums, times, shares of the cache. */
import { formatTokens, formatUsd, plural, UNKNOWN } from '../core/format.ts';
import type { GatewayCost, Totals, Usage } from '../core/protocol/gateway.ts';

export { formatShare as percent, formatTokens as tokens, formatUsd as usd, plural, UNKNOWN } from '../core/format.ts';

export const whole = (count: number): string => Math.round(count).toLocaleString('en');

type Money = Pick<Totals, 'nanoUsd' | 'unpriced' | 'calls'>;

/** What is known of a sum: `$1.20`, `≥ $1.20`, or `unknown` where not one of its calls has a price. */
export function sum({ nanoUsd, unpriced, calls }: Money): string {
  if (unpriced === 0) return formatUsd(nanoUsd);
  return nanoUsd === 0 && unpriced >= calls ? UNKNOWN : `≥ ${formatUsd(nanoUsd)}`;
}

/** `3 calls without a price`, or nothing. */
export const unpricedNote = ({ unpriced }: Pick<Totals, 'unpriced'>): string => (unpriced > 0 ? `${plural(unpriced, 'call')} without a price` : '');

export function cost(of: GatewayCost): string {
  if (of.kind === 'known') return formatUsd(of.nanoUsd);
  return of.atLeast > 0 ? `≥ ${formatUsd(of.atLeast)}` : UNKNOWN;
}

/** A limit's amount in its unit. */
export function amount(value: number, unit: 'nanoUsd' | 'tokens' | 'calls'): string {
  if (unit === 'nanoUsd') return formatUsd(value);
  return unit === 'tokens' ? `${formatTokens(value)} tokens` : plural(value, 'call');
}

const cacheWrites = (usage: Usage): number =>
  (usage.cacheWrite5m ?? 0) + (usage.cacheWrite30m ?? 0) + (usage.cacheWrite1h ?? 0) + (usage.cacheWrite12h ?? 0);

export interface PromptTokens {
  readonly uncached: number;
  readonly read: number;
  readonly write: number;
  readonly all: number;
}

export function promptTokens(usage: Usage): PromptTokens {
  const [uncached, read, write] = [usage.uncachedInput ?? 0, usage.cacheRead ?? 0, cacheWrites(usage)];
  return { uncached, read, write, all: uncached + read + write };
}

/** Share of prompt tokens that were read from the cache; undefined without any. */
export function cacheShare(usage: Usage): number | undefined {
  const { read, all } = promptTokens(usage);
  return all > 0 ? read / all : undefined;
}

/** `850 ms`, `12 s`, `4 min`, `2 h 05 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${minutes % 60 > 0 ? ` ${String(minutes % 60).padStart(2, '0')} min` : ''}`;
  return `${Math.floor(hours / 24)} d${hours % 24 > 0 ? ` ${hours % 24} h` : ''}`;
}

const two = (n: number): string => String(n).padStart(2, '0');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14:05`, with seconds where asked; in the person's time zone. */
export function clock(at: number, seconds = false): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}${seconds ? `:${two(date.getSeconds())}` : ''}`;
}

export function day(at: number): string {
  const date = new Date(at);
  return `${months[date.getMonth()]} ${date.getDate()}`;
}

/** `14:05` today, `Nov 3, 14:05` on other days. */
export function moment(at: number, now: number): string {
  return new Date(at).toDateString() === new Date(now).toDateString() ? clock(at) : `${day(at)}, ${clock(at)}`;
}
