/** The project's npm packages: are they there, and get them if not. Needs nothing but Node and npm. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { run } from './run.mjs';

const readJson = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/**
 * Why node_modules does not match package-lock.json, or undefined when it does. Optional packages may be missing: they are for other platforms.
 * @returns {string | undefined}
 */
export function installProblem() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  if (!wanted) throw new Error('package-lock.json is missing or cannot be read');
  const present = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!present) return 'node_modules is missing';
  for (const [path, { version, optional, devOptional }] of Object.entries(wanted)) {
    if (path === '' || present[path]?.version === version) continue;
    if (!present[path] && (optional || devOptional)) continue;
    return `${path} is ${present[path]?.version ?? 'missing'}, package-lock.json says ${version}`;
  }
  return undefined;
}

/** Runs `npm ci` when the packages do not match the lockfile. Throws when that fails. */
export async function ensureInstalled() {
  const problem = installProblem();
  if (!problem) return;
  console.log(`installing dependencies (${problem})`);
  const { code } = await npm(['ci', '--loglevel=error']);
  if (code !== 0) throw new Error('npm ci failed');
}

/** npm by the file that started us where there is one, so that a script run by npm 10 installs with npm 10. */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  return script?.endsWith('npm-cli.js') ? run(process.execPath, [script, ...args], options) : run('npm', args, options);
}
