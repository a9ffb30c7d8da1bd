/**
 * `npm run test:clients`: the Python SDKs of test/clients/requirements.txt behind the gateway, in front of a provider of the test's own. Nothing is asked of real providers.
 * They are installed once into .cache. COSTLINT_PYTHON names a Python that has them already. Without Python 3.10 or later this says so and is done; CI=true makes that a failure.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { node24 } from './lib/node24.mjs';
import { cache, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const requirements = join(root, 'test/clients/requirements.txt');
const inCI = /^(1|true)$/.test(process.env.CI ?? '');
const minutes = 60_000;

await ensureInstalled();
const python = process.env.COSTLINT_PYTHON ?? (await ownPython());
if (typeof python === 'string') {
  const env = { ...process.env, NODE_OPTIONS: '', COSTLINT_PYTHON: python };
  const args = ['--no-warnings', '--test', '--test-timeout=180000', ...process.argv.slice(2), join(root, 'test/clients/clients.ts')];
  process.exitCode = (await run(await node24(), args, { env, timeoutMs: 15 * minutes })).code;
} else {
  console.log(`skipped: ${python.reason}`);
  process.exitCode = inCI ? 1 : 0;
}

/** A Python with the SDKs, installed once for each state of the list; or why there is none. */
async function ownPython() {
  const system = await systemPython();
  if (!system) return { reason: 'no python3 of 3.10 or later; install one, or name it in COSTLINT_PYTHON' };
  const id = createHash('sha256').update(readFileSync(requirements)).update(system.version).digest('hex').slice(0, 12);
  const folder = join(cache, `clients-${id}`);
  const own = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const done = join(folder, 'installed');
  if (existsSync(done)) return own;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  console.log('installing the Python SDKs (once)');
  const made = await run(system.command, ['-m', 'venv', folder], { quiet: true, timeoutMs: 2 * minutes });
  if (made.code !== 0) return { reason: `python3 -m venv failed: ${made.output.trim().split('\n').at(-1)}` };
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  const { code, output } = await run(own, install, { quiet: true, timeoutMs: 10 * minutes });
  if (code !== 0) return { reason: `pip could not install test/clients/requirements.txt:\n${output.trim().split('\n').slice(-5).join('\n')}` };
  writeFileSync(done, '');
  return own;
}

async function systemPython() {
  for (const command of ['python3', 'python']) {
    const { code, output } = await run(command, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { quiet: true, timeoutMs: minutes });
    const [major = 0, minor = 0] = output.trim().split('.').map(Number);
    if (code === 0 && (major > 3 || (major === 3 && minor >= 10))) return { command, version: output.trim() };
  }
  return undefined;
}
