/** Which files differ between two states, as git's plumbing lists them: contents are not looked at and nothing of the repository runs. */
import type { Git } from './git.ts';
import type { GitRange } from './git-range.ts';

/** What stands at a path in a tree. */
export interface GitEntry {
  /** `100644`, `100755`, `120000` (a link), `160000` (a submodule). */
  readonly mode: string;
  readonly id: string;
}

export interface GitChange {
  /** Absolute, as the analysis knows it. */
  readonly path: string;
  /** Undefined where the file is new. */
  readonly before: GitEntry | undefined;
  /** Undefined where the file is gone. `id` is all zeros for what stands in the work tree. */
  readonly after: GitEntry | undefined;
}

export interface GitChanges {
  readonly changes: readonly GitChange[];
  /** Names that are not UTF-8: no such file can be read. */
  readonly unreadable: readonly string[];
}

export const LINK = '120000';
export const SUBMODULE = '160000';

/** The differences from base to head. Renames are a file that goes and one that comes. */
export function changesOf(git: Git, { base, head }: GitRange): GitChanges {
  const names = new Names(git);
  if (base === undefined) return everythingNew(git, names);
  const raw = ['--raw', '-r', '-z', '--no-renames', '--no-abbrev', '--no-ext-diff', '--ignore-submodules=dirty'];
  const listed = head === undefined ? git.list(['diff-index', ...raw, base, '--']) : git.list(['diff-tree', ...raw, base, head, '--']);
  const changes = new Map<string, GitChange>();
  const conflicts: Buffer[] = [];
  for (let i = 0; i + 1 < listed.length; i += 2) {
    const [oldMode = '', newMode = '', oldId = '', newId = '', status] = (listed[i]?.toString() ?? '').slice(1).split(' ');
    const name = listed[i + 1] ?? Buffer.alloc(0);
    const path = names.pathOf(name);
    if (status === 'U') conflicts.push(name);
    if (path === undefined || status === 'U') continue;
    changes.set(path, { path, before: entry(oldMode, oldId), after: entry(newMode, newId) });
  }
  for (const change of conflicted(git, base, conflicts, names)) changes.set(change.path, change);
  if (head === undefined) for (const change of untracked(git, names)) if (!changes.has(change.path)) changes.set(change.path, change);
  return { changes: [...changes.values()], unreadable: names.unreadable };
}

const entry = (mode: string, id: string): GitEntry | undefined => (/^0+$/.test(mode) ? undefined : { mode, id });

const IN_WORK_TREE: GitEntry = { mode: '100644', id: '' };

const untracked = (git: Git, names: Names): GitChange[] =>
  git.list(['ls-files', '--others', '--exclude-standard', '-z']).flatMap((name) => {
    const path = names.pathOf(name);
    // A repository within this one ends in a slash; it is not part of the change.
    return path === undefined || path.endsWith('/') ? [] : [{ path, before: undefined, after: IN_WORK_TREE }];
  });

function everythingNew(git: Git, names: Names): GitChanges {
  const tracked = git.list(['ls-files', '-z']).flatMap((name) => names.pathOf(name) ?? []);
  const changes = tracked.map((path) => ({ path, before: undefined, after: IN_WORK_TREE }));
  return { changes: [...changes, ...untracked(git, names)], unreadable: names.unreadable };
}

/** Files with merge conflicts: compared as they stand in the work tree. */
function conflicted(git: Git, base: string, conflicts: readonly Buffer[], names: Names): GitChange[] {
  if (conflicts.length === 0) return [];
  const before = treeOf(git, base, names);
  return conflicts.flatMap((name) => {
    const path = names.pathOf(name);
    return path === undefined ? [] : [{ path, before: before.get(path), after: IN_WORK_TREE }];
  });
}

/** Symbolic links that the work tree is known to have. */
export function linksOfIndex(git: Git): ReadonlyMap<string, GitEntry> {
  return entriesOf(git.list(['ls-files', '--stage', '-z']), new Names(git), ([mode = '', id = '']) => (mode === LINK ? { mode, id } : undefined));
}

/** Every file of a commit by its absolute path. */
export function filesOfCommit(git: Git, commit: string): ReadonlyMap<string, GitEntry> {
  return treeOf(git, commit, new Names(git));
}

const treeOf = (git: Git, commit: string, names: Names): ReadonlyMap<string, GitEntry> =>
  entriesOf(git.list(['ls-tree', '-r', '-z', '--full-tree', commit]), names, ([mode = '', , id = '']) => ({ mode, id }));

/** Lines of fields, a tab and a path. */
function entriesOf(
  lines: readonly Buffer[],
  names: Names,
  entryFrom: (fields: readonly string[]) => GitEntry | undefined,
): ReadonlyMap<string, GitEntry> {
  const entries = new Map<string, GitEntry>();
  for (const line of lines) {
    const tab = line.indexOf(9);
    const entry = entryFrom(line.subarray(0, tab).toString().split(' '));
    const path = entry && names.pathOf(line.subarray(tab + 1));
    if (entry && path !== undefined) entries.set(path, entry);
  }
  return entries;
}

/** Names as git stores them (bytes) → absolute paths. */
class Names {
  readonly unreadable: string[] = [];
  private readonly top: string;

  constructor(git: Git) {
    this.top = git.top;
  }

  pathOf(name: Buffer): string | undefined {
    const text = name.toString('utf8');
    if (!text.includes('\uFFFD') || Buffer.from(text).equals(name)) return `${this.top}/${text}`;
    this.unreadable.push(text);
    return undefined;
  }
}
