/** Where `costlint.json` lies: apart from reading it, since most commands find none and need not load the schema. */
import fs from 'node:fs';
import { ancestors } from './paths.ts';

export const CONFIG_NAME = 'costlint.json';

/** The nearest `costlint.json` in `root` or above it, up to the top of its git checkout. */
export function findConfig(root: string): string | undefined {
  for (const directory of ancestors(root)) {
    const path = `${directory}/${CONFIG_NAME}`;
    if (fs.existsSync(path)) return path;
    if (fs.existsSync(`${directory}/.git`)) return undefined;
  }
  return undefined;
}
