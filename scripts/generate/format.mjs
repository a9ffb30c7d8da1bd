/** The project's formatter, so that what is generated passes the same check as what is written by hand. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../lib/paths.mjs';

/** @param {string} path decides the rules that hold; nothing is written there. */
export function formatAs(path, text) {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const { status, stdout, stderr } = spawnSync(process.execPath, [biome, 'check', '--write', `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0 && stdout === '') throw new Error(`the formatter rejects ${path}: ${stderr}`);
  return stdout;
}
