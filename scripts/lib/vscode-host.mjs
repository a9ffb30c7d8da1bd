/**
 * A real VS Code for tests. By default the web server inside npm's code-server, which needs npm's registry only; with COSTLINT_VSCODE=electron the
 * desktop build that @vscode/test-electron downloads. See docs/decisions/test-host.md.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './install.mjs';
import { findNode24 } from './node24.mjs';
import { cache, root } from './paths.mjs';

/** The files that say what is installed; a change in one of them installs anew. */
const recipe = ['package.json', 'package-lock.json', '.npmrc'];
const source = join(root, 'test/vscode-host');
const folder = join(cache, 'vscode-host');
const vscode = join(folder, 'node_modules/code-server/lib/vscode');

export const wantsElectron = process.env.COSTLINT_VSCODE === 'electron';

/**
 * @typedef {{ kind: 'server', node: string, main: string }} ServerHost VS Code's web server: run `main` with `node`.
 * @typedef {{ kind: 'electron', executable: string }} ElectronHost
 */

/**
 * The host, installed if need be, or the reason why there is none.
 * @returns {Promise<{ host?: ServerHost | ElectronHost, reason?: string }>}
 */
export async function vscodeHost() {
  return wantsElectron ? electronHost() : serverHost();
}

async function serverHost() {
  if (process.platform === 'win32') return { reason: 'code-server does not run on Windows; use COSTLINT_VSCODE=electron' };
  const node = findNode24();
  if (!node) return { reason: 'no Node 24' };
  const host = { kind: /** @type {const} */ ('server'), node, main: join(vscode, 'out/server-main.js') };
  const wanted = createHash('sha256');
  for (const name of recipe) wanted.update(readFileSync(join(source, name)));
  const stamp = join(folder, '.ready');
  const digest = wanted.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return { host };
  if (process.env.COSTLINT_NO_INSTALL) return { reason: 'not installed, and COSTLINT_NO_INSTALL is set' };
  const failed = await installServer();
  if (failed) return { reason: failed };
  writeFileSync(stamp, digest);
  return { host };
}

/** The reason why it failed, or undefined. No install scripts: code-server's own would compile and refuse other Node versions. */
async function installServer() {
  console.log('installing the VS Code test host (code-server, about 700 MB in .cache)');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of recipe) copyFileSync(join(source, name), join(folder, name));
  const quiet = ['--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund'];
  const outer = await npm(['ci', ...quiet], { cwd: folder });
  if (outer.code !== 0) return 'npm ci of code-server failed';
  // What code-server's install script would have installed. Not `npm ci`: the shrinkwrap inside lacks a package and is refused.
  const inner = await npm(['install', '--omit=dev', ...quiet], { cwd: vscode });
  return inner.code === 0 ? undefined : "npm install of VS Code's own packages failed";
}

async function electronHost() {
  try {
    const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
    const executable = await downloadAndUnzipVSCode({
      version: process.env.COSTLINT_VSCODE_VERSION ?? 'stable',
      cachePath: join(cache, 'vscode-electron'),
    });
    return { host: { kind: /** @type {const} */ ('electron'), executable } };
  } catch (error) {
    return { reason: `VS Code could not be downloaded: ${error instanceof Error ? error.message : error}` };
  }
}
