/** The analysis' window on a state of a repository that is not checked out. */
import type { Git } from './git.ts';
import { type GitChange, type GitEntry, LINK, SUBMODULE } from './git-changes.ts';
import { GitLinks } from './git-links.ts';
import type { NodeHost } from './node-host.ts';
import { isInside, parentOf, relativeTo } from './paths.ts';
import { decode, MAX_BYTES, MAX_NOTEBOOK_BYTES } from './text-file.ts';

/** Worth reading ahead, all in one process: what an analysis is likely to ask for. Anything else is read when it is asked for. */
const LIKELY =
  /\.([cm]?[jt]sx?|pyw?|ipynb|prompt|prompty|jinja2?|j2|hbs|handlebars|mustache)$|(^|\/)(package\.json|tsconfig[\w.-]*\.json|pyproject\.toml|requirements[\w.-]*\.txt|__init__\.py)$/;
const LFS_POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\//;

type Content = { readonly text: string } | { readonly problem: string };

/** Blobs as texts, read once. */
class Blobs {
  private readonly git: Git;
  private readonly contents = new Map<string, Content>();
  private ahead: readonly string[];

  constructor(git: Git, entries: Iterable<readonly [path: string, entry: GitEntry]>) {
    this.git = git;
    this.ahead = [...entries].filter(([name, { mode }]) => mode === LINK || (mode !== SUBMODULE && LIKELY.test(name))).map(([, { id }]) => id);
  }

  content(file: string, { id }: GitEntry): Content {
    const known = this.contents.get(id);
    if (known) return known;
    this.load([...this.ahead, id]);
    this.ahead = [];
    const content = this.contents.get(id);
    if (!content) return { problem: 'not in this clone (partial, or too large); fetch it with: git fetch --refetch' };
    return 'text' in content && content.text.length > MAX_BYTES && !file.endsWith('.ipynb') ? { problem: 'too large' } : content;
  }

  private load(ids: readonly string[]): void {
    for (const [id, bytes] of this.git.blobs(ids, MAX_NOTEBOOK_BYTES)) this.contents.set(id, contentOf(bytes));
  }
}

function contentOf(bytes: Buffer): Content {
  const file = decode(bytes);
  if ('problem' in file) return { problem: file.problem };
  return LFS_POINTER.test(file.text) ? { problem: 'kept in Git LFS: only a pointer is in the repository' } : { text: file.text };
}

/** Directories that hold any of these files. */
function directoriesOf(files: Iterable<string>): ReadonlySet<string> {
  const directories = new Set<string>();
  for (const file of files) for (let at = parentOf(file); at !== '/' && !directories.has(at); at = parentOf(at)) directories.add(at);
  return directories;
}

/** A state of a repository; `links` are its symbolic links. */
export interface GitHost extends NodeHost {
  readonly links: GitLinks;
}

function linksOf(git: Git, entries: Iterable<readonly [path: string, entry: GitEntry]>, blobs: Blobs): GitLinks {
  const texts = [...entries].flatMap(([file, entry]): [string, string][] => {
    if (entry.mode !== LINK) return [];
    const content = blobs.content(file, entry);
    return 'text' in content ? [[file, content.text]] : [];
  });
  return new GitLinks(git.top, texts);
}

/** A whole commit. */
export function commitHost(git: Git, entries: ReadonlyMap<string, GitEntry>): GitHost {
  const blobs = new Blobs(git, entries);
  const directories = directoriesOf(entries.keys());
  const links = linksOf(git, entries, blobs);
  const content = (file: string): Content | undefined => {
    const real = links.real(file);
    const entry = real === undefined ? undefined : entries.get(real);
    return real !== undefined && entry ? blobs.content(real, entry) : undefined;
  };
  return {
    ...textOf(content, () => 'does not exist'),
    stat: (file) => {
      const real = links.real(file);
      if (real === undefined) return undefined;
      return kindOf(entries.get(real)) ?? (directories.has(real) ? 'directory' : undefined);
    },
    links,
  };
}

export interface Earlier {
  /** The commit; undefined where there was nothing. */
  readonly base: string | undefined;
  readonly changes: readonly GitChange[];
  /** Symbolic links of the later state. */
  readonly links: Iterable<readonly [path: string, entry: GitEntry]>;
}

/** The state before the changes that led to `after`: what did not change is read there. */
export function beforeHost(git: Git, { base, changes, links: laterLinks }: Earlier, after: NodeHost): GitHost {
  const entries = new Map(changes.map(({ path: file, before }) => [file, before] as const));
  const present = [...entries].flatMap(([file, entry]) => (entry ? [[file, entry] as const] : []));
  const kept = [...laterLinks].filter(([file]) => !entries.has(file));
  const blobs = new Blobs(git, [...present, ...kept]);
  const links = linksOf(git, [...present, ...kept], blobs);
  const directories = directoriesOf(present.map(([file]) => file));
  const grown = directoriesOf(changes.filter(({ before }) => before === undefined).map(({ path: file }) => file));
  const existed = remember(
    (directory: string) => base !== undefined && git.ask(['cat-file', '-e', `${base}:${relativeTo(git.top, directory)}`]) !== undefined,
  );
  /** A path outside of the repository is nobody's link: a manifest above it, which the later state decides about. */
  const realOf = (file: string): string | undefined => (isInside(file, git.top) ? links.real(file) : file);
  const content = (file: string): Content | undefined => {
    const real = realOf(file);
    if (real === undefined) return { problem: 'leads out of the repository' };
    const entry = entries.get(real);
    if (entry) return likeAfter(blobs.content(real, entry), after, real);
    if (entries.has(real)) return { problem: 'does not exist' };
    const text = after.read(real);
    return text === undefined ? undefined : { text };
  };
  return {
    ...textOf(content, (file) => after.problem(file)),
    stat: (file) => {
      const real = realOf(file);
      if (real === undefined) return undefined;
      if (entries.has(real)) return kindOf(entries.get(real)) ?? (directories.has(real) ? 'directory' : undefined);
      if (directories.has(real)) return 'directory';
      const kind = after.stat(real);
      const isNew = kind === 'directory' && grown.has(real) && real !== git.top && isInside(real, git.top) && !existed(real);
      return isNew ? undefined : kind;
    },
    links,
  };
}

function remember<T>(ask: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key) ?? ask(key);
    known.set(key, found);
    return found;
  };
}

const textOf = (
  content: (file: string) => Content | undefined,
  otherwise: (file: string) => string | undefined,
): Pick<NodeHost, 'read' | 'problem'> => ({
  read: (file) => {
    const found = content(file);
    return found && 'text' in found ? found.text : undefined;
  },
  problem: (file) => {
    const found = content(file);
    if (!found) return otherwise(file);
    return 'problem' in found ? found.problem : undefined;
  },
});

const kindOf = (entry: GitEntry | undefined): 'file' | 'directory' | undefined => entry && (entry.mode === SUBMODULE ? 'directory' : 'file');

/** A checkout may have other line ends than the repository; they are no change. */
function likeAfter(content: Content, after: NodeHost, file: string): Content {
  if (!('text' in content) || content.text.includes('\r')) return content;
  return after.read(file)?.includes('\r\n') ? { text: content.text.replaceAll('\n', '\r\n') } : content;
}
