/** Cache audit: for each call what the provider's prompt cache keeps, what breaks it, and what it could keep. */
import { cachingOf } from '../estimate/cache-plan.ts';
import { hitRateOf, type RunModel } from '../estimate/index.ts';
import { formatShare, formatTokens, formatUsdRange, plural, shorten } from '../format.ts';
import type { PromptSegment, Range } from '../model.ts';
import type { Report, ReportCell, ReportChart, ReportPlace } from '../protocol/report.ts';
import { rounded, savedBy, sum } from '../range.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import { drawn } from './drawing.ts';
import type { ReportInput } from './input.ts';
import { frame, leftOut, nothing, trafficOf } from './parts.ts';
import { modelOf, monthOf, type PricedCall, pricedCalls, tokensAMonth } from './runs.ts';
import { createSources, type Sources } from './sources.ts';

const BARS = 10;
/** A saving below this share of the month is noise. */
const WORTH = 0.02;

interface Audited {
  readonly placed: PricedCall;
  readonly state: string;
  readonly why: string;
  /** Where it breaks. */
  readonly at?: ReportPlace;
  readonly now: number;
  readonly reachable: number;
  /** Nano-dollars a month; undefined where nothing can be gained. */
  readonly saving?: Range;
  /** Tokens a month, expected. */
  readonly tokens: { readonly input: number; readonly read: number; readonly reachable: number };
}

export function cacheReport(input: ReportInput): Report {
  const sources = createSources();
  const priced = pricedCalls(input);
  const all = priced.map((placed) => audit(placed, input)).sort((a, b) => (b.saving?.expected ?? -1) - (a.saving?.expected ?? -1));
  const tokensIn = (of: (one: Audited) => number): number => all.reduce((result, one) => result + of(one), 0);
  const prompt = tokensIn(({ tokens }) => tokens.input);
  const now = prompt > 0 ? tokensIn(({ tokens }) => tokens.read) / prompt : undefined;
  const reachable = prompt > 0 ? tokensIn(({ tokens }) => tokens.reachable) / prompt : undefined;
  const saving = sum(all.flatMap((one) => one.saving ?? []));
  const gain = all.filter((one) => one.saving).length;
  const summary =
    all.length === 0
      ? [nothing(input)]
      : [
          `Of the prompt tokens of ${plural(all.length, 'call')}, ${formatShare(now ?? 0)} can be read from the cache as the code stands, ${formatShare(reachable ?? 0)} in the best order with the right marks.`,
          gain === 0 ? 'No call has much to gain.' : `${plural(gain, 'call')} could save ${formatUsdRange(saving)} a month together.`,
          ...leftOut(input, all.length),
        ];
  return {
    ...frame(input, 'cache'),
    summary,
    facts: [
      cells.fact('hitRate', 'Hit rate now', 'share', cells.share(now)),
      cells.fact('reachableHitRate', 'Reachable', 'share', cells.share(reachable)),
      cells.fact('saving', 'Could be saved a month', 'usd', cells.about(all.length > 0 ? saving : undefined)),
    ],
    sections: all.length === 0 ? [] : [section(all, sources), ...rulesOf(all)],
    controls: [],
    assumptions: trafficOf(priced),
    sources: sources.list(),
  };
}

function audit(placed: PricedCall, input: ReportInput): Audited {
  const model = modelOf(placed);
  const now = tokensAMonth(placed, model);
  const best = model.best ? tokensAMonth(placed, model, model.best) : now;
  const month = monthOf(placed, model);
  const better = model.best ? monthOf(placed, model, model.best) : month;
  const saving = rounded(savedBy(month, better));
  const worth = saving.expected > 0 && saving.expected >= month.expected * WORTH;
  return {
    placed,
    ...verdict(placed, model, input, worth),
    now: hitRateOf(model, model.current),
    reachable: worth ? hitRateOf(model, model.best) : hitRateOf(model, model.current),
    ...(worth ? { saving } : {}),
    tokens: { input: now.input, read: now.read, reachable: worth ? Math.max(now.read, best.read) : now.read },
  };
}

type Verdict = Pick<Audited, 'state' | 'why' | 'at'>;

/** What the cache does with the call, and the first reason why it does not do more. */
function verdict({ call }: PricedCall, model: RunModel, input: ReportInput, worth: boolean): Verdict {
  const { site, estimate } = call;
  const { cache } = estimate;
  const caching = cachingOf(site, model.cache);
  if (caching === 'none') return { state: 'no cache', why: 'this route or model has no prompt cache' };
  if (caching === 'unknown') return { state: 'unknown', why: 'how this route caches is not known' };
  if (model.cache.requires) return { state: 'off', why: `nothing is read back without ${model.cache.requires}` };
  const breaking = cache.breaksAt === undefined ? undefined : site.segments[cache.breaksAt];
  const minimum = cache.minimum;
  const short = minimum !== undefined && cache.stablePrefix < minimum;
  const mark = caching === 'explicit' && !cache.active && !site.marksUnknown ? 'no cache mark is set' : undefined;
  if (cache.active && !worth && minimum === undefined)
    return { state: 'perhaps kept', why: 'from how many tokens on this model caches is not known' };
  if (cache.active && !worth) return { state: 'kept', why: breaking ? `up to ${breakWords(breaking)}` : 'nothing in it changes' };
  if (minimum !== undefined && Math.max(cache.reachablePrefix, prompts(model)) < minimum)
    return { state: 'too short', why: `${formatTokens(cache.reachablePrefix)} unchanging tokens; the cache takes ${formatTokens(minimum)} and more` };
  if (breaking && cache.reachablePrefix > cache.stablePrefix) {
    const at = input.placeOf(breaking.cause?.at ?? breaking.at);
    return { state: 'broken', why: `${breakWords(breaking)} stands before unchanging text`, ...(at ? { at } : {}) };
  }
  if (mark) return { state: 'not marked', why: `${mark}: ${paidWords(model, cache.stablePrefix)}` };
  if (site.marksUnknown) return { state: 'unknown', why: 'a mark may be set in code that could not be followed' };
  if (short)
    return { state: 'too short', why: `${formatTokens(cache.stablePrefix)} unchanging tokens; the cache takes ${formatTokens(minimum)} and more` };
  return {
    state: cache.active ? 'kept in part' : 'not kept',
    why: cache.active ? 'a longer life or a later mark would keep more' : 'runs are too far apart',
  };
}

const paidWords = ({ shape }: RunModel, stable: number): string =>
  shape.grows ? 'each step pays for the whole conversation again' : `${formatTokens(stable)} unchanging tokens are paid in full each time`;

/** The longest prompt of a run, tokens: a conversation may outgrow the minimum by itself. */
const prompts = ({ shape }: RunModel): number => (shape.grows ? shape.first.expected + (shape.steps.expected - 1) * shape.increment.expected : 0);

const KINDS: Readonly<Record<NonNullable<PromptSegment['cause']>['kind'], string>> = {
  clock: 'the time',
  random: 'a random value',
  environment: 'a value of the machine',
  input: 'the input',
  loop: 'a loop variable',
  history: 'the conversation',
  retrieval: 'retrieved text',
  state: 'changing state',
  unknown: 'a value that may change',
};

function breakWords({ cause, role }: PromptSegment): string {
  if (!cause) return role === 'tools' ? 'the tools, which change' : `a changing part of the ${role} text`;
  const code = shorten(cause.text);
  return code === '' ? KINDS[cause.kind] : `${KINDS[cause.kind]} (${code})`;
}

function section(all: readonly Audited[], sources: Sources): Report['sections'][number] {
  const columns = [
    column('place', 'Call', 'place'),
    column('model', 'Model'),
    column('state', 'State'),
    column('why', 'Why'),
    column('prefix', 'Unchanging', 'tokens', 'wide'),
    column('prompt', 'Prompt', 'tokens', 'wide'),
    column('hitRate', 'Hits', 'share'),
    column('reachableHitRate', 'Reachable', 'share'),
    column('savingPerMonth', 'Saves a month', 'usd'),
  ];
  const rows = all.map(({ placed, state, why, at, now, reachable, saving }): ReportCell[] => [
    cells.place(placed.at),
    sources.modelCell(placed.quote.written, placed.quote),
    cells.text(state),
    cells.text(why, at ? { at } : {}),
    cells.tokens(placed.call.estimate.cache.stablePrefix),
    cells.tokens(placed.call.estimate.cache.total),
    cells.share(now),
    cells.share(reachable),
    saving ? cells.about(saving) : cells.none(),
  ]);
  const chart = chartOf(all);
  return { id: 'calls', heading: 'Calls, by what a better cache saves', text: [], table: { columns, rows }, ...(chart ? { chart } : {}) };
}

function chartOf(all: readonly Audited[]): ReportChart | undefined {
  const top = all.filter(({ saving }) => saving).slice(0, BARS);
  if (top.length === 0) return undefined;
  const values = (of: (one: Audited) => number): number[] => top.map(of);
  return drawn({
    type: 'stacked',
    title: 'Prompt tokens a month of the calls with most to gain',
    kind: 'tokens',
    labels: top.map(({ placed }) => `${placed.at.path}:${placed.at.line}`),
    series: [
      { name: 'read from the cache', values: values(({ tokens }) => tokens.read) },
      { name: 'could be read', values: values(({ tokens }) => tokens.reachable - tokens.read) },
      { name: 'paid in full', values: values(({ tokens }) => tokens.input - tokens.reachable) },
    ],
  });
}

/** The providers' cache rules behind the audit, one row for each model. */
function rulesOf(all: readonly Audited[]): Report['sections'] {
  const byModel = new Map(all.map(({ placed }) => [placed.quote.model, modelOf(placed).cache]));
  const columns = [
    column('model', 'Model'),
    column('kind', 'Cache'),
    column('minimum', 'Minimum', 'tokens'),
    column('lives', 'Lives'),
    column('sources', 'Source', 'text', 'wide'),
  ];
  const kinds = { explicit: 'what is marked', implicit: 'by itself', both: 'by itself, and marked', none: 'none', unknown: 'unknown' } as const;
  const rows = [...byModel].map(([model, rules]) => [
    cells.text(model),
    cells.text(kinds[rules.kind]),
    rules.minimumTokens ? cells.tokens(rules.minimumTokens.expected) : cells.none('unknown'),
    cells.text(rules.ttls.length > 0 ? rules.ttls.join(', ') : 'not said'),
    cells.text(rules.sources.join('; ') || 'no source seen'),
  ]);
  return [{ id: 'rules', heading: 'The rules behind it', text: [], table: { columns, rows } }];
}
