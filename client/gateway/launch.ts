/**
 * Starts a gateway that outlives the window: a process of its own, in no window's process group, which writes to a log file. All windows find it by its discovery file.
 * Knows nothing of VS Code.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDiscovery } from './discovery.ts';

export const LOG_FILE = 'gateway.log';
const TIMEOUT_MS = 20_000;
const POLL_MS = 100;
/** The end of the log that is shown where it does not start. Characters. */
const SHOWN = 600;

export interface Launch {
  /** Path of `dist/cli.js`. */
  readonly cli: string;
  /** A Node, or an Electron that can be one; `costlint gateway` itself looks for a newer Node where this one is too old. */
  readonly execPath: string;
  /** The gateway's state folder. */
  readonly folder: string;
  /** Path of a configuration file. */
  readonly config?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** Resolves when the gateway has written its discovery file; rejects with what it said where it ends instead. */
export async function launchGateway({ cli, execPath, folder, config, env = process.env, timeoutMs = TIMEOUT_MS }: Launch): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = join(folder, LOG_FILE);
  const before = readDiscovery(folder);
  const child = started(log, () => [cli, 'gateway', '--format', 'json', '--state-dir', folder, ...(config ? ['--config', config] : [])], {
    execPath,
    folder,
    env,
  });
  const deadline = Date.now() + timeoutMs;
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = new Error(`the gateway could not be started: ${error.message}`);
  });
  for (;;) {
    if (failure) throw failure;
    const found = readDiscovery(folder);
    if (found && found.startedAt !== before?.startedAt) return;
    // 0: another gateway was there already.
    if (child.exitCode === 0) return;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the gateway ended at once: ${tailOf(log)}`);
    if (Date.now() > deadline) throw new Error(`the gateway does not answer after ${timeoutMs / 1000} s; see ${log}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function started(
  log: string,
  args: () => readonly string[],
  { execPath, folder, env }: Required<Pick<Launch, 'execPath' | 'folder' | 'env'>>,
): ChildProcess {
  // Not a pipe: it would break when the window closes. Only the latest start is kept.
  const out = openSync(log, 'w', 0o600);
  try {
    const child = spawn(execPath, args(), { cwd: folder, detached: true, windowsHide: true, stdio: ['ignore', out, out], env: ownEnv(env) });
    child.unref();
    return child;
  } finally {
    closeSync(out);
  }
}

/** Without what is meant for the editor's own processes, or would load code into this one. */
export function ownEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|COSTLINT_GATEWAY$)/.test(name));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}

function tailOf(log: string): string {
  const text = readFileSync(log, 'utf8').trim();
  return text === '' ? `it said nothing (${log})` : text.slice(-SHOWN).replace(/^costlint: /gm, '');
}
