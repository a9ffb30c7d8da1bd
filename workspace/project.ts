/** A workspace on disk as a Project: configuration, files, languages and the engine put together once, for the command line and the server. */
import type { Project, ProjectOptions } from '../core/analyze.ts';
import type { Config } from '../core/config.ts';
import { type Assets, readAssets } from './assets.ts';
import { type ConfigProblem, type LoadedConfig, loadConfig, loadConfigFile } from './config-file.ts';
import { type Discovery, discover, takesNamed } from './discover.ts';
import { languagesOf, loadAcceptor, loadFrontends } from './frontends.ts';
import { type NodeHost, nodeHost } from './node-host.ts';
import { isInside } from './paths.ts';

export interface WorkspaceOptions {
  /** Absolute path of a configuration file to use in place of the one found by itself. */
  readonly configFile?: string;
  /** Changes what the file says: options of the command line. */
  readonly adjust?: (config: Config) => Config;
  /** ISO date (YYYY-MM-DD) at which prices are taken. */
  readonly today: string;
  /** What to report on; the whole root when both are left out. */
  readonly directories?: readonly string[];
  readonly files?: readonly string[];
  readonly assets?: () => Assets;
}

export interface Workspace {
  readonly root: string;
  readonly config: Config;
  readonly configPath: string | undefined;
  readonly host: NodeHost;
  readonly project: Project;
  /** The files to report on, in a stable order. Others of the root are known to the project, but not listed here. */
  readonly targets: readonly string[];
  readonly skipped: Discovery['skipped'];
  /** Named files that the configuration leaves out. */
  readonly leftOut: readonly string[];
}

/** The configuration cannot be used. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super('invalid configuration');
    this.problems = problems;
  }
}

/** Opens a workspace. Nothing is parsed yet. Throws ConfigError. */
export async function openWorkspace(root: string, options: WorkspaceOptions): Promise<Workspace> {
  const loaded = options.configFile ? loadConfigFile(options.configFile) : loadConfig(root);
  const config = configOf(loaded, options);
  const { known, ...found } = findTargets(root, config, await loadAcceptor(), options);
  const host = nodeHost(root);
  const projectOf = await projectsOver({ host, root, config }, known, options);
  return { root, config, configPath: loaded.path, host, project: projectOf(known), ...found };
}

/** The configuration in force. Throws ConfigError. */
export function configOf(loaded: LoadedConfig, { adjust }: Pick<WorkspaceOptions, 'adjust'>): Config {
  if (loaded.problems.length > 0) throw new ConfigError(loaded.problems);
  return adjust?.(loaded.config) ?? loaded.config;
}

/** Makes projects of files. The engine and the languages of `all` files are loaded once. */
export async function projectsOver(
  place: Pick<ProjectOptions, 'host' | 'root' | 'config'>,
  all: Iterable<string>,
  { today, assets = readAssets }: Pick<WorkspaceOptions, 'today' | 'assets'>,
): Promise<(files: Iterable<string>) => Project> {
  const [frontends, { createCounter }, { createProject }] = await Promise.all([
    loadFrontends(languagesOf(all), assets),
    import('../core/tokens/index.ts'),
    import('../core/analyze.ts'),
  ]);
  const counter = await createCounter();
  return (files) => {
    const project = createProject({ ...place, frontends, counter, today });
    project.setFiles(files);
    return project;
  };
}

interface Found extends Pick<Workspace, 'targets' | 'skipped' | 'leftOut'> {
  /** Every file of the root: callers in other files set the bounds of what is reported on. */
  readonly known: ReadonlySet<string>;
}

function findTargets(root: string, config: Config, accepts: (path: string) => boolean, options: WorkspaceOptions): Found {
  const directories = options.directories ?? (options.files ? [] : [root]);
  const all = discover(root, config, accepts);
  const named = options.files ?? [];
  const takes = takesNamed(root, config);
  const targets = new Set(named.filter(takes));
  const skipped = directories.length > 0 ? all.skipped.filter(({ path }) => directories.some((directory) => isInside(path, directory))) : [];
  for (const directory of directories) {
    const inside = directory === root ? all.files : discover(root, config, accepts, { start: directory }).files;
    for (const file of inside) targets.add(file);
  }
  return { targets: [...targets], known: new Set([...all.files, ...targets]), skipped, leftOut: named.filter((path) => !takes(path)) };
}
