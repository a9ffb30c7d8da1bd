/** `costlint report`: what a workspace costs, where, what could be saved, and what if. */
import path from 'node:path';
import type { Report } from '../core/protocol/report.ts';
import { makeReport, reportHtml, reportJson, reportMarkdown } from '../core/reports/index.ts';
import { analyzeWorkspace, nothingAnalysed } from './analyze-workspace.ts';
import type { ParsedArgs, Values } from './args.ts';
import { coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { reportToText } from './formats/report-text.ts';
import { emit, outputOf, topOf } from './output.ts';
import { progressOn } from './progress.ts';
import { linksFrom, reportInput } from './report-input.ts';
import { checkWhatIfs, kindAndPaths, whatIfs } from './report-options.ts';
import { fail } from './run.ts';
import type { Terminal } from './terminal.ts';
import { type Open, openTargets } from './workspace-options.ts';

/** Rows of each table. */
const SCREEN_ROWS = 10;
const PAGE_ROWS = 50;

export async function report(args: ParsedArgs, terminal: Terminal, open?: Open): Promise<ExitCode> {
  const { kind, rest } = kindAndPaths(args, terminal.cwd);
  const options = whatIfs(args.values);
  const { workspace, targets, today } = await openTargets(rest, terminal, open);
  const progress = progressOn(terminal, 'costlint');
  const analysis = analyzeWorkspace(workspace, { base: targets.base, onFile: progress.step });
  progress.done();
  const input = reportInput(analysis, (file) => workspace.host.read(file), today);
  const made = makeReport(kind, input, options);
  checkWhatIfs(options, made, input);
  emit(textOf(made, args.values, terminal, analysis.base), args.values, terminal);
  const problem = nothingAnalysed(analysis);
  return problem === undefined ? 0 : fail(terminal, problem);
}

function textOf(made: Report, values: Values, terminal: Terminal, base: string): string {
  const format = values.text('format') ?? 'text';
  const output = values.text('output');
  const top = topOf(values, format === 'html' ? PAGE_ROWS : SCREEN_ROWS);
  if (format === 'json') return `${JSON.stringify(reportJson(made), null, 2)}\n`;
  // A page in a pull request has no files beside it: Markdown links only where it is known to stand.
  const folder = output === undefined ? terminal.cwd : path.dirname(path.resolve(terminal.cwd, output));
  if (format === 'html') return reportHtml(made, { top, link: linksFrom(folder, base) });
  if (format === 'markdown') return reportMarkdown(made, { top, ...(output === undefined ? {} : { link: linksFrom(folder, base) }) });
  return reportToText(made, { top, colours: coloursFor(terminal, outputOf(values, terminal)) });
}
