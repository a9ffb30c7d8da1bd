/**
 * The Node 24 that VS Code runs on, for scripts and tests, whatever Node the machine has. It comes from the dev dependency `node@24`; where install
 * scripts were switched off, that package is empty and the binary's own package is installed into .cache instead.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { npm } from './install.mjs';
import { cache, root } from './paths.mjs';
import { run } from './run.mjs';

const executable = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';

/** The npm package that holds this platform's binary; the names are those of the `node` package. */
function binaryPackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform}-${process.arch}`;
}

/**
 * The path of a Node 24, or undefined if none is here. Costs no process start.
 * @returns {string | undefined}
 */
export function findNode24() {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const fromPackage = (from, name) => {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {
      return undefined;
    }
  };
  const wrapper = fromPackage(join(root, 'package.json'), 'node');
  const inside = wrapper && fromPackage(join(wrapper, 'package.json'), binaryPackage());
  const cached = join(cache, 'node24/node_modules', binaryPackage());
  return [wrapper, inside, cached]
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, executable))
    .find((path) => existsSync(path));
}

/** The path of a Node 24, installed if need be. Throws with what to do when there is none. */
export async function node24() {
  const found = findNode24();
  if (found) return found;
  const version = JSON.parse(readFileSync(join(root, 'node_modules/node/package.json'), 'utf8')).version;
  const folder = join(cache, 'node24');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  console.log(`installing Node ${version}`);
  await npm(['install', '--no-save', '--ignore-scripts', '--loglevel=error', `${binaryPackage()}@${version}`], { cwd: folder });
  const installed = findNode24();
  if (!installed || (await run(installed, ['--version'], { quiet: true })).code !== 0) {
    throw new Error(`no Node 24: 'npm rebuild node' failed or ${binaryPackage()}@${version} is not to be had; run this with Node 24 yourself`);
  }
  return installed;
}
