/** The tables of the cost report as cells; text and Markdown only draw them. */
import { formatShare, formatTokenRange, formatUsdExpected, formatUsdRange, UNKNOWN } from '../../core/format.ts';
import { type CostReport, type Group, shareOf } from '../report-data.ts';

export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that were left out. */
  readonly more: number;
}

export function tablesOf(report: CostReport, top: number): readonly ReportTable[] {
  const tables = [
    groupTable('By model', 'Model', report.byModel, report, top),
    groupTable('By file', 'File', report.byFile, report, top),
    callTable(report, top),
    findingTable(report, top),
    unpricedTable(report, top),
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function cut(title: string, head: readonly string[], rows: readonly (readonly string[])[], top: number): ReportTable {
  return { title, head, rows: rows.slice(0, top), more: Math.max(0, rows.length - top) };
}

function groupTable(title: string, name: string, groups: readonly Group[], report: CostReport, top: number): ReportTable {
  const total = report.totals.month.expected;
  const rows = groups.map((group) => [
    group.name,
    group.priced === group.calls ? String(group.calls) : `${group.calls} (${group.calls - group.priced} without a price)`,
    group.priced > 0 ? formatUsdRange(group.month) : UNKNOWN,
    group.priced > 0 ? formatShare(shareOf(group.month.expected, total)) : '',
  ]);
  return cut(title, [name, 'Calls', 'A month', 'Share'], rows, top);
}

function callTable({ calls }: CostReport, top: number): ReportTable {
  const rows = calls.map(({ path, line, model, inputTokens, cost }) => [
    `${path}:${line}`,
    model,
    formatTokenRange(inputTokens),
    formatUsdExpected(cost.call),
    formatUsdExpected(cost.run),
    formatUsdRange(cost.month),
  ]);
  return cut('Dearest calls', ['Call', 'Model', 'Input tokens', 'A call', 'A run', 'A month'], rows, top);
}

function findingTable({ findings }: CostReport, top: number): ReportTable {
  const rows = findings.map(({ path, line, finding, month }) => [
    `${path}:${line}`,
    finding.rule,
    finding.severity,
    month && month.high > 0 ? `${formatUsdExpected(month)} a month` : '–',
  ]);
  return cut('Findings, by what they save', ['Where', 'Rule', 'Severity', 'Saves'], rows, top);
}

function unpricedTable({ unpriced }: CostReport, top: number): ReportTable {
  const rows = unpriced.map(({ path, line, api, why }) => [`${path}:${line}`, api, why.replace(/\s*\n\s*/g, ' ')]);
  return cut('Calls without a price', ['Call', 'API', 'Why'], rows, top);
}

/** The sentences above the tables. */
export function headline(report: CostReport, today: string): readonly string[] {
  const { totals, runsPerDay, scanned } = report;
  const lines = [`${totals.calls} LLM calls in ${scanned} files; ${totals.priced} have a price. Prices of ${today}.`];
  if (totals.priced > 0) {
    lines.push(`A month at ${runsPerDay} runs a day of each call: ${formatUsdRange(totals.month)}.`);
    lines.push(`One run of each: ${formatUsdRange(totals.run)}.`);
  }
  if (report.saving.high > 0) lines.push(`The findings could save ${formatUsdRange(report.saving)} a month (of each call only its largest saving).`);
  return lines;
}
