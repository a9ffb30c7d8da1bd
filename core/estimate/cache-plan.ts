/** What the provider's cache can keep of a prompt: as the code stands, and in the best order. */
import type { CacheRules, CacheTtl } from '../cache/index.ts';
import type { CallSite, PromptSegment, Range } from '../model.ts';
import { exactly, plus, sum } from '../range.ts';
import type { Repetition } from './loops.ts';
import type { CachePlan } from './run.ts';

/** Tool definitions that the code merely does not show are taken to stay the same: they seldom depend on the input. */
const unseenTool = (segment: PromptSegment): boolean => segment.role === 'tools' && segment.cause?.certain !== true;

/** A list of messages that only ever gets longer keeps its front, although the list as a whole changes. */
const isHistory = (segment: PromptSegment): boolean => segment.many === true || segment.cause?.kind === 'history';

/** In a loop that appends to its messages, what varies in them is what was appended, unless it varies by itself like a clock. */
const isAppended = (segment: PromptSegment, grows: boolean): boolean =>
  isHistory(segment) || (grows && segment.role !== 'system' && segment.role !== 'tools' && segment.cause?.certain !== true);

/** Whether a piece differs between two runs. A text that changes once a day is the same for nearly all runs. */
export const changesAcrossRuns = (segment: PromptSegment): boolean =>
  !unseenTool(segment) && (segment.stability === 'per-run' || segment.stability === 'per-call' || isHistory(segment));

/** Whether a piece differs between two calls of one run: in a loop of the framework none does, it was put together before the first step. */
export const changesWithinRun = (segment: PromptSegment, { grows, framework }: Pick<Repetition, 'grows' | 'framework'>): boolean =>
  !framework && segment.stability === 'per-call' && !isAppended(segment, grows) && !unseenTool(segment);

/** A call that repeats within its run is judged within it, any other one across runs. */
export const changesBetweenCalls = (segment: PromptSegment, repetition: Repetition): boolean =>
  repetition.grows || repetition.outer.expected > 1 ? changesWithinRun(segment, repetition) : changesAcrossRuns(segment);

/** How this call is cached, once what the SDK does and what the model allows are put together. */
export function cachingOf(site: CallSite, rules: CacheRules): 'explicit' | 'implicit' | 'managed' | 'none' | 'unknown' {
  if (site.caching === 'managed' || site.caching === 'none') return site.caching;
  if (rules.kind === 'both') return 'implicit';
  return rules.kind;
}

const indexOf = (segments: readonly PromptSegment[], changes: (segment: PromptSegment) => boolean): number => {
  const index = segments.findIndex(changes);
  return index < 0 ? segments.length : index;
};

/** Tokens before segment `end`; what the provider adds for tools stands at the very front. */
const prefix = (segments: readonly PromptSegment[], end: number, overhead: Range): Range =>
  end <= 0 ? exactly(0) : plus(overhead, sum(segments.slice(0, end).map((segment) => segment.tokens)));

/** The end of the last marked segment before `limit`. */
function markedEnd(segments: readonly PromptSegment[], limit: number): number {
  for (let i = Math.min(limit, segments.length) - 1; i >= 0; i--) if (segments[i]?.mark) return i + 1;
  return 0;
}

const ttlOf = (site: CallSite, rules: CacheRules): CacheTtl => {
  const marked = site.segments.find((segment) => segment.mark)?.mark?.ttl;
  return marked && marked !== 'unknown' ? marked : (rules.ttls[0] ?? '5m');
};

/** What the cache does with the code as it stands; undefined when it does nothing or that cannot be known. */
export function currentPlan(site: CallSite, rules: CacheRules, repetition: Repetition, overhead: Range): CachePlan | undefined {
  const { segments } = site;
  const caching = cachingOf(site, rules);
  if (caching === 'none' || caching === 'unknown' || rules.requires) return undefined;
  const across = indexOf(segments, changesAcrossRuns);
  const within = indexOf(segments, (segment) => changesWithinRun(segment, repetition));
  const appends = repetition.grows && within === segments.length;
  const ttl = ttlOf(site, rules);
  const ends = (a: number, w: number): Pick<CachePlan, 'across' | 'within' | 'tail'> => ({
    across: prefix(segments, a, overhead),
    within: prefix(segments, w, overhead),
    tail: exactly(0),
  });
  if (caching === 'managed') return { ...ends(across, within), conversation: repetition.grows, ttl, writes: 'marked' };
  const marked = site.segments.some((segment) => segment.mark);
  if (caching === 'implicit' && rules.match === 'longest-prefix') return { ...ends(across, within), conversation: appends, ttl, writes: 'marked' };
  const automatic = site.automaticMark || rules.automatic === 'always';
  if (!marked && !automatic) return site.marksUnknown ? { ...ends(across, within), conversation: appends, ttl, writes: 'marked' } : undefined;
  const moving = automatic || segments.some((segment) => segment.mark && segment.many);
  return {
    ...ends(markedEnd(segments, across), markedEnd(segments, within)),
    conversation: appends && moving,
    ttl,
    writes: automatic ? 'everything' : 'marked',
  };
}

/**
 * What the cache can keep when the prompt is layered by stability (tools and system → stable history → retrieved context → dynamic
 * input) and marked where the provider wants marks; one plan for each life that can be bought.
 */
export function bestPlans(site: CallSite, rules: CacheRules, repetition: Repetition, overhead: Range): CachePlan[] {
  const caching = cachingOf(site, rules);
  if (caching === 'none' || caching === 'unknown') return [];
  const tokens = (keep: (segment: PromptSegment) => boolean): Range => sum(site.segments.filter(keep).map((segment) => segment.tokens));
  const stable = tokens((segment) => !changesAcrossRuns(segment));
  const across = stable.expected > 0 ? plus(overhead, stable) : exactly(0);
  const changesWithin = (segment: PromptSegment): boolean => changesWithinRun(segment, repetition);
  const repeats = repetition.outer.expected > 1 || repetition.grows;
  const within = repeats
    ? plus(
        overhead,
        tokens((segment) => !changesWithin(segment)),
      )
    : across;
  const plan = { across, within, tail: tokens(changesWithin), conversation: repetition.grows, writes: 'marked' } as const;
  const ttls = caching === 'explicit' ? rules.ttls : rules.ttls.slice(0, 1);
  return (ttls.length > 0 ? ttls : (['5m'] as const)).map((ttl) => ({ ...plan, ttl }));
}

/** What marks can keep in the present order of the prompt, for providers that cache only what is marked; one plan for each life. */
export function markedPlans(site: CallSite, rules: CacheRules, repetition: Repetition, overhead: Range): CachePlan[] {
  const { segments } = site;
  const across = indexOf(segments, changesAcrossRuns);
  const within = indexOf(segments, (segment) => changesWithinRun(segment, repetition));
  const repeats = repetition.outer.expected > 1 || repetition.grows;
  const plan = {
    across: prefix(segments, across, overhead),
    within: prefix(segments, repeats ? within : across, overhead),
    tail: exactly(0),
    conversation: repetition.grows && within === segments.length,
    writes: 'marked',
  } as const;
  return (rules.ttls.length > 0 ? rules.ttls : (['5m'] as const)).map((ttl) => ({ ...plan, ttl }));
}
