import { cachingOf } from '../estimate/cache-plan.ts';
import { formatUsd } from '../format.ts';
import { placed } from './costs.ts';
import { defineRule, fill } from './rule.ts';

/** So few calls at once need no limit. */
const FEW = 10;

const messages = {
  fanout:
    'All calls over {{over}} start at once: rate limits reject a part, each retry is a new call{{cache}}.{{cost}} Limit how many run at a time (a semaphore, p-limit, max_concurrency){{batch}}.',
  cache: ', and none of them can read what the others write to the cache',
  cost: ' 1,000 items cost about {{thousand}}.',
  batch: ', or use the batch API at half the price where nobody waits',
};

export default defineRule({
  id: 'unbounded-fanout',
  meta: { category: 'reliability', severity: 'info', summary: 'As many model calls as there are items start at the same time.' },
  messages,
  *call(site, context) {
    const { fanout } = site;
    if (fanout?.bounded.kind !== 'none') return;
    if (fanout.items.kind === 'known' && fanout.items.value <= FEW) return;
    const { cost, cache } = context.estimate;
    const caching = cachingOf(site, context.cache);
    const shared = (caching === 'explicit' || caching === 'implicit') && cache.minimum !== undefined && cache.reachablePrefix >= cache.minimum;
    const batch = context.quote?.offers.some((offer) => offer.name === 'batch') ? messages.batch : '';
    const { at, related } = placed(site, fanout.at, 'all calls start here');
    yield {
      message: fill(messages.fanout, {
        over: fanout.over,
        cache: shared ? messages.cache : '',
        cost: cost ? fill(messages.cost, { thousand: formatUsd(cost.call.expected * 1000) }) : '',
        batch,
      }),
      at,
      related,
    };
  },
});
