import { changesBetweenCalls } from '../estimate/cache-plan.ts';
import { aboutRun, cacheTarget, conversationIsCacheable, isCacheable, isWorth, placed, savingOf, shownTokens } from './costs.ts';
import { defineRule, fill } from './rule.ts';

const messages = {
  changes:
    '{{what}} changes the tool definitions with every call. They stand first in the cache key, so the whole prompt is paid in full. Keep them the same; that saves {{saving}}.',
};

export default defineRule({
  id: 'volatile-tools',
  meta: {
    category: 'caching',
    severity: 'warning',
    summary: 'The tool definitions change between calls; they stand first in the cache key, so nothing behind them is ever read from the cache.',
  },
  messages,
  *call(site, context) {
    if (!cacheTarget(site, context) || site.marksUnknown) return;
    const { model } = context;
    const segment = site.segments.find((piece) => piece.role === 'tools' && changesBetweenCalls(piece, model.repetition));
    const cause = segment?.cause;
    if (!cause || (cause.kind !== 'clock' && cause.kind !== 'random' && cause.kind !== 'loop') || !cause.certain) return;
    const stable = shownTokens(site, context, (piece) => !changesBetweenCalls(piece, model.repetition));
    if (!isCacheable(stable, context) && !conversationIsCacheable(context)) return;
    const saving = savingOf(context, model.current, model.best);
    if (!isWorth(saving, context)) return;
    yield {
      message: fill(messages.changes, { what: cause.text, saving: aboutRun(saving, context) }),
      ...placed(site, cause.at, `${cause.text} is evaluated here`),
      saving,
    };
  },
});
