/** What a call, a run and a month of one call site cost. */

import { assumedTokens, assumption, assumptionsOf, spread } from '../assume.ts';
import type { CacheRules } from '../cache/index.ts';
import type { Assumptions, Config } from '../config.ts';
import type { CallSite, PromptSegment, Range } from '../model.ts';
import type { PriceQuote } from '../pricing/index.ts';
import type { ObservedSite } from '../protocol/observed.ts';
import { exactly, mapRange, plus, rounded, scale, sum } from '../range.ts';
import { type ModelFamily, messageOverhead, toolPromptOverhead } from '../tokens/index.ts';
import { bestPlans, changesBetweenCalls, currentPlan } from './cache-plan.ts';
import type { Assumption, CacheOutlook, Estimate, Growth } from './index.ts';
import { type Repetition, repetitionOf } from './loops.ts';
import { narrow } from './observed.ts';
import { type Output, outputOf } from './output.ts';
import { type CachePlan, canPrice, cheapest, type RunShape, runAt } from './run.ts';

export const DAYS_PER_MONTH = 30;

export interface EstimateDeps {
  /** The price, or a sentence that says why there is none. */
  readonly price: PriceQuote | string;
  readonly cache: CacheRules;
  /** How the model's tokens are counted; undefined when the model is not known. */
  readonly family?: ModelFamily;
  readonly config: Pick<Config, 'assumptions'>;
  /** What was seen at this call: narrows what the code does not show. */
  readonly observed?: ObservedSite | undefined;
}

/** Everything about one call site from which its costs follow: shared by the estimate and by the rules that price a change. */
export interface RunModel {
  readonly site: CallSite;
  readonly shape: RunShape;
  readonly repetition: Repetition;
  readonly output: Output;
  /** What the provider adds to the prompt: the wrapping of messages, the hidden prompt of tools. */
  readonly overhead: Range;
  readonly quote: PriceQuote | undefined;
  readonly cache: CacheRules;
  readonly current: CachePlan | undefined;
  readonly best: CachePlan | undefined;
  readonly assumptions: readonly Assumption[];
}

/** Pieces that are billed but that the code does not show: a session, tools that were only counted. */
function unseen(site: CallSite, assumptions: Assumptions): { readonly tokens: Range; readonly notes: readonly Assumption[] } {
  const notes: Assumption[] = [];
  let tokens = exactly(0);
  if (site.hiddenInput && !site.segments.some((segment) => segment.many)) {
    tokens = plus(tokens, { ...assumedTokens('user', 'history', true, assumptions), low: 0 });
    notes.push(
      assumption('historyTokens', assumptions.historyTokens, `${assumptions.historyTokens} tokens of earlier conversation that the provider adds`),
    );
  }
  const count = site.toolCount.kind === 'known' ? site.toolCount.value : 0;
  if (count > 0 && !site.segments.some((segment) => segment.role === 'tools')) {
    tokens = plus(tokens, scale(spread(assumptions.unseenToolTokens), count));
    notes.push(
      assumption('unseenToolTokens', assumptions.unseenToolTokens, `${assumptions.unseenToolTokens} tokens for each of ${count} tool definitions`),
    );
  }
  return { tokens, notes };
}

const hasTools = (site: CallSite): boolean =>
  (site.toolCount.kind === 'known' && site.toolCount.value > 0) || site.segments.some((segment) => segment.role === 'tools');

/** The assumption that says what a further step of a loop adds beside the answer: a tool result, or the next input. */
export const stepSetting = (site: CallSite): 'toolResultTokens' | 'inputTokens' =>
  hasTools(site) || site.loop.kind === 'framework' ? 'toolResultTokens' : 'inputTokens';

function overheadOf(site: CallSite, family: ModelFamily | undefined): Range {
  if (!family) return exactly(0);
  const { perMessage, perRequest } = messageOverhead(family);
  const messages = new Set(site.segments.filter((segment) => segment.role !== 'tools').map((segment) => `${segment.role}:${segment.item}`)).size;
  return exactly(perRequest + perMessage * Math.max(1, messages) + (hasTools(site) ? toolPromptOverhead(family, 'auto') : 0));
}

const shownTokens = (site: CallSite): Range => sum(site.segments.filter(({ text }) => text.kind === 'known').map(({ tokens }) => tokens));

/** Puts together what is known of a call. Pure; cheap enough to be called again by a rule. */
export function runModel(site: CallSite, deps: EstimateDeps): RunModel {
  const { assumptions } = deps.config;
  const quote = typeof deps.price === 'string' ? undefined : deps.price;
  const assumedRepetition = repetitionOf(site, assumptions);
  const output = outputOf(site, assumptions, quote?.maxOutputTokens);
  const hidden = unseen(site, assumptions);
  const overhead = overheadOf(site, deps.family);
  const tools = stepSetting(site) === 'toolResultTokens';
  const step = (tools ? site.toolResultTokens : undefined) ?? spread(assumptions[stepSetting(site)]);
  const plan = {
    first: plus(plus(sum(site.segments.map((segment) => segment.tokens)), overhead), hidden.tokens),
    known: plus(shownTokens(site), overhead),
    increment: plus(output.resent, step),
    output: output.billed,
    cap: output.most,
    repetition: assumedRepetition,
  };
  const { first, increment, output: billed, repetition, notes: seen } = deps.observed ? narrow(plan, deps.observed) : { ...plan, notes: [] };
  const shape: RunShape = {
    first,
    increment,
    output: billed,
    steps: repetition.steps,
    outer: repetition.outer,
    grows: repetition.grows,
    sequential: site.fanout === undefined,
    runsPerDay: assumptions.runsPerDay,
    ...(quote?.contextWindow ? { contextWindow: quote.contextWindow } : {}),
  };
  const current = currentPlan(site, deps.cache, repetition, overhead);
  const plans = bestPlans(site, deps.cache, repetition, overhead);
  const usable = quote && !canPrice(quote, current) ? undefined : current;
  const best = quote ? cheapest(shape, quote, deps.cache, plans) : plans[0];
  const seenHere = new Set(seen.map(({ setting }) => setting));
  const notes = [
    ...(seen.length > 0 ? [] : [...assumptionsOf(site.segments, assumptions), ...hidden.notes]),
    ...[...output.assumptions, ...repetitionNotes(repetition, tools, assumptions, site.toolResultTokens !== undefined)].filter(
      ({ setting }) => !seenHere.has(setting),
    ),
    ...seen,
  ];
  return { site, shape, repetition, output: { ...output, billed }, overhead, quote, cache: deps.cache, current: usable, best, assumptions: notes };
}

/** `shown`: the code shows how long tool results are. */
function repetitionNotes(repetition: Repetition, tools: boolean, assumptions: Assumptions, shown: boolean): Assumption[] {
  const notes = repetition.assumed.map((setting) =>
    setting === 'stepsPerRun'
      ? assumption(setting, assumptions.stepsPerRun, `${assumptions.stepsPerRun} model calls a run`)
      : assumption(setting, assumptions.fanoutItems, `${assumptions.fanoutItems} items`),
  );
  if (repetition.steps.high > 1 && !(tools && shown)) {
    const setting = tools ? 'toolResultTokens' : 'inputTokens';
    notes.push(assumption(setting, assumptions[setting], `${assumptions[setting]} tokens for each ${tools ? 'tool result' : 'further input'}`));
  }
  return [...notes, assumption('runsPerDay', assumptions.runsPerDay, `${assumptions.runsPerDay} runs a day, ${DAYS_PER_MONTH} days a month`)];
}

/** Nano-dollars of one run under a cache plan. */
export const runCost = (model: RunModel, plan: CachePlan | undefined, steps?: number): Range =>
  rounded(mapRange((bound) => runAt(bound, model.shape, model.quote, model.cache, plan, steps).money));

/** Nano-dollars of one call of a run, on average over the calls of the run. */
export function averageCall({ shape }: RunModel, run: Range): Range {
  return rounded(mapRange((bound) => run[bound] / Math.max(1, shape.steps[bound] * shape.outer[bound])));
}

/** Nano-dollars of one call: the first step of a run that starts with a cold cache. */
const callCost = (model: RunModel): Range => {
  const alone: RunShape = { ...model.shape, outer: exactly(1), runsPerDay: 0 };
  return rounded(mapRange((bound) => runAt(bound, alone, model.quote, model.cache, undefined, 1).money));
};

/** Steps for which the growth of a run is shown: 1, 10, 100 and the real bound, none beyond it. */
function growthSteps(model: RunModel): number[] {
  const session = model.site.history?.loop === 'session';
  if (!model.repetition.grows && !session) return [1];
  const { bound } = model.repetition;
  const steps = [1, 10, 100].filter((n) => bound === undefined || n <= bound);
  if (bound !== undefined && bound < 1000 && !steps.includes(bound)) steps.push(bound);
  return steps.sort((a, b) => a - b);
}

function growthOf(model: RunModel): Growth[] {
  const { repetition, shape, site } = model;
  // A conversation over many requests starts without the history that a single request is assumed to carry.
  const past = repetition.grows ? exactly(0) : sum(site.segments.filter((segment) => segment.many).map((segment) => segment.tokens));
  const first = mapRange((bound) => Math.max(1, shape.first[bound] - past[bound]));
  const one: RunModel = { ...model, shape: { ...shape, first, outer: exactly(1) } };
  const chosen = model.current ?? model.best;
  const plan = chosen && !repetition.grows && site.history ? { ...chosen, conversation: true } : chosen;
  return growthSteps(model).map((steps) => ({ steps, withCache: runCost(one, plan, steps), withoutCache: runCost(one, undefined, steps) }));
}

/** Share of the input tokens of a run, 0–1, that is read from the cache under a plan. */
export const hitRateOf = (model: RunModel, plan: CachePlan | undefined): number => {
  const { read, input } = runAt('expected', model.shape, undefined, model.cache, plan);
  return input > 0 ? read / input : 0;
};

function outlookOf(model: RunModel): CacheOutlook {
  const { site, repetition, overhead, current, best } = model;
  const changes = (segment: PromptSegment): boolean => changesBetweenCalls(segment, repetition);
  const breaksAt = site.segments.findIndex(changes);
  const front = breaksAt < 0 ? site.segments : site.segments.slice(0, breaksAt);
  const tokens = (segments: readonly PromptSegment[]): number =>
    segments.length === 0 ? 0 : Math.round(overhead.expected + sum(segments.map((segment) => segment.tokens)).expected);
  const hitRate = hitRateOf(model, current);
  const minimum = model.cache.minimumTokens?.expected;
  return {
    stablePrefix: tokens(front),
    reachablePrefix: tokens(site.segments.filter((segment) => !changes(segment))),
    total: Math.round(model.shape.first.expected),
    ...(breaksAt < 0 ? {} : { breaksAt }),
    ...(minimum === undefined ? {} : { minimum }),
    active: hitRate > 0,
    hitRate,
    reachableHitRate: Math.max(hitRate, hitRateOf(model, best)),
  };
}

export function estimate(site: CallSite, deps: EstimateDeps): Estimate {
  return estimateOf(runModel(site, deps), typeof deps.price === 'string' ? deps.price : undefined);
}

/** The same from a model that is already there. */
export function estimateOf(model: RunModel, unpriced?: string): Estimate {
  const { site, shape, quote } = model;
  const shown = sum(site.segments.filter((segment) => segment.text.kind === 'known').map((segment) => segment.tokens)).expected;
  const why = unpriced ?? (quote && !canPrice(quote, undefined) ? `the price of ${quote.model} is not known` : undefined);
  const run = quote && why === undefined ? runCost(model, model.current) : undefined;
  return {
    inputTokens: { ...rounded(shape.first), static: Math.round(shown) },
    outputTokens: rounded(shape.output),
    cost: run ? { call: callCost(model), run, month: rounded(scale(run, shape.runsPerDay * DAYS_PER_MONTH)) } : null,
    ...(why === undefined ? {} : { unpriced: why }),
    growth: run ? growthOf(model) : [],
    cache: outlookOf(model),
    assumptions: model.assumptions,
  };
}
