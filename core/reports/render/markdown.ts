/** A report as Markdown. */
import { cell, code, table } from '../../markdown.ts';
import type { Report, ReportCell, ReportPlace, ReportSection } from '../../protocol/report.ts';
import { cutTo, shownColumns } from './table.ts';

export interface MarkdownOptions {
  /** Rows of each table. */
  readonly top: number;
  /** Where a line of code stands as seen from the page; undefined: it is not linked. */
  readonly link?: (at: ReportPlace) => string | undefined;
}

export function reportMarkdown(report: Report, options: MarkdownOptions): string {
  const parts = [`# ${cell(report.title)}`, report.summary.map(cell).join('\n')];
  for (const section of report.sections) parts.push(...sectionParts(section, options));
  if (report.assumptions.length > 0) {
    const rows = report.assumptions.map(({ setting, text, source }) => [code(setting), cell(text), cell(source)]);
    parts.push('## Assumed, where the code does not tell', table(['Setting', 'Assumption', 'Source'], rows));
  }
  if (report.sources.length > 0) {
    const lines = report.sources.map(({ name, date, about }, i) => `${i + 1}. ${cell([name, date].filter(Boolean).join(', '))}: ${cell(about)}`);
    parts.push('## Sources', lines.join('\n'));
  }
  if (report.skipped.length > 0)
    parts.push('## Not analysed', report.skipped.map(({ path, reason }) => `- ${code(path)}: ${cell(reason)}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function sectionParts({ heading, text, table: whole, code: blocks = [] }: ReportSection, { top, link }: MarkdownOptions): string[] {
  const parts = [`## ${cell(heading)}`, ...text.map(cell)];
  if (whole) {
    const { columns, rows, more } = cutTo(shownColumns(whole, true), top);
    const names = columns.map(({ name }) => cell(name));
    parts.push(
      table(
        names,
        rows.map((row) => row.map((one) => cellText(one, link))),
      ),
    );
    if (more > 0) parts.push(`… and ${more} more.`);
  }
  for (const { title, language, text: lines } of blocks)
    parts.push(`${cell(title)}:`, `\`\`\`${language}\n${lines.replaceAll('```', "'''")}\n\`\`\``);
  return parts;
}

function cellText({ text, at, source }: ReportCell, link: MarkdownOptions['link']): string {
  const target = at && link?.(at);
  const words = target ? `[${cell(text)}](<${target.replace(/[<>|\\\n]/g, encodeURIComponent)}>)` : cell(text);
  return source === undefined ? words : `${words} [${source + 1}]`;
}
