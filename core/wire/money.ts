/** From tokens on the wire to money: what a bill costs, what a call may cost at worst. */
import type { NanoUsd, Provider } from '../model.ts';
import { costOf, listModels, type PriceQuery, type PriceQuote, quote, type Rate, TOKEN_CLASSES, type UnknownModel } from '../pricing/index.ts';
import type { BillableUsage, Rates, TokenClass } from '../pricing/types.ts';
import { tokensOfMetered } from './metered.ts';
import type { Metered } from './types.ts';

/** Everything of a price query but the model and what the response decides. */
export type PriceContext = Omit<PriceQuery, 'model' | 'serviceTier' | 'batch'>;

export interface MeteredCost {
  /** Known money; where something has no known price, what the rest costs. */
  readonly nanoUsd: NanoUsd;
  /** False: `nanoUsd` is "at least". */
  readonly known: boolean;
  /** Models without a price, and token classes and fees without a rate. */
  readonly missing: readonly string[];
  /** Money that the prompt cache saved or cost against uncached input; undefined where rates are unknown. */
  readonly cacheSaving?: NanoUsd;
  readonly quote?: PriceQuote;
}

const numeric = (rate: Rate): number => (typeof rate === 'number' ? rate : 0);

/** What the cache changed: the same prompt at the uncached rate less what it cost. */
function savingOf(priced: PriceQuote, usage: BillableUsage): NanoUsd | undefined {
  const prompt = TOKEN_CLASSES.reduce((sum, name) => (name === 'output' ? sum : sum + (usage[name] ?? 0)), 0);
  const plain = costOf(priced, { uncachedInput: prompt });
  const { output: _, fees: __, ...cached } = usage;
  const real = costOf(priced, cached);
  return plain.kind === 'known' && real.kind === 'known' ? plain.nanoUsd - real.nanoUsd : undefined;
}

/** The cost of a bill at the model and tier that served it; `fallback` is the model that was asked for. Parts are priced at their own models. */
export function costOfMetered(bill: Metered, context: PriceContext, fallback: string): MeteredCost {
  if (!bill.billed || tokensOfMetered(bill) === 0) return { nanoUsd: 0, known: bill.source !== 'none' || !bill.billed, missing: [] };
  const { serviceTier, batch } = bill;
  const query = {
    ...context,
    ...(bill.region === undefined ? {} : { region: bill.region }),
    ...(serviceTier ? { serviceTier } : {}),
    ...(batch ? { batch } : {}),
  };
  const own = priced(query, [bill.model, fallback]);
  const parts = bill.parts.map(({ model, usage }) => ({ price: priced(query, [model, bill.model, fallback]), usage }));
  let nanoUsd = 0;
  const missing: string[] = [];
  for (const { price, usage } of [{ price: own, usage: bill.usage }, ...parts]) {
    if (price.kind === 'unknown') {
      missing.push(price.written);
      continue;
    }
    const cost = costOf(price, usage);
    nanoUsd += cost.kind === 'known' ? cost.nanoUsd : cost.atLeast;
    if (cost.kind === 'unknown') missing.push(...cost.missing.map((name) => `${price.model}: ${name}`));
  }
  const saving = own.kind === 'quote' ? savingOf(own, bill.usage) : undefined;
  return {
    nanoUsd,
    known: missing.length === 0,
    missing,
    ...(saving === undefined ? {} : { cacheSaving: saving }),
    ...(own.kind === 'quote' ? { quote: own } : {}),
  };
}

/** The price of the first model that has one. Hosts answer with names of their own; the one asked for is tried then. */
function priced(query: Omit<PriceQuery, 'model'>, models: readonly (string | undefined)[]): PriceQuote | UnknownModel {
  let first: UnknownModel | undefined;
  for (const model of models) {
    if (model === undefined) continue;
    const found = quote({ ...query, model });
    if (found.kind === 'quote') return found;
    first ??= found;
  }
  return first ?? quote({ ...query, model: '' });
}

const INPUT = TOKEN_CLASSES.filter((name) => name !== 'output');

/** The dearest rate that an input token may meet: writes to the cache cost more than plain input. */
function dearestInput(rates: Rates, writes: readonly TokenClass[]): number {
  let most = 0;
  for (const name of INPUT) if (name === 'uncachedInput' || writes.includes(name)) most = Math.max(most, numeric(rates[name]));
  return most;
}

export interface WorstCase {
  /** Tokens of the prompt at most. */
  readonly input: number;
  /** Output tokens at most, all completions together. */
  readonly output: number;
  /** Longest life of cache entries that may be written: the class `cacheWrite…`; undefined: what the provider writes by itself. */
  readonly mark?: '5m' | '30m' | '1h' | '12h' | 'unknown';
}

/** The rates that a prompt of up to so many tokens may meet: the base ones and those of each tier it reaches. */
const reachable = (price: Pick<PriceQuote, 'rates' | 'tiers'>, input: number): Rates[] => [
  price.rates,
  ...price.tiers.filter(({ above }) => input > above).map(({ rates }) => rates),
];

const LIVES = { '5m': 'cacheWrite5m', '30m': 'cacheWrite30m', '1h': 'cacheWrite1h', '12h': 'cacheWrite12h' } as const;
/** Classes in which an input token may be billed. Providers write for 5 or 30 minutes by themselves. */
const writesOf = (mark: WorstCase['mark']): readonly TokenClass[] =>
  mark === 'unknown' ? INPUT : ['cacheWrite5m', 'cacheWrite30m', ...(mark ? [LIVES[mark]] : [])];

/**
 * The most a call can cost: every input token in the dearest class that may apply, at the dearest tier that it may reach. Fees of server tools are not in it: how often
 * they run is not known before.
 */
export function worstCase(price: Pick<PriceQuote, 'rates' | 'tiers'>, { input, output, mark }: WorstCase): NanoUsd {
  let most = 0;
  for (const { above, into, out } of rungsOf(price, mark)) if (input > above) most = Math.max(most, costAt(input, into, output, out));
  return most;
}

/** What tokens may cost at most from a length of the prompt on; the first from the start. */
interface Rung {
  readonly above: number;
  readonly into: number;
  readonly out: number;
}

/** Worked out once for a price: every call asks. */
const rungs = new WeakMap<object, Map<WorstCase['mark'], readonly Rung[]>>();

function rungsOf(price: Pick<PriceQuote, 'rates' | 'tiers'>, mark: WorstCase['mark']): readonly Rung[] {
  const byMark = rungs.get(price) ?? new Map<WorstCase['mark'], readonly Rung[]>();
  const known = byMark.get(mark);
  if (known) return known;
  const writes = writesOf(mark);
  const rung = (rates: Rates, above: number): Rung => ({ above, into: dearestInput(rates, writes), out: numeric(rates.output) });
  const made = [rung(price.rates, Number.NEGATIVE_INFINITY), ...price.tiers.map(({ above, rates }) => rung(rates, above))];
  rungs.set(price, byMark.set(mark, made));
  return made;
}

/** Rounded up. Rates are a millionth of a nano-dollar a token. */
function costAt(input: number, intoRate: number, output: number, outRate: number): NanoUsd {
  const [into, out] = [Math.ceil(input), Math.ceil(output)];
  const sum = into * intoRate + out * outRate;
  // Exact as long as no sum grows beyond what a number holds.
  if (sum <= Number.MAX_SAFE_INTEGER) return (sum - (sum % 1_000_000)) / 1_000_000 + (sum % 1_000_000 > 0 ? 1 : 0);
  return Number((BigInt(into) * BigInt(intoRate) + BigInt(out) * BigInt(outRate) + 999_999n) / 1_000_000n);
}

/** Output tokens that a worst case of `nanoUsd` leaves room for; for lowering a cap. 0 where the input alone is too much. */
export function outputWithin(price: Pick<PriceQuote, 'rates' | 'tiers'>, nanoUsd: NanoUsd, worst: WorstCase): number {
  const rate = Math.max(...reachable(price, worst.input).map((rates) => numeric(rates.output)));
  const left = nanoUsd - worstCase(price, { ...worst, output: 0 });
  if (left <= 0) return 0;
  return rate === 0 ? Number.MAX_SAFE_INTEGER : Math.floor((left * 1_000_000) / rate);
}

/** The model of a provider that costs most per output token now, for budgets where the real one has no known price; undefined where none is listed. */
export function dearest(provider: Provider, at: Date | string): PriceQuote | undefined {
  let most: PriceQuote | undefined;
  for (const { model } of listModels(provider, at)) {
    const found = quote({ provider, model, at });
    if (found.kind !== 'quote' || typeof found.rates.output !== 'number') continue;
    if (!most || found.rates.output > numeric(most.rates.output)) most = found;
  }
  return most;
}
