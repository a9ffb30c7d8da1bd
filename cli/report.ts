/** `costlint report`: what a workspace costs, where, what could be saved, and what if. */
import path from 'node:path';
import type { Report } from '../core/protocol/report.ts';
import { makeReport, reportHtml, reportJson, reportMarkdown } from '../core/reports/index.ts';
import { analyzeWorkspace } from './analyze-workspace.ts';
import type { ParsedArgs, Values } from './args.ts';
import { coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { reportToText } from './formats/report-text.ts';
import { progressOn } from './progress.ts';
import { linksFrom, reportInput } from './report-input.ts';
import { checkWhatIfs, kindAndPaths, whatIfs } from './report-options.ts';
import { fail } from './run.ts';
import type { Terminal } from './terminal.ts';
import { emit, type Open, openTargets } from './workspace-options.ts';

/** Rows of each table: a screen, a page. */
const ROWS = { text: 10, markdown: 10, html: 50, json: Number.POSITIVE_INFINITY };

export async function report(args: ParsedArgs, terminal: Terminal, open?: Open): Promise<ExitCode> {
  const { kind, rest } = kindAndPaths(args, terminal.cwd);
  const options = whatIfs(args.values);
  const { workspace, targets, today } = await openTargets(rest, terminal, open);
  const progress = progressOn(terminal, 'costlint');
  const analysis = analyzeWorkspace(workspace, { base: targets.base, onFile: progress.step });
  progress.done();
  const made = makeReport(
    kind,
    reportInput(analysis, (file) => workspace.host.read(file), today),
    options,
  );
  checkWhatIfs(options, made);
  emit(textOf(made, args.values, terminal, analysis.base), args.values, terminal);
  const first = analysis.skipped[0];
  if (first && analysis.scanned > 0 && analysis.skipped.length >= analysis.scanned)
    return fail(terminal, `nothing could be analysed: ${first.path}: ${first.reason}`);
  return 0;
}

function textOf(made: Report, values: Values, terminal: Terminal, base: string): string {
  const format = values.text('format') ?? 'text';
  const output = values.text('output');
  const asked = values.count('top');
  const top = asked === 0 ? Number.POSITIVE_INFINITY : (asked ?? ROWS[format as keyof typeof ROWS] ?? ROWS.text);
  if (format === 'json') return `${JSON.stringify(reportJson(made), null, 2)}\n`;
  // A page in a pull request has no files beside it: Markdown links only where it is known to stand.
  const folder = output === undefined ? terminal.cwd : path.dirname(path.resolve(terminal.cwd, output));
  if (format === 'html') return reportHtml(made, { top, link: linksFrom(folder, base) });
  if (format === 'markdown') return reportMarkdown(made, { top, ...(output === undefined ? {} : { link: linksFrom(folder, base) }) });
  const out = output === undefined ? terminal.out : { ...terminal.out, isTerminal: false };
  return reportToText(made, { top, colours: coloursFor(terminal, out) });
}
