/** Which files of a workspace are worth analysing: a walk that never enters what others wrote or machines made. */
import fs from 'node:fs';
import type { Config } from '../core/config.ts';
import { enterScope, type IgnoreScope, isIgnored } from './gitignore.ts';
import { expandBraces, pathPattern } from './path-glob.ts';
import { ancestors, baseName, isInside, parentOf, relativeTo } from './paths.ts';
import { systemProblem } from './system-error.ts';

/** Other people's code, build output and caches. Hidden directories are left out as a whole. */
const EXCLUDED_DIRECTORIES = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  'venv',
  'site-packages',
  '__pycache__',
  '__pypackages__',
  'dist',
  'build',
  'out',
  'vendor',
  'coverage',
  'htmlcov',
]);

/** Hidden by their name only: React Router and Remix keep code for one side there. */
const CODE_DIRECTORIES = new Set(['.server', '.client']);

/** Made by a tool, or without code that runs. */
const EXCLUDED_FILES = /(\.min\.[cm]?js|\.d\.[cm]?ts|\.bundle\.js|-lock\.json|_pb2(_grpc)?\.pyi?|\.pyi)$/;

export interface Discovery {
  /** Absolute paths in a stable order. */
  readonly files: readonly string[];
  /** Directories that could not be entered. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

export interface DiscoverOptions {
  /** Where the walk starts; `root` when left out. A start that its repository ignores is walked all the same: somebody named it. */
  readonly start?: string;
  /** Checked now and then; true ends the walk early. */
  readonly cancelled?: () => boolean;
}

/** Finds the files that `accepts` takes, by the globs of `config` (relative to `root`), `.gitignore` and the built-in exclusions. */
export function discover(root: string, config: Config, accepts: (path: string) => boolean, options: DiscoverOptions = {}): Discovery {
  const start = options.start ?? root;
  const wanted = globFilter(root, config);
  const files: string[] = [];
  const skipped: { path: string; reason: string }[] = [];

  const walk = (directory: string, outer: IgnoreScope | undefined): void => {
    if (options.cancelled?.()) return;
    const entries = readDirectory(directory);
    if (typeof entries === 'string') {
      skipped.push({ path: directory, reason: entries });
      return;
    }
    const names = new Set(entries.map((entry) => entry.name));
    if (directory !== start && names.has('pyvenv.cfg')) return;
    const scope = names.has('.gitignore') ? enterScope(directory, outer) : outer;
    for (const entry of entries) {
      const path = directory.endsWith('/') ? directory + entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entersDirectory(entry.name) && !wanted.excludes(path) && !isIgnored(scope, path, true)) walk(path, scope);
      } else if (entry.isFile() && accepts(path) && !EXCLUDED_FILES.test(entry.name) && wanted.takes(path) && !isIgnored(scope, path, false)) {
        files.push(path);
      }
    }
  };

  walk(start, scopeAround(start));
  return { files, skipped };
}

/** Links are not followed: what they lead to is either found at its own place or lies outside. */
const entersDirectory = (name: string): boolean => (!name.startsWith('.') || CODE_DIRECTORIES.has(name)) && !EXCLUDED_DIRECTORIES.has(name);

function readDirectory(directory: string): readonly fs.Dirent[] | string {
  try {
    return fs.readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return `directory cannot be read: ${systemProblem(error)}`;
  }
}

/** The ignore rules that hold at `start` from the repository around it. */
function scopeAround(start: string): IgnoreScope | undefined {
  const top = repositoryTop(start);
  if (!top) return undefined;
  const above = [...ancestors(start)].filter((directory) => isInside(directory, top) && directory !== start).reverse();
  let scope = enterScope(top, undefined, '.git/info/exclude');
  for (const directory of above) scope = enterScope(directory, scope);
  return scope;
}

/** The nearest directory, `start` included, that is the top of a git checkout. */
function repositoryTop(start: string): string | undefined {
  for (const directory of ancestors(start)) if (fs.existsSync(`${directory}/.git`)) return directory;
  return undefined;
}

/** True where the repository around `path` ignores it: a checkout in a cache folder, a generated directory. */
export function ignoredByRepository(path: string): boolean {
  const top = repositoryTop(path);
  if (!top || top === path) return false;
  const chain = [...ancestors(path)].filter((directory) => isInside(directory, top) && directory !== top).reverse();
  let scope = enterScope(top, enterScope(top, undefined, '.git/info/exclude'));
  for (const directory of chain) {
    if (isIgnored(scope, directory, true) || !entersDirectory(baseName(directory))) return true;
    scope = enterScope(directory, scope);
  }
  return false;
}

interface GlobFilter {
  readonly takes: (path: string) => boolean;
  /** For directories: nothing below can be taken. */
  readonly excludes: (path: string) => boolean;
}

function globFilter(root: string, config: Config): GlobFilter {
  const include = matcher(config.include);
  const exclude = matcher(config.exclude);
  const excludes = (path: string): boolean => isInside(path, root) && (exclude?.(relativeTo(root, path)) ?? false);
  return { takes: (path) => !excludes(path) && (include?.(relativeTo(root, path)) ?? true), excludes };
}

/** Whether `include` and `exclude` leave in a file that was named. Hooks name files that the project leaves out; nothing else keeps a named file out. */
export function takesNamed(root: string, config: Config): (path: string) => boolean {
  const { takes } = globFilter(root, config);
  return (path) => !isInside(path, root) || takes(path);
}

/** Globs as people write them: a name without a slash holds at every depth, a directory stands for all that is in it. */
export function matcher(globs: readonly string[]): ((relative: string) => boolean) | undefined {
  if (globs.length === 0) return undefined;
  const patterns = globs.flatMap((glob) => {
    const plain = glob.replace(/^\.?\//, '').replace(/\/$/, '');
    const anchored = /^\.?\//.test(glob) || plain.includes('/') ? plain : `**/${plain}`;
    return expandBraces(anchored.replace(/\/\*\*$/, '')).flatMap((one) => [pathPattern(one), pathPattern(`${one}/**`)]);
  });
  return (relative) => {
    const names = relative.split('/');
    return patterns.some((fits) => fits(names));
  };
}

/** Whether configuration and exclusions leave a single file in; for editors, which are told of one file at a time. */
export const isWanted = (root: string, config: Config, path: string): boolean => {
  if (!globFilter(root, config).takes(path) || EXCLUDED_FILES.test(path)) return false;
  if (!isInside(path, root)) return true;
  return relativeTo(root, parentOf(path))
    .split('/')
    .every((name) => name === '.' || entersDirectory(name));
};
