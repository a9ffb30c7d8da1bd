/** VS Code's web server: started, awaited, stopped. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerHost } from '../../../scripts/lib/vscode-host.mjs';
import type { Run } from './workspace.ts';

export interface Server {
  /** Host and port, as `vscode-remote://` and `http://` want them. */
  readonly authority: string;
  stop(): Promise<void>;
}

const folders = (run: Run) => ['--user-data-dir', run.userData, '--server-data-dir', join(run.folder, 'server'), '--extensions-dir', run.extensions];

/** No gallery: nothing is looked up or downloaded. */
const environment = (extra: NodeJS.ProcessEnv = {}) => ({
  ...process.env,
  NODE_OPTIONS: '',
  NODE_TEST_CONTEXT: undefined,
  EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}',
  ...extra,
});

/** Installs a .vsix the way a person would, before the server starts. */
export function installExtension(host: ServerHost, run: Run, vsix: string): void {
  execFileSync(host.node, [host.main, '--accept-server-license-terms', ...folders(run), '--install-extension', vsix], {
    env: environment(),
    stdio: 'pipe',
  });
}

export async function startServer(host: ServerHost, run: Run, env?: NodeJS.ProcessEnv): Promise<Server> {
  const port = await freePort();
  const logFile = join(run.folder, 'server.log');
  const log = openSync(logFile, 'a');
  const args = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--without-connection-token',
    '--accept-server-license-terms',
    '--telemetry-level',
    'off',
  ];
  // Only with the smoke-test driver does the workbench honour ?payload=, which says where the extension and its tests are.
  const flags = ['--enable-smoke-test-driver', '--disable-workspace-trust', '--disable-getting-started-override'];
  const child = spawn(host.node, [host.main, ...args, ...flags, ...folders(run)], {
    stdio: ['ignore', log, log],
    detached: true,
    env: environment(env),
  });
  const authority = `127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await answers(`http://${authority}/version`))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop(child);
      throw new Error(`VS Code's server did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await sleep(50);
  }
  return { authority, stop: () => stop(child) };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status === 200;
  } catch {
    return false;
  }
}

/** Ends the server with the extension hosts and language servers that it started: they are one process group. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode || child.pid === undefined) return;
  const group = -child.pid;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  kill(group, 'SIGTERM');
  await Promise.race([ended, sleep(5_000, undefined, { ref: false })]);
  kill(group, 'SIGKILL');
  await ended;
}

function kill(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(group, signal);
  } catch {
    // the whole group has ended
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
