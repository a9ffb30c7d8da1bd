import { cachingOf, changesWithinRun } from '../estimate/cache-plan.ts';
import { formatTokens } from '../format.ts';
import { MARGIN, placed } from './costs.ts';
import { markEntry, removeMark } from './edits.ts';
import { defineRule, fill } from './rule.ts';

const messages = {
  short:
    'This cache mark has no effect: about {{tokens}} tokens stand before it, and {{model}} caches prefixes from {{minimum}} tokens on. They are paid in full, without a warning. Move the mark behind more unchanging text, or remove it.',
};

export default defineRule({
  id: 'cache-below-minimum',
  meta: {
    category: 'caching',
    severity: 'info',
    summary: 'A cache mark stands behind fewer tokens than the provider caches, so it never has an effect.',
  },
  messages,
  *call(site, context) {
    const minimum = context.cache.minimumTokens;
    if (cachingOf(site, context.cache) !== 'explicit' || !minimum || site.marksUnknown || site.automaticMark || site.alternatives.length > 0) return;
    if (site.model.kind !== 'known' || site.model.via === 'env-default') return;
    // Only the last mark counts: an earlier one may be short as long as a later one is long enough.
    const index = site.segments.findLastIndex((segment) => segment.mark);
    const mark = site.segments[index]?.mark;
    if (!mark) return;
    const before = site.segments.slice(0, index + 1);
    const moves = before.some((segment) => segment.many || segment.text.kind !== 'known' || changesWithinRun(segment, context.model.repetition));
    const inLoop = context.model.repetition.grows && site.segments[index]?.role !== 'system' && site.segments[index]?.role !== 'tools';
    if (moves || inLoop) return;
    const tokens = before.reduce((total, segment) => total + segment.tokens.high, context.model.overhead.high);
    if (tokens * MARGIN >= minimum.low) return;
    const edits = removeMark(mark.at, context);
    yield {
      message: fill(messages.short, { tokens: formatTokens(tokens), model: context.quote?.model ?? site.model.value, minimum: minimum.low }),
      ...placed(site, markEntry(mark.at, context) ?? mark.at, 'the cache mark'),
      fixes: edits ? [{ title: 'Remove the mark', safety: 'review', edits }] : [],
    };
  },
});
