/** The most that a call can take, before it is sent: what is reserved for it. */

import type { Amount } from '../core/budget/types.ts';
import type { NanoUsd, Provider, Range } from '../core/model.ts';
import { type PriceOverrides, type PriceQuery, type PriceQuote, quote } from '../core/pricing/index.ts';
import type { TokenCounter } from '../core/tokens/index.ts';
import { dearest, outputWithin, type RequestFacts, type WireMatch, worstCase as worstMoney } from '../core/wire/index.ts';

/** Tokens that a provider adds beside the text: the largest tool prompts (token-ground-truth §1) and message wrapping. */
const WRAPPING = 1_000;
const PER_MESSAGE = 8;
/** The dearest single picture, page or clip that a provider documents, tokens: 4,784 (Anthropic images), 10,000 patches (OpenAI). */
const PER_MEDIUM = 10_000;
/** Where neither the request nor the price list says a maximum, tokens: today's largest common one. */
const DEFAULT_MAX_OUTPUT = 128_000;

/** More than anybody has, in any unit: beyond it sums would no longer be exact. */
const MOST = 1e15;

export interface WorstCase {
  readonly amount: Amount;
  /** Input tokens: `high` is a bound that the visible text cannot exceed, unless it was counted. */
  readonly input: Range;
  readonly output: number;
  readonly quote?: PriceQuote;
  /** Whether `quote` is that of another model, since the real one has no known price. */
  readonly assumed: boolean;
}

/** A price, and whether it is that of another model, since the real one has none. */
export interface Price {
  readonly quote?: PriceQuote;
  readonly assumed: boolean;
}

/** Prices by query, remembered for the hour: `quote` reads large tables. */
export class PriceBook {
  readonly #overrides: PriceOverrides;
  readonly #unknown: 'dearest' | 'free' | 'deny';
  #hour = 0;
  readonly #known = new Map<string, Price>();

  constructor(overrides: PriceOverrides, unknown: 'dearest' | 'free' | 'deny') {
    this.#overrides = overrides;
    this.#unknown = unknown;
  }

  of(query: Omit<PriceQuery, 'at' | 'overrides' | 'hours'>, nowMs: number): Price {
    const hour = Math.floor(nowMs / 3_600_000);
    if (hour !== this.#hour || this.#known.size > 1_000) this.#known.clear();
    this.#hour = hour;
    const { provider, model, route, serviceTier, batch, region } = query;
    const key = `${provider}|${model}|${route}|${serviceTier}|${batch}|${region}`;
    const known = this.#known.get(key);
    if (known) return known;
    const at = new Date(nowMs);
    const found = quote({ ...query, at, hours: 'as-at', overrides: this.#overrides });
    const price = found.kind === 'quote' ? { quote: found, assumed: false } : this.#instead(query.provider, at);
    this.#known.set(key, price);
    return price;
  }

  #instead(provider: Provider, at: Date): Price {
    const found = this.#unknown === 'dearest' ? (dearest(provider, at) ?? dearest('anthropic', at)) : undefined;
    return found ? { quote: found, assumed: true } : { assumed: true };
  }
}

/** The query that prices a request. */
export const priceQuery = (facts: RequestFacts, match: WireMatch, provider: Provider): Omit<PriceQuery, 'at' | 'overrides' | 'hours'> => {
  const route = match.route;
  const region = facts.region ?? match.region;
  return {
    provider,
    model: facts.model ?? match.model ?? 'unknown',
    batch: facts.batch,
    ...(route ? { route } : {}),
    ...(facts.serviceTier ? { serviceTier: facts.serviceTier } : {}),
    ...(region ? { region } : {}),
  };
};

/** Every text is at least one byte a token (byte-pair encodings): a bound that costs no counting. */
function boundOf(facts: RequestFacts): number {
  const bytes = facts.segments.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  return bytes + WRAPPING + facts.messages * PER_MESSAGE + facts.media * PER_MEDIUM;
}

/** Input tokens without counting them: between a usual and the greatest possible number. */
export function quickInput(facts: RequestFacts): Range {
  const high = boundOf(facts);
  const expected = Math.ceil((high - WRAPPING) / 4) + 10;
  return { low: Math.floor(expected / 2), expected: Math.min(expected, high), high };
}

/** Input tokens counted; the bound of `quickInput` where that is lower. */
export function countedInput(facts: RequestFacts, body: unknown, provider: Provider, counter: TokenCounter): Range {
  const { low, expected, high } = counter.countRequest({ provider, body, ...(facts.model ? { model: facts.model } : {}) });
  const bound = boundOf(facts);
  // Nine of ten requests lie within the counter's range; half as much again on top holds the rest, as the recorded calls show.
  const generous = Math.ceil(high * 1.1) + 50;
  return { low: Math.min(low, bound), expected: Math.min(expected, bound), high: Math.min(generous, bound) };
}

const nanoOf = (price: PriceQuote, facts: RequestFacts, input: number, output: number): NanoUsd =>
  worstMoney(price, facts.cacheMark ? { input, output, mark: facts.cacheMark } : { input, output });

/** Output tokens of one completion at most. */
export const outputLimit = (facts: RequestFacts, price: PriceQuote | undefined): number =>
  facts.operation === 'embed' ? 0 : (facts.outputCap ?? price?.maxOutputTokens ?? DEFAULT_MAX_OUTPUT) + (facts.thinkingBudget ?? 0);

/** The worst case of a request whose input is at most `input.high` tokens, with `output` tokens in all its completions. */
export function worstCase(facts: RequestFacts, input: Range, price: Price, output = outputLimit(facts, price.quote) * facts.completions): WorstCase {
  const { quote: rates, assumed } = price;
  const nanoUsd = Math.min(MOST, rates ? nanoOf(rates, facts, input.high, output) : 0);
  const amount = { nanoUsd, tokens: Math.min(MOST, input.high + output), calls: 1 };
  return rates ? { amount, input, output, assumed, quote: rates } : { amount, input, output, assumed };
}

/** The most output tokens, all completions together, whose worst case fits into `room`; 0 where not even the input does. */
export function outputThatFits(facts: RequestFacts, input: Range, { quote: price }: Price, room: Amount): number {
  const most = outputLimit(facts, price) * facts.completions;
  const byMoney = price
    ? outputWithin(price, room.nanoUsd, { input: input.high, output: 0, ...(facts.cacheMark ? { mark: facts.cacheMark } : {}) })
    : most;
  return Math.max(0, Math.min(most, byMoney, room.tokens - input.high));
}
