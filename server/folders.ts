/** Workspace folders, each with a project of its own; a file outside all of them gets one for its directory. */
import type { Project } from '../core/analyze.ts';
import type { Config } from '../core/config.ts';
import { plural } from '../core/format.ts';
import type { EditorSettings } from '../core/protocol/index.ts';
import { describeProblem } from '../workspace/index.ts';
import type { TellConfigProblems } from './config-problems.ts';
import type { DiskHost, Engine, ServerDeps } from './deps.ts';
import type { Log } from './log.ts';
import { emptyDisk, isVirtual, type Overlay, overlayHost } from './overlay.ts';
import { mergeSettings, type Settings } from './settings.ts';
import { isInside, parentOf, pathOfUri, uriOfPath } from './uris.ts';

export interface Folder {
  readonly root: string;
  /** Undefined for the directory of a file that belongs to no folder. */
  readonly uri: string | undefined;
  readonly host: DiskHost;
  readonly project: Project;
  readonly config: Config;
  readonly settings: EditorSettings;
  /** Files of the folder on disk that costlint can read. */
  readonly files: ReadonlySet<string>;
  /** False for files that configuration or .gitignore leave out. */
  readonly includes: (path: string) => boolean;
}

export interface Folders {
  readonly add: (uri: string) => void;
  readonly remove: (uri: string) => void;
  /** The folder of a path, with its settings loaded. */
  readonly of: (path: string) => Promise<Folder>;
  /** All workspace folders, once they are loaded. */
  readonly all: () => Promise<readonly Folder[]>;
  /** Folders that are loaded now. */
  readonly loaded: () => readonly Folder[];
  readonly firstRoot: () => string | undefined;
  /** Reads settings and configuration files again. */
  readonly reload: () => Promise<void>;
  /** A file on disk was made or removed. True where the folder's list of files changed. */
  readonly fileSeen: (path: string, exists: boolean) => boolean;
}

export interface FolderOptions {
  readonly deps: ServerDeps;
  readonly engine: () => Engine;
  readonly log: Log;
  readonly overlay: Overlay;
  /** The editor's `costlint` section for a folder or file. */
  readonly section: (scopeUri: string | undefined) => unknown;
  /** Told of settings that are not valid, once for each text. */
  readonly complain: (problem: string) => void;
  readonly tellConfigProblems: TellConfigProblems;
}

interface State {
  folder: Folder;
  readonly files: Set<string>;
  readonly day: string;
  readonly scopeUri: string | undefined;
}

export function createFolders(options: FolderOptions): Folders {
  const { deps, engine, overlay } = options;
  const roots = new Map<string, string>();
  const states = new Map<string, Promise<State>>();
  const loaded = new Map<string, State>();

  const accepts = (path: string): boolean => engine().frontendFor(path) !== undefined;

  const settingsFor = async (root: string, scopeUri: string | undefined): Promise<Settings> => {
    const onDisk = deps.loadConfig(root);
    const settings = mergeSettings(onDisk.config, await options.section(scopeUri));
    for (const problem of [...onDisk.problems.map(describeProblem), ...settings.problems]) options.complain(problem);
    options.tellConfigProblems(root, onDisk.problems);
    return settings;
  };
  const filesOf = (root: string, uri: string | undefined, config: Config): Set<string> =>
    new Set(uri === undefined || isVirtual(root) ? [] : deps.discover(root, config, accepts));
  const includes = (root: string, config: Config, files: ReadonlySet<string>) => (path: string) =>
    isVirtual(path) || files.has(path) || deps.wanted(root, config, path);

  const load = async (root: string, uri: string | undefined): Promise<State> => {
    const scopeUri = isVirtual(root) ? undefined : (uri ?? uriOfPath(root));
    const { config, editor } = await settingsFor(root, scopeUri);
    const host = overlayHost(isVirtual(root) ? emptyDisk : deps.host(root), overlay);
    const day = deps.today();
    const { createProject, frontends, counter } = engine();
    const project = createProject({ host, root, frontends, counter, config, today: day });
    const files = filesOf(root, uri, config);
    project.setFiles(files);
    options.log.info(`${root}: ${plural(files.size, 'file')} to analyse`);
    const folder = { root, uri, host, project, config, settings: editor, files, includes: includes(root, config, files) };
    const state = { folder, files, day, scopeUri };
    loaded.set(root, state);
    return state;
  };

  /** The project stays, so that nothing is parsed again; figures follow the new settings. */
  const refresh = async (state: State): Promise<void> => {
    const { root, uri, project } = state.folder;
    const { config, editor } = await settingsFor(root, state.scopeUri);
    const found = filesOf(root, uri, config);
    state.files.clear();
    for (const path of found) state.files.add(path);
    project.configure(config);
    project.setFiles(state.files);
    state.folder = { ...state.folder, config, settings: editor, includes: includes(root, config, state.files) };
  };

  const state = (root: string, uri: string | undefined): Promise<State> => {
    const known = states.get(root);
    // Prices have dates: a server that outlives midnight starts its projects anew.
    if (known && (loaded.get(root)?.day ?? deps.today()) === deps.today()) return known;
    const fresh = load(root, uri);
    states.set(root, fresh);
    fresh.catch((error) => {
      states.delete(root);
      options.log.failure(`Reading the folder ${root}`, error);
    });
    return fresh;
  };

  const rootOf = (path: string): string | undefined => {
    let best: string | undefined;
    for (const root of roots.keys()) if (isInside(path, root) && root.length > (best?.length ?? -1)) best = root;
    return best;
  };
  /** What is asked after a change of settings is answered with them. */
  let reloaded: Promise<unknown> = Promise.resolve();
  const reload = async (): Promise<void> => {
    const known = await Promise.allSettled(states.values());
    await Promise.all(known.map((each) => (each.status === 'fulfilled' ? refresh(each.value) : undefined)));
  };

  return {
    add: (uri) => void roots.set(pathOfUri(uri), uri),
    remove: (uri) => {
      const root = pathOfUri(uri);
      roots.delete(root);
      states.delete(root);
      loaded.delete(root);
      options.tellConfigProblems(root, []);
    },
    of: async (path) => {
      await reloaded;
      const root = rootOf(path);
      if (root !== undefined) return (await state(root, roots.get(root))).folder;
      return (await state(parentOf(path), undefined)).folder;
    },
    all: async () => {
      await reloaded;
      return Promise.all([...roots].map(async ([root, uri]) => (await state(root, uri)).folder));
    },
    loaded: () => [...loaded.values()].map((each) => each.folder),
    firstRoot: () => roots.keys().next().value,
    reload: () => {
      const done = reloaded.then(reload).catch((error) => options.log.failure('Reading the settings', error));
      reloaded = done;
      return done;
    },
    fileSeen: (path, exists) => {
      const root = rootOf(path);
      const here = root === undefined ? undefined : loaded.get(root);
      if (!here || here.files.has(path) === exists) return false;
      if (exists && !(accepts(path) && here.folder.includes(path))) return false;
      if (exists) here.files.add(path);
      else here.files.delete(path);
      here.folder.project.setFiles(here.files);
      return true;
    },
  };
}
