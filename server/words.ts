/** What the analysis knows, in words for people: used by hover, hints, lenses, the status bar and the report alike. */
import type { AnalyzedCall } from '../core/analyze.ts';
import { meanCost, whyNoCost, whyUnpriced } from '../core/estimate/index.ts';
import { formatShare, formatTokenRange, formatTokens, formatUsd, formatUsdExpected, formatUsdRange, plural, shorten } from '../core/format.ts';
import { type LoopContext, type PromptSegment, type Range, type Stability, valueOf } from '../core/model.ts';
import { formatRate, type PriceQuote } from '../core/pricing/index.ts';

export const CHANGES: Readonly<Record<Stability, string>> = {
  static: 'never',
  'per-process': 'when the program starts',
  'per-day': 'every day',
  'per-run': 'every run',
  'per-call': 'every call',
};

/** `claude-sonnet-4-5`, or `the model is chosen while the program runs`. */
export const modelWords = ({ site }: AnalyzedCall): string => valueOf(site.model) ?? whyUnpriced(site.model);

/** Whether one run is more than one call. */
const hasRun = (call: AnalyzedCall): boolean => {
  const cost = call.estimate.cost;
  return cost !== null && !sameRange(cost.call, cost.run);
};
const sameRange = (a: Range, b: Range): boolean => a.low === b.low && a.expected === b.expected && a.high === b.high;

/** `planned $0.012 · observed $0.019 a call`, each on average over the calls of a run; undefined where the gateway has not seen the call, or knows no price. */
function observedCost({ observed }: AnalyzedCall): string | undefined {
  const mean = observed && meanCost(observed.seen);
  if (!observed || mean === undefined) return undefined;
  const planned = observed.plannedCall ? `planned ${formatUsd(observed.plannedCall.expected)} · ` : '';
  return `${planned}observed ${formatUsd(mean)} a call`;
}

/** The same with what it rests on: `planned $0.012 · observed $0.019 a call (1,204 calls, 71% cached)`. */
export function observedWords(call: AnalyzedCall): string | undefined {
  if (!call.observed) return undefined;
  const { calls, cacheRead, unpriced } = call.observed.seen;
  const price = unpriced > 0 && unpriced < calls ? `, ${unpriced} without a price` : '';
  return `${observedCost(call) ?? 'observed, price unknown'} (${plural(calls, 'call')}, ${formatShare(cacheRead)} cached${price})`;
}

/** For the end of a line: `≈ $0.012 a call · ≈ $0.40 a run`, or what was planned and observed. */
export function shortCost(call: AnalyzedCall): string {
  const { cost } = call.estimate;
  const observed = observedCost(call);
  if (observed) return cost && hasRun(call) ? `${observed} · ${formatUsdExpected(cost.run)} a run` : observed;
  if (!cost) return 'cost unknown';
  const perCall = `${formatUsdExpected(cost.call)} a call`;
  return hasRun(call) ? `${perCall} · ${formatUsdExpected(cost.run)} a run` : perCall;
}

/** For a line of its own: ranges, and the reason where there is no figure. */
export function longCost(call: AnalyzedCall): string {
  const { cost } = call.estimate;
  const observed = observedWords(call);
  if (observed) return cost ? `${observed} · ${formatUsdRange(cost.run)} a run · ${formatUsdRange(cost.month)} a month` : observed;
  if (!cost) return `cost unknown: ${whyNoCost(call)}`;
  return `${formatUsdRange(cost.call)} a call · ${formatUsdRange(cost.run)} a run · ${formatUsdRange(cost.month)} a month`;
}

export const tokensWords = (call: AnalyzedCall): string => {
  const { inputTokens, outputTokens } = call.estimate;
  return `${call.site.hiddenInput ? 'at least ' : ''}${formatTokenRange(inputTokens)} tokens in, ${formatTokenRange(outputTokens)} out`;
};

/** How often the call repeats in one run: `framework loop, at most 10 steps (max_turns)`. */
export function loopWords(loop: LoopContext): string | undefined {
  const kinds: Readonly<Record<LoopContext['kind'], string | undefined>> = {
    none: undefined,
    framework: 'the SDK loops by itself',
    loop: 'called in a loop',
    caller: 'called in a loop of a calling function',
    recursion: 'called by recursion',
    schedule: 'schedules itself again',
    batch: 'called once for each item',
  };
  const kind = kinds[loop.kind];
  if (!kind) return undefined;
  return `${kind}, ${boundWords(loop)}${loop.option ? ` (\`${loop.option}\`)` : ''}${loop.note ? `, ${loop.note}` : ''}`;
}

function boundWords({ bound }: LoopContext): string {
  if (bound.kind === 'none') return 'nothing bounds it';
  return bound.kind === 'known' ? `at most ${bound.value} calls` : 'its bound is not known';
}

export type CacheState = 'kept' | 'keepable' | 'break' | 'after' | 'none';

/** What the provider's cache does with the segment at `index`. */
export function cacheState(call: AnalyzedCall, index: number): CacheState {
  const { cache } = call.estimate;
  if (call.site.caching === 'none') return 'none';
  if (cache.breaksAt !== undefined && index >= cache.breaksAt) return index === cache.breaksAt ? 'break' : 'after';
  return cache.active ? 'kept' : 'keepable';
}

/** Why the unchanging prefix is not read from the cache although it could be. */
export function whyNotKept(call: AnalyzedCall): string {
  const { cache } = call.estimate;
  if (cache.minimum !== undefined && cache.stablePrefix < cache.minimum) {
    return `the unchanging start has ${formatTokens(cache.stablePrefix)} tokens, the cache takes ${formatTokens(cache.minimum)} and more`;
  }
  if (call.site.marksUnknown) return 'a cache mark may be set in code that could not be followed';
  return call.site.caching === 'explicit' ? 'no cache mark is set' : 'this call does not use the cache';
}

/** What fills a segment: the start of its text, or the expression in the hole. */
export function segmentText(segment: PromptSegment): string {
  const text = segment.text.kind === 'known' ? segment.text.value : undefined;
  if (text !== undefined) return shorten(text);
  return segment.cause ? `\${${shorten(segment.cause.text)}}` : segment.many ? 'further messages' : 'a value the code does not show';
}

/** `$3 in · $15 out · $0.30 cache read per million tokens`. */
export function priceWords(quote: Pick<PriceQuote, 'rates'>): string {
  const { uncachedInput, output, cacheRead, cacheWrite5m, cacheWrite1h } = quote.rates;
  const parts = [`${formatRate(uncachedInput)} in`, `${formatRate(output)} out`];
  if (typeof cacheRead === 'number') parts.push(`${formatRate(cacheRead)} cache read`);
  if (typeof cacheWrite5m === 'number') parts.push(`${formatRate(cacheWrite5m)} cache write`);
  if (typeof cacheWrite1h === 'number') parts.push(`${formatRate(cacheWrite1h)} cache write (1 h)`);
  return `${parts.join(' · ')} per million tokens`;
}

/** `genai-prices 0.1.8, 2026-05-01`. */
export const sourceWords = ({ source }: Pick<PriceQuote, 'source'>): string => [source.name, source.date].filter(Boolean).join(', ');
