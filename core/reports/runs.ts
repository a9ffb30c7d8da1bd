/** What a call costs in a month: as the code stands, and under another price. The estimate's own arithmetic, run again. */
import type { AnalyzedCall } from '../analyze.ts';
import { cacheRules } from '../cache/index.ts';
import { DAYS_PER_MONTH, type RunModel, runCost, runModel } from '../estimate/index.ts';
import { runAt } from '../estimate/run.ts';
import { type Range, valueOf } from '../model.ts';
import { type PriceQuote, tokenFactor } from '../pricing/index.ts';
import { scale } from '../range.ts';
import { familyOf } from '../tokens/index.ts';
import type { PlacedCall, ReportInput } from './input.ts';

/** A call whose price is known. */
export interface PricedCall extends PlacedCall {
  readonly quote: PriceQuote;
  readonly cost: NonNullable<AnalyzedCall['estimate']['cost']>;
}

const known = new WeakMap<AnalyzedCall, RunModel>();

/** What the call's estimate was made from. */
export function modelOf({ call, config }: PlacedCall): RunModel {
  const found = known.get(call) ?? freshModel(call, config, call.quote);
  known.set(call, found);
  return found;
}

function freshModel({ site, observed }: AnalyzedCall, config: PlacedCall['config'], quote: PriceQuote | undefined): RunModel {
  const name = quote?.model ?? valueOf(site.model);
  return runModel(site, {
    price: quote ?? 'no price',
    cache: cacheRules(site.provider, name ?? ''),
    config,
    ...(name ? { family: familyOf(site.provider, name) } : {}),
    ...(observed && config.observed ? { observed: observed.seen } : {}),
  });
}

/** The same call with another model or price. Prompts become as many tokens as that model's tokenizer makes of them. */
export function modelWith(placed: PlacedCall, quote: PriceQuote): RunModel {
  const { call, config } = placed;
  const factor = tokenFactor(call.quote?.model ?? '', quote.model);
  if (factor === 1) return freshModel(call, config, quote);
  const site = { ...call.site, segments: call.site.segments.map((segment) => ({ ...segment, tokens: scale(segment.tokens, factor) })) };
  const model = freshModel({ ...call, site }, config, quote);
  return { ...model, shape: { ...model.shape, increment: scale(model.shape.increment, factor), output: scale(model.shape.output, factor) } };
}

const runsAMonth = ({ config }: Pick<PlacedCall, 'config'>): number => config.assumptions.runsPerDay * DAYS_PER_MONTH;

/** Nano-dollars a month under a cache plan, the present one unless said otherwise. */
export const monthOf = (placed: PlacedCall, model: RunModel, plan = model.current): Range => scale(runCost(model, plan), runsAMonth(placed));

/** Tokens a month, expected. `read`: of the input, from the cache. */
export function tokensAMonth(placed: PlacedCall, model = modelOf(placed), plan = model.current): { input: number; read: number; output: number } {
  const { shape } = model;
  const { input, read } = runAt('expected', shape, undefined, model.cache, plan);
  const runs = runsAMonth(placed);
  const output = shape.output.expected * Math.round(shape.steps.expected) * shape.outer.expected;
  return { input: input * runs, read: read * runs, output: output * runs };
}

/** Calls with a price, the dearest month first. */
export function pricedCalls({ calls }: ReportInput): PricedCall[] {
  const priced = calls.flatMap((placed): PricedCall[] => {
    const { cost } = placed.call.estimate;
    return cost && placed.call.quote ? [{ ...placed, cost, quote: placed.call.quote }] : [];
  });
  return priced.sort((a, b) => b.cost.month.expected - a.cost.month.expected);
}

export const modelName = ({ site }: AnalyzedCall): string => (site.model.kind === 'known' ? site.model.value : 'unknown model');
