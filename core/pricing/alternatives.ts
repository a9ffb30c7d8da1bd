/** Other models: cheaper ones for routing, all of them for completion. */
import type { Provider } from '../model.ts';
import { dayOf, momentOf } from './days.ts';
import { retirementOf } from './lifecycle.ts';
import { modelIdOf, providerOf } from './model-id.ts';
import { claudeVersion } from './modifiers.ts';
import { formatRate } from './money.ts';
import { quote } from './quote.ts';
import { allRecords, findRecord, type ModelRecord, rowAt } from './rows.ts';
import { CAPABILITY_TIERS, type CapabilityTier, type IsoDay, type PriceQuote, type Rate, type Rates, type Retirement, type Route } from './types.ts';

/** A model that would cost less. */
export interface CheaperModel {
  readonly model: string;
  readonly tier: CapabilityTier;
  /** `smaller`: a lower capability tier · `newer`: the same tier, released later. */
  readonly why: 'smaller' | 'newer';
  /** Its price over the present one for the same text, per class; a class unknown on either side is absent. Below 1 = cheaper. */
  readonly ratio: { readonly input?: number; readonly output?: number; readonly cacheRead?: number };
  /** Tokens that the same text becomes, relative to the present model; already in `ratio`. */
  readonly tokenFactor: number;
  readonly quote: PriceQuote;
  readonly notes: readonly string[];
}

/** A model that retires sooner than this is not suggested, days. */
const RETIRES_SOON = 90;

/** Tokens that a text becomes with another model. Claude from 4.7 on makes about 30 % more of the same text (platform.claude.com, 2026-08-22). */
export function tokenFactor(from: string, to: string): number {
  const [old, fresh] = [claudeVersion(from), claudeVersion(to)];
  if (old === 0 || fresh === 0) return 1;
  const fine = (version: number): boolean => version >= 4.7;
  return fine(old) === fine(fresh) ? 1 : fine(fresh) ? 1.3 : 1 / 1.3;
}

const ratio = (a: Rate, b: Rate, factor: number): number | undefined =>
  typeof a === 'number' && typeof b === 'number' && b > 0 ? (a / b) * factor : undefined;

function reasonFor(candidate: ModelRecord, rank: number, present: { tier: CapabilityTier; rank: number }): CheaperModel['why'] | undefined {
  const tier = candidate.entry?.tier;
  if (!tier) return undefined;
  const step = CAPABILITY_TIERS.indexOf(tier) - CAPABILITY_TIERS.indexOf(present.tier);
  if (step > 0) return 'smaller';
  return step === 0 && rank < present.rank ? 'newer' : undefined;
}

function servable(record: ModelRecord, route: Route, day: IsoDay): boolean {
  const { entry } = record;
  const left = retirementOf(record, route, day)?.daysLeft;
  return !entry?.limited && (!entry?.released || entry.released <= day) && (left === undefined || left >= RETIRES_SOON);
}

/** Long prompts are compared at base rates; both providers' tiers lie far above a usual prompt. */
function compare(from: PriceQuote, to: PriceQuote, why: CheaperModel['why']): CheaperModel | undefined {
  const factor = tokenFactor(from.model, to.model);
  const by = (name: keyof Rates): number | undefined => ratio(to.listRates[name], from.listRates[name], factor);
  const [input, output, cacheRead] = [by('uncachedInput'), by('output'), by('cacheRead')];
  if (!to.tier || input === undefined || output === undefined) return undefined;
  if (input > 1 || output > 1 || input + output >= 2) return undefined;
  const found = { ...(cacheRead === undefined ? {} : { cacheRead }), input, output };
  const notes = factor === 1 ? [] : [`its tokenizer makes about ${factor.toFixed(1)}× as many tokens of the same text; the ratio counts that`];
  return { model: to.model, tier: to.tier, why, ratio: found, tokenFactor: factor, quote: to, notes };
}

/**
 * Models of the same provider that cost less for the same text, and no more in input nor in output: of a lower tier, or newer in the same tier.
 * Nearest tier first, then the newest; retired, soon retired, unreleased and limited models are left out. Empty when the tier is unknown.
 */
export function cheaperModels(from: PriceQuote, at: Date | string): CheaperModel[] {
  const day = dayOf(momentOf(at));
  const records = allRecords(from.provider);
  const rank = records.findIndex((record) => record.id === from.model);
  const { tier } = from;
  if (!tier || rank < 0) return [];
  const found = records.flatMap((record, i) => {
    const why = reasonFor(record, i, { tier, rank });
    if (!why || !servable(record, from.route, day)) return [];
    const region = from.modifiers.some((m) => m.name === 'regional' || m.name === 'us-inference') ? undefined : 'global';
    const to = quote({ provider: from.provider, model: record.id, at, route: from.route, ...(region ? { region } : {}) });
    const cheaper = to.kind === 'quote' ? compare(from, to, why) : undefined;
    return cheaper ? [cheaper] : [];
  });
  return found.sort((a, b) => CAPABILITY_TIERS.indexOf(a.tier) - CAPABILITY_TIERS.indexOf(b.tier));
}

/** The model that takes the place of one that retires, whatever it costs. */
export interface Successor {
  readonly model: string;
  /** Its price over the present one for the same text: the larger one of prompt and completion; undefined where one of them is unknown. */
  readonly share?: number;
}

/** What the provider serves in the place of a model that retires: the newest of the same tier, at its price of the day from which it is needed. Undefined where none is known. */
export function successorOf(from: PriceQuote, at: Date | string): Successor | undefined {
  const { replacement: model, date } = from.retirement ?? {};
  if (model === undefined || date === undefined) return undefined;
  const day = dayOf(momentOf(at));
  const to = quote({ provider: from.provider, model, at: date > day ? date : at, route: from.route });
  if (to.kind !== 'quote') return { model };
  const factor = tokenFactor(from.model, model);
  const [input, output] = (['uncachedInput', 'output'] as const).map((name) => ratio(to.listRates[name], from.listRates[name], factor));
  return input === undefined || output === undefined ? { model } : { model, share: Math.max(input, output) };
}

/** A line for completion. */
export interface ListedModel {
  readonly provider: Provider;
  readonly model: string;
  /** `$3 in, $15 out per MTok`. */
  readonly price: string;
  readonly tier?: CapabilityTier;
  readonly contextWindow?: number;
  readonly retirement?: Retirement;
}

const LISTS: readonly Provider[] = [
  'anthropic',
  'openai',
  'google',
  'deepseek',
  'xai',
  'mistral',
  'groq',
  'cohere',
  'perplexity',
  'cerebras',
  'together',
  'fireworks',
  'bedrock',
  'openrouter',
];

/** Models that are served at a time, newest first within what the overlay knows; all price lists, or one. */
export function listModels(provider: Provider | undefined, at: Date | string): ListedModel[] {
  const day = dayOf(momentOf(at));
  return (provider ? [provider] : LISTS).flatMap((list) => allRecords(list).flatMap((record) => listed(record, day)));
}

function listed(record: ModelRecord, day: IsoDay): ListedModel[] {
  const row = rowAt(record.rows, day);
  const retirement = retirementOf(record, 'first-party', day);
  if (!row || retirement?.retired || (record.entry?.released ?? '') > day) return [];
  const price = `${formatRate(row.rates.uncachedInput)} in, ${formatRate(row.rates.output)} out per MTok`;
  return [{ provider: record.provider, model: record.id, price, tier: record.entry?.tier, contextWindow: record.context, retirement }];
}

/** When a model stops being served, seen from `at`; undefined without a known date. The provider may be left to the id. */
export function retirement(model: string, at: Date | string, provider?: Provider, route?: Route): Retirement | undefined {
  const id = modelIdOf(model, provider ?? providerOf(model) ?? 'unknown', route);
  const record = id.blocked ? undefined : findRecord(id.provider, id.candidates);
  return record && retirementOf(record, id.route, dayOf(momentOf(at)));
}
