/** Arithmetic on ranges. */
import type { Range } from './model.ts';

/** The three readings of a range: every figure is computed once with all quantities at each. */
export const BOUNDS = ['low', 'expected', 'high'] as const;
export type Bound = (typeof BOUNDS)[number];

export const exactly = (n: number): Range => ({ low: n, expected: n, high: n });
export const plus = (a: Range, b: Range): Range => ({ low: a.low + b.low, expected: a.expected + b.expected, high: a.high + b.high });
export const times = (a: Range, b: Range): Range => ({ low: a.low * b.low, expected: a.expected * b.expected, high: a.high * b.high });
export const scale = (a: Range, by: number): Range => times(a, exactly(by));
export const sum = (ranges: Iterable<Range>): Range => [...ranges].reduce(plus, exactly(0));
/** `a` less `b`, bound by bound and then in order: for two states under the same assumptions. */
export const minus = (a: Range, b: Range): Range => mapRange((bound) => a[bound] - b[bound]);
/** What `after` costs less than `before`; never below nothing. */
export const savedBy = (before: Range, after: Range): Range => mapRange((bound) => Math.max(0, before[bound] - after[bound]));
export const atMost = (a: Range, limit: number): Range => mapRange((bound) => Math.min(a[bound], limit));

/** Evaluates at each bound and puts the results in order. */
export function mapRange(at: (bound: Bound) => number): Range {
  const [low, expected, high] = BOUNDS.map(at) as [number, number, number];
  return { low: Math.min(low, expected, high), expected, high: Math.max(low, expected, high) };
}

/** The range alone, of what holds more than a range. */
export const plain = ({ low, expected, high }: Range): Range => ({ low, expected, high });

/** Whole units: money is integer nano-dollars, tokens are whole. */
export const rounded = (a: Range): Range => ({ low: Math.round(a.low), expected: Math.round(a.expected), high: Math.round(a.high) });
