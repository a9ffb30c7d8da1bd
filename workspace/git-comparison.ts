/** Two states of a repository as one project that is turned from the later to the earlier: only what the change touches is analysed twice. */
import type { Project } from '../core/analyze.ts';
import { type LoadedConfig, loadConfig, loadConfigFile, parseConfigText } from './config-file.ts';
import { CONFIG_NAME } from './config-path.ts';
import { discover, isWanted } from './discover.ts';
import { loadAcceptor } from './frontends.ts';
import type { Git } from './git.ts';
import { changesOf, filesOfCommit, type GitChange, type GitEntry, LINK, linksOfIndex, SUBMODULE } from './git-changes.ts';
import { beforeHost, commitHost } from './git-host.ts';
import type { GitRange } from './git-range.ts';
import { type NodeHost, nodeHost } from './node-host.ts';
import { ancestors, isInside, relativeTo } from './paths.ts';
import { configOf, projectsOver, type Workspace, type WorkspaceOptions } from './project.ts';

export interface Comparison {
  readonly after: Workspace;
  readonly before: Workspace;
  /** Absolute paths of files that differ. */
  readonly changed: ReadonlySet<string>;
  /** Turns the project, which `after` and `before` share, to the state before. `after` must have been analysed by then. */
  readonly rewind: () => void;
  /** What a person should know about the comparison. */
  readonly notes: readonly string[];
}

/** With more changed files than this a second project is quicker than one that is told of each change. */
const MOST_CHANGES = 100;

type ComparisonOptions = Pick<WorkspaceOptions, 'configFile' | 'adjust' | 'today' | 'assets'> & {
  /** Other than MOST_CHANGES, for tests. */
  readonly mostChanges?: number;
};

/** Opens both states of the workspace at `root`, a directory of the repository. The configuration is that of the later state. Throws ConfigError, GitError. */
export async function openComparison(git: Git, range: GitRange, root: string, options: ComparisonOptions): Promise<Comparison> {
  const listed = changesOf(git, range);
  const tree = range.head === undefined ? undefined : filesOfCommit(git, range.head);
  const afterHost = tree ? commitHost(git, tree) : nodeHost(root);
  const earlierHost = beforeHost(git, { base: range.base, changes: listed.changes, links: tree ?? linksOfIndex(git) }, afterHost);
  const changes = listed.changes.filter((change) => isReal(change, afterHost, earlierHost)).map(({ path }) => path);
  const changed = new Set([...changes, ...earlierHost.links.aliases(changes)].filter((path) => isInside(path, root)));

  const loaded = loadConfigOf(root, options.configFile, tree && afterHost);
  const config = configOf(loaded, options);
  const accepts = await loadAcceptor();
  const taken = (path: string): boolean => isInside(path, root) && accepts(path) && isWanted(root, config, path);
  const later = tree ? { files: plainFiles(tree).filter(taken).sort(), skipped: [] } : discover(root, config, accepts);
  const earlier = filesBefore(later.files, listed.changes, taken);
  const known = new Set([...later.files, ...earlier]);

  let current: NodeHost = afterHost;
  const host: NodeHost = { read: (path) => current.read(path), stat: (path) => current.stat(path), problem: (path) => current.problem(path) };
  const projectOf = await projectsOver({ host, root, config }, known, options);
  let project = projectOf(later.files);
  const shared: Project = {
    setFiles: (paths) => project.setFiles(paths),
    changed: (path) => project.changed(path),
    analyze: (path) => project.analyze(path),
    configure: (changed) => project.configure(changed),
  };
  const rewind = (): void => {
    current = earlierHost;
    if (changed.size > (options.mostChanges ?? MOST_CHANGES) || ![...changed].every((path) => known.has(path) || !accepts(path)))
      project = projectOf(earlier);
    else for (const path of changed) project.changed(path);
  };
  const side = (sideHost: NodeHost, targets: readonly string[], skipped: Workspace['skipped']): Workspace => ({
    root,
    config,
    configPath: loaded.path,
    host: sideHost,
    project: shared,
    targets,
    skipped,
    leftOut: [],
  });
  return {
    after: side(afterHost, later.files, later.skipped),
    before: side(earlierHost, earlier, []),
    changed,
    rewind,
    notes: notesOn(git, listed.changes, listed.unreadable, loaded, range),
  };
}

const plainFiles = (tree: ReadonlyMap<string, GitEntry>): string[] =>
  [...tree].filter(([, { mode }]) => mode !== LINK && mode !== SUBMODULE).map(([path]) => path);

/** A file that only looks newer than the index, or differs in line ends alone, did not change. */
function isReal({ path, before, after }: GitChange, later: NodeHost, earlier: NodeHost): boolean {
  if (!before || !after || !/^0*$/.test(after.id)) return before?.mode !== SUBMODULE;
  if (before.mode === SUBMODULE || after.mode === SUBMODULE) return false;
  const text = later.read(path);
  return text === undefined || text !== earlier.read(path);
}

function filesBefore(later: readonly string[], changes: readonly GitChange[], taken: (path: string) => boolean): string[] {
  const files = new Set(later);
  for (const { path, before } of changes) {
    if (!before || before.mode === LINK || before.mode === SUBMODULE) files.delete(path);
    else if (taken(path)) files.add(path);
  }
  return [...files].sort();
}

/** `commit`: the state to read it from, when that is not the work tree. */
function loadConfigOf(root: string, file: string | undefined, commit: NodeHost | undefined): LoadedConfig {
  if (file !== undefined) return loadConfigFile(file);
  const fromDisk = (): LoadedConfig => loadConfig(root);
  if (!commit) return fromDisk();
  for (const directory of ancestors(root)) {
    const path = `${directory}/${CONFIG_NAME}`;
    const text = commit.read(path);
    if (text !== undefined) return parseConfigText(path, text);
  }
  return parseConfigText(`${root}/${CONFIG_NAME}`, '{}');
}

function notesOn(git: Git, changes: readonly GitChange[], unreadable: readonly string[], loaded: LoadedConfig, range: GitRange): string[] {
  const modules = changes.filter(({ before, after }) => before?.mode === SUBMODULE || after?.mode === SUBMODULE);
  const configChanged = changes.some(({ path }) => path === loaded.path);
  return [
    ...range.notes,
    ...(configChanged ? [`${relativeTo(git.top, loaded.path ?? '')} changed: both states are estimated with the new one.`] : []),
    ...modules.map(({ path }) => `The submodule ${relativeTo(git.top, path)} changed; what is in it is not compared.`),
    ...unreadable.map((name) => `${name} was left out: its name is not UTF-8.`),
  ];
}
