/** `costlint check`: findings in four formats, safe fixes on request, a baseline for old code, an exit code for scripts. */
import path from 'node:path';
import { plural } from '../core/format.ts';
import { parseNotebook } from '../core/frontends/notebook.ts';
import type { Workspace } from '../workspace/index.ts';
import { relativeTo } from '../workspace/paths.ts';
import { version } from '../workspace/version.ts';
import { type AnalyzedFile, analyzeWorkspace, nothingAnalysed, type WorkspaceAnalysis } from './analyze-workspace.ts';
import { type ParsedArgs, UsageError } from './args.ts';
import { BASELINE_NAME, type BaselineScope, type Filtered, readBaseline, withoutBaseline, writeBaseline } from './baseline.ts';
import { coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { applySafeFixes, type FixOutcome } from './fix.ts';
import { oneLine } from './formats/columns.ts';
import { toJson } from './formats/json.ts';
import { toMarkdown } from './formats/markdown.ts';
import { loadRuleInfo } from './formats/rule-info.ts';
import { toSarif } from './formats/sarif.ts';
import { toText } from './formats/text.ts';
import { emit, outputOf } from './output.ts';
import { progressOn } from './progress.ts';
import { fail } from './run.ts';
import type { Terminal } from './terminal.ts';
import { exceeds, type Threshold } from './threshold.ts';
import { type Open, openTargets } from './workspace-options.ts';

export async function check(args: ParsedArgs, terminal: Terminal, open?: Open): Promise<ExitCode> {
  const { values } = args;
  const threshold: Threshold = { failOn: values.text('fail-on') ?? 'warning', maxWarnings: values.count('max-warnings') };
  const { workspace, targets } = await openTargets(args, terminal, open);
  const progress = progressOn(terminal, 'costlint');
  const scan = (): WorkspaceAnalysis => analyzeWorkspace(workspace, { base: targets.base, onFile: progress.step });
  const first = scan();
  const fixed = values.flag('fix') ? applySafeFixes(workspace, first.files.map(absoluteOf)) : undefined;
  const whole = fixed && fixed.applied > 0 ? scan() : first;
  progress.done();

  const problem = whyIncomplete(whole, targets.files) ?? brokenNotebook(workspace, targets.files, targets.base);
  const scope: BaselineScope = {
    root: workspace.root,
    textOf: (absolute) => workspace.host.read(absolute) ?? '',
    scanned: new Set(workspace.targets),
  };
  if (values.flag('write-baseline')) {
    const file = values.text('baseline') ?? path.relative(terminal.cwd, `${workspace.root}/${BASELINE_NAME}`);
    const count = writeBaseline(path.resolve(terminal.cwd, file), whole, scope);
    if (problem) return fail(terminal, problem);
    terminal.err.write(`${plural(count, 'finding')} written to ${file}; "costlint check --baseline ${file}" reports only others from now on.\n`);
    return 0;
  }
  sayDamaged(whole, targets.files, terminal);
  const shown = unlessKnown(whole, values.text('baseline'), scope, terminal);
  emit(await render(values.text('format') ?? 'text', shown, fixed, args, terminal), values, terminal);
  if (problem) return fail(terminal, problem);
  return exceeds(shown.files.flatMap(findingsOf), threshold) ? 1 : 0;
}

const absoluteOf = ({ absolute }: AnalyzedFile): string => absolute;
const findingsOf = ({ findings }: AnalyzedFile): AnalyzedFile['findings'] => findings;

/** Without the findings that the baseline has, if there is one. */
function unlessKnown(analysis: WorkspaceAnalysis, file: string | undefined, scope: BaselineScope, terminal: Terminal): WorkspaceAnalysis {
  if (file === undefined) return analysis;
  const filtered = withoutBaseline(analysis, readBaseline(path.resolve(terminal.cwd, file), file), scope);
  sayBaseline(filtered, file, terminal);
  return filtered.analysis;
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
  const out = outputOf(args.values, terminal);
  return toText(analysis, { cwd: terminal.cwd, colours: coloursFor(terminal, out), width: out.isTerminal ? (out.columns ?? 80) : undefined, fixed });
}

/** Said of files that were named: in a whole project it would be noise. */
function sayDamaged({ damaged, base }: WorkspaceAnalysis, named: readonly string[], terminal: Terminal): void {
  for (const { path: file, line } of damaged.filter((one) => isNamed(one.path, base, named)))
    terminal.err.write(`${oneLine(file)}:${line} has a syntax error: the file was analysed only in part.\n`);
}

const isNamed = (file: string, base: string, named: readonly string[]): boolean => named.includes(file) || named.includes(`${base}/${file}`);

/** What is wrong with a notebook that was named. One that names no SDK is not parsed, so that nobody else has said it. */
function brokenNotebook({ host }: Workspace, named: readonly string[], base: string): string | undefined {
  for (const file of named.filter((name) => name.endsWith('.ipynb'))) {
    const notebook = parseNotebook(host.read(file) ?? '');
    if ('error' in notebook) return oneLine(`${relativeTo(base, file)} was not analysed: ${notebook.error}`);
  }
  return undefined;
}

/** A file that was named and could not be read, or a scan in which every file failed, is not "clean". */
function whyIncomplete(analysis: WorkspaceAnalysis, named: readonly string[]): string | undefined {
  const { skipped, base } = analysis;
  const missed = skipped.find(({ path }) => isNamed(path, base, named));
  if (missed) return oneLine(`${missed.path} was not analysed: ${missed.reason}`);
  return nothingAnalysed(analysis);
}
