/** Overlay and library as one timeline of prices per model. */
import type { NanoUsd, Provider } from '../model.ts';
import { LIBRARY_SOURCE, type LibraryModel, type LibraryPrices, libraryModel, libraryModels } from './library.ts';
import { nanoPerMTok } from './money.ts';
import { OVERLAY, type OverlayEntry, type OverlayRow, type UsdRates } from './overlay.ts';
import { SOURCES } from './sources.ts';
import type { Fee, HourlyRates, IsoDay, PriceSource, PromptTier, Rate, Rates } from './types.ts';

/** Prices from a day on, until the next row. */
export interface PricedRow {
  readonly from?: IsoDay;
  readonly rates: Rates;
  readonly tiers: readonly PromptTier[];
  readonly peak?: HourlyRates;
  /** Fees that the library lists with the model. */
  readonly fees: readonly Fee[];
  readonly source: PriceSource;
}

export interface ModelRecord {
  readonly provider: Provider;
  readonly id: string;
  readonly entry?: OverlayEntry;
  readonly context?: number;
  /** Oldest first. */
  readonly rows: readonly PricedRow[];
}

/** From GPT-5.6 on OpenAI bills cache writes and honours breakpoints (source: openai 7.57.0, prompt caching guide). */
export const openaiBillsWrites = (id: string): boolean => /^(openai\.|global\.openai\.|regional\.openai\.)?gpt-(5\.[6-9]|[6-9](\.|-|$))/.test(id);

/** What a class without a stated price means on a price list. */
function missingRates(provider: Provider, id: string): Rates {
  const claudeWrites: Rate = provider === 'anthropic' || provider === 'bedrock' ? 'unknown' : 'not-offered';
  const openaiWrites: Rate = openaiBillsWrites(id) ? 'unknown' : 'not-offered';
  return {
    uncachedInput: 'unknown',
    cacheRead: 'unknown',
    cacheWrite5m: openaiWrites === 'unknown' ? 'not-offered' : claudeWrites,
    cacheWrite30m: openaiWrites,
    cacheWrite1h: openaiWrites === 'unknown' ? 'not-offered' : claudeWrites,
    cacheWrite12h: openaiWrites,
    output: 'not-offered',
  };
}

const or = (usd: number | undefined, missing: Rate): Rate => (usd === undefined ? missing : nanoPerMTok(usd));

function ratesOf(usd: Partial<UsdRates>, missing: Rates): Rates {
  return {
    uncachedInput: or(usd.in, missing.uncachedInput),
    cacheRead: or(usd.read, missing.cacheRead),
    cacheWrite5m: or(usd.w5m, missing.cacheWrite5m),
    cacheWrite30m: or(usd.w30m, missing.cacheWrite30m),
    cacheWrite1h: or(usd.w1h, missing.cacheWrite1h),
    cacheWrite12h: or(usd.w12h, missing.cacheWrite12h),
    output: or(usd.out, missing.output),
  };
}

function overlayRow(row: OverlayRow, missing: Rates): PricedRow {
  const { name, date } = SOURCES[row.source];
  return {
    ...(row.from ? { from: row.from } : {}),
    rates: ratesOf(row, missing),
    tiers: row.long ? [{ above: row.long.above, rates: ratesOf(row.long, missing) }] : [],
    ...(row.peak ? { peak: { windows: row.peak.windows, weekdaysOnly: row.peak.weekdaysOnly, rates: ratesOf(row.peak, missing), tiers: [] } } : {}),
    fees: [],
    source: { kind: 'overlay', name, date },
  };
}

/** The library's prices at the base (`above` undefined) or beyond a tier boundary. */
function libraryUsd(prices: LibraryPrices, provider: Provider, id: string, above?: number): Partial<UsdRates> {
  const at = (letter: keyof LibraryPrices): number | undefined => {
    const price = prices[letter];
    return price?.tiers.findLast((tier) => above !== undefined && tier.above <= above)?.price ?? price?.base;
  };
  const usd = { in: at('i'), out: at('o'), read: at('r') };
  if (!openaiBillsWrites(id)) return { ...usd, w5m: at('w'), w1h: at('W') };
  // The library has the 30-minute write; the 12-hour one is 2.5× input (OpenAI prompt caching guide). Bedrock sells none that is known.
  return { ...usd, w30m: at('w'), w12h: provider === 'openai' && usd.in !== undefined && at('w') !== undefined ? usd.in * 2.5 : undefined };
}

const perThousand = (usd: number): NanoUsd => Math.round(usd * 1e6);

function libraryFees(prices: LibraryPrices): Fee[] {
  const source = LIBRARY_SOURCE.name;
  return [
    ...(prices.s ? [{ name: 'web-search', nanoUsd: perThousand(prices.s.base), unit: 'call', source } as const] : []),
    ...(prices.f ? [{ name: 'file-search', nanoUsd: perThousand(prices.f.base), unit: 'call', source } as const] : []),
    ...(prices.q ? [{ name: 'request', nanoUsd: perThousand(prices.q.base), unit: 'request', source } as const] : []),
  ];
}

function libraryTiers(prices: LibraryPrices, provider: Provider, id: string, missing: Rates): PromptTier[] {
  const boundaries = [...new Set(Object.values(prices).flatMap((price) => price.tiers.map((tier) => tier.above)))].sort((a, b) => a - b);
  return boundaries.map((above) => ({ above, rates: ratesOf(libraryUsd(prices, provider, id, above), missing) }));
}

function libraryRows(model: LibraryModel, provider: Provider): PricedRow[] {
  const missing = missingRates(provider, model.id);
  const hourly = model.rows.filter((row) => row.hours);
  const [dear] = hourly;
  const peak: HourlyRates | undefined = dear && {
    windows: hourly.flatMap((row) => row.hours ?? []),
    weekdaysOnly: false,
    rates: ratesOf(libraryUsd(dear.prices, provider, model.id), missing),
    tiers: libraryTiers(dear.prices, provider, model.id, missing),
  };
  const plain = model.rows.filter((row) => !row.hours);
  return plain.map((row, i) => ({
    ...(row.from ? { from: row.from } : {}),
    rates: ratesOf(libraryUsd(row.prices, provider, model.id), missing),
    tiers: libraryTiers(row.prices, provider, model.id, missing),
    // The library does not date its dear hours: they belong to its latest prices.
    ...(peak && i === plain.length - 1 ? { peak } : {}),
    fees: libraryFees(row.prices),
    source: LIBRARY_SOURCE,
  }));
}

/** The overlay's rows from their first day on; the library's before that. */
function timeline(entry: OverlayEntry | undefined, library: LibraryModel | undefined, provider: Provider, id: string): PricedRow[] {
  const missing = missingRates(provider, id);
  const own = (entry?.rows ?? []).map((row) => overlayRow(row, missing));
  const older = library ? libraryRows(library, provider) : [];
  const [first] = own;
  if (!first) return older;
  const begin = first.from;
  return begin === undefined ? own : [...older.filter((row) => (row.from ?? '') < begin), ...own];
}

/** The row in force on a day; before the first dated row, the first. */
export const rowAt = (rows: readonly PricedRow[], day: IsoDay): PricedRow | undefined => rows.findLast((row) => (row.from ?? '') <= day) ?? rows[0];

function record(provider: Provider, entry: OverlayEntry | undefined, library: LibraryModel | undefined): ModelRecord | undefined {
  const id = entry?.id ?? library?.id;
  if (!id) return undefined;
  const rows = timeline(entry, library, provider, id);
  const context = entry?.context ?? library?.context;
  return { provider, id, rows, ...(entry ? { entry } : {}), ...(context ? { context } : {}) };
}

const entries = (provider: Provider): readonly OverlayEntry[] => OVERLAY[provider] ?? [];

const found = new Map<string, ModelRecord | undefined>();
/** Ids come from code: a hostile workspace must not fill the memory. */
const MOST_FOUND = 5000;

/** The record of the first candidate id that a price list has. Price lists do not change while the program runs, so it is looked up once. */
export function findRecord(provider: Provider, candidates: readonly string[]): ModelRecord | undefined {
  const key = `${provider} ${candidates.join(' ')}`;
  if (!found.has(key)) {
    if (found.size > MOST_FOUND) found.clear();
    found.set(key, lookUp(provider, candidates));
  }
  return found.get(key);
}

function lookUp(provider: Provider, candidates: readonly string[]): ModelRecord | undefined {
  for (const id of candidates) {
    const entry = entries(provider).find((e) => e.id === id || e.aliases?.includes(id));
    const library = libraryModel(provider, entry?.id ?? id);
    if (entry) return record(provider, entry, library);
    if (!library) continue;
    const owner = entries(provider).find((e) => e.id === library.id);
    // Another spelling or a sibling that shares the price: the owner's retirement is not known to be its own.
    return record(provider, owner && { ...owner, retires: undefined }, library);
  }
  return undefined;
}

const lists = new Map<Provider, readonly ModelRecord[]>();

/** Every record of a price list: the overlay's, newest first, then the library's. */
export function allRecords(provider: Provider): readonly ModelRecord[] {
  const known = lists.get(provider) ?? recordsOf(provider);
  lists.set(provider, known);
  return known;
}

function recordsOf(provider: Provider): readonly ModelRecord[] {
  const own = entries(provider).map((entry) => record(provider, entry, libraryModel(provider, entry.id)));
  const known = new Set(entries(provider).map((entry) => entry.id));
  const rest = libraryModels(provider).filter((model) => !known.has(model.id));
  return [...own, ...rest.map((model) => record(provider, undefined, model))].filter((r) => r !== undefined && r.rows.length > 0) as ModelRecord[];
}
