/** `costlint diff`: what a change does to the cost of the calls, against budgets, for a person and for a pull request. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { GitError } from '../workspace/git.ts';
import { ConfigError } from '../workspace/project.ts';
import { resolveTargets } from '../workspace/roots.ts';
import { version } from '../workspace/version.ts';
import { type ParsedArgs, UsageError } from './args.ts';
import { coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { type DiffResult, diffData } from './diff-data.ts';
import { diffToJson } from './formats/diff-json.ts';
import { diffToMarkdown } from './formats/diff-markdown.ts';
import { diffToText } from './formats/diff-text.ts';
import { loadRuleInfo } from './formats/rule-info.ts';
import { toSarif } from './formats/sarif.ts';
import { emit, outputOf, topOf, writeOutput } from './output.ts';
import { progressOn } from './progress.ts';
import type { Output, Terminal } from './terminal.ts';
import { exceeds } from './threshold.ts';
import { configMessage, workspaceSettings } from './workspace-options.ts';

export async function diff(args: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = args;
  const [from, to, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`a base and a head are expected, not "${rest.join(' ')}" as well`);
  const also = alsoFrom(values.list('also'));
  const targets = resolveTargets([], realpathSync(terminal.cwd), values.text('root'));
  if ('problem' in targets) throw new UsageError(targets.problem);
  const progress = progressOn(terminal, 'costlint');
  const { root, base } = targets;
  const options = workspaceSettings(values, terminal);
  const result = await diffData({ root, base, from, to, env: terminal.env, options, onFile: progress.step }).catch((error: unknown) => {
    if (error instanceof GitError) throw new UsageError(error.message);
    if (error instanceof ConfigError) throw new UsageError(configMessage(error, terminal.cwd));
    throw error;
  });
  progress.done();
  const format = values.text('format') ?? 'text';
  emit(await render(format, result, args, outputOf(values, terminal), terminal), values, terminal);
  for (const { format: other, file } of also) {
    writeOutput(path.resolve(terminal.cwd, file), await render(other, result, args, { ...terminal.out, isTerminal: false }, terminal));
  }
  return fails(result, values.text('fail-on') ?? 'error') ? 1 : 0;
}

const FORMATS = ['text', 'markdown', 'json', 'sarif'];

/** `--also markdown=comment.md`: the same comparison in further formats, without doing it again. */
function alsoFrom(given: readonly string[]): readonly { readonly format: string; readonly file: string }[] {
  return given.map((text) => {
    const [format = '', file = ''] = text.split(/=(.*)/s, 2);
    if (!FORMATS.includes(format) || file === '')
      throw new UsageError(`--also needs format=file, as markdown=comment.md; formats are ${FORMATS.join(', ')}`);
    return { format, file };
  });
}

async function render(format: string, result: DiffResult, { values }: ParsedArgs, out: Output, terminal: Terminal): Promise<string> {
  const top = topOf(values);
  if (format === 'json') return `${JSON.stringify(diffToJson(result), null, 2)}\n`;
  if (format === 'markdown') return diffToMarkdown(result, { top });
  if (format === 'text') return diffToText(result, { top, colours: coloursFor(terminal, out) });
  const added = new Set(result.diff.newFindings.map(({ finding }) => finding));
  const tool = { version: version(), rules: await loadRuleInfo() };
  return `${JSON.stringify(toSarif(result.after, tool, { only: (finding) => added.has(finding), baselineState: 'new' }), null, 2)}\n`;
}

/** Budgets fail whatever `--fail-on` says: that is what they are set for. */
const fails = ({ breaches, diff }: DiffResult, failOn: string): boolean =>
  breaches.some(({ isNew }) => isNew) ||
  exceeds(
    diff.newFindings.map(({ finding }) => finding),
    { failOn, maxWarnings: undefined },
  );
