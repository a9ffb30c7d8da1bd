/**
 * Git as a reader of objects. Nothing of the repository is ever run (hooks, filters, file-system monitors, textconv, credential helpers), nothing is
 * fetched and nothing is written: neither the index nor the work tree.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { normalise } from './paths.ts';

/** Git cannot answer; the message is for people and says what to do. */
export class GitError extends Error {}

export interface Git {
  /** Absolute; of a bare repository its own directory. */
  readonly top: string;
  readonly bare: boolean;
  /** Standard output as text. Undefined where git fails; `because` gets what it said. */
  readonly ask: (args: readonly string[], because?: (stderr: string) => void) => string | undefined;
  /** Entries that git prints with `-z`. Throws GitError. */
  readonly list: (args: readonly string[]) => readonly Buffer[];
  /** Contents of blobs by object id, read by one process. What is missing or larger than `maxBytes` is left out. */
  readonly blobs: (ids: readonly string[], maxBytes: number) => ReadonlyMap<string, Buffer>;
}

/** What a configuration could make git run, switched off. */
const SAFE = [
  '--no-pager',
  '--no-optional-locks',
  '--literal-pathspecs',
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.sshCommand=false',
    'protocol.allow=never',
    'credential.helper=',
    'diff.external=',
  ].flatMap((setting) => ['-c', setting]),
];

/** Large enough for the list of files of any repository; only a bound. */
const MAX_OUTPUT = 1024 * 1024 * 1024;
/** Blobs are read in portions of so many bytes. */
const PORTION = 128 * 1024 * 1024;

/** What a hook or another git around this process has set would point git elsewhere. Settings of the person (`GIT_CONFIG_…`) stay. */
const environment = (env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || /^GIT_(CONFIG|CEILING)/.test(name))),
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
});

/** Opens the repository around a directory. Throws GitError. */
export function openGit(directory: string, env: Readonly<Record<string, string | undefined>>): Git {
  const program = process.platform === 'win32' ? onPath('git.exe', env) : 'git';
  const start = (args: readonly string[], cwd: string, input?: string, maxBuffer = MAX_OUTPUT): SpawnSyncReturns<Buffer> =>
    spawnSync(program, [...SAFE, ...args], { cwd, env: environment(env), maxBuffer, windowsHide: true, input: input ?? '' });

  const where = start(['rev-parse', '--is-bare-repository', '--absolute-git-dir'], directory);
  if (where.error) throw new GitError(`git could not be started (${where.error.message}); it has to be installed and on the PATH`);
  if (where.status !== 0) throw new GitError(whyNotOpened(directory, where.stderr.toString()));
  const [bareText = '', gitDirectory = ''] = where.stdout.toString().split('\n');
  const bare = bareText === 'true';
  const top = bare ? gitDirectory : start(['rev-parse', '--show-toplevel'], directory).stdout.toString().replace(/\n$/, '');
  if (top === '') throw new GitError(`${directory} lies inside a .git directory; go to the work tree`);
  const cwd = normalise(top);
  const filters = noFilters(start(['config', '-z', '--name-only', '--get-regexp', '^filter\\.'], cwd).stdout.toString());
  const run = (args: readonly string[], input?: string, maxBuffer?: number) => start([...filters, ...args], cwd, input, maxBuffer);

  return {
    top: cwd,
    bare,
    ask: (args, because) => {
      const { status, stdout, stderr } = run(args);
      if (status === 0) return stdout.toString().trimEnd();
      because?.(stderr.toString().trim());
      return undefined;
    },
    list: (args) => {
      const { status, stdout, stderr, error } = run(args);
      if (status !== 0) throw new GitError(`git ${args[0]} failed: ${error?.message ?? stderr.toString().trim()}`);
      return entriesOf(stdout);
    },
    blobs: (ids, maxBytes) => readBlobs(ids, maxBytes, run),
  };
}

/** Windows would take a program of that name from the directory first, which is the repository that is looked at. */
function onPath(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const directories = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter((directory) => path.isAbsolute(directory));
  const found = directories.map((directory) => path.join(directory, name)).find((file) => existsSync(file));
  if (!found) throw new GitError('git is not on the PATH; it has to be installed');
  return found;
}

function whyNotOpened(directory: string, stderr: string): string {
  if (stderr.includes('dubious ownership'))
    return `git refuses ${directory}, since it belongs to another user; allow it with: git config --global --add safe.directory ${directory}`;
  if (stderr.includes('not a git repository')) return `${directory} is not in a git repository; "costlint diff" compares two states of one`;
  return `git cannot open the repository of ${directory}: ${stderr.trim()}`;
}

/** Clean and smudge filters would run programs; names come from the configuration of the repository. */
function noFilters(names: string): readonly string[] {
  const drivers = new Set(names.split('\0').flatMap((name) => /^(filter\..+)\.\w+$/s.exec(name)?.[1] ?? []));
  return [...drivers].flatMap((driver) => ['clean=', 'smudge=', 'process=', 'required=false'].flatMap((setting) => ['-c', `${driver}.${setting}`]));
}

function entriesOf(output: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let from = 0; from < output.length; ) {
    const end = output.indexOf(0, from);
    entries.push(output.subarray(from, end < 0 ? output.length : end));
    from = end < 0 ? output.length : end + 1;
  }
  return entries;
}

type Run = (args: readonly string[], input?: string, maxBuffer?: number) => SpawnSyncReturns<Buffer>;

function readBlobs(ids: readonly string[], maxBytes: number, run: Run): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const portion of portions(sizesOf(ids, maxBytes, run))) {
    const { stdout, error } = run(['cat-file', '--batch'], `${portion.join('\n')}\n`, 2 * PORTION + maxBytes);
    if (error) throw new GitError(`git cat-file failed: ${error.message}`);
    for (let at = 0; at < stdout.length; ) {
      const lineEnd = stdout.indexOf(10, at);
      const [id = '', type, size] = stdout.subarray(at, lineEnd).toString().split(' ');
      at = lineEnd + 1;
      if (type === 'missing' || size === undefined) continue;
      found.set(id, stdout.subarray(at, at + Number(size)));
      at += Number(size) + 1;
    }
  }
  return found;
}

function sizesOf(ids: readonly string[], maxBytes: number, run: Run): ReadonlyMap<string, number> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const lines = run(['cat-file', '--batch-check'], `${wanted.join('\n')}\n`)
    .stdout.toString()
    .split('\n');
  return new Map(
    lines.flatMap((line): [string, number][] => {
      const [id = '', type, size] = line.split(' ');
      return type === 'blob' && Number(size) <= maxBytes ? [[id, Number(size)]] : [];
    }),
  );
}

function* portions(sizes: ReadonlyMap<string, number>): Generator<string[]> {
  let ids: string[] = [];
  let bytes = 0;
  for (const [id, size] of sizes) {
    if (bytes + size > PORTION && ids.length > 0) {
      yield ids;
      [ids, bytes] = [[], 0];
    }
    ids.push(id);
    bytes += size;
  }
  if (ids.length > 0) yield ids;
}
