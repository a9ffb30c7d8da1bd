/** `costlint report`: what a workspace costs, where, and what could be saved. */
import { analyzeWorkspace } from './analyze-workspace.ts';
import type { ParsedArgs } from './args.ts';
import { coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { reportToJson } from './formats/report-json.ts';
import { reportToMarkdown } from './formats/report-markdown.ts';
import { reportToText } from './formats/report-text.ts';
import { progressOn } from './progress.ts';
import { reportOf } from './report-data.ts';
import { fail } from './run.ts';
import type { Terminal } from './terminal.ts';
import { emit, type Open, openTargets } from './workspace-options.ts';

export async function report(args: ParsedArgs, terminal: Terminal, open?: Open): Promise<ExitCode> {
  const { values } = args;
  const top = values.count('top') || Number.POSITIVE_INFINITY;
  const { workspace, targets, today } = await openTargets(args, terminal, open);
  const progress = progressOn(terminal, 'costlint');
  const analysis = analyzeWorkspace(workspace, { base: targets.base, onFile: progress.step });
  progress.done();
  const data = reportOf(analysis);
  const format = values.text('format');
  const output = values.text('output') === undefined ? terminal.out : { ...terminal.out, isTerminal: false };
  if (format === 'json') emit(`${JSON.stringify(reportToJson(data, today), null, 2)}\n`, values, terminal);
  else if (format === 'markdown') emit(reportToMarkdown(data, { top, today }), values, terminal);
  else emit(reportToText(data, { top, today, colours: coloursFor(terminal, output) }), values, terminal);
  const first = data.skipped[0];
  if (first && analysis.scanned > 0 && data.skipped.length >= analysis.scanned)
    return fail(terminal, `nothing could be analysed: ${first.path}: ${first.reason}`);
  return 0;
}
