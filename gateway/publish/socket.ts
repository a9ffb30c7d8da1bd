/** Where the Unix socket or named pipe is, and the server on it. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { EventPublisher } from './publisher.ts';

/** Longest path of a socket, bytes: 104 with its end on macOS, 108 on Linux. */
const MAX_PATH = 103;

/** Named after the folder, so that two folders have two sockets. A folder with a long name has its socket among the temporary files. */
export function socketPath(folder: string, platform: string = process.platform): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (platform === 'win32') return `\\\\.\\pipe\\costlint-${name}`;
  const path = join(folder, 'gateway.sock');
  return Buffer.byteLength(path) <= MAX_PATH ? path : join(tmpdir(), `costlint-${userInfo().uid}-${name}`, 'gateway.sock');
}

/** Where anybody may make files, somebody else may have made the directory. */
function checkDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (process.getuid && lstatSync(path).uid !== process.getuid()) throw new Error(`${path} belongs to someone else`);
}

/** The socket is made with these rights, not given them afterwards, so that there is no moment in which others could connect. */
function listenPrivately(server: Server, path: string): void {
  const before = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
}

/** Listens. The caller owns the folder (`takeFolder`), so a socket that is there is a dead gateway's. */
export async function listenOn(path: string, publisher: EventPublisher): Promise<Server> {
  const isFile = process.platform !== 'win32';
  if (isFile) {
    checkDirectory(dirname(path));
    rmSync(path, { force: true });
  }
  const server = createServer((socket) => publisher.serveSocket(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
    if (isFile) listenPrivately(server, path);
    else server.listen(path);
  });
  server.on('error', () => {});
  return server;
}
