/** The cost report for a terminal. */
import type { Colours } from '../colours.ts';
import type { CostReport } from '../report-data.ts';
import { headline, type ReportTable, tablesOf } from './report-tables.ts';

export interface ReportTextOptions {
  readonly top: number;
  readonly today: string;
  readonly colours: Colours;
}

export function reportToText(report: CostReport, { top, today, colours }: ReportTextOptions): string {
  const [first = '', ...rest] = headline(report, today);
  const parts = [[colours.bold(first), ...rest].join('\n'), ...tablesOf(report, top).map((table) => drawTable(table, colours))];
  if (report.assumptions.length > 0)
    parts.push([colours.bold('Assumed, where the code does not tell'), ...report.assumptions.map(({ text }) => `  ${text}`)].join('\n'));
  if (report.skipped.length > 0)
    parts.push([colours.bold('Not analysed'), ...report.skipped.map(({ path, reason }) => `  ${path}: ${reason}`)].join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function drawTable({ title, head, rows, more }: ReportTable, colours: Colours): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const last = widths.length - 1;
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((text, column) => (column === last ? text : text.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd();
  const lines = [colours.bold(title), colours.dim(line(head)), ...rows.map(line)];
  if (more > 0) lines.push(colours.dim(`  … and ${more} more (--top 0 shows all)`));
  return lines.join('\n');
}
