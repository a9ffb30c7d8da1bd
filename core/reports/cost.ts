/** What a workspace costs: by model, by file, by call; what could be saved; what has no price and why. */

import type { AnalyzedCall } from '../analyze.ts';
import { DAYS_PER_MONTH, totalsOf, whyNoCost } from '../estimate/index.ts';
import { formatUsdRange, plural } from '../format.ts';
import { groupBy } from '../group-by.ts';
import type { Finding, NanoUsd, Range } from '../model.ts';
import type { Report, ReportCell, ReportChart, ReportSection } from '../protocol/report.ts';
import { scale, sum } from '../range.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import { drawn } from './drawing.ts';
import type { PlacedCall, PlacedFinding, ReportInput } from './input.ts';
import { assumptionsOf, frame } from './parts.ts';
import { modelName } from './runs.ts';
import { createSources, type Sources } from './sources.ts';

/** Bars of a chart; more cannot be told apart. */
const BARS = 10;

type Costed = PlacedCall & { readonly cost: NonNullable<AnalyzedCall['estimate']['cost']> };

export function costReport(input: ReportInput): Report {
  const sources = createSources();
  const priced = input.calls.flatMap((one): Costed[] => (one.call.estimate.cost ? [{ ...one, cost: one.call.estimate.cost }] : []));
  priced.sort((a, b) => b.cost.month.expected - a.cost.month.expected);
  const { run, month } = totalsOf(input.calls.map(({ call }) => call));
  const saving = savingOf(input.findings);
  const counted = [
    cells.fact('runsPerDay', 'Runs a day', 'count', cells.count(input.config.assumptions.runsPerDay), false),
    cells.fact('files', 'Files', 'count', cells.count(input.files), false),
    cells.fact('totals.calls', 'Calls', 'count', cells.count(input.calls.length)),
    cells.fact('totals.priced', 'With a price', 'count', cells.count(priced.length), false),
  ];
  const figures = priced.length > 0 || input.calls.length === 0;
  const sums = [
    cells.fact('totals.run', 'One run of each', 'usd', cells.about(figures ? run : undefined)),
    cells.fact('totals.month', 'A month', 'usd', cells.about(figures ? month : undefined)),
    cells.fact('saving', 'Could be saved a month', 'usd', cells.about(saving)),
  ];
  return {
    ...frame(input, 'cost'),
    title: 'LLM cost report',
    summary: headline(input, priced.length, { month, run, saving }),
    facts: [...counted, ...sums],
    sections: [
      groups('byModel', 'By model', 'Model', input.calls, (one) => modelName(one.call), month.expected, sources),
      groups('byFile', 'By file', 'File', input.calls, (one) => one.at.path, month.expected),
      dearest(priced, sources),
      findings(input.findings),
      unpriced(input.calls),
    ].filter(({ table }) => table !== undefined),
    controls: [],
    assumptions: assumptionsOf(input.calls),
    sources: sources.list(),
  };
}

interface Sums {
  readonly month: Range;
  readonly run: Range;
  readonly saving: Range;
}

function headline({ calls, files, today }: ReportInput, priced: number, { month, run, saving }: Sums): string[] {
  if (calls.length === 0)
    return [`No call was found in ${plural(files, 'file')}. Costlint reads TypeScript, JavaScript, Python, notebooks and prompt files.`];
  const lines = [
    `${plural(calls.length, 'LLM call')} in ${plural(files, 'file')}; ${priced === 1 ? '1 has' : `${priced} have`} a price. Prices of ${today}.`,
  ];
  if (priced > 0) {
    lines.push(`A month at ${runsADay(calls)} runs a day of each call: ${formatUsdRange(month)}.`);
    lines.push(`One run of each: ${formatUsdRange(run)}.`);
  }
  if (saving.high > 0) lines.push(`The findings could save ${formatUsdRange(saving)} a month (of each call only its largest saving).`);
  return lines;
}

/** Folders of a workspace may have settings of their own. */
function runsADay(calls: ReportInput['calls']): string {
  const all = calls.map(({ config }) => config.assumptions.runsPerDay);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return low === high ? String(low) : `${low} to ${high}`;
}

/** Nano-dollars a month. */
const savedAMonth = ({ finding, config }: PlacedFinding): Range | undefined =>
  finding.saving && scale(finding.saving, config.assumptions.runsPerDay * DAYS_PER_MONTH);

/** Two pieces of advice may save the same tokens: of each call only the largest counts. */
function savingOf(all: readonly PlacedFinding[]): Range {
  const best = new Map<string | Finding, Range>();
  for (const placed of all) {
    const saved = savedAMonth(placed);
    if (!saved) continue;
    const { finding } = placed;
    const key = finding.call === undefined ? finding : `${finding.path}\0${finding.call}`;
    if (saved.expected > (best.get(key)?.expected ?? -1)) best.set(key, saved);
  }
  return sum(best.values());
}

interface Group {
  readonly name: string;
  readonly calls: readonly PlacedCall[];
  readonly priced: number;
  readonly month: Range;
}

function groupsOf(calls: readonly PlacedCall[], nameOf: (call: PlacedCall) => string): Group[] {
  return [...groupBy(calls, nameOf)]
    .map(([name, own]) => {
      const costs = own.flatMap(({ call }) => call.estimate.cost?.month ?? []);
      return { name, calls: own, priced: costs.length, month: sum(costs) };
    })
    .sort((a, b) => b.month.expected - a.month.expected || b.calls.length - a.calls.length || (a.name < b.name ? -1 : 1));
}

/** The largest groups and the rest as bars; nothing where there is one bar only. */
function chartOf(title: string, all: readonly Group[]): ReportChart | undefined {
  const worth = all.filter(({ month }) => month.expected > 0);
  if (worth.length < 2) return undefined;
  const rest = sum(worth.slice(BARS).map(({ month }) => month)).expected;
  const labels = [...worth.slice(0, BARS).map(({ name }) => name), ...(rest > 0 ? [`${worth.length - BARS} others`] : [])];
  const values = [...worth.slice(0, BARS).map(({ month }) => month.expected), ...(rest > 0 ? [rest] : [])];
  return drawn({ type: 'bar', title, kind: 'usd', labels, series: [{ name: 'a month', values }] });
}

function groups(
  id: string,
  heading: string,
  name: string,
  calls: readonly PlacedCall[],
  nameOf: (call: PlacedCall) => string,
  whole: NanoUsd,
  sources?: Sources,
): ReportSection {
  const all = groupsOf(calls, nameOf);
  if (all.length === 0) return { id, heading, text: [] };
  const rows = all.map((group): ReportCell[] => {
    const without = group.calls.length - group.priced;
    const [first] = group.calls;
    return [
      sources ? sources.modelCell(group.name, first?.call.quote) : cells.text(group.name, first && { at: { ...first.at, line: 1 } }),
      { ...cells.count(group.calls.length), ...(without > 0 ? { text: `${group.calls.length} (${without} without a price)` } : {}) },
      cells.count(group.priced),
      cells.usdRange(group.priced > 0 ? group.month : undefined),
      group.priced > 0 ? cells.share(whole > 0 ? group.month.expected / whole : 0) : cells.none(''),
    ];
  });
  const columns = [
    column('name', name),
    column('calls', 'Calls', 'count'),
    column('priced', 'With a price', 'count', 'data'),
    column('month', 'A month', 'usd'),
    column('share', 'Share', 'share'),
  ];
  const chart = chartOf(`${heading}, a month`, all);
  return { id, heading, text: [], table: { columns, rows }, ...(chart ? { chart } : {}) };
}

const OBSERVED = [column('planned', 'Planned', 'usd'), column('observed.call', 'Observed', 'usd'), column('observed.calls', 'Calls seen', 'count')];

/** What one call was planned to cost, and what the gateway saw. */
function observedCells({ observed }: AnalyzedCall): ReportCell[] {
  if (!observed) return OBSERVED.map(() => cells.none());
  const { seen, plannedCall } = observed;
  return [cells.about(plannedCall), cells.about(seen.cost ?? undefined), cells.count(seen.calls)];
}

function dearest(priced: readonly Costed[], sources: Sources): ReportSection {
  const section = { id: 'calls', heading: 'Dearest calls', text: [] };
  if (priced.length === 0) return section;
  const isSeen = priced.some(({ call }) => call.observed);
  const columns = [
    column('place', 'Call', 'place'),
    column('model', 'Model'),
    column('api', 'API', 'text', 'wide'),
    column('inputTokens', 'Input tokens', 'tokens'),
    column('cost.call', 'A call', 'usd'),
    ...(isSeen ? OBSERVED : []),
    column('cost.run', 'A run', 'usd'),
    column('cost.month', 'A month', 'usd'),
  ];
  const rows = priced.map(({ call, at, cost }) => {
    return [
      cells.place(at),
      sources.modelCell(modelName(call), call.quote),
      cells.text(`${call.site.sdk} ${call.site.api}`),
      cells.tokenRange(call.estimate.inputTokens),
      cells.about(cost.call),
      ...(isSeen ? observedCells(call) : []),
      cells.about(cost.run),
      cells.usdRange(cost.month),
    ];
  });
  return { ...section, table: { columns, rows } };
}

function findings(all: readonly PlacedFinding[]): ReportSection {
  const section = { id: 'findings', heading: 'Findings, by what they save', text: [] };
  if (all.length === 0) return section;
  const sorted = all
    .map((placed) => ({ ...placed, month: savedAMonth(placed) }))
    .sort((a, b) => (b.month?.expected ?? -1) - (a.month?.expected ?? -1));
  const rows = sorted.map(({ finding, at, month }) => [
    cells.place(at),
    cells.text(finding.rule),
    cells.text(finding.severity),
    cells.text(finding.message),
    month && month.high > 0 ? { text: `${cells.about(month).text} a month`, value: month } : { text: '–', value: month ?? null },
  ]);
  const columns = [
    column('place', 'Where', 'place'),
    column('rule', 'Rule'),
    column('severity', 'Severity'),
    column('message', 'What', 'text', 'wide'),
    column('savingPerMonth', 'Saves', 'usd'),
  ];
  return { ...section, table: { columns, rows } };
}

function unpriced(calls: readonly PlacedCall[]): ReportSection {
  const section = { id: 'unpriced', heading: 'Calls without a price', text: [] };
  const without = calls.filter(({ call }) => call.estimate.cost === null);
  if (without.length === 0) return section;
  const rows = without.map(({ call, at }) => [cells.place(at), cells.text(`${call.site.sdk} ${call.site.api}`), cells.text(whyNoCost(call))]);
  return { ...section, table: { columns: [column('place', 'Call', 'place'), column('api', 'API'), column('why', 'Why')], rows } };
}
