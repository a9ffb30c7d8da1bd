import { aboutUsd, costOfSteps, placed } from './costs.ts';
import { defineRule, fill } from './rule.ts';

/** A run of at most this many steps ends before its history matters. */
const SHORT_RUN = 50;

const messages = {
  grows:
    '{{name}} grows with every {{turn}} and is sent whole each time; nothing shortens it.{{growth}} Keep the last turns, or summarise the earlier ones.',
  growth: ' 10 {{turn}}s cost {{ten}}, 100 {{turn}}s {{hundred}}.',
};

export default defineRule({
  id: 'unbounded-history',
  meta: {
    category: 'limits',
    severity: 'info',
    summary: 'A list of messages grows with every turn, is sent whole each time, and nothing ever shortens it.',
  },
  messages,
  *call(site, context) {
    const { history } = site;
    if (!history || history.trimmed) return;
    const loop = (site.loops.length > 0 ? site.loops : [site.loop]).find((candidate) => candidate.grows) ?? site.loop;
    if (history.loop === 'run' && loop.bound.kind !== 'none' && !(loop.bound.kind === 'known' && loop.bound.value > SHORT_RUN)) return;
    const turn = history.loop === 'session' ? 'turn' : 'step';
    const at = (steps: number) => context.estimate.growth.find((growth) => growth.steps === steps)?.withoutCache ?? costOfSteps(context, steps);
    const [ten, hundred] = context.estimate.cost ? [at(10), at(100)] : [];
    const growth = ten && hundred ? fill(messages.growth, { turn, ten: aboutUsd(ten), hundred: aboutUsd(hundred) }) : '';
    const { at: span, related } = placed(site, history.growsAt, `${history.name} grows here`);
    yield {
      message: fill(messages.grows, { name: history.name, turn, growth }),
      at: span,
      about: history.growsAt,
      related,
      ...(history.loop === 'run' ? { severity: 'hint' as const } : {}),
    };
  },
});
