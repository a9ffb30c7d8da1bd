/** Discounts, surcharges and fees beside the list price. All factors multiply. */
import type { Provider } from '../model.ts';
import type { ModelRecord } from './rows.ts';
import { SOURCES, type SourceKey } from './sources.ts';
import type { Fee, IsoDay, Modifier, PromptTier, Rate, Rates, Route } from './types.ts';

const from = (key: SourceKey): string => `${SOURCES[key].name} (${SOURCES[key].date})`;
const modifier = (name: Modifier['name'], factor: Modifier['factor'], key: SourceKey, note?: string): Modifier => ({
  name,
  factor,
  source: from(key),
  ...(note ? { note } : {}),
});

const HALF = [1, 2] as const;
const TENTH_MORE = [11, 10] as const;

/** `claude-opus-4-6` → 4.6; 0 for ids of another form. */
export function claudeVersion(id: string): number {
  const [, major, minor] = /^claude-(?:[a-z]+-)?(\d+)(?:-(\d+))?/.exec(id) ?? [];
  return Number(`${major ?? 0}.${minor ?? 0}`);
}

/** `gpt-6.2-sol` → 6.2; 0 for ids of another form. */
export const gptVersion = (id: string): number => Number(/^gpt-(\d+(?:\.\d+)?)/.exec(id)?.[1] ?? 0);

function anthropicOffers({ id, entry }: ModelRecord, route: Route, day: IsoDay): Modifier[] {
  const offers = [modifier('batch', HALF, 'AD', 'every token class, cache included')];
  if (entry?.fast && (!entry.fast.until || day <= entry.fast.until)) offers.push(modifier('fast', [entry.fast.factor, 1], entry.fast.source));
  if (route === 'first-party' && claudeVersion(id) >= 4.6) offers.push(modifier('us-inference', TENTH_MORE, 'AD'));
  if (route !== 'first-party' && claudeVersion(id) >= 4.5)
    offers.push(modifier('regional', TENTH_MORE, 'AD', 'regional endpoints; the global one has none'));
  return offers;
}

function openaiOffers({ id }: ModelRecord, day: IsoDay): Modifier[] {
  const version = gptVersion(id);
  const offers = [modifier('batch', HALF, 'OM')];
  if (version < 6.2) offers.push(modifier('flex', HALF, 'OF', 'winding down; not on 6.2 and later'));
  if (version < 6) return offers;
  return [
    ...offers,
    modifier('fast', [2, 1], 'OM'),
    modifier('ultrafast', day <= '2027-02-28' ? [3, 1] : [6, 1], 'OM', '3× until 2027-02-28, then 6×'),
    modifier('regional', TENTH_MORE, 'OM'),
    modifier('background-2h', [7, 10], 'OF'),
    modifier('background-8h', [6, 10], 'OF'),
  ];
}

const googleOffers = ({ id }: ModelRecord): Modifier[] => [
  modifier('batch', HALF, 'GO'),
  modifier('flex', HALF, 'GO'),
  /^gemini-3\.[678]-flash$/.test(id)
    ? modifier('priority', [9, 5], 'GP')
    : modifier('priority', [2, 1], 'GO', 'between 1.75× and 2×; the upper end is used'),
];

/** What a model can be called with on a day. */
export function offersFor(record: ModelRecord, route: Route, day: IsoDay): Modifier[] {
  if (record.provider === 'anthropic') return anthropicOffers(record, route, day);
  if (record.provider === 'openai') return openaiOffers(record, day);
  if (record.provider === 'google') return googleOffers(record);
  return [];
}

/** Service tiers that cost the list price. `auto` leaves it to the account's settings. */
const PLAIN_TIERS = new Set(['', 'auto', 'default', 'standard', 'standard_only', 'on_demand']);

/** The modifier names that the service tier and batch of a query ask for. */
export function wantedTiers(query: { readonly serviceTier?: string; readonly batch?: boolean }, provider: Provider): string[] {
  const tier = (query.serviceTier ?? '').toLowerCase();
  // A batch has no other tier beside it.
  if (query.batch) return ['batch'];
  if (PLAIN_TIERS.has(tier)) return [];
  return [provider === 'openai' && tier === 'priority' ? 'fast' : tier];
}

/** The surcharge for a place, where the provider has one. On Bedrock an id without a region prefix runs in its own region. */
export function wantedPlace(provider: Provider, route: Route, region: string): Modifier['name'] | undefined {
  if (provider === 'openai') return route === 'first-party' && region !== '' && region !== 'global' ? 'regional' : undefined;
  if (provider !== 'anthropic' || region === 'global') return undefined;
  if (route === 'first-party') return region === 'us' ? 'us-inference' : undefined;
  return route === 'bedrock' || region !== '' ? 'regional' : undefined;
}

function scaledRate(rate: Rate, [numerator, denominator]: readonly [bigint, bigint]): Rate {
  // Halves up; published rates and factors divide without a rest.
  return typeof rate === 'number' ? Number((2n * BigInt(rate) * numerator + denominator) / (2n * denominator)) : rate;
}

/** Rates under all modifiers at once, so that rounding, if any, happens once. */
export function scaled(rates: Rates, modifiers: readonly Modifier[]): Rates {
  if (modifiers.length === 0) return rates;
  const factor = modifiers.reduce<[bigint, bigint]>(([n, d], m) => [n * BigInt(m.factor[0]), d * BigInt(m.factor[1])], [1n, 1n]);
  return Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, scaledRate(rate, factor)])) as unknown as Rates;
}

export const scaledTiers = (tiers: readonly PromptTier[], modifiers: readonly Modifier[]): PromptTier[] =>
  tiers.map((tier) => ({ above: tier.above, rates: scaled(tier.rates, modifiers) }));

const CENT = 10_000_000;

/** Fees of the provider's server tools; modifiers do not touch them. */
export function feesFor(record: ModelRecord, listed: readonly Fee[]): readonly Fee[] {
  if (record.provider === 'anthropic') {
    return [
      { name: 'web-search', nanoUsd: CENT, unit: 'call', source: from('CC'), note: 'searches that fail are free; web fetch is free' },
      { name: 'code-execution', nanoUsd: 5 * CENT, unit: 'container-hour', source: from('AD'), note: 'after 1,550 free hours a month' },
      { name: 'session', nanoUsd: 8 * CENT, unit: 'session-hour', source: from('AD'), note: 'Managed Agents' },
    ];
  }
  if (record.id === 'gemini-4-argon') return [{ name: 'grounding', nanoUsd: 14_000_000, unit: 'call', source: from('TM') }];
  if (/^gemini-3\.[678]-flash$/.test(record.id)) return [...listed, { name: 'cache-storage', nanoUsd: 500, unit: 'token-hour', source: from('GP') }];
  if (record.provider === 'openai' && listed.length === 0 && gptVersion(record.id) >= 6.1) {
    return [
      { name: 'web-search', nanoUsd: CENT, unit: 'call', source: from('GP') },
      { name: 'file-search', nanoUsd: 2_500_000, unit: 'call', source: from('GP') },
    ];
  }
  return listed;
}
