/** The analysis' window on the disk. It shows one workspace and, above it, only the manifests and lockfiles that tell library versions. */
import fs from 'node:fs';
import type { Host } from '../core/host.ts';
import { ancestors, baseName, isInside, normalise, parentOf } from './paths.ts';
import { readTextFile } from './text-file.ts';

export interface NodeHost extends Host {
  /** Why `read` gave nothing for a path that exists: too large, binary, no permission. Undefined when it can be read. */
  readonly problem: (path: string) => string | undefined;
}

/** Files that tell versions and import aliases; readable in the directories above the root and in packages that a link leads to. */
const MANIFESTS =
  /^(package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|pyproject\.toml|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|requirements[\w.-]*\.txt|tsconfig[\w.-]*\.json|jsconfig\.json|METADATA)$/;

export function nodeHost(root: string): NodeHost {
  const realRoot = realPath(root) ?? root;
  const above = new Set(ancestors(parentOf(root)));

  const visible = (path: string): boolean =>
    isInside(path, root) || (MANIFESTS.test(baseName(path)) && (above.has(parentOf(path)) || path.includes('/node_modules/')));

  /** A link inside the workspace must not open the rest of the disk. */
  const staysInside = (path: string): boolean => {
    const real = realPath(path);
    return real === undefined || isInside(real, realRoot) || MANIFESTS.test(baseName(path));
  };

  const problem = (path: string): string | undefined => {
    if (!visible(path) || !staysInside(path)) return 'lies outside the workspace';
    const file = readTextFile(path);
    return 'problem' in file ? file.problem : undefined;
  };

  return {
    read: (path) => {
      if (!visible(path) || !staysInside(path)) return undefined;
      const file = readTextFile(path);
      return 'problem' in file ? undefined : file.text;
    },
    stat: (path) => {
      if (!visible(path) && !isInside(root, path)) return undefined;
      return kindOf(path);
    },
    problem,
  };
}

function kindOf(path: string): 'file' | 'directory' | undefined {
  try {
    const found = fs.statSync(path, { throwIfNoEntry: false });
    if (found?.isFile()) return 'file';
    return found?.isDirectory() ? 'directory' : undefined;
  } catch {
    // A loop of links, a name that is too long, a directory that may not be entered: nothing there that could be read.
    return undefined;
  }
}

function realPath(path: string): string | undefined {
  try {
    return normalise(fs.realpathSync.native(path));
  } catch {
    // Does not exist; reading it will say so.
    return undefined;
  }
}
