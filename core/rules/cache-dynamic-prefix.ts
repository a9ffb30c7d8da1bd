import { changesBetweenCalls } from '../estimate/cache-plan.ts';
import { formatTokens } from '../format.ts';
import type { Cause, PromptSegment } from '../model.ts';
import { aboutRun, cacheTarget, conversationIsCacheable, isCacheable, isWorth, placed, savingOf, shownTokens } from './costs.ts';
import { moveAfter } from './edits.ts';
import { defineRule, fill } from './rule.ts';

/** Causes that make a text different for certain, like the variable of the loop that the call repeats in. */
const CERTAIN: ReadonlySet<Cause['kind']> = new Set(['clock', 'random']);
/** Causes that usually differ from call to call; findings that rest on them stay hints. */
const LIKELY: ReadonlySet<Cause['kind']> = new Set(['input', 'retrieval']);
/** Less than this behind the changing value is not worth moving it, tokens. */
const MIN_GAIN = 300;

const messages = {
  prefix:
    '{{what}} changes with every call and stands before {{tokens}} tokens that do not: the cache cannot keep them. Put it behind them; that saves {{saving}}.',
  loop: '{{what}} changes with every step and stands before the conversation: each step pays the full price for all of it. Put it into the last message; that saves {{saving}}.',
  likely:
    '{{what}} probably differs from call to call and stands before {{tokens}} tokens that do not change: the cache cannot keep them. Putting it behind them saves {{saving}}.',
  order:
    'Best order: tools and system, stable history, retrieved context, dynamic input. It lets {{rate}} % of the prompt be read from the cache; now it is {{now}} %.',
};

export default defineRule({
  id: 'cache-dynamic-prefix',
  meta: {
    category: 'caching',
    severity: 'warning',
    summary: 'A value that changes with every call stands before text that does not, so that text is never read from the cache.',
  },
  messages,
  *call(site, context) {
    const caching = cacheTarget(site, context);
    if (!caching || site.marksUnknown) return;
    const { model, estimate } = context;
    const changes = (segment: PromptSegment): boolean => changesBetweenCalls(segment, model.repetition);
    const index = site.segments.findIndex(changes);
    const segment = site.segments[index];
    const cause = segment?.cause;
    if (!segment || !cause || segment.role === 'tools') return;
    const certain = cause.kind === 'loop' || (cause.certain && CERTAIN.has(cause.kind));
    if (!certain && !LIKELY.has(cause.kind)) return;

    const stable = (piece: PromptSegment): boolean => !changes(piece) && !piece.many;
    const behind = site.segments.slice(index + 1).filter((piece) => stable(piece) && piece.text.kind === 'known');
    const gain = behind.reduce((total, piece) => total + piece.tokens.low, 0);
    const conversation = certain && conversationIsCacheable(context);
    if (!conversation && (gain < MIN_GAIN || !isCacheable(shownTokens(site, context, stable), context))) return;
    // A value in the middle of a user message is what the message is about; only a system prompt can be expected to stay the same.
    if (!certain && (segment.role !== 'system' || behind[0]?.role !== 'system')) return;
    const saving = savingOf(context, model.current, model.best);
    if (!isWorth(saving, context)) return;

    const text = conversation ? messages.loop : certain ? messages.prefix : messages.likely;
    const { at, related } = placed(site, cause.at, `${cause.text} is evaluated here`);
    const edits = moveAfter(site, index, context);
    const percent = (share: number): number => Math.round(share * 100);
    yield {
      message: `${fill(text, { what: cause.text, tokens: formatTokens(gain), saving: aboutRun(saving, context) })} ${fill(messages.order, { rate: percent(estimate.cache.reachableHitRate), now: percent(estimate.cache.hitRate) })}`,
      at,
      related,
      saving,
      // A document may stand first for good reasons, and what is assumed may be wrong.
      ...(certain && cause.kind !== 'loop' ? {} : { severity: 'hint' as const }),
      fixes: edits ? [{ title: `Move ${cause.text} to the end of the prompt text`, safety: 'review', edits }] : [],
    };
  },
});
