/** Routing plan: what if a share of the calls went to cheaper models, or a cheap model answered first and passed on what it cannot do. */
import { formatShare } from '../format.ts';
import type { Rate, TokenClass } from '../pricing/index.ts';
import type { Report, ReportCell, ReportControl, ReportOptions, ReportSection } from '../protocol/report.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import { drawn } from './drawing.ts';
import type { ReportInput } from './input.ts';
import { assumed, control, frame, leftOut, nothing, trafficOf } from './parts.ts';
import { callsPlan } from './routing-calls.ts';
import { inputRate, numeric, type Tier, tiersOf } from './routing-tiers.ts';
import { pricedCalls } from './runs.ts';
import { createSources, type Sources } from './sources.ts';

export function routingReport(input: ReportInput, options: ReportOptions): Report {
  const sources = createSources();
  const priced = pricedCalls(input);
  const { tiers, unknown, controls } = tiersOf(input, priced, options);
  const escalation = control(options, {
    id: 'escalation',
    label: 'Cascade: passed on to the dear model',
    min: 0,
    max: 100,
    step: 1,
    value: 15,
    unit: '%',
  });
  const [cheap, dear] = ends(tiers);
  const notes = unknown.map((name) => `${name} is not in the price list: its share is left out.`);
  const base = { ...frame(input, 'routing'), controls: [...controls, escalation] };
  if (!cheap || !dear) return { ...base, summary: [...notes, 'No tier has a known price.'], facts: [], sections: [], assumptions: [], sources: [] };

  const mixed = mixOf(tiers, 'uncachedInput');
  const alone = numeric(dear.quote.rates.uncachedInput);
  const plan = callsPlan(priced, tiers, cheap, escalation.value / 100, input.today);
  return {
    ...base,
    summary: [
      ...notes,
      ...mixWords(tiers, mixed, dear),
      ...plan.words,
      ...(priced.length === 0 ? [nothing(input)] : leftOut(input, priced.length)),
      QUALITY,
    ],
    facts: [
      cells.fact('perMillion.mix', 'Mix, per million input tokens', 'rate', cells.rate(mixed ?? 'unknown')),
      cells.fact('perMillion.alone', `All on ${dear.quote.model}`, 'rate', cells.rate(alone ?? 'unknown')),
      cells.fact('month.now', 'Your calls a month', 'usd', cells.about(plan.now)),
      cells.fact('month.mix', 'With the mix', 'usd', cells.about(plan.mix)),
      cells.fact('month.cascade', 'With the cascade', 'usd', cells.about(plan.cascade)),
    ],
    sections: [mixSection(tiers, sources), cascadeSection(cheap, dear, escalation), ...plan.sections(sources)],
    assumptions: [
      assumed(escalation, `${escalation.value}% of the cascade’s calls are passed on`, 'no source: measure it on your own examples'),
      ...trafficOf(priced),
    ],
    sources: sources.list(),
  };
}

const QUALITY =
  'Whether the cheaper models answer well enough is not known here: try them on your own examples before you route. What decides between models is taken to cost nothing; a model that judges costs extra.';

/** Nano-dollars per million tokens of the mix; undefined where one part of it has no known price. */
function mixOf(tiers: readonly Tier[], name: TokenClass): number | undefined {
  const parts = tiers.map((tier) => ({ share: tier.share, rate: numeric(tier.quote.rates[name]) })).filter(({ share }) => share > 0);
  return parts.some(({ rate }) => rate === undefined) ? undefined : parts.reduce((sum, { share, rate = 0 }) => sum + share * rate, 0);
}

/** The cheapest and the dearest tier. */
function ends(tiers: readonly Tier[]): readonly [Tier | undefined, Tier | undefined] {
  const sorted = [...tiers].sort((a, b) => inputRate(a) - inputRate(b));
  return [sorted[0], sorted.at(-1)];
}

const listOf = (tiers: readonly Tier[]): string =>
  tiers
    .filter(({ share }) => share > 0)
    .map(({ quote: { model }, share }) => `${formatShare(share)} ${model}`)
    .join(', ');

function mixWords(tiers: readonly Tier[], mixed: number | undefined, dear: Tier): string[] {
  if (mixed === undefined) return [`${listOf(tiers)}: the price of one of them is not known.`];
  const all = inputRate(dear);
  const less = all > 0 ? `, ${formatShare(1 - mixed / all)} less` : '';
  return [
    `${listOf(tiers)}: ${cells.rate(mixed).text} per million input tokens against ${cells.rate(all).text} for all on ${dear.quote.model}${less}.`,
  ];
}

function mixSection(tiers: readonly Tier[], sources: Sources): ReportSection {
  const columns = [
    column('model', 'Model'),
    column('tier', 'Tier'),
    column('share', 'Share', 'share'),
    column('rates.input', 'Input', 'rate'),
    column('rates.cacheRead', 'Cache read', 'rate'),
    column('rates.output', 'Output', 'rate'),
  ];
  const row = (name: ReportCell, tier: string, of: number, rates: readonly (Rate | undefined)[]): ReportCell[] => [
    name,
    cells.text(tier),
    cells.share(of),
    ...rates.map(cells.rate),
  ];
  const rows = tiers.map(({ quote: price, share }) => {
    const { uncachedInput, cacheRead, output } = price.rates;
    return row(sources.modelCell(price.model, price), price.tier ?? 'unknown', share, [uncachedInput, cacheRead, output]);
  });
  const mix = (['uncachedInput', 'cacheRead', 'output'] as const).map((name) => mixOf(tiers, name) ?? 'unknown');
  const bars = [...tiers.map((tier) => [tier.quote.model, inputRate(tier)] as const), ['the mix', numeric(mix[0]) ?? 0] as const];
  return {
    id: 'mix',
    heading: 'Price of the mix, USD per million tokens',
    text: [],
    chart: drawn({
      type: 'bar',
      title: 'USD per million input tokens',
      kind: 'rate',
      labels: bars.map(([name]) => name),
      series: [{ name: 'input', values: bars.map(([, of]) => of) }],
    }),
    table: { columns, rows: [...rows, row(cells.text('the mix'), '', 1, mix)] },
  };
}

const STEPS = [0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100];

function cascadeSection(cheap: Tier, dear: Tier, escalation: ReportControl): ReportSection {
  const [low, high] = [inputRate(cheap), inputRate(dear)];
  const heading = 'Cascade: the cheap model first';
  if (low >= high) return { id: 'cascade', heading, text: ['A cascade needs two models of different prices.'] };
  const at = (percent: number): number => low + (percent / 100) * high;
  const even = 1 - low / high;
  const table = {
    columns: [
      column('escalation', 'Passed on', 'share'),
      column('input', 'Input', 'rate'),
      column('against', `Of ${dear.quote.model} alone`, 'share'),
    ],
    rows: [...new Set([0, 5, 10, 20, 50, escalation.value])]
      .sort((a, b) => a - b)
      .map((percent) => [cells.share(percent / 100), cells.rate(at(percent)), cells.share(at(percent) / high)]),
  };
  return {
    id: 'cascade',
    heading,
    text: [
      `Every call is paid on ${cheap.quote.model}, and those passed on also on ${dear.quote.model}: cheap + share × dear. It costs less than ${dear.quote.model} alone while fewer than ${formatShare(even)} are passed on. Each call that is passed on also waits for both.`,
    ],
    chart: drawn({
      type: 'line',
      title: 'USD per million input tokens by the share that is passed on',
      kind: 'rate',
      labels: [],
      x: { name: 'share passed on, %', kind: 'count', values: STEPS },
      series: [
        { name: 'cascade', values: STEPS.map(at) },
        { name: `${dear.quote.model} alone`, values: STEPS.map(() => high) },
      ],
      points: [
        { x: escalation.value, name: `now: ${cells.rate(at(escalation.value)).text}` },
        { x: even * 100, name: `break-even ${formatShare(even)}` },
      ],
    }),
    table,
  };
}
