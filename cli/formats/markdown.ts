/** `--format markdown`: for a pull request comment or a job summary. */
import { totalsOf } from '../../core/estimate/index.ts';
import { formatUsdExpected, formatUsdRange, plural } from '../../core/format.ts';
import { cell, code, table } from '../../core/markdown.ts';
import type { Finding } from '../../core/model.ts';
import { type AnalyzedFile, callsOf, type WorkspaceAnalysis } from '../analyze-workspace.ts';
import { cellText } from '../notebook-places.ts';

export function toMarkdown(analysis: WorkspaceAnalysis): string {
  const totals = totalsOf(callsOf(analysis));
  const findings = analysis.files.flatMap((file) => file.findings.map((finding) => ({ file, finding })));
  const cost = totals.priced > 0 ? ` A month at ${analysis.config.assumptions.runsPerDay} runs a day: **${formatUsdRange(totals.month)}**.` : '';
  const parts = ['## Costlint', `${plural(findings.length, 'finding')} at ${plural(totals.calls, 'LLM call')}.${cost}`];
  if (findings.length > 0) {
    const rows = findings.map(({ file, finding }) => [
      finding.severity,
      placeOf(file, finding),
      `${cell(finding.message)} ${code(finding.rule)}`,
      finding.saving && finding.saving.high > 0 ? `${formatUsdExpected(finding.saving)} a run` : '',
    ]);
    parts.push(table(['', 'Where', 'Finding', 'Saves'], rows));
  }
  for (const { why, calls } of totals.unpriced) parts.push(`${plural(calls, 'call')} without a price: ${cell(why)}`);
  if (analysis.skipped.length > 0)
    parts.push(`Not analysed:\n\n${analysis.skipped.map(({ path, reason }) => `- ${code(path)}: ${cell(reason)}`).join('\n')}`);
  return `${parts.join('\n\n')}\n`;
}

function placeOf({ path, positions, cellOf }: AnalyzedFile, { span }: Finding): string {
  const cell = cellOf?.(span.start);
  return `${code(`${path}:${positions.place(span).line}`)}${cell ? ` (${cellText(cell)})` : ''}`;
}
