/**
 * `npm run package`: builds and makes costlint-<version>.vsix, vsce prints what is in it, and it fails above the size limit.
 * --built takes dist/ as it is.
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

/** Bytes. An extension is downloaded by everyone who tries it. */
const limit = 6 * 1024 * 1024;

await ensureInstalled();
if (!process.argv.includes('--built') && (await run(process.execPath, ['esbuild.mjs'])).code !== 0) process.exit(1);

const { createVSIX } = await import('@vscode/vsce');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const file = join(root, `costlint-${version}.vsix`);
for (const name of readdirSync(root)) if (/^costlint-.*\.vsix$/.test(name)) rmSync(join(root, name));

// Everything is bundled, so no node_modules; without a published repository relative links in the README stay as they are.
await createVSIX({ cwd: root, packagePath: file, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });

const kilobytes = (bytes) => `${Math.round(bytes / 1024)} kB`;
const { size } = statSync(file);
console.log(`costlint-${version}.vsix: ${kilobytes(size)}, limit ${kilobytes(limit)}`);

if (size > limit) {
  console.error('too big');
  process.exitCode = 1;
}
