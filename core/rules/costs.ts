/** What a change would save, and how that is said. */
import { cachingOf } from '../estimate/cache-plan.ts';
import { type CachePlan, DAYS_PER_MONTH, runCost } from '../estimate/index.ts';
import { formatUsd } from '../format.ts';
import { type CallSite, type Location, NANO_PER_USD, type PromptSegment, type Range, type RelatedPlace, type Span } from '../model.ts';
import { exactly, savedBy, scale } from '../range.ts';
import type { RuleContext } from './rule.ts';

/** Token counts are estimates: a prefix counts as long enough only when it is this much above the provider's minimum, as too short only when this much below. */
export const MARGIN = 1.1;
/** A saving below this share of the run's cost is noise. */
const WORTH = 0.05;

/** Nano-dollars a run that going from one cache plan to another saves; never negative. */
export const savingOf = (context: RuleContext, from: CachePlan | undefined, to: CachePlan | undefined): Range =>
  savedBy(runCost(context.model, from), runCost(context.model, to));

const perMonth = (perRun: number, context: RuleContext): number => perRun * context.config.assumptions.runsPerDay * DAYS_PER_MONTH;

/** Whether a saving is worth a finding: a real share of the run, and above the person's own threshold. */
export function isWorth(saving: Range, context: RuleContext): boolean {
  const run = context.estimate.cost?.run.expected ?? 0;
  return saving.expected > 0 && saving.expected >= run * WORTH && perMonth(saving.expected, context) >= context.config.minSaving * NANO_PER_USD;
}

/** `about $0.012 a run ($36 a month)`. */
export const aboutRun = (saving: Range, context: RuleContext): string =>
  `about ${formatUsd(saving.expected)} a run (${formatUsd(perMonth(saving.expected, context))} a month at ${context.config.assumptions.runsPerDay} runs a day)`;

export const aboutUsd = (range: Range): string => `about ${formatUsd(range.expected)}`;

/** What N steps of this call cost as the code stands, nano-dollars; undefined without a price. */
export function costOfSteps(context: RuleContext, steps: number): Range | undefined {
  const { cost } = context.estimate;
  if (!cost) return undefined;
  // Steps that do not build on each other cost the same each time.
  const grows = context.model.site.loops.some((loop) => loop.grows) || context.model.site.loop.grows || context.model.site.history !== undefined;
  if (!grows) return scale(cost.call, steps);
  return runCost({ ...context.model, shape: { ...context.model.shape, outer: exactly(1) } }, context.model.current, steps);
}

/** A prompt cache that the code can do something about, with known prices and a known minimum. */
export function cacheTarget(site: CallSite, context: RuleContext): 'explicit' | 'implicit' | undefined {
  const caching = cachingOf(site, context.cache);
  if (caching !== 'explicit' && caching !== 'implicit') return undefined;
  if (!context.estimate.cost || !context.model.best || !context.cache.minimumTokens || site.batch) return undefined;
  return caching;
}

/** Tokens that the code shows, at the least, of the pieces that `keep` selects; what the provider adds counts with them. */
export function shownTokens(site: CallSite, context: RuleContext, keep: (segment: PromptSegment) => boolean): number {
  const kept = site.segments.filter((segment) => keep(segment) && segment.text.kind === 'known');
  return kept.length === 0 ? 0 : kept.reduce((total, segment) => total + segment.tokens.low, context.model.overhead.low);
}

/** Whether a prefix of that many tokens is certainly long enough to be cached. */
export const isCacheable = (tokens: number, context: RuleContext): boolean =>
  tokens >= (context.cache.minimumTokens?.high ?? Number.POSITIVE_INFINITY) * MARGIN;

/** The conversation of an agent loop outgrows the provider's minimum by itself. */
export function conversationIsCacheable(context: RuleContext): boolean {
  const { shape, repetition } = context.model;
  if (!repetition.grows || repetition.steps.expected < 2) return false;
  return isCacheable(shape.first.low + (repetition.steps.expected - 1) * shape.increment.low, context);
}

/** A place in the call's own file, or else the name that is called; what lies elsewhere becomes a related place. */
export function placed(site: CallSite, at: Location, message: string): { readonly at: Span; readonly related: readonly RelatedPlace[] } {
  if (at.path === site.path && at.end > at.start) return { at: { start: at.start, end: at.end }, related: [] };
  return { at: site.callee, related: [{ ...at, message }] };
}
