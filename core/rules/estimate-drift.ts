import { meanCost } from '../estimate/index.ts';
import { formatUsd, plural } from '../format.ts';
import type { CallSite, Fix } from '../model.ts';
import { assumeComment } from '../site-assumptions.ts';
import { type Deviation, deviationsOf } from './drift.ts';
import { defineRule, fill, type RuleContext } from './rule.ts';

/** Fewer calls say little of the next ones. */
const MIN_CALLS = 20;
const MIN_RUNS = 5;
/** So many times beyond the end of the planned range. */
const FAR = 2;
/** Prices that are missing for more of the calls leave the average open. */
const MAX_UNPRICED = 0.1;

const messages = {
  above: '{{what}} costs {{observed}} on average of {{calls}}, {{times}} times the plan of {{planned}}. {{why}} {{todo}}',
  below: '{{what}} costs {{observed}} on average of {{calls}}; the plan of {{planned}} is {{times}} times as much. {{why}} {{todo}}',
};

interface Gap {
  readonly what: string;
  readonly planned: number;
  readonly observed: number;
}

/** What of call and run lies farthest outside of its planned range; undefined where the plan holds. */
function gapOf({ observed }: RuleContext): Gap | undefined {
  const mean = observed && meanCost(observed.seen);
  if (!observed || mean === undefined || !observed.plannedCall || !observed.planned.cost) return undefined;
  const { seen, plan, plannedCall } = observed;
  const { run } = observed.planned.cost;
  const gaps = [{ what: 'A call', range: plannedCall, observed: mean }];
  // Where calls of one run follow from each other, the ledger shows whole runs.
  if (plan.repetition.grows && plan.repetition.outer.high === 1 && seen.runs >= MIN_RUNS)
    gaps.push({ what: 'A run', range: run, observed: (mean * seen.calls) / seen.runs });
  const far = gaps.filter(({ range, observed: now }) => now > range.high * FAR || now < range.low / FAR);
  const size = (gap: (typeof gaps)[number]): number => Math.abs(Math.log(gap.observed / gap.range.expected));
  const [most] = far.sort((a, b) => size(b) - size(a));
  return most && { what: most.what, planned: most.range.expected, observed: most.observed };
}

function fixOf(site: CallSite, { syntax, text, observed }: RuleContext, deviations: readonly Deviation[]): Fix[] {
  const settings = Object.assign({}, ...[...deviations].reverse().map((deviation) => deviation.settings));
  const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  // A line more in a prompt file is a line more in the prompt.
  if (words.length === 0 || site.language === 'prompt') return [];
  const edit = assumeComment(text, site.statement, settings, syntax.lineComment, `seen in ${plural(observed?.seen.calls ?? 0, 'call')}`);
  return [{ title: `Assume what was seen at this call: ${words.join(', ')}`, safety: 'review', edits: [{ path: site.path, ...edit }] }];
}

export default defineRule({
  id: 'estimate-drift',
  meta: {
    category: 'estimates',
    severity: 'info',
    summary: 'Calls that the gateway saw cost far more or less than the plan, because an assumption does not hold.',
  },
  messages,
  *call(site, context) {
    const { observed } = context;
    if (!observed || observed.seen.calls < MIN_CALLS || observed.seen.unpriced > observed.seen.calls * MAX_UNPRICED) return;
    const gap = gapOf(context);
    if (!gap) return;
    const isAbove = gap.observed > gap.planned;
    const deviations = deviationsOf(observed);
    const main = deviations.find(({ effect }) => effect > 0 === isAbove) ?? deviations[0];
    const fixes = fixOf(site, context, deviations);
    const ratio = isAbove ? gap.observed / gap.planned : gap.planned / gap.observed;
    yield {
      message: fill(isAbove ? messages.above : messages.below, {
        what: gap.what,
        observed: formatUsd(Math.round(gap.observed)),
        planned: formatUsd(Math.round(gap.planned)),
        calls: plural(observed.seen.calls, 'call'),
        times: ratio < 10 ? ratio.toFixed(1) : Math.round(ratio),
        why: main?.text ?? 'No assumption explains it: prices, tiers or hidden tokens may.',
        todo: fixes.length > 0 ? 'Set what was seen, or find out why it is so.' : 'Find out why it is so.',
      }),
      at: site.callee,
      fixes,
    };
  },
});
