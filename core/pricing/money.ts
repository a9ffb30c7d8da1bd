/** Exact money: tokens × rates in integers. */
import type { NanoUsd } from '../model.ts';
import { type BillableUsage, type Cost, type PriceQuote, type Rate, type Rates, TOKEN_CLASSES, type TokenClass } from './types.ts';

const TOKENS_PER_MTOK = 1_000_000;

/** USD per million tokens, as price lists and people write it, to nano-dollars per million tokens. Exact to nine decimals. */
export const nanoPerMTok = (usdPerMTok: number): number => Math.round(usdPerMTok * 1e9);

/** Tokens of the prompt: what long-prompt tiers look at. */
export function promptTokens(usage: BillableUsage): number {
  let sum = 0;
  for (const name of TOKEN_CLASSES) if (name !== 'output') sum += usage[name] ?? 0;
  return sum;
}

/** The rates of a request with that many prompt tokens (uncached + cache reads + cache writes), and the tier they come from. */
export function ratesFor(quote: Pick<PriceQuote, 'rates' | 'tiers'>, prompt: number): { readonly rates: Rates; readonly tierAbove?: number } {
  let best: { rates: Rates; tierAbove?: number } = { rates: quote.rates };
  for (const tier of quote.tiers) {
    if (prompt > tier.above && (best.tierAbove === undefined || tier.above > best.tierAbove)) best = { rates: tier.rates, tierAbove: tier.above };
  }
  return best;
}

/** A class the provider does not have is billed as ordinary input: older OpenAI models write their cache for free. */
const billedRate = (rates: Rates, name: TokenClass): Rate => (rates[name] === 'not-offered' && name !== 'output' ? rates.uncachedInput : rates[name]);

/** Nano-dollars per MTok × tokens, exact: a request of up to some $9 fits a double and is spared the price of a BigInt. */
type NanoTokens = number | bigint;
const EXACT = Number.MAX_SAFE_INTEGER - TOKENS_PER_MTOK;

const times = (tokens: number, rate: number): NanoTokens => (tokens * rate < EXACT ? tokens * rate : BigInt(tokens) * BigInt(rate));

function plus(a: NanoTokens, b: NanoTokens): NanoTokens {
  if (typeof a === 'number' && typeof b === 'number' && a + b < EXACT) return a + b;
  return BigInt(a) + BigInt(b);
}

/** To nano-dollars, halves up. */
function toNano(nanoTokens: NanoTokens): number {
  if (typeof nanoTokens === 'bigint') return Number((nanoTokens + BigInt(TOKENS_PER_MTOK / 2)) / BigInt(TOKENS_PER_MTOK));
  const up = nanoTokens + TOKENS_PER_MTOK / 2;
  return (up - (up % TOKENS_PER_MTOK)) / TOKENS_PER_MTOK;
}

function checked(name: string, count: number): number {
  if (!Number.isFinite(count) || count < 0) throw new RangeError(`${name}: ${count} is not a token count`);
  return count;
}

/**
 * What a request costs, in integer nano-dollars. The classes are multiplied and added exactly and rounded **once**, halves up, so a sum of
 * requests of one tier priced together differs from their single prices by at most half a nano-dollar each. Token counts that are fractions
 * (averages) are rounded to whole tokens first. Tokens without a known rate make the whole cost unknown, with what the rest costs.
 */
export function costOf(quote: PriceQuote, usage: BillableUsage): Cost {
  const { rates, tierAbove } = ratesFor(quote, promptTokens(usage));
  const parts: Partial<Record<TokenClass | 'fees', NanoUsd>> = {};
  const missing: string[] = [];
  let total: NanoTokens = 0;
  for (const name of TOKEN_CLASSES) {
    const given = usage[name];
    if (given === undefined) continue;
    const tokens = Math.round(checked(name, given));
    if (tokens === 0) continue;
    const rate = billedRate(rates, name);
    if (typeof rate !== 'number') {
      missing.push(name);
      continue;
    }
    const product = times(tokens, rate);
    total = plus(total, product);
    parts[name] = toNano(product);
  }
  const fees = feesOf(quote, usage, missing);
  if (fees > 0) parts.fees = fees;
  const nanoUsd = toNano(total) + fees;
  if (missing.length > 0) return { kind: 'unknown', missing, atLeast: nanoUsd };
  return tierAbove === undefined ? { kind: 'known', nanoUsd, parts } : { kind: 'known', nanoUsd, parts, tierAbove };
}

/** Fees by the units used; a fee per request counts once unless `usage.fees.request` says how many requests there were. */
function feesOf(quote: PriceQuote, usage: BillableUsage, missing: string[]): NanoUsd {
  const perRequest = quote.fees.some((fee) => fee.name === 'request');
  if (!usage.fees && !perRequest) return 0;
  let sum = 0;
  const units: Partial<Record<string, number>> = { ...usage.fees };
  if (perRequest) units.request ??= 1;
  for (const [name, count] of Object.entries(units)) {
    if (count === undefined || checked(name, count) === 0) continue;
    const fee = quote.fees.find((f) => f.name === name);
    if (fee) sum += Math.round(fee.nanoUsd * count);
    else if (name !== 'request') missing.push(name);
  }
  return sum;
}

/** `$3`, `$0.075`, for people: USD per million tokens. */
export function formatRate(rate: Rate): string {
  if (rate === 'not-offered') return '–';
  if (rate === 'unknown') return '?';
  return `$${trimZeros((rate / 1e9).toFixed(9))}`;
}

const trimZeros = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);
