/** Model and date → price. */
import type { Provider } from '../model.ts';
import { dayBefore, dayOf, inWindows, momentOf } from './days.ts';
import { retirementOf } from './lifecycle.ts';
import { type ModelId, modelIdOf } from './model-id.ts';
import { feesFor, offersFor, scaled, scaledTiers, wantedPlace, wantedTiers } from './modifiers.ts';
import { findOverride, overriddenRates } from './overrides.ts';
import { findRecord, type ModelRecord, type PricedRow, rowAt } from './rows.ts';
import { suggestionsFor } from './suggestions.ts';
import type { Modifier, PriceQuery, PriceQuote, Rates, UnknownModel, UnknownReason } from './types.ts';

const MESSAGES: Readonly<Record<UnknownReason, (model: string, provider: Provider) => string>> = {
  'unknown-model': (model) => `no price list has '${model}'; set its price in the settings`,
  'azure-deployment': (model) => `'${model}' is an Azure deployment name, which does not say the model; set its price in the settings`,
  'self-hosted': (model) => `'${model}' runs on your own host: no price per token; set one in the settings to count it`,
  'unknown-host': (model) => `which host serves '${model}' cannot be told from the code; set its price in the settings`,
  'opaque-id': (model) => `'${model}' names a deployment or profile, not a model; set its price in the settings`,
  'unknown-service-tier': (model, provider) => `no price is known for this service tier or place of '${model}' (${provider})`,
  'not-per-token': (model) => `'${model}' has no price per token`,
};

function unknown(id: ModelId, reason: UnknownReason): UnknownModel {
  const message = MESSAGES[reason](id.written, id.provider);
  const suggestions =
    reason === 'unknown-service-tier' || reason === 'not-per-token' ? [] : suggestionsFor(id.provider, id.candidates[0] ?? id.written);
  return { kind: 'unknown', written: id.written, provider: id.provider, reason, message, suggestions };
}

/** Names under which a person may have set a price. */
const namesOf = (id: ModelId, given: Provider, record?: ModelRecord): string[] =>
  [id.written, ...id.candidates, ...(record ? [record.id] : [])].flatMap((name) => [name, `${given}/${name}`, `${id.provider}/${name}`]);

/** The prices asked for: off-peak unless the query says otherwise. */
function hourly(row: PricedRow, query: PriceQuery, moment: Date): Pick<PricedRow, 'rates' | 'tiers'> {
  const { peak } = row;
  const dear = peak && (query.hours === 'peak' || (query.hours === 'as-at' && inWindows(moment, peak.windows, peak.weekdaysOnly)));
  return dear ? peak : row;
}

/** The modifiers of a query, or the one that has no known price. */
function modifiersOf(query: PriceQuery, id: ModelId, offers: readonly Modifier[]): Modifier[] | undefined {
  const wanted = wantedTiers(query, id.provider);
  const place = wantedPlace(id.provider, id.route, (query.region ?? id.geo ?? '').toLowerCase());
  // Claude models of before 4.5 (clouds) and 4.6 (inference_geo) have no surcharge for a place.
  if (place && (id.provider !== 'anthropic' || offers.some((offer) => offer.name === place))) wanted.push(place);
  const found = wanted.map((name) => offers.find((offer) => offer.name === name));
  return found.every((m) => m !== undefined) ? found : undefined;
}

function notesOf(query: PriceQuery, id: ModelId, record: ModelRecord, row: PricedRow): string[] {
  const place = id.route === 'vertex' && id.provider === 'anthropic' && !query.region;
  return [
    ...id.notes,
    ...(record.entry?.note ? [record.entry.note] : []),
    ...(row.peak && !query.hours ? ['off-peak price; dearer hours exist'] : []),
    ...(place ? ['price of the global endpoint; regional ones cost 10 % more'] : []),
    ...(id.provider === 'mistral' && id.written.endsWith('-latest')
      ? ['a moving alias: the price is that of the model it last named in the price list']
      : []),
  ];
}

function nextOf(record: ModelRecord, day: string, modifiers: readonly Modifier[]): PriceQuote['next'] {
  const row = record.rows.find(({ from }) => from !== undefined && from > day);
  return row?.from ? { from: row.from, rates: scaled(row.rates, modifiers), source: row.source } : undefined;
}

/** A quote from the lists, before a person's own prices. */
function listQuote(query: PriceQuery, id: ModelId, record: ModelRecord, moment: Date): PriceQuote | UnknownModel {
  const day = dayOf(moment);
  const row = rowAt(record.rows, day);
  if (!row) return unknown(id, 'not-per-token');
  const offers = offersFor(record, id.route, day);
  const modifiers = modifiersOf(query, id, offers);
  if (!modifiers) return unknown(id, 'unknown-service-tier');
  const priced = hourly(row, query, moment);
  const next = nextOf(record, day, modifiers);
  const retirement = retirementOf(record, id.route, day);
  return {
    kind: 'quote',
    written: id.written,
    model: record.id,
    provider: record.provider,
    route: id.route,
    source: row.source,
    from: row.from,
    until: next && dayBefore(next.from),
    rates: scaled(priced.rates, modifiers),
    tiers: scaledTiers(priced.tiers, modifiers),
    listRates: priced.rates,
    modifiers,
    offers,
    fees: feesFor(record, row.fees),
    peak: row.peak,
    next,
    contextWindow: record.context,
    maxOutputTokens: record.entry?.maxOutput,
    tier: record.entry?.tier,
    released: record.entry?.released,
    retirement,
    notes: notesOf(query, id, record, row),
  };
}

/** A person's own prices: flat, as written; modifiers and tiers of the list do not apply to them. */
function ownQuote(id: ModelId, rates: Rates, list: PriceQuote | UnknownModel | undefined): PriceQuote {
  const base = list?.kind === 'quote' ? list : undefined;
  const source = { kind: 'settings', name: 'your settings' } as const;
  const common = { kind: 'quote', written: id.written, source, rates, listRates: rates, tiers: [], modifiers: [] } as const;
  if (!base)
    return { ...common, model: id.candidates[0] ?? id.written, provider: id.provider, route: id.route, offers: [], fees: [], notes: [...id.notes] };
  return { ...base, ...common, from: undefined, until: undefined, peak: undefined, next: undefined };
}

/**
 * The price of a model at a time, or why there is none. Never guesses: an id that no list has is unknown, with what resembles it.
 * `query.at` is the caller's clock.
 */
export function quote(query: PriceQuery): PriceQuote | UnknownModel {
  const moment = momentOf(query.at);
  const id = modelIdOf(query.model, query.provider, query.route);
  const record = id.blocked ? undefined : findRecord(id.provider, id.candidates);
  const list = record && listQuote(query, id, record, moment);
  const override = query.overrides && findOverride(query.overrides, () => namesOf(id, query.provider, record));
  if (override) return ownQuote(id, overriddenRates(override, list?.kind === 'quote' ? list.listRates : undefined), list);
  return list ?? unknown(id, id.blocked ?? 'unknown-model');
}
