/**
 * Programs that tests need and npm does not bring: found, or installed where that is allowed. The order is the same for all of them: one already
 * there, then the system's packages (as root on Debian or Ubuntu), then a download of its own.
 */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './paths.mjs';
import { run } from './run.mjs';

/** @typedef {{ env: string, commands: readonly string[], places?: () => readonly string[], debian: string, download?: () => Promise<string | undefined> }} Program */

/** @type {Record<string, Program>} */
const programs = {
  chromium: {
    env: 'CHROME_PATH',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    places: () => [...systemBrowsers(), ...playwrightBrowsers()],
    debian: 'chromium',
    download: async () => {
      const cli = join(root, 'node_modules/playwright-core/cli.js');
      const { code } = await run(process.execPath, [cli, 'install', 'chromium'], { quiet: true, timeoutMs: 300_000 });
      return code === 0 ? playwrightBrowsers()[0] : undefined;
    },
  },
  'redis-server': { env: 'REDIS_SERVER', commands: ['redis-server', 'valkey-server'], debian: 'redis-server' },
};

/** @type {Map<string, Promise<{ path?: string, reason?: string }>>} */
const answers = new Map();

/**
 * The path of a program, or the reason why there is none. Asked twice, it looks once.
 * @param {string} name
 * @returns {Promise<{ path?: string, reason?: string }>}
 */
export function need(name) {
  const answer = answers.get(name) ?? look(name);
  answers.set(name, answer);
  return answer;
}

async function look(name) {
  const program = programs[name];
  if (!program) throw new Error(`need('${name}'): not one of ${Object.keys(programs).join(', ')}`);
  const there = present(program);
  if (there) return { path: there };
  const given = process.env[program.env];
  if (given) return { reason: `${program.env}=${given} cannot be run` };
  const tried = [`none of ${program.commands.join(', ')} on the PATH`];
  if (process.env.COSTLINT_NO_INSTALL) return { reason: `${tried[0]}, and COSTLINT_NO_INSTALL is set` };
  const steps = [() => installDebian(program.debian), ...(program.download ? [() => ownDownload(program)] : [])];
  for (const step of steps) {
    const result = await step();
    const path = result.path ?? present(program);
    if (path) return { path };
    tried.push(result.reason ?? 'installed, but not found afterwards');
  }
  return { reason: tried.join('; ') };
}

function present({ env, commands, places }) {
  const given = process.env[env];
  if (given) return runnable(given) ? given : undefined;
  const onPath = commands.flatMap((command) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, command)));
  return [...onPath, ...(places?.() ?? [])].find(runnable);
}

async function installDebian(name) {
  if (!existsSync('/usr/bin/apt-get')) return { reason: 'no apt-get here' };
  if (process.getuid?.() !== 0) return { reason: `not root, so no 'apt-get install ${name}' (run that yourself)` };
  console.log(`installing ${name} (apt-get)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const update = await run('apt-get', ['update'], { quiet: true, env, timeoutMs: 300_000 });
  const install = await run('apt-get', ['install', '-y', name], { quiet: true, env, timeoutMs: 600_000 });
  if (install.code === 0) return {};
  return { reason: `'apt-get install ${name}' failed: ${lastLine(install.output || update.output)}` };
}

async function ownDownload(program) {
  console.log('downloading a browser (Playwright)');
  const path = await program.download();
  return path ? { path } : { reason: "its own download ('npx playwright-core install chromium') failed" };
}

function systemBrowsers() {
  if (process.platform === 'darwin') {
    return ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];
  }
  if (process.platform !== 'win32') return ['/snap/bin/chromium'];
  return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .map((name) => process.env[name])
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe'));
}

/** Chromium builds that Playwright downloaded before, newest first. */
function playwrightBrowsers() {
  const caches = { darwin: 'Library/Caches/ms-playwright', win32: 'AppData/Local/ms-playwright' };
  const folder = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), caches[process.platform] ?? '.cache/ms-playwright');
  if (!existsSync(folder)) return [];
  const builds = readdirSync(folder).filter((name) => /^chromium-\d+$/.test(name));
  builds.sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)));
  const inside = ['chrome-linux/chrome', 'chrome-linux64/chrome', 'chrome-mac/Chromium.app/Contents/MacOS/Chromium', 'chrome-win/chrome.exe'];
  return builds.flatMap((build) => inside.map((path) => join(folder, build, path))).filter(runnable);
}

function runnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';
