/** Self-hosted break-even: from which volume and utilisation GPUs of your own cost less than the API. Every assumption can be set. */

import { formatTokens, formatUsd, plural } from '../format.ts';
import { NANO_PER_USD, type NanoUsd } from '../model.ts';
import type { Report, ReportControl, ReportOptions, ReportSection } from '../protocol/report.ts';
import { sum } from '../range.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import { drawn } from './drawing.ts';
import type { ReportInput } from './input.ts';
import { assumed, control, frame, leftOut, nothing, trafficOf } from './parts.ts';
import { type PricedCall, pricedCalls, tokensAMonth } from './runs.ts';
import { createSources } from './sources.ts';

const MTOK = 1e6;
const HOURS_A_MONTH = 730;
const SECONDS_A_MONTH = HOURS_A_MONTH * 3600;

const FACTS = {
  name: 'published H100 rents and self-hosting estimates (digitalapplied 2026-05, particula 2026, neuroscale)',
  date: '2026-11-23',
} as const;

type Set = Readonly<Record<'gpus' | 'rent' | 'operation' | 'speed' | 'utilisation' | 'volume', ReportControl>>;

function controlsOf(options: ReportOptions): Set {
  return {
    utilisation: control(options, { id: 'utilisation', label: 'Utilisation of the GPUs', min: 1, max: 100, step: 1, value: 30, unit: '%' }),
    volume: control(options, {
      id: 'volume',
      label: 'Your volume, of what the code is estimated to send',
      min: 0.1,
      max: 100,
      step: 0.1,
      value: 1,
      unit: '×',
    }),
    gpus: control(options, { id: 'gpus', label: 'GPUs', min: 1, max: 64, step: 1, value: 1, unit: '' }),
    rent: control(options, { id: 'gpuHour', label: 'Rent of a GPU', min: 0.5, max: 15, step: 0.1, value: 2.5, unit: '$/h' }),
    operation: control(options, { id: 'operation', label: 'Rent and operation, of the rent alone', min: 1, max: 6, step: 0.5, value: 4, unit: '×' }),
    speed: control(options, {
      id: 'tokensPerSecond',
      label: 'Tokens a GPU serves a second when busy',
      min: 100,
      max: 50_000,
      step: 100,
      value: 2000,
      unit: 'tokens/s',
    }),
  };
}

interface Sums {
  /** Tokens a month that the code sends and gets, times `volume`. */
  readonly tokens: number;
  /** Nano-dollars a month of the API for them. */
  readonly api: NanoUsd;
  /** Nano-dollars per million tokens on the API, as this code mixes prompt, cache and answer. */
  readonly rate: number;
  /** Nano-dollars a month of the GPUs, whatever they do. */
  readonly fixed: NanoUsd;
  /** Tokens a month that the GPUs could serve, always busy. */
  readonly capacity: number;
}

export function selfHostedReport(input: ReportInput, options: ReportOptions): Report {
  const sources = createSources();
  const priced = pricedCalls(input);
  const set = controlsOf(options);
  const base = { ...frame(input, 'self-hosted'), controls: Object.values(set), assumptions: assumptions(set, priced) };
  const fixed = set.rent.value * NANO_PER_USD * HOURS_A_MONTH * set.gpus.value * set.operation.value;
  const capacity = set.gpus.value * set.speed.value * SECONDS_A_MONTH;
  sources.add({ ...FACTS, about: 'rent, operation, utilisation' });
  const volume = priced.map((placed) => tokensAMonth(placed)).reduce((sum, one) => sum + one.input + one.output, 0);
  if (volume === 0) {
    const alone = `The GPUs cost ${formatUsd(fixed)} a month, used or not.`;
    return {
      ...base,
      summary: [nothing(input), alone],
      facts: [cells.fact('fixed', 'GPUs a month', 'usd', cells.usd(fixed))],
      sections: [],
      sources: sources.list(),
    };
  }
  const month = sum(priced.map(({ cost }) => cost.month)).expected;
  const sums: Sums = { tokens: volume * set.volume.value, api: month * set.volume.value, rate: (month / volume) * MTOK, fixed, capacity };
  return {
    ...base,
    summary: [...words(sums, set), QUALITY, ...leftOut(input, priced.length)],
    facts: [
      cells.fact('api', 'API a month', 'usd', cells.usd(sums.api)),
      cells.fact('fixed', 'GPUs a month', 'usd', cells.usd(fixed)),
      cells.fact('tokens', 'Your tokens a month', 'tokens', cells.tokens(sums.tokens)),
      cells.fact('breakEven.tokens', 'Break-even, tokens a month', 'tokens', cells.tokens(evenTokens(sums))),
      cells.fact(
        'breakEven.utilisation',
        'Break-even utilisation',
        'share',
        evenShare(sums) <= 1 ? cells.share(evenShare(sums)) : cells.none('never'),
      ),
    ],
    sections: [byUtilisation(sums, set), byVolume(sums, set)],
    sources: sources.list(),
  };
}

const QUALITY =
  'What is compared is money: whether a model that fits these GPUs answers as well is not known here. Published estimates of the break-even differ about fifty times; set the numbers to your own offer and benchmark.';

/** Tokens a month from which the GPUs cost less. */
const evenTokens = ({ fixed, rate }: Sums): number => (fixed / rate) * MTOK;
/** The share of the time that the GPUs must be busy; above 1 they never pay. */
const evenShare = (sums: Sums): number => evenTokens(sums) / sums.capacity;

function words(sums: Sums, { utilisation, gpus }: Set): string[] {
  const served = sums.capacity * (utilisation.value / 100);
  const needed = sums.tokens / sums.capacity;
  const share = evenShare(sums);
  const machine = gpus.value === 1 ? 'One GPU' : `${gpus.value} GPUs`;
  const even =
    share > 1
      ? `${machine} would have to serve ${formatTokens(evenTokens(sums))} tokens a month to pay, more than the ${formatTokens(sums.capacity)} possible: never at this API price.`
      : `${machine} pay${gpus.value === 1 ? 's' : ''} from ${formatTokens(evenTokens(sums))} tokens a month, ${cells.share(share).text} busy.`;
  const now = sums.fixed < sums.api && needed <= utilisation.value / 100;
  return [
    `Your calls: ${formatTokens(sums.tokens)} tokens a month for ${formatUsd(sums.api)} on the API, ${cells.rate(sums.rate).text} per million. The GPUs: ${formatUsd(sums.fixed)} a month.`,
    even,
    needed > utilisation.value / 100
      ? `At ${utilisation.value}% they serve ${formatTokens(served)} tokens a month: too little for your volume.`
      : `At your volume the ${now ? 'GPUs' : 'API'} cost${now ? '' : 's'} less.`,
  ];
}

const SHARES = [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

function byUtilisation({ fixed, capacity, rate }: Sums, { utilisation }: Set): ReportSection {
  const at = (percent: number): number => (fixed / (capacity * (percent / 100))) * MTOK;
  const shown = SHARES.filter((percent) => at(percent) <= Math.max(rate * 6, at(100) * 8));
  const columns = [
    column('utilisation', 'Utilisation', 'share'),
    column('tokens', 'Tokens a month', 'tokens'),
    column('self', 'Self-hosted, per million', 'rate'),
    column('api', 'API, per million', 'rate'),
    column('less', 'Costs less'),
  ];
  const rows = [...new Set([5, 10, 20, 30, 50, 70, 90, utilisation.value])]
    .sort((a, b) => a - b)
    .map((percent) => [
      cells.share(percent / 100),
      cells.tokens((capacity * percent) / 100),
      cells.rate(at(percent)),
      cells.rate(rate),
      cells.text(at(percent) < rate ? 'self-hosted' : 'API'),
    ]);
  return {
    id: 'utilisation',
    heading: 'By utilisation',
    text: ['A GPU costs the same idle: at 10% utilisation a token costs ten times what it does at 100%.'],
    chart: drawn({
      type: 'line',
      title: 'USD per million tokens by utilisation',
      kind: 'rate',
      labels: [],
      x: { name: 'utilisation, %', kind: 'count', values: shown },
      series: [
        { name: 'self-hosted', values: shown.map(at) },
        { name: 'API', values: shown.map(() => rate) },
      ],
      points: [{ x: utilisation.value, name: `now: ${cells.rate(at(utilisation.value)).text}` }],
    }),
    table: { columns, rows },
  };
}

function byVolume(sums: Sums, { utilisation }: Set): ReportSection {
  const { fixed, rate, capacity } = sums;
  const room = capacity * (utilisation.value / 100);
  /** One machine set serves so much; more needs more of them. */
  const sets = (tokens: number): number => Math.max(1, Math.ceil(tokens / room));
  const api = (tokens: number): number => (tokens / MTOK) * rate;
  const own = (tokens: number): number => sets(tokens) * fixed;
  const columns = [
    column('tokens', 'Tokens a month', 'tokens'),
    column('what', ''),
    column('api', 'API', 'usd'),
    column('sets', 'Times the GPUs', 'count'),
    column('self', 'Self-hosted', 'usd'),
    column('less', 'Costs less'),
  ];
  const named = new Map([0.1, 0.3, 1, 3, 10].map((times) => [sums.tokens * times, times === 1 ? 'your volume' : `${times} × yours`]));
  if (evenTokens(sums) <= room) named.set(evenTokens(sums), 'break-even');
  const rows = [...named]
    .sort(([a], [b]) => a - b)
    .map(([tokens, what]) => [
      cells.tokens(tokens),
      cells.text(what),
      cells.usd(api(tokens)),
      cells.count(sets(tokens)),
      cells.usd(own(tokens)),
      cells.text(what === 'break-even' ? 'the same' : own(tokens) < api(tokens) ? 'self-hosted' : 'API'),
    ]);
  return {
    id: 'volume',
    heading: 'By volume',
    text: [`At ${utilisation.value}% utilisation, from a tenth of your volume to ten times as much.`],
    table: { columns, rows },
  };
}

function assumptions(set: Set, priced: readonly PricedCall[]): Report['assumptions'] {
  return [
    assumed(
      set.rent,
      `${plural(set.gpus.value, 'GPU')} at $${set.rent.value} an hour, ${HOURS_A_MONTH} hours a month`,
      'H100 rents of about $2 to $3.1 an hour (2026)',
    ),
    assumed(
      set.operation,
      `rent and operation together cost ${set.operation.value} times the rent`,
      'operation three to five times the rent (published estimates, 2026)',
    ),
    assumed(
      set.speed,
      `${set.speed.value} tokens a second, prompt and answer together, when busy`,
      'no source: depends on model, precision and batch size; measure yours',
    ),
    assumed(set.utilisation, `busy ${set.utilisation.value}% of the time`, 'no source: daytime traffic rarely fills a GPU'),
    assumed(set.volume, `${set.volume.value} times the traffic that the estimates assume`, 'no source: set your own traffic'),
    ...trafficOf(priced),
  ];
}
