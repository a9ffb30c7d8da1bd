/** API against subscription: which of your calls a plan could cover at all, and when a plan costs less than its tokens. */

import { formatUsd, plural } from '../format.ts';
import { NANO_PER_USD } from '../model.ts';
import type { Report, ReportCell, ReportControl, ReportOptions, ReportSection } from '../protocol/report.ts';
import { exactly, sum } from '../range.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import { drawn } from './drawing.ts';
import type { PlacedCall, ReportInput } from './input.ts';
import { assumed, control, frame } from './parts.ts';
import { ACTIVE_DAY, PLANS, type Plan, TERMS } from './plans.ts';
import { modelName } from './runs.ts';
import { createSources, type Sources } from './sources.ts';

const DAYS = [1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30];

/** SDKs whose runs may draw on a plan's limits. */
const AGENT_SDK = 'claude-agent-sdk';

export function subscriptionReport(input: ReportInput, options: ReportOptions): Report {
  const sources = createSources();
  const set = {
    people: control(options, { id: 'developers', label: 'Developers', min: 1, max: 200, step: 1, value: 1, unit: '' }),
    days: control(options, { id: 'activeDays', label: 'Active days a month and developer', min: 1, max: 31, step: 1, value: 20, unit: '' }),
    day: control(options, { id: 'usdPerDay', label: 'API cost of an active day', min: 1, max: 200, step: 1, value: ACTIVE_DAY.usd, unit: '$' }),
  };
  const each = set.days.value * set.day.value * NANO_PER_USD;
  const api = each * set.people.value;
  const cheaper = PLANS.filter(({ usd }) => usd !== undefined && usd * NANO_PER_USD < each);
  const covered = input.calls.filter(({ call }) => call.site.sdk.startsWith(AGENT_SDK));
  const billed = input.calls.length - covered.length;
  const products = sum(input.calls.filter((one) => !covered.includes(one)).map(({ call }) => call.estimate.cost?.month ?? exactly(0)));
  const known = input.calls.some((one) => !covered.includes(one) && one.call.estimate.cost);
  return {
    ...frame(input, 'subscription'),
    summary: [
      billed > 0
        ? `${plural(billed, 'call')} of this code ${billed === 1 ? 'is' : 'are'} billed by token${known ? `, ${cells.about(products).text} a month` : ''}: no subscription covers ${billed === 1 ? 'it' : 'them'}.`
        : 'No call of this code is billed by token alone.',
      ...(covered.length > 0 ? [`${plural(covered.length, 'run')} of the Claude Agent SDK may draw on a plan’s limits; see below.`] : []),
      `For people who code with an agent: ${formatUsd(api)} a month by API for ${plural(set.people.value, 'developer')}${set.people.value > 1 ? `, ${formatUsd(each)} each` : ''}.`,
      cheaper.length > 0
        ? `Below that: ${cheaper.map(nameOf).join(', ')}. Whether their limits are enough is not published.`
        : 'No plan with a known price costs less than that.',
    ],
    facts: [
      cells.fact('api', 'By API a month', 'usd', cells.usd(api)),
      cells.fact('each', 'Each developer', 'usd', cells.usd(each)),
      cells.fact('billed', 'Calls billed by token', 'count', cells.count(billed)),
      cells.fact('mayBeCovered', 'Runs a plan may cover', 'count', cells.count(covered.length)),
    ],
    sections: [planSection(set, each, sources), ...coveredSection(covered), termsSection(sources)],
    controls: Object.values(set),
    assumptions: assumptions(set),
    sources: sources.list(),
  };
}

type Set = Readonly<Record<'people' | 'days' | 'day', ReportControl>>;

const nameOf = ({ vendor, name, usd, unverified }: Plan): string =>
  `${vendor} ${name}${usd === undefined ? '' : ` ($${usd}${unverified ? ', unverified' : ''})`}`;

function planSection({ people, days, day }: Set, each: number, sources: Sources): ReportSection {
  const columns = [
    column('plan', 'Plan'),
    column('each', 'A developer', 'usd'),
    column('month', 'All', 'usd'),
    column('saving', 'Against the API', 'usd'),
    column('evenDays', 'Pays from active days', 'count'),
    column('covers', 'Covers', 'text', 'wide'),
    column('note', 'Note', 'text', 'wide'),
  ];
  const rows = PLANS.map((plan): ReportCell[] => {
    const source = sources.add({ ...plan.source, about: `${plan.vendor} plans` });
    const name = cells.text(`${plan.vendor} ${plan.name}`, { source });
    const end = [cells.text(plan.covers), cells.text(plan.note)];
    const unknown = cells.none('unknown');
    if (plan.usd === undefined) return [name, unknown, unknown, unknown, unknown, ...end];
    const price = plan.usd * NANO_PER_USD;
    const even = Math.ceil(plan.usd / day.value);
    const saving = (each - price) * people.value;
    return [
      name,
      cells.usd(price),
      cells.usd(price * people.value),
      { text: saving >= 0 ? `saves ${formatUsd(saving)}` : `costs ${formatUsd(-saving)} more`, value: Math.round(saving) },
      even > 31 ? cells.none('never') : cells.count(even),
      ...end,
    ];
  });
  const withPrice = [...new Map(PLANS.flatMap(({ usd }) => (usd === undefined ? [] : [[usd, usd * NANO_PER_USD] as const])))];
  return {
    id: 'plans',
    heading: 'Plans',
    text: ['If the plan’s limits are enough for the whole work; they are not published in tokens.'],
    chart: drawn({
      type: 'line',
      title: 'USD a month and developer by active days',
      kind: 'usd',
      labels: [],
      x: { name: 'active days a month', kind: 'count', values: DAYS },
      series: [
        { name: 'API', values: DAYS.map((n) => n * day.value * NANO_PER_USD) },
        ...withPrice.map(([usd, price]) => ({ name: `plan at $${usd}`, values: DAYS.map(() => price) })),
      ],
      points: [{ x: days.value, name: `now: ${formatUsd(each)}` }],
    }),
    table: { columns, rows },
  };
}

function coveredSection(covered: readonly PlacedCall[]): ReportSection[] {
  if (covered.length === 0) return [];
  const columns = [column('place', 'Run', 'place'), column('model', 'Model'), column('month', 'A month by API', 'usd')];
  const rows = covered.map(({ at, call }) => [cells.place(at), cells.text(modelName(call)), cells.about(call.estimate.cost?.month)]);
  return [
    {
      id: 'covered',
      heading: 'Runs that a plan may cover',
      text: [
        'The Claude Agent SDK can run with a person’s own login; then its runs draw on the plan’s limits. With an API key they are billed by token.',
      ],
      table: { columns, rows },
    },
  ];
}

function termsSection(sources: Sources): ReportSection {
  const rows = TERMS.map(({ text, source }) => [
    cells.text(text, { source: sources.add({ ...source, about: 'what plans cover' }) }),
    cells.text(source.date ?? 'undated'),
  ]);
  return {
    id: 'terms',
    heading: 'What plans cover',
    text: [],
    table: { columns: [column('text', 'What was seen'), column('date', 'Seen', 'date')], rows },
  };
}

const assumptions = ({ people, days, day }: Set): Report['assumptions'] => [
  assumed(people, plural(people.value, 'developer'), 'set your own'),
  assumed(days, `${days.value} active days a month and developer`, 'no source: working days'),
  assumed(
    day,
    `$${day.value} a developer and active day by API`,
    `${ACTIVE_DAY.source.name} (${ACTIVE_DAY.source.date}): about $13, below $30 for 90% of developers; $150 to $250 a month`,
  ),
];
