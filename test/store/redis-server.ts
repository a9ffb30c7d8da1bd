import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { need } from '../../scripts/lib/need.mjs';

export interface RedisServer {
  readonly url: string;
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Stops answering, with its connections open, and goes on. */
  pause(): void;
  resume(): void;
  /** Deletes its files while it is stopped: it starts again with nothing. */
  forget(): void;
  remove(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A Redis of the test's own, with its append-only file on; or why there is none. */
export async function redisServer(): Promise<RedisServer | string> {
  const { path, reason } = await need('redis-server');
  if (!path) return reason ?? 'no redis-server';
  const folder = mkdtempSync(join(tmpdir(), 'costlint-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    child = spawn(path, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    let log = '';
    for await (const chunk of child.stdout!) {
      log += String(chunk);
      if (/eady to accept connections/.test(log)) break;
    }
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  };
  await start();
  const remove = async (): Promise<void> => {
    await stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  const forget = (): void => {
    for (const file of readdirSync(folder)) rmSync(join(folder, file), { recursive: true, force: true });
  };
  return { url: `redis://127.0.0.1:${port}`, forget, start, stop, pause: () => child?.kill('SIGSTOP'), resume: () => child?.kill('SIGCONT'), remove };
}
