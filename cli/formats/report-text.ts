/** A report for a terminal. */
import type { Report, ReportCell, ReportSection } from '../../core/protocol/report.ts';
import { cutTo, shownColumns } from '../../core/reports/index.ts';
import type { Colours } from '../colours.ts';

export interface ReportTextOptions {
  readonly top: number;
  readonly colours: Colours;
}

export function reportToText(report: Report, { top, colours }: ReportTextOptions): string {
  const [first = '', ...rest] = report.summary;
  const parts = [[colours.bold(first), ...rest].join('\n'), ...report.sections.map((section) => sectionText(section, top, colours))];
  const list = (heading: string, lines: readonly string[]): void => {
    if (lines.length > 0) parts.push([colours.bold(heading), ...lines.map((line) => `  ${line}`)].join('\n'));
  };
  list(
    'Can be set, as --set name=number',
    report.controls.map(({ id, label, value, unit }) => `${id} = ${Math.round(value * 100) / 100}${unit && ` ${unit}`}  ${colours.dim(label)}`),
  );
  list(
    'Assumed, where the code does not tell',
    report.assumptions.map(({ text }) => text),
  );
  list(
    'Sources',
    report.sources.map(({ name, date, about }, i) => `[${i + 1}] ${[name, date].filter(Boolean).join(', ')}: ${about}`),
  );
  list(
    'Not analysed',
    report.skipped.map(({ path, reason }) => `${path}: ${reason}`),
  );
  return `${parts.join('\n\n')}\n`;
}

function sectionText({ heading, text, table: whole, code = [] }: ReportSection, top: number, colours: Colours): string {
  const lines = [colours.bold(heading), ...text.map((line) => `  ${line}`)];
  if (whole) {
    const { columns, rows, more } = cutTo(shownColumns(whole, false), top);
    const head = columns.map(({ name }) => name);
    const cells = rows.map((row) => row.map(cellText));
    lines.push(...drawTable(head, cells, colours));
    if (more > 0) lines.push(colours.dim(`  … and ${more} more (--top 0 shows all)`));
  }
  for (const block of code) lines.push(`  ${colours.dim(`${block.title}:`)}`, ...block.text.split('\n').map((line) => `    ${line}`));
  return lines.join('\n');
}

const cellText = ({ text, source }: ReportCell): string => `${text.replace(/\s*\n\s*/g, ' ')}${source === undefined ? '' : ` [${source + 1}]`}`;

function drawTable(head: readonly string[], rows: readonly (readonly string[])[], colours: Colours): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const last = widths.length - 1;
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((text, column) => (column === last ? text : text.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd();
  return [colours.dim(line(head)), ...rows.map(line)];
}
