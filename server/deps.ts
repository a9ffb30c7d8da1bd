/** What the server is built from. Tests hand in a disk made of a map; everything else is the real thing. */
import type { Project, ProjectOptions } from '../core/analyze.ts';
import type { Config } from '../core/config.ts';
import type { Frontend } from '../core/frontends/source-unit.ts';
import type { Host } from '../core/host.ts';
import type { TokenCounter } from '../core/tokens/index.ts';
import type { ConfigProblem } from '../workspace/index.ts';

/** A model that can be completed, with its price in words. */
export interface ModelChoice {
  readonly id: string;
  readonly provider: string;
  /** `$3 in · $15 out per million tokens`. */
  readonly price: string;
  /** Context window, retirement. */
  readonly note: string;
  /** No longer served, or not for long. */
  readonly retired: boolean;
  /** One of the models that people choose today; the rest come after them. */
  readonly listed: boolean;
}

/** The analysis, once its parsers are loaded. */
export interface Engine {
  readonly createProject: (options: ProjectOptions) => Project;
  readonly frontends: readonly Frontend[];
  /** The one that reads a path, by its ending and, for prompts, its folder. */
  readonly frontendFor: (path: string) => Frontend | undefined;
  readonly counter: TokenCounter;
  /** On `day` (YYYY-MM-DD), best first within each provider. */
  readonly models: (day: string) => readonly ModelChoice[];
}

/** The disk as the server sees it. */
export interface DiskHost extends Host {
  /** Why `read` gives nothing for a path that exists. */
  readonly problem: (path: string) => string | undefined;
}

export interface LoadedSettings {
  readonly config: Config;
  readonly problems: readonly ConfigProblem[];
}

export interface ServerDeps {
  readonly load: () => Promise<Engine>;
  readonly host: (root: string) => DiskHost;
  /** Files of a workspace that `accepts` takes, without what is ignored or excluded. */
  readonly discover: (root: string, config: Config, accepts: (path: string) => boolean) => readonly string[];
  /** Whether a single file belongs to the workspace by the same measure. */
  readonly wanted: (root: string, config: Config, path: string) => boolean;
  readonly loadConfig: (root: string) => LoadedSettings;
  /** YYYY-MM-DD. */
  readonly today: () => string;
  /** Where the page of a rule can be opened. */
  readonly docsUri: (rule: string) => string | undefined;
}
