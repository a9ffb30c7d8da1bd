/** From what a person names on the command line to the workspace that is analysed. */
import fs from 'node:fs';
import { ignoredByRepository } from './discover.ts';
import { ancestors, isInside, normalise, parentOf } from './paths.ts';
import { systemProblem } from './system-error.ts';

export interface Targets {
  /** The workspace: imports are followed inside it, configuration is looked for from here. */
  readonly root: string;
  /** What reported paths are relative to: the one directory that was named, else the working directory. */
  readonly base: string;
  /** Absolute paths of the named files and directories. */
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/** A path that was named and is not there, or is nothing that could be read. */
export interface UnusableTarget {
  /** For people, with the path as it was named. */
  readonly problem: string;
}

/** Resolves the named paths (none: the working directory). `root` is what the person set with `--root`. */
export function resolveTargets(named: readonly string[], cwd: string, root?: string): Targets | UnusableTarget {
  const here = normalise(cwd);
  const files: string[] = [];
  const directories: string[] = [];
  for (const name of named.length > 0 ? named : [root ?? '.']) {
    const path = normalise(name, cwd);
    const found = statOf(path, name);
    if ('problem' in found) return found;
    (found.isDirectory() ? directories : files).push(path);
  }
  if (root !== undefined) {
    const fixed = normalise(root, cwd);
    const found = statOf(fixed, root);
    if ('problem' in found) return found;
    if (!found.isDirectory()) return { problem: `${root}: is not a directory` };
    return { root: fixed, base: fixed, files, directories };
  }
  const common = commonDirectory([...directories, ...files.map(parentOf)]);
  const single = directories.length === 1 && files.length === 0;
  const base = single || !isInside(common, here) ? common : here;
  return { root: workspaceOf(common, base), base, files, directories };
}

function statOf(path: string, name: string): fs.Stats | UnusableTarget {
  try {
    const found = fs.statSync(path, { throwIfNoEntry: false });
    if (!found) return { problem: `no such file or directory: ${name}` };
    // To read a pipe would wait for a writer.
    return found.isFile() || found.isDirectory() ? found : { problem: `${name}: is neither a file nor a directory` };
  } catch (error) {
    return { problem: `${name}: ${systemProblem(error)}` };
  }
}

/**
 * The project that a directory belongs to: the nearest one upwards that has a `costlint.json` or is a git checkout, so that `check src`
 * still sees `tsconfig.json` and the prompts beside `src`. A directory that its repository ignores (a checkout in a cache) stands for itself.
 */
function workspaceOf(directory: string, base: string): string {
  if (ignoredByRepository(directory)) return directory;
  for (const at of ancestors(directory)) {
    if (fs.existsSync(`${at}/costlint.json`) || fs.existsSync(`${at}/.git`)) return at;
  }
  return isInside(directory, base) ? base : directory;
}

function commonDirectory(directories: readonly string[]): string {
  const [first = '/', ...rest] = directories;
  for (const candidate of ancestors(first)) if (rest.every((directory) => isInside(directory, candidate))) return candidate;
  return '/';
}
