/** Money in output that programs read: USD as decimal numbers, exact to the nano-dollar. */
import type { NanoUsd, Range } from '../../core/model.ts';

export interface UsdRange {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

export const usd = (nano: NanoUsd): number => nano / 1e9;
export const usdRange = ({ low, expected, high }: Range): UsdRange => ({ low: usd(low), expected: usd(expected), high: usd(high) });
