import { formatShare, plural } from '../format.ts';
import type { CallSite, PromptSegment, Range } from '../model.ts';
import { breakWords } from '../observed/index.ts';
import type { CacheBreak, ObservedSite } from '../protocol/observed.ts';
import { aboutRun, isWorth, placed } from './costs.ts';
import { defineRule, fill, type RuleContext } from './rule.ts';

const MIN_CALLS = 20;
/** A plan that hardly reads from the cache has little to lose. */
const MIN_PLANNED = 0.25;
/** Less than this share of what was planned is read, and so many points less. */
const LOW = 0.5;
const MIN_GAP = 0.2;
const TOKENS_PER_MTOK = 1_000_000;

const messages = {
  told: '{{expected}} of this prompt can be read from the cache, {{read}} were, in {{calls}}. Most often {{what}} ({{broken}}). {{todo}} That saves {{saving}}.',
  untold:
    '{{expected}} of this prompt can be read from the cache, {{read}} were, in {{calls}}. No call repeated the prompt of the one before it within the session. {{todo}} That saves {{saving}}.',
};

const TODO: Readonly<Record<CacheBreak['why'], string>> = {
  tools: 'Send the same tools in the same order with every call.',
  system: 'Keep it the same from call to call, and put what varies behind it.',
  messages: 'Only append to the conversation: what stands behind an edited or dropped message is paid in full.',
  model: 'Each model has a cache of its own: stay with one within a conversation.',
  expired: 'Ask for a longer life where pauses are regular, or do the calls closer together.',
  unknown: 'Calls that run side by side cannot read what the others are still writing: let the first one begin to answer.',
};

/** What reading as planned would have saved in a run as it was seen, nano-dollars; undefined without prices. */
function lostIn(seen: ObservedSite, planned: number, { quote }: RuleContext): Range | undefined {
  const [full, read] = [quote?.rates.uncachedInput, quote?.rates.cacheRead];
  if (typeof full !== 'number' || typeof read !== 'number') return undefined;
  const perToken = ((planned - seen.cacheRead) * (full - read)) / TOKENS_PER_MTOK;
  const at = (bound: keyof Range): number => Math.round(perToken * seen.input[bound] * seen.callsPerRun[bound]);
  return { low: at('low'), expected: at('expected'), high: at('high') };
}

/** The piece of the code that the request's piece was made of: the same how-manieth of its role, and in it what varies. */
function pieceOf(site: CallSite, { role, item }: CacheBreak): PromptSegment | undefined {
  const own = site.segments.filter((segment) => segment.role === role);
  const number = [...new Set(own.map((segment) => segment.item))][item ?? -1];
  const pieces = own.filter((segment) => segment.item === number);
  return pieces.find(({ stability }) => stability !== 'static') ?? pieces[0];
}

export default defineRule({
  id: 'cache-miss-observed',
  meta: {
    category: 'caching',
    severity: 'warning',
    summary: 'Calls that the gateway saw read far less from the prompt cache than the code lets them.',
  },
  messages,
  *call(site, context) {
    const { observed, estimate } = context;
    if (!observed || observed.seen.calls < MIN_CALLS) return;
    const { seen } = observed;
    const planned = Math.max(estimate.cache.hitRate, observed.planned.cache.hitRate);
    if (planned < MIN_PLANNED || seen.cacheRead > planned * LOW || planned - seen.cacheRead < MIN_GAP) return;
    const saving = lostIn(seen, planned, context);
    if (!saving || !isWorth(saving, context)) return;
    const [most] = seen.breaks;
    const piece = most && pieceOf(site, most);
    const place = piece ? placed(site, piece.at, 'what changed') : { at: site.callee, related: [] };
    yield {
      message: fill(most ? messages.told : messages.untold, {
        expected: formatShare(planned),
        read: formatShare(seen.cacheRead),
        calls: plural(seen.calls, 'call'),
        what: most ? breakWords(most) : '',
        broken: plural(most?.calls ?? 0, 'call'),
        todo: TODO[most?.why ?? 'unknown'],
        saving: aboutRun(saving, context),
      }),
      ...place,
      saving,
    };
  },
});
