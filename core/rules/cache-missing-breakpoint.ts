import { changesAcrossRuns, changesWithinRun, markedPlans } from '../estimate/cache-plan.ts';
import { type CachePlan, hitRateOf } from '../estimate/index.ts';
import { cheapest } from '../estimate/run.ts';
import { formatTokens } from '../format.ts';
import type { CallSite, Fix, PromptSegment, Range } from '../model.ts';
import { plus, sum } from '../range.ts';
import { aboutRun, aboutUsd, cacheTarget, conversationIsCacheable, isCacheable, isWorth, savingOf, shownTokens } from './costs.ts';
import { markAutomatically, markSystem } from './edits.ts';
import { defineRule, fill, type RuleContext } from './rule.ts';

/** The pieces before the first one that changes. */
function front(site: CallSite, changes: (segment: PromptSegment) => boolean): readonly PromptSegment[] {
  const index = site.segments.findIndex(changes);
  return index < 0 ? site.segments : site.segments.slice(0, index);
}

/** That a request may have. Source: Anthropic, prompt caching. */
const MAX_MARKS = 4;

const isHead = (segment: PromptSegment): boolean => segment.role === 'system' || segment.role === 'tools';

/** What a mark behind system prompt and tools alone saves, where the finding speaks of the whole conversation. */
function savedByHead(context: RuleContext, plan: CachePlan): Range {
  const { site, overhead } = context.model;
  const head = plus(overhead, sum(site.segments.filter(isHead).map((segment) => segment.tokens)));
  return savingOf(context, undefined, { ...plan, within: head, conversation: false });
}

/** The rest of the conversation is not marked for certain, where one of the four marks that a request may have is left for it. */
const onlyHeadIsMarked = (site: CallSite): boolean => {
  const marked = site.segments.filter((segment) => segment.mark);
  return !site.moreMarks && marked.length < MAX_MARKS && marked.every(isHead);
};

function markedHead({ segments }: CallSite): string {
  const [system, tools] = (['system', 'tools'] as const).map((role) => segments.some((segment) => segment.mark && segment.role === role));
  return system && tools ? 'system prompt and tools are' : tools ? 'the tools are' : 'the system prompt is';
}

function fixesOf(site: CallSite, context: RuleContext, hour: boolean, loop: CachePlan | undefined, systemIsLong: boolean): Fix[] {
  const automatic = loop ? markAutomatically(site, false, context) : undefined;
  const system = systemIsLong ? markSystem(site, hour, context) : undefined;
  const share = loop ? ` alone (${aboutUsd(savedByHead(context, loop))} a run)` : '';
  return [
    ...(system ? [{ title: `Mark the system prompt${share} for the cache`, safety: 'safe', edits: system } as const] : []),
    ...(automatic ? [{ title: 'Mark the whole conversation for the cache at each step', safety: 'review', edits: automatic } as const] : []),
  ];
}

const messages = {
  loop: 'No cache mark: each step of this loop pays the full price for the whole conversation again. Marking it lets {{rate}} % of the input be read from the cache and saves {{saving}}.',
  rest: 'Only {{marked}} marked for the cache: each step of this loop pays the full price for the conversation so far again. Marking that as well lets {{rate}} % of the input be read from the cache and saves {{saving}}.',
  repeats:
    'No cache mark: the same {{tokens}} tokens are paid in full by every call. Marking them lets {{rate}} % of the input be read from the cache and saves {{saving}}.',
  single:
    'No cache mark: the same {{tokens}} tokens are paid in full by every run. With runs less than {{life}} apart, marking them lets {{rate}} % of the input be read from the cache and saves {{saving}}.',
};

export default defineRule({
  id: 'cache-missing-breakpoint',
  meta: {
    category: 'caching',
    severity: 'warning',
    summary: 'A long prompt that repeats is sent without a cache mark, on a provider that caches only what is marked.',
  },
  messages,
  *call(site, context) {
    if (cacheTarget(site, context) !== 'explicit') return;
    if (site.automaticMark || site.marksUnknown || site.options?.open || !onlyHeadIsMarked(site)) return;
    const { model, quote, cache } = context;
    if (!quote) return;
    const { repetition } = model;
    const repeats = repetition.outer.expected > 1 && model.shape.sequential;
    const stable = front(site, repeats || repetition.grows ? (segment) => changesWithinRun(segment, repetition) : changesAcrossRuns);
    const shown = shownTokens(site, context, (segment) => stable.includes(segment));
    const wholeConversation = stable.length === site.segments.length && conversationIsCacheable(context);
    const marked = site.segments.some((segment) => segment.mark);
    if (!wholeConversation && (marked || !isCacheable(shown, context))) return;
    const plan = cheapest(model.shape, quote, cache, markedPlans(site, cache, repetition, model.overhead));
    const saving = savingOf(context, marked ? model.current : undefined, plan);
    if (!plan || !isWorth(saving, context)) return;

    const kind = wholeConversation ? (marked ? 'rest' : 'loop') : repeats || repetition.grows ? 'repeats' : 'single';
    const life = plan.ttl === '1h' ? 'an hour' : 'five minutes';
    const long = isCacheable(
      shownTokens(site, context, (segment) => stable.includes(segment) && isHead(segment)),
      context,
    );
    yield {
      message: fill(messages[kind], {
        tokens: formatTokens(shown),
        marked: markedHead(site),
        saving: aboutRun(saving, context),
        life,
        rate: Math.round(hitRateOf(model, plan) * 100),
      }),
      at: site.callee,
      saving,
      ...(kind === 'single' ? { severity: 'hint' as const } : {}),
      fixes: fixesOf(site, context, kind === 'single' && plan.ttl === '1h', wholeConversation ? plan : undefined, long && !marked),
    };
  },
});
