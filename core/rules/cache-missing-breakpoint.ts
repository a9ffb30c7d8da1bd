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

const isHead = (segment: PromptSegment): boolean => segment.role === 'system' || segment.role === 'tools';

/** What a mark behind system prompt and tools alone saves, where the finding speaks of the whole conversation. */
function savedByHead(context: RuleContext, plan: CachePlan): Range {
  const { site, overhead } = context.model;
  const head = plus(overhead, sum(site.segments.filter(isHead).map((segment) => segment.tokens)));
  return savingOf(context, undefined, { ...plan, within: head, conversation: false });
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
    if (site.automaticMark || site.marksUnknown || site.options?.open || site.segments.some((segment) => segment.mark)) return;
    const { model, quote, cache } = context;
    if (!quote) return;
    const { repetition } = model;
    const repeats = repetition.outer.expected > 1 && model.shape.sequential;
    const stable = front(site, repeats || repetition.grows ? (segment) => changesWithinRun(segment, repetition) : changesAcrossRuns);
    const shown = shownTokens(site, context, (segment) => stable.includes(segment));
    const wholeConversation = stable.length === site.segments.length && conversationIsCacheable(context);
    if (!wholeConversation && !isCacheable(shown, context)) return;
    const plan = cheapest(model.shape, quote, cache, markedPlans(site, cache, repetition, model.overhead));
    const saving = savingOf(context, undefined, plan);
    if (!plan || !isWorth(saving, context)) return;

    const kind = wholeConversation ? 'loop' : repeats || repetition.grows ? 'repeats' : 'single';
    const life = plan.ttl === '1h' ? 'an hour' : 'five minutes';
    const long = isCacheable(
      shownTokens(site, context, (segment) => stable.includes(segment) && isHead(segment)),
      context,
    );
    yield {
      message: fill(messages[kind], {
        tokens: formatTokens(shown),
        saving: aboutRun(saving, context),
        life,
        rate: Math.round(hitRateOf(model, plan) * 100),
      }),
      at: site.callee,
      saving,
      ...(kind === 'single' ? { severity: 'hint' as const } : {}),
      fixes: fixesOf(site, context, kind === 'single' && plan.ttl === '1h', kind === 'loop' ? plan : undefined, long),
    };
  },
});
