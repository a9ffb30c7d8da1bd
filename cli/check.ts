/** `costlint check`: findings in four formats, safe fixes on request, an exit code for scripts. */
import { analyzeWorkspace, type WorkspaceAnalysis } from './analyze-workspace.ts';
import { type ParsedArgs, UsageError } from './args.ts';
import { coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { applySafeFixes, type FixOutcome } from './fix.ts';
import { toJson } from './formats/json.ts';
import { toMarkdown } from './formats/markdown.ts';
import { loadRuleInfo } from './formats/rule-info.ts';
import { toSarif } from './formats/sarif.ts';
import { toText } from './formats/text.ts';
import { progressOn } from './progress.ts';
import { fail, version } from './run.ts';
import type { Terminal } from './terminal.ts';
import { exceeds, type Threshold } from './threshold.ts';
import { emit, type Open, openTargets } from './workspace-options.ts';

export async function check(args: ParsedArgs, terminal: Terminal, open?: Open): Promise<ExitCode> {
  const { values } = args;
  const threshold: Threshold = { failOn: values.text('fail-on') ?? 'warning', maxWarnings: values.count('max-warnings') };
  const { workspace, targets } = await openTargets(args, terminal, open);
  const progress = progressOn(terminal, 'costlint');
  const scan = (): WorkspaceAnalysis => analyzeWorkspace(workspace, { base: targets.base, onFile: progress.step });
  let analysis = scan();
  let fixed: FixOutcome | undefined;
  if (values.flag('fix')) {
    fixed = applySafeFixes(
      workspace,
      analysis.files.map((file) => file.absolute),
    );
    if (fixed.applied > 0) analysis = scan();
  }
  progress.done();

  emit(await render(values.text('format') ?? 'text', analysis, fixed, args, terminal), values, terminal);
  const problem = whyIncomplete(analysis, targets.files);
  if (problem) return fail(terminal, problem);
  return exceeds(
    analysis.files.flatMap((file) => file.findings),
    threshold,
  )
    ? 1
    : 0;
}

async function render(
  format: string,
  analysis: WorkspaceAnalysis,
  fixed: FixOutcome | undefined,
  args: ParsedArgs,
  terminal: Terminal,
): Promise<string> {
  if (format === 'json') return `${JSON.stringify(toJson(analysis), null, 2)}\n`;
  if (format === 'sarif') return `${JSON.stringify(toSarif(analysis, { version: version(), rules: await loadRuleInfo() }), null, 2)}\n`;
  if (format === 'markdown') return toMarkdown(analysis);
  if (format !== 'text') throw new UsageError(`unknown format ${format}`);
  const toFile = args.values.text('output') !== undefined;
  const out = { ...terminal.out, isTerminal: terminal.out.isTerminal && !toFile };
  return toText(analysis, { cwd: terminal.cwd, colours: coloursFor(terminal, out), width: out.isTerminal ? (out.columns ?? 80) : undefined, fixed });
}

/** A file that was named and could not be read, or a scan in which every file failed, is not "clean". */
function whyIncomplete(analysis: WorkspaceAnalysis, named: readonly string[]): string | undefined {
  const { skipped, scanned, base } = analysis;
  const missed = skipped.find(({ path }) => named.includes(path) || named.includes(`${base}/${path}`));
  if (missed) return `${missed.path} was not analysed: ${missed.reason}`;
  const first = skipped[0];
  if (first && scanned > 0 && skipped.length >= scanned) return `nothing could be analysed: ${first.path}: ${first.reason}`;
  return undefined;
}
