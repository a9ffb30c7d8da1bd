import type { CallSite, LoopContext } from '../model.ts';
import { aboutUsd, costOfSteps } from './costs.ts';
import { setArg } from './edits.ts';
import { defineRule, fill, type RuleContext } from './rule.ts';

/** A bound this high never ends a run that went wrong before it is expensive. */
export const NOMINAL_BOUND = 1000;
const SUGGESTED_STEPS = 20;

/** The loop that nothing but the model ends: the innermost one without a bound. A hand-written retry is none. */
export function endless(site: CallSite): LoopContext | undefined {
  const loops = site.loops.length > 0 ? site.loops : [site.loop];
  const found = loops.find((loop) => loop.kind !== 'none' && loop.kind !== 'batch' && loop.bound.kind === 'none');
  return isRetry(site, found) ? undefined : found;
}

const isRetry = ({ retry }: CallSite, loop: LoopContext | undefined): boolean =>
  retry !== undefined && loop?.at !== undefined && retry.at.start === loop.at.start;

const nominal = (site: CallSite): LoopContext | undefined =>
  (site.loops.length > 0 ? site.loops : [site.loop]).find(
    (loop) => loop.kind === 'framework' && loop.bound.kind === 'known' && loop.bound.value >= NOMINAL_BOUND,
  );

/** `10 steps cost about $0.10, 100 steps about $4`. */
function growth(context: RuleContext): string {
  const [ten, hundred] = [costOfSteps(context, 10), costOfSteps(context, 100)];
  return ten && hundred ? ` 10 steps cost ${aboutUsd(ten)}, 100 steps ${aboutUsd(hundred)}.` : '';
}

const messages = {
  never: 'Nothing ends this loop: no statement leaves it, and it waits for nothing.{{growth}} {{advice}}',
  none: 'Nothing but the model ends this loop{{note}}.{{growth}} {{advice}}',
  high: 'This loop may run {{bound}} steps{{note}}: in practice only the model ends it.{{growth}} {{advice}}',
  option: 'Set {{option}} to what a good run needs.',
  counter: 'Count the steps and stop.',
};

export default defineRule({
  id: 'unbounded-loop',
  meta: { category: 'limits', severity: 'warning', summary: 'Model calls repeat in a loop that only the model ends.' },
  messages,
  *call(site, context) {
    // A ceiling in money or tokens ends the loop as well.
    if (site.guards.some((guard) => guard.kind !== 'gateway')) return;
    const loop = endless(site) ?? nominal(site);
    if (!loop || isRetry(site, loop)) return;
    const isNever = loop.bound.kind === 'none' && loop.bound.never === true;
    // A bound of each round does not end the loop around them.
    const option = isNever ? undefined : (loop.option ?? site.names.bound);
    const note = loop.note ? ` (${loop.note})` : '';
    const advice = option ? fill(messages.option, { option }) : messages.counter;
    const values = { note, growth: growth(context), advice };
    const isNone = loop.bound.kind === 'none';
    const message = isNone
      ? fill(isNever ? messages.never : messages.none, values)
      : fill(messages.high, { ...values, bound: loop.bound.kind === 'known' ? loop.bound.value : '' });
    // The option may belong to another object than the call: it must be there already, or be one that the call takes.
    const takes =
      option !== undefined && !loop.byCondition && (site.names.bound === option || site.options?.options.some(({ name }) => name === option));
    const edits = loop.kind === 'framework' && option && takes ? setArg(site, option, String(SUGGESTED_STEPS), context) : undefined;
    const elsewhere = loop.at && loop.kind !== 'framework' ? [{ ...loop.at, message: 'the loop' }] : [];
    yield {
      message,
      at: site.callee,
      ...(loop.at ? { about: loop.at } : {}),
      related: elsewhere,
      ...(isNone ? {} : { severity: 'info' as const }),
      fixes: edits ? [{ title: `Set ${option} to ${SUGGESTED_STEPS}`, safety: 'review', edits }] : [],
    };
  },
});
