/** The file by which editors and the command line find a running gateway. */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DISCOVERY_FILE, type Discovery, discoverySchema, stateFolder } from '../../core/protocol/gateway.ts';

export const defaultStateFolder = (): string => stateFolder(process.platform, process.env, homedir());

/** Whole or not at all, and never readable by others, not even for a moment. */
export function writeDiscovery(folder: string, discovery: Discovery): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, DISCOVERY_FILE);
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(discovery, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

/** What the file says; undefined where there is none or it cannot be understood. It may be of a gateway that is gone. */
export function readDiscovery(folder: string): Discovery | undefined {
  try {
    return discoverySchema.safeParse(JSON.parse(readFileSync(join(folder, DISCOVERY_FILE), 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return undefined;
    throw error;
  }
}

/** Removes the file, unless another gateway has written it since. */
export function removeDiscovery(folder: string, pid = process.pid): void {
  if (readDiscovery(folder)?.pid === pid) rmSync(join(folder, DISCOVERY_FILE), { force: true });
}

const CONNECT_MS = 1000;

/** Whether somebody answers on a socket. A process id proves nothing: it may have been given to another program. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answer: boolean): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(answer);
    };
    const late = setTimeout(() => done(false), CONNECT_MS);
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/** A gateway that runs in this folder. */
export async function findGateway(folder: string = defaultStateFolder()): Promise<Discovery | undefined> {
  const discovery = readDiscovery(folder);
  return discovery && (await answers(discovery.socket)) ? discovery : undefined;
}
