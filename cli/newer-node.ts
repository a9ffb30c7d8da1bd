/** A Node new enough for what needs SQLite and undici, where the one that runs the command is older. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Terminal } from './terminal.ts';

export type Version = readonly [major: number, minor: number];

function isAtLeast(found: string, [major, minor]: Version): boolean {
  const [a = 0, b = 0] = found.trim().replace(/^v/, '').split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

/** This Node; else the one that COSTLINT_NODE names, the npm package `node` beside the command, or the first on the path that is new enough. */
export function suitableNode({ env }: Pick<Terminal, 'env'>, wanted: Version): string | undefined {
  if (isAtLeast(process.versions.node, wanted)) return process.execPath;
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  const onPath = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, executable));
  return [env.COSTLINT_NODE, ...packaged(executable), ...onPath].find(
    (path) => path !== undefined && existsSync(path) && isAtLeast(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '', wanted),
  );
}

/** Said where there is none. */
export const noSuitableNode = (what: string, [major, minor]: Version): string =>
  `${what} needs Node ${major}.${minor} or later, this is ${process.versions.node}; name one with COSTLINT_NODE=/path/to/node`;

/** `node_modules/node/bin/node` in the folders above this file. */
function packaged(executable: string): readonly string[] {
  const found: string[] = [];
  for (let folder = dirname(fileURLToPath(import.meta.url)); dirname(folder) !== folder; folder = dirname(folder)) {
    found.push(join(folder, 'node_modules/node/bin', executable));
  }
  return found;
}
