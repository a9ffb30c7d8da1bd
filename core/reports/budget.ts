/** Budget plan: ceilings for a session, a day and a month, the breaker above them, and the worst case that they leave. */

import { DAYS_PER_MONTH } from '../estimate/index.ts';
import { formatUsd, plural } from '../format.ts';
import { groupBy } from '../group-by.ts';
import { NANO_PER_USD, type NanoUsd } from '../model.ts';
import type { Report, ReportControl, ReportOptions, ReportSection } from '../protocol/report.ts';
import { sum } from '../range.ts';
import { type Caps, products, worstCalls } from './budget-worst.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import { drawn } from './drawing.ts';
import type { ReportInput } from './input.ts';
import { assumed, control, frame, leftOut, nothing, trafficOf } from './parts.ts';
import { type PricedCall, pricedCalls } from './runs.ts';
import { createSources } from './sources.ts';
import { worstCase } from './worst-case.ts';

const BARS = 10;
const HOURS = 24;

/** A file with its calls: what one session of it usually costs. */
interface Agent {
  readonly path: string;
  readonly calls: readonly PricedCall[];
  /** A day. */
  readonly runs: number;
  /** One run of each call, nano-dollars, expected and high. */
  readonly normal: NanoUsd;
  readonly high: NanoUsd;
  /** Expected a day. */
  readonly day: NanoUsd;
}

/** Up to two digits that a person would write: 1.3 → 1.3, 0.0421 → 0.043, 1234 → 1300. At least one cent. */
function niceUsd(nano: NanoUsd): NanoUsd {
  const cents = Math.max(1, nano / 1e7);
  const power = 10 ** Math.max(0, Math.floor(Math.log10(cents)) - 1);
  return Math.round(Math.ceil(cents / power - 1e-9) * power * 1e7);
}

export function budgetReport(input: ReportInput, options: ReportOptions): Report {
  const sources = createSources();
  const priced = pricedCalls(input);
  const set = controlsOf(options);
  const base = { ...frame(input, 'budget'), controls: Object.values(set) };
  if (priced.length === 0) return { ...base, summary: [nothing(input)], facts: [], sections: [], assumptions: [], sources: [] };
  const agents = agentsOf(priced);
  const top = agents.reduce((a, b) => (b.normal > a.normal ? b : a));
  const day = agents.reduce((sum, agent) => sum + agent.day, 0);
  const hour = niceUsd((day / set.hours.value) * set.breaker.value);
  const caps: Caps = {
    session: niceUsd(top.normal * set.session.value),
    daily: niceUsd(day * set.daily.value),
    monthly: niceUsd(day * DAYS_PER_MONTH * Math.min(set.daily.value, MONTH_ROOM)),
    hour,
  };
  const worst = priced.map((placed) => ({ placed, worst: worstCase(placed) }));
  const open = worst.filter((one) => one.worst.run === 'no end');
  const runs = agents.reduce((sum, agent) => sum + agent.runs, 0);
  return {
    ...base,
    summary: [
      `A normal session of the dearest file (${top.path}) costs ${formatUsd(top.normal)}: a ceiling of ${formatUsd(caps.session)} stops one that costs more than about ${set.session.value} times as much.`,
      `All sessions of a normal day cost ${formatUsd(day)}: cap the day at ${formatUsd(caps.daily)} and the month at ${formatUsd(caps.monthly)}, and let the breaker trip above ${formatUsd(caps.hour)} an hour.`,
      open.length > 0
        ? `Without ceilings the worst case of ${plural(open.length, 'call')} of ${priced.length} has no end: the number of steps or items has no bound.`
        : 'Every loop has a bound, so the worst case has an end without ceilings too.',
      ...leftOut(input, priced.length),
    ],
    facts: [
      cells.fact('normal.session', 'A normal session', 'usd', cells.usd(top.normal)),
      cells.fact('caps.session', 'Session ceiling', 'usd', cells.usd(caps.session)),
      cells.fact('caps.daily', 'Daily cap', 'usd', cells.usd(caps.daily)),
      cells.fact('caps.monthly', 'Monthly cap', 'usd', cells.usd(caps.monthly)),
      cells.fact('caps.hour', 'Breaker, an hour', 'usd', cells.usd(caps.hour)),
      cells.fact('unbounded', 'Calls without a bound', 'count', cells.count(open.length)),
    ],
    sections: [products(worst, caps, runs), sessions(agents, set.session.value), worstCalls(worst, sources), paste(caps, priced)],
    assumptions: [...assumptions(set), ...trafficOf(priced)],
    sources: sources.list(),
  };
}

function assumptions(set: Set): Report['assumptions'] {
  return [
    {
      setting: 'session',
      value: 1,
      unit: 'runs',
      text: 'a session is one run of each call in a file',
      source: 'no source: what a session is differs from product to product',
    },
    assumed(
      set.session,
      `a session may cost ${set.session.value} times a normal one`,
      'two to five times is usual: less stops good work, more stops little',
    ),
    assumed(set.daily, `a day may cost ${set.daily.value} times a normal one`, 'no source: room for a busy day'),
    assumed(set.hours, `the day’s sessions fall into ${set.hours.value} hours`, 'no source: set your own hours of use'),
    assumed(set.breaker, `an hour ${set.breaker.value} times the usual one is an accident`, 'default of the gateway’s breaker'),
  ];
}

/** A month holds fewer busy days than it has days. */
const MONTH_ROOM = 1.5;

type Set = Readonly<Record<'session' | 'daily' | 'hours' | 'breaker', ReportControl>>;

function controlsOf(options: ReportOptions): Set {
  const times = { unit: '×', step: 0.5 };
  return {
    session: control(options, { id: 'ceiling', label: 'Session ceiling, of a normal session', min: 2, max: 5, value: 3, ...times }),
    daily: control(options, { id: 'daily', label: 'Daily cap, of a normal day', min: 1, max: 5, value: 2, ...times }),
    hours: control(options, { id: 'hours', label: 'Hours of use a day', min: 1, max: HOURS, value: 8, step: 1, unit: 'h' }),
    breaker: control(options, { id: 'breaker', label: 'Breaker, of a usual hour', min: 1.5, max: 10, value: 3, ...times }),
  };
}

function agentsOf(priced: readonly PricedCall[]): Agent[] {
  return [...groupBy(priced, ({ at }) => at.path)]
    .map(([path, calls]) => {
      const run = sum(calls.map(({ cost }) => cost.run));
      const day = calls.reduce((sum, { cost, config }) => sum + cost.run.expected * config.assumptions.runsPerDay, 0);
      const runs = Math.max(...calls.map(({ config }) => config.assumptions.runsPerDay));
      return { path, calls, runs, normal: Math.round(run.expected), high: Math.round(run.high), day: Math.round(day) };
    })
    .sort((a, b) => b.normal - a.normal || (a.path < b.path ? -1 : 1));
}

function sessions(agents: readonly Agent[], factor: number): ReportSection {
  const columns = [
    column('path', 'File'),
    column('calls', 'Calls', 'count'),
    column('normal', 'A normal session', 'usd'),
    column('high', 'A long one', 'usd'),
    column('ceiling', 'Ceiling', 'usd'),
  ];
  const rows = agents.map(({ path, calls, normal, high }) => {
    const at = calls[0]?.at;
    return [
      cells.text(path, at ? { at: { ...at, line: 1 } } : {}),
      cells.count(calls.length),
      cells.usd(normal),
      cells.usd(high),
      cells.usd(niceUsd(normal * factor)),
    ];
  });
  const shown = agents.slice(0, BARS);
  const chart = drawn({
    type: 'bar',
    title: 'Session ceilings',
    kind: 'usd',
    labels: shown.map(({ path }) => path),
    series: [{ name: 'ceiling', values: shown.map(({ normal }) => niceUsd(normal * factor)) }],
  });
  const text = ['The high end of the estimate may lie above its ceiling: then look at its assumptions first, or set the ceiling by hand.'];
  const long = agents.some(({ normal, high }) => high > niceUsd(normal * factor));
  return { id: 'sessions', heading: 'Sessions by file', text: long ? text : [], table: { columns, rows }, ...(shown.length > 1 ? { chart } : {}) };
}

const dollars = (nano: NanoUsd): number => Math.round(nano / (NANO_PER_USD / 100)) / 100;

/** Ready to copy. */
function paste(caps: Caps, priced: readonly PricedCall[]): ReportSection {
  const gateway = {
    session: dollars(caps.session),
    daily: dollars(caps.daily),
    monthly: dollars(caps.monthly),
    breaker: { usdPerHour: dollars(caps.hour) },
  };
  const ceiling = (of: (one: PricedCall) => NanoUsd): number => dollars(niceUsd(Math.max(...priced.map(of)) * ROOM));
  const budgets = {
    perCall: ceiling(({ cost }) => cost.call.expected),
    perRun: ceiling(({ cost }) => cost.run.expected),
    perMonth: ceiling(({ cost }) => cost.month.expected),
  };
  return {
    id: 'paste',
    heading: 'To copy',
    text: [],
    code: [
      {
        title: 'The gateway, by options',
        language: 'sh',
        text: `costlint gateway --session ${gateway.session} --daily ${gateway.daily} --monthly ${gateway.monthly}`,
      },
      { title: 'The gateway, gateway.json: costlint gateway --config gateway.json', language: 'json', text: JSON.stringify(gateway, null, 2) },
      {
        title: 'costlint.json: what costlint diff holds a change against (a fifth above the dearest call of today)',
        language: 'json',
        text: JSON.stringify({ budgets }, null, 2),
      },
    ],
  };
}
const ROOM = 1.2;
