/** One call as Markdown: the hover, the tooltip of its hint. */
import type { AnalyzedCall } from '../../core/analyze.ts';
import { whyNoCost } from '../../core/estimate/index.ts';
import { formatShare, formatTokenRange, formatTokens, formatUsd, formatUsdRange, plural } from '../../core/format.ts';
import { cell, code, table } from '../../core/markdown.ts';
import type { PromptSegment, Range } from '../../core/model.ts';
import { breakWords } from '../../core/observed/index.ts';
import { sum } from '../../core/range.ts';
import {
  type CacheState,
  CHANGES,
  cacheState,
  loopWords,
  modelWords,
  observedWords,
  priceWords,
  segmentText,
  sourceWords,
  whyNotKept,
} from '../words.ts';
import type { CountSource } from './calibration-counter.ts';

/** Parts of a prompt that are listed; the rest is summed up in one row. */
const MAX_ROWS = 16;

/** Where the tokens of a piece of prompt come from, beside the estimate. */
export type SourceOf = (call: AnalyzedCall, segment: PromptSegment) => CountSource | undefined;

export function callMarkdown(call: AnalyzedCall, sourceOf: SourceOf): string {
  const sections = [
    title(call),
    costTable(call),
    observedTable(call),
    segmentTable(call, sourceOf),
    cacheLine(call),
    priceLines(call),
    growthTable(call),
    assumptionList(call),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function title(call: AnalyzedCall): string {
  const { site } = call;
  const model = site.model.kind === 'known' ? code(site.model.value) : cell(modelWords(call));
  const loop = site.loops.map(loopWords).filter((words) => words !== undefined);
  return [
    `**Costlint** · ${model} · ${cell(site.sdk)} ${cell(site.api)}`,
    ...loop.map((words) => `${words[0]?.toUpperCase()}${words.slice(1)}.`),
  ].join('\n\n');
}

function costTable(call: AnalyzedCall): string {
  const { cost, inputTokens, outputTokens } = call.estimate;
  const row = (name: string, { low, expected, high }: Range, format: (n: number) => string): string[] => [
    name,
    format(low),
    `**${format(expected)}**`,
    format(high),
  ];
  const tokens = [
    row(call.site.hiddenInput ? 'tokens in, at least' : 'tokens in', inputTokens, formatTokens),
    row('tokens out', outputTokens, formatTokens),
  ];
  const money = cost ? [row('per call', cost.call, formatUsd), row('per run', cost.run, formatUsd), row('per month', cost.month, formatUsd)] : [];
  const figures = table(['', 'low', 'expected', 'high'], [...money, ...tokens], [1, 2, 3]);
  return cost
    ? figures
    : `Cost unknown: ${cell(whyNoCost(call))}.

${figures}`;
}

/** Plan and reality side by side, and why the cache was lost. */
function observedTable(call: AnalyzedCall): string {
  const words = observedWords(call);
  if (!call.observed || words === undefined) return '';
  const { seen, planned, plannedCall } = call.observed;
  const rows = [
    ['a call, on average', plannedCall ? formatUsdRange(plannedCall) : 'unknown', seen.cost ? formatUsdRange(seen.cost) : 'unknown'],
    ['tokens in, first call of a run', formatTokenRange(planned.inputTokens), formatTokenRange(seen.firstInput)],
    ['tokens out', formatTokenRange(planned.outputTokens), formatTokenRange(seen.output)],
    ['read from the cache', formatShare(planned.cache.hitRate), formatShare(seen.cacheRead)],
    ...(call.site.loops.some(({ grows }) => grows) ? [['calls a run', '', formatTokenRange(seen.callsPerRun)]] : []),
  ];
  const since = `${day(seen.since)} to ${day(seen.until)}, ${plural(seen.sessions, 'session')}`;
  const lost = seen.breaks.slice(0, 3).map((each) => `${breakWords(each)} (${plural(each.calls, 'call')})`);
  const lines = [`**${words[0]?.toUpperCase()}${cell(words.slice(1))}**`, table(['', 'planned', 'observed'], rows, [1, 2])];
  if (lost.length > 0) lines.push(`Cache lost: ${cell(lost.join('; '))}.`);
  return [...lines, `Seen by the local gateway from ${since}.`].join('\n\n');
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const CACHE_WORDS: Readonly<Record<CacheState, string>> = {
  kept: 'cached',
  keepable: 'could be cached',
  break: '**breaks here**',
  after: 'no',
  none: 'no cache',
};

const MARKS: Readonly<Record<CountSource['kind'], string>> = { counted: '✓', calibrated: '◦' };

/** `counted by the provider on 2026-11-20`. */
const countedWords = (source: CountSource): string =>
  source.kind === 'counted' ? `counted by the provider on ${source.date}` : 'calibrated by texts that the provider counted';

function segmentTable(call: AnalyzedCall, sourceOf: SourceOf): string {
  const { segments } = call.site;
  if (segments.length === 0) return '';
  const sources = new Map<string, string>();
  const rows = segments.slice(0, MAX_ROWS).map((segment, index): string[] => {
    const source = sourceOf(call, segment);
    if (source) sources.set(source.kind, countedWords(source));
    const because = segment.cause && segment.stability !== 'static' ? `: ${code(segment.cause.text)}` : '';
    const changes = `${CHANGES[segment.stability]}${because}`;
    const tokens = `${formatTokenRange(segment.tokens)}${source ? ` ${MARKS[source.kind]}` : ''}`;
    return [segment.role, code(segmentText(segment)), tokens, CACHE_WORDS[cacheState(call, index)], changes];
  });
  const rest = segments.slice(MAX_ROWS);
  if (rest.length > 0) rows.push(['…', `${rest.length} more parts`, formatTokenRange(sum(rest.map(({ tokens }) => tokens))), '', '']);
  const parts = table(['prompt', 'text', 'tokens', 'cache', 'changes'], rows, [2]);
  const notes = [...sources].map(([kind, words]) => `${MARKS[kind as CountSource['kind']]} ${words}`);
  return notes.length > 0 ? `${parts}\n\n${notes.join(' · ')}.` : parts;
}

function cacheLine(call: AnalyzedCall): string {
  const { cache } = call.estimate;
  if (call.site.segments.length === 0 || call.site.caching === 'none') return '';
  const now = `Cache: ${formatShare(cache.hitRate)} of the input can be read from it as the code stands`;
  const best = cache.reachableHitRate > cache.hitRate ? `, ${formatShare(cache.reachableHitRate)} in the best order` : '';
  const why = !cache.active && cache.stablePrefix > 0 ? `; ${whyNotKept(call)}` : '';
  return `${now}${best}${why}.`;
}

function priceLines({ quote }: AnalyzedCall): string {
  if (!quote) return '';
  const lines = [`Price: ${priceWords(quote)} (${cell(sourceWords(quote))})${quote.until ? `, until ${quote.until}` : ''}.`];
  for (const tier of quote.tiers) lines.push(`Above ${formatTokens(tier.above)} prompt tokens the whole request pays ${priceWords(tier)}.`);
  if (quote.retirement && !quote.retirement.retired) lines.push(`The provider stops serving this model on ${quote.retirement.date}.`);
  if (quote.retirement?.retired) lines.push(`The provider has stopped serving this model (${quote.retirement.date}).`);
  return [...lines, ...quote.notes.map(cell)].join('\n\n');
}

function growthTable(call: AnalyzedCall): string {
  const { growth } = call.estimate;
  if (growth.length === 0) return '';
  const rows = growth.map((step) => [String(step.steps), formatUsdRange(step.withCache), formatUsdRange(step.withoutCache)]);
  return table(['calls in one run', 'with cache', 'without'], rows, [0, 1, 2]);
}

function assumptionList(call: AnalyzedCall): string {
  const { assumptions } = call.estimate;
  const assumed = assumptions.filter(({ observed }) => observed === undefined);
  const seen = assumptions.filter(({ observed }) => observed !== undefined);
  const lists: string[] = [];
  if (seen.length > 0) lists.push(['Narrowed by what the local gateway saw:', ...seen.map((each) => `- ${cell(each.text)}`)].join('\n'));
  if (assumed.length > 0) {
    const rows = assumed.map(
      (each) => `- ${cell(each.text)}: \`costlint.assumptions.${each.setting}\`${each.source ? ` (${cell(each.source)})` : ''}`,
    );
    lists.push(['Assumed, since the code does not show it:', ...rows].join('\n'));
  }
  return lists.join('\n\n');
}

/** One part of a prompt. */
export function segmentMarkdown(call: AnalyzedCall, segment: PromptSegment, index: number, sourceOf: SourceOf): string {
  const source = sourceOf(call, segment);
  const because = segment.cause && segment.stability !== 'static' ? ` (${code(segment.cause.text)})` : '';
  const cache = {
    kept: 'The provider can read it from its cache.',
    keepable: `It could be read from the cache: ${whyNotKept(call)}.`,
    break: 'The cache ends here: this and everything behind it is paid in full on every call.',
    after: 'It stands behind a part that changes, so no cache keeps it.',
    none: 'This provider has no prompt cache.',
  }[cacheState(call, index)];
  return `**Costlint** · ${segment.role}, ${formatTokenRange(segment.tokens)} tokens${source ? ` (${countedWords(source)})` : ''}, changes ${CHANGES[segment.stability]}${because}. ${cache}`;
}
