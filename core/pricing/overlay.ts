/**
 * Costlint's own facts about models: dated prices that the library lacks or has wrong, and what it does not carry (capability tier, output
 * maximum, release and retirement). An entry without rows takes its prices from the library. See docs/prices.md for the table and
 * docs/decisions/prices.md for how rows are chosen.
 */
import type { Provider } from '../model.ts';
import { ANTHROPIC } from './overlay/anthropic.ts';
import { OPENAI } from './overlay/openai.ts';
import { COHERE, DEEPSEEK, GOOGLE, MISTRAL, XAI } from './overlay/others.ts';
import type { SourceKey } from './sources.ts';
import type { CapabilityTier, IsoDay, Route } from './types.ts';

/** USD per million tokens. A class left out takes its provider's default (rows.ts): not offered, or unknown. */
export interface UsdRates {
  readonly in: number;
  readonly out: number;
  readonly read?: number;
  readonly w5m?: number;
  readonly w30m?: number;
  readonly w1h?: number;
  readonly w12h?: number;
}

export interface OverlayRow extends UsdRates {
  /** First day of this price; without it, from the beginning. A later row ends it. */
  readonly from?: IsoDay;
  /** Whole request re-rated above this prompt length (exclusive). */
  readonly long?: UsdRates & { readonly above: number };
  /** Dearer hours. */
  readonly peak?: UsdRates & { readonly windows: readonly { readonly from: string; readonly to: string }[]; readonly weekdaysOnly: boolean };
  readonly source: SourceKey;
}

export interface OverlayEntry {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly tier?: CapabilityTier;
  /** Tokens. */
  readonly context?: number;
  readonly maxOutput?: number;
  readonly released?: IsoDay;
  /** Last day of service, by route; the first-party day is `first-party`. */
  readonly retires?: Partial<Readonly<Record<Route, IsoDay>>> & { readonly source: SourceKey; readonly note?: string };
  /** Not generally available: never suggested. */
  readonly limited?: boolean;
  /** Fast mode (Anthropic `speed`): price factor and its last day. */
  readonly fast?: { readonly factor: number; readonly until?: IsoDay; readonly source: SourceKey };
  readonly rows?: readonly OverlayRow[];
  /** Source of the facts other than prices. */
  readonly source: SourceKey;
  readonly note?: string;
}

export const OVERLAY: Partial<Readonly<Record<Provider, readonly OverlayEntry[]>>> = {
  anthropic: ANTHROPIC,
  openai: OPENAI,
  google: GOOGLE,
  deepseek: DEEPSEEK,
  xai: XAI,
  mistral: MISTRAL,
  cohere: COHERE,
};
