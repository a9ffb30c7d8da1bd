/** Which two states of a repository are compared. */
import { type Git, GitError } from './git.ts';

export interface GitRange {
  /** Commit id; undefined in a repository without commits, where everything is new. */
  readonly base: string | undefined;
  /** Commit id; undefined for the work tree with its uncommitted changes. */
  readonly head: string | undefined;
  /** For people: `main (1a2b3c4)`. */
  readonly baseName: string;
  readonly headName: string;
  /** What a person may not expect. */
  readonly notes: readonly string[];
}

export interface RangeRequest {
  readonly base?: string | undefined;
  readonly head?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The base is where the head branched off: what the base branch got since is no part of the change. Throws GitError. */
export function rangeOf(git: Git, { base, head, env }: RangeRequest): GitRange {
  if (head === undefined && git.bare) throw new GitError('a bare repository has no work tree: name both commits, as costlint diff main feature');
  const headId = head === undefined ? undefined : commitOf(git, head);
  if (head !== undefined && headId === undefined) throw new GitError(missingRef(git, head));
  const headName = head === undefined || headId === undefined ? 'the work tree' : nameOf(head, headId);
  const tip = headId ?? commitOf(git, 'HEAD');
  if (tip === undefined && hasCommit(git)) throw new GitError('the last commit of this repository is missing or damaged; "git fsck" says more');
  if (tip === undefined && base === undefined)
    return { base: undefined, head: undefined, baseName: 'nothing', headName, notes: ['There is no commit yet: everything is new.'] };

  const wanted = base === undefined ? defaultBase(git, env) : explicitBase(git, base);
  if (!wanted) return { base: tip, head: headId, baseName: nameOf('HEAD', tip ?? ''), headName, notes: [NO_DEFAULT] };
  const fork = tip === undefined ? wanted.id : git.ask(['merge-base', wanted.id, tip])?.split('\n')[0];
  if (fork !== undefined) return { base: fork, head: headId, baseName: nameOf(wanted.name, fork), headName, notes: [] };
  if (isShallow(git)) throw new GitError(`where this state branched off from ${wanted.name} is not in this checkout. ${DEEPEN}`);
  const notes = [`${wanted.name} and ${head ?? 'HEAD'} have no common ancestor: they are compared as they are.`];
  return { base: wanted.id, head: headId, baseName: nameOf(wanted.name, wanted.id), headName, notes };
}

const NO_DEFAULT = 'No default branch was found (origin/HEAD, main, master): compared with the last commit. Name a base: costlint diff <base>.';
const DEEPEN =
  'Its history is cut (a shallow clone): run "git fetch --unshallow origin", or fetch all of it in CI (GitHub: "fetch-depth: 0" of actions/checkout; GitLab: GIT_DEPTH: 0).';

interface Named {
  readonly name: string;
  readonly id: string;
}

const nameOf = (name: string, id: string): string => (id.startsWith(name) ? id.slice(0, 10) : `${name} (${id.slice(0, 10)})`);

const commitOf = (git: Git, ref: string): string | undefined => git.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);

/** HEAD names a commit, whether or not that is there: before the first commit it names none. */
const hasCommit = (git: Git): boolean => git.ask(['rev-parse', '--verify', '--quiet', 'HEAD']) !== undefined;

const isShallow = (git: Git): boolean => git.ask(['rev-parse', '--is-shallow-repository']) === 'true';

const missingRef = (git: Git, ref: string): string =>
  isShallow(git) ? `${ref} is not in this checkout. ${DEEPEN}` : `git does not know the commit or branch "${ref}"; "git fetch" may bring it`;

function explicitBase(git: Git, name: string): Named {
  const found = firstOf(git, [name, `origin/${name}`]);
  if (!found) throw new GitError(missingRef(git, name));
  return found;
}

function firstOf(git: Git, names: readonly string[]): Named | undefined {
  for (const name of names) {
    const id = commitOf(git, name);
    if (id !== undefined) return { name, id };
  }
  return undefined;
}

/** In CI the branch that the change is for; otherwise the default branch, as the remote has it before the local one. */
function defaultBase(git: Git, env: Readonly<Record<string, string | undefined>>): Named | undefined {
  const target = env.GITHUB_BASE_REF || env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME;
  if (target) {
    const found = firstOf(git, [`refs/remotes/origin/${target}`, `refs/heads/${target}`]);
    const exact = env.GITHUB_BASE_REF ? undefined : env.CI_MERGE_REQUEST_DIFF_BASE_SHA;
    const fallback = exact ? firstOf(git, [exact]) : undefined;
    if (found ?? fallback) return { name: target, id: (found ?? fallback)?.id ?? '' };
    throw new GitError(missingRef(git, `origin/${target}`));
  }
  const remote = git.ask(['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']);
  const found = firstOf(git, [...(remote ? [remote] : []), ...['origin/main', 'origin/master', 'main', 'master'].map(fullName)]);
  return found && { ...found, name: found.name.replace(/^refs\/(remotes|heads)\//, '') };
}

/** A tag or a file named `main` is not the branch. */
const fullName = (name: string): string => (name.startsWith('origin/') ? `refs/remotes/${name}` : `refs/heads/${name}`);
