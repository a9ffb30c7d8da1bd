import { type CallSite, FEW_ITEMS, type LoopContext } from '../model.ts';
import { scale } from '../range.ts';
import { aboutUsd, costOfSteps } from './costs.ts';
import { setArg } from './edits.ts';
import { defineRule, fill } from './rule.ts';
import { endless, NOMINAL_BOUND } from './unbounded-loop.ts';

/** A batch is worth a ceiling when so many items cost as much as that, nano-dollars: 1,000 items, $5. */
const MATERIAL_BATCH = 5_000_000_000;
/** A bounded run that may cost more than this is worth a ceiling of its own, nano-dollars. */
const MATERIAL = 1_000_000_000;
const SUGGESTED_USD = '1.0';

const loopsOf = (site: CallSite): readonly LoopContext[] => (site.loops.length > 0 ? site.loops : [site.loop]).filter((loop) => loop.kind !== 'none');

/** A batch over as many items as there happen to be. */
const isOpenBatch = (loop: LoopContext): boolean =>
  loop.kind === 'batch' && loop.note !== FEW_ITEMS && (loop.bound.kind === 'none' || (loop.bound.kind === 'unknown' && loop.bound.why === 'dynamic'));

const messages = {
  loop: 'No ceiling in money or tokens: nothing stops a run that goes wrong. 100 steps cost {{hundred}}.{{option}}',
  bounded: 'No ceiling in money or tokens: {{bound}} steps, which the bound allows, cost {{most}}.{{option}}',
  batch: 'No ceiling in money or tokens for a batch over any number of items: 1,000 items cost {{thousand}}.{{option}}',
  unpriced: 'No ceiling in money or tokens: nothing stops a run that goes wrong.{{option}}',
  option: ' Set {{name}}, or check the spend between calls.',
  check: ' Check the spend between calls, or put a gateway with a budget in front.',
};

export default defineRule({
  id: 'no-budget-guard',
  meta: { category: 'limits', severity: 'hint', summary: 'An agent loop, or a batch over any number of items, has no ceiling in money or tokens.' },
  messages,
  *call(site, context) {
    if (site.guards.length > 0 || site.options?.open || site.provider === 'local') return;
    const loops = loopsOf(site);
    const agent = loops.find((loop) => loop.grows) ?? endless(site);
    const batch = loops.find(isOpenBatch);
    const name = site.names.budget;
    const option = name ? fill(messages.option, { name }) : messages.check;
    let message: string | undefined;
    if (agent?.bound.kind === 'none' || (agent?.bound.kind === 'known' && agent.bound.value >= NOMINAL_BOUND)) {
      const hundred = costOfSteps(context, 100);
      message = hundred ? fill(messages.loop, { hundred: aboutUsd(hundred), option }) : fill(messages.unpriced, { option });
    } else if (agent?.bound.kind === 'known') {
      const most = costOfSteps(context, agent.bound.value);
      // What the steps add is an assumption: its low end must matter already.
      if (most && most.low >= MATERIAL) message = fill(messages.bounded, { bound: agent.bound.value, most: aboutUsd(most), option });
    } else if (batch) {
      const call = context.estimate.cost?.call;
      const thousand = call && scale(call, 1000);
      if (thousand && thousand.expected >= MATERIAL_BATCH) message = fill(messages.batch, { thousand: aboutUsd(thousand), option });
    }
    if (message === undefined) return;
    const edits = name ? setArg(site, name, SUGGESTED_USD, context) : undefined;
    const about = (agent ?? batch)?.at;
    yield {
      message,
      at: site.callee,
      ...(about ? { about } : {}),
      fixes: edits ? [{ title: `Set ${name} to ${SUGGESTED_USD} USD`, safety: 'review', edits }] : [],
    };
  },
});
