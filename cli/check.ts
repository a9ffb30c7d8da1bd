/** `costlint check`: findings in four formats, safe fixes on request, a baseline for old code, an exit code for scripts. */
import path from 'node:path';
import { plural } from '../core/format.ts';
import { analyzeWorkspace, type WorkspaceAnalysis } from './analyze-workspace.ts';
import { type ParsedArgs, UsageError } from './args.ts';
import { BASELINE_NAME, type BaselineScope, type Filtered, readBaseline, withoutBaseline, writeBaseline } from './baseline.ts';
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

  const scope: BaselineScope = {
    root: workspace.root,
    textOf: (absolute) => workspace.host.read(absolute) ?? '',
    scanned: new Set(workspace.targets),
  };
  if (values.flag('write-baseline')) {
    const file = values.text('baseline') ?? `${workspace.root}/${BASELINE_NAME}`;
    const count = writeBaseline(path.resolve(terminal.cwd, file), analysis, scope);
    const problem = whyIncomplete(analysis, targets.files);
    if (problem) return fail(terminal, problem);
    terminal.err.write(`${plural(count, 'finding')} written to ${file}; "costlint check --baseline ${file}" reports only others from now on.\n`);
    return 0;
  }
  const baselineFile = values.text('baseline');
  if (baselineFile !== undefined) {
    const filtered = withoutBaseline(analysis, readBaseline(path.resolve(terminal.cwd, baselineFile), baselineFile), scope);
    analysis = filtered.analysis;
    sayBaseline(filtered, baselineFile, terminal);
  }
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

/** To standard error, so that every format stays what it is. */
function sayBaseline({ hidden, stale }: Filtered, file: string, terminal: Terminal): void {
  if (hidden > 0) terminal.err.write(`${plural(hidden, 'finding')} of ${file} not shown.\n`);
  if (stale.length === 0) return;
  const shown = stale.slice(0, 5).map(({ path: where, rule }) => `  ${where} ${rule}`);
  const more = stale.length > shown.length ? [`  … and ${stale.length - shown.length} more`] : [];
  const what = `${plural(stale.length, 'entry', 'entries')} of ${file} no longer found; take them out with --write-baseline:`;
  terminal.err.write(`${[what, ...shown, ...more].join('\n')}\n`);
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
