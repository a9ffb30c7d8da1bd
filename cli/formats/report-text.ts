/** A report for a terminal. */
import type { Report, ReportCell, ReportSection } from '../../core/protocol/report.ts';
import { cutTo, shownColumns } from '../../core/reports/index.ts';
import type { Colours } from '../colours.ts';
import { columns, cutNote, oneLine } from './columns.ts';

export interface ReportTextOptions {
  readonly top: number;
  readonly colours: Colours;
}

export function reportToText(report: Report, { top, colours }: ReportTextOptions): string {
  const [first = '', ...rest] = report.summary;
  const parts = [
    [colours.bold(oneLine(first)), ...rest.map(oneLine)].join('\n'),
    ...report.sections.map((section) => sectionText(section, top, colours)),
  ];
  const list = (heading: string, lines: readonly string[]): void => {
    if (lines.length > 0) parts.push([colours.bold(heading), ...lines.map((line) => `  ${oneLine(line)}`)].join('\n'));
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
  const lines = [colours.bold(heading), ...text.map((line) => `  ${oneLine(line)}`)];
  if (whole) {
    const cut = cutTo(shownColumns(whole, false), top);
    const head = cut.columns.map(({ name }) => name);
    const rows = cut.rows.map((row) => row.map(cellText));
    lines.push(...columns(head, rows, colours, { indent: '  ' }), ...cutNote(cut.more, colours, '  '));
  }
  for (const block of code) lines.push(`  ${colours.dim(`${block.title}:`)}`, ...block.text.split('\n').map((line) => `    ${line}`));
  return lines.join('\n');
}

const cellText = ({ text, source }: ReportCell): string => `${oneLine(text)}${source === undefined ? '' : ` [${source + 1}]`}`;
