/** Child processes that never outlive the script: each is the leader of its own group, and the group ends with the script. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { root } from './paths.mjs';

const windows = process.platform === 'win32';
const running = new Set();

/** Marks every process that this run starts, however deep, so that what is left over can be told from other people's processes. */
export const runId = process.env.COSTLINT_RUN_ID ?? `${process.pid}-${Date.now()}`;

/**
 * Runs a command to its end and never rejects.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, timeoutMs?: number }} [options] `quiet` keeps the output instead of showing it.
 * @returns {Promise<{ code: number, output: string, ms: number, timedOut: boolean }>}
 */
export function run(command, args, { cwd = root, env = process.env, quiet = false, timeoutMs } = {}) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...env, COSTLINT_RUN_ID: runId },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      detached: !windows,
      shell: windows,
    });
    running.add(child);
    let output = '';
    let timedOut = false;
    const giveUp = () => {
      timedOut = true;
      killGroup(child);
    };
    const timer = timeoutMs ? setTimeout(giveUp, timeoutMs) : undefined;
    const finish = (code, text = '') => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, output: output + text, ms: Date.now() - started, timedOut });
    };
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => finish(127, String(error.message)));
    child.on('close', (code, signal) => finish(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

function killGroup(child) {
  if (child.pid === undefined) return;
  try {
    if (windows) child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

/** Ends what this run has started and what those processes left behind, and says how many there were. On Linux only, elsewhere groups suffice. */
export function killLeftovers() {
  for (const child of running) killGroup(child);
  running.clear();
  if (process.platform !== 'linux') return 0;
  const mark = `COSTLINT_RUN_ID=${runId}\0`;
  let killed = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    try {
      if (!`${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(mark)) continue;
      process.kill(Number(pid), 'SIGKILL');
      killed++;
    } catch {
      // ended meanwhile, or not ours to read
    }
  }
  return killed;
}

process.on('exit', () => {
  for (const child of running) killGroup(child);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    killLeftovers();
    process.exit(128 + constants.signals[signal]);
  });
}
