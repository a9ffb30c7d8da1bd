/** The cost report as Markdown. */
import type { CostReport } from '../report-data.ts';
import { cell, table } from './markdown-table.ts';
import { headline, tablesOf } from './report-tables.ts';

export function reportToMarkdown(report: CostReport, { top, today }: { readonly top: number; readonly today: string }): string {
  const parts = ['# LLM cost report', headline(report, today).join('\n')];
  for (const { title, head, rows, more } of tablesOf(report, top)) {
    parts.push(
      `## ${title}`,
      table(
        head,
        rows.map((row) => row.map(cell)),
      ),
    );
    if (more > 0) parts.push(`… and ${more} more.`);
  }
  if (report.assumptions.length > 0) {
    const rows = report.assumptions.map(({ setting, text, source }) => [`\`${setting}\``, cell(text), cell(source)]);
    parts.push('## Assumed, where the code does not tell', table(['Setting', 'Assumption', 'Source'], rows));
  }
  if (report.skipped.length > 0) parts.push('## Not analysed', report.skipped.map(({ path, reason }) => `- \`${path}\`: ${cell(reason)}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}
