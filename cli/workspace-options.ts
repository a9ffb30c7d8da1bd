/** What the options that `check`, `report` and `diff` share mean. */
import { assumptionsSchema, type Config } from '../core/config.ts';
import { issueWords } from '../core/issue-words.ts';
import { closest } from '../workspace/closest.ts';
import { displayPath, normalise, relativeTo } from '../workspace/paths.ts';
import { ConfigError, openWorkspace, type Workspace, type WorkspaceOptions } from '../workspace/project.ts';
import { resolveTargets, type Targets } from '../workspace/roots.ts';
import { type ParsedArgs, UsageError, type Values } from './args.ts';
import { oneLine } from './formats/columns.ts';
import type { Terminal } from './terminal.ts';

export interface Opened {
  readonly workspace: Workspace;
  readonly targets: Targets;
  /** ISO date at which prices are taken. */
  readonly today: string;
}

/** Makes a workspace from a folder; tests hand in a made-up one. */
export type Open = typeof openWorkspace;

/** Opens what the arguments name. Throws UsageError with a message for people. */
export async function openTargets({ values, positionals }: ParsedArgs, terminal: Terminal, open: Open = openWorkspace): Promise<Opened> {
  const targets = resolveTargets(positionals, terminal.cwd, values.text('root'));
  if ('problem' in targets) throw new UsageError(targets.problem);
  const settings = workspaceSettings(values, terminal);
  try {
    const workspace = await open(targets.root, { ...settings, directories: targets.directories, files: targets.files });
    sayLeftOut(workspace, targets.base, terminal);
    return { workspace, targets: { ...targets, files: targets.files.filter((file) => !workspace.leftOut.includes(file)) }, today: settings.today };
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(configMessage(error, terminal.cwd));
    throw error;
  }
}

/** How many of the files that are left out are named. */
const NAMED = 3;

/** To standard error, so that every format stays what it is. */
function sayLeftOut({ leftOut }: Workspace, base: string, terminal: Terminal): void {
  if (leftOut.length === 0) return;
  const more = leftOut.length > NAMED ? ` and ${leftOut.length - NAMED} more` : '';
  const names = leftOut.slice(0, NAMED).map((path) => oneLine(relativeTo(base, path)));
  terminal.err.write(`Left out by "include" or "exclude" of the configuration: ${names.join(', ')}${more}.\n`);
}

/** What `--today`, `--assume` and `--config` say. Throws UsageError. */
export function workspaceSettings(values: Values, terminal: Terminal): Pick<WorkspaceOptions, 'today' | 'adjust' | 'configFile'> {
  const configFile = values.text('config');
  const assumptions = assumptionsFrom(values.list('assume'));
  return {
    today: dateFrom(values.text('today')),
    adjust: (config) => withAssumptions(config, assumptions),
    ...(configFile !== undefined && { configFile: normalise(configFile, terminal.cwd) }),
  };
}

export const configMessage = (error: Pick<ConfigError, 'problems'>, cwd: string): string =>
  error.problems
    .map(({ path: file, line, column, end, key, message }) => {
      // What is wrong with the file as a whole has no place in it.
      const place = end === 0 ? '' : `:${line}:${column}`;
      return `${displayPath(normalise(cwd), file)}${place}: ${key === '' ? '' : `${key}: `}${message}`;
    })
    .join('\n');

function dateFrom(text: string | undefined): string {
  if (text === undefined) return new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) throw new UsageError(`--today needs a date as 2026-11-23, not "${text}"`);
  return text;
}

type Assumed = ReadonlyMap<string, number>;

function assumptionsFrom(entries: readonly string[]): Assumed {
  const known = Object.keys(assumptionsSchema.shape);
  const assumed = new Map<string, number>();
  for (const entry of entries) {
    const [key = '', text = ''] = entry.split(/=(.*)/s, 2);
    if (!known.includes(key)) {
      const meant = closest(key, known);
      throw new UsageError(`--assume ${entry}: unknown key "${key}"${meant ? `, did you mean "${meant}"?` : `; known are ${known.join(', ')}`}`);
    }
    if (text === '' || !Number.isFinite(Number(text))) throw new UsageError(`--assume ${key} needs a number, as ${key}=500`);
    assumed.set(key, Number(text));
  }
  return assumed;
}

function withAssumptions(config: Config, assumed: Assumed): Config {
  if (assumed.size === 0) return config;
  const result = assumptionsSchema.safeParse({ ...config.assumptions, ...Object.fromEntries(assumed) });
  if (result.success) return { ...config, assumptions: result.data };
  const issue = result.error.issues[0];
  throw new UsageError(`--assume ${issue?.path.join('.') ?? ''} ${issue ? issueWords(issue) : 'is not allowed'}`);
}
