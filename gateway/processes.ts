/** Which program calls: found by its end of the loopback connection, as the kernel lists it. Linux only; elsewhere nothing is known. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { basename } from 'node:path';

export interface CallingProcess {
  readonly pid: number;
  /** The program, or the script that an interpreter runs: a name, never a path or an argument. */
  readonly name: string;
}

/** Programs that are found first by looking at those that called lately. */
const MAX_LATEST = 8;
const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

export class Processes {
  readonly #bySocket = new WeakMap<Socket, Promise<CallingProcess | undefined>>();
  #latest: readonly string[] = [];

  /** Of the client's end of a connection; looked up once a connection. */
  of(socket: Socket): Promise<CallingProcess | undefined> {
    const known = this.#bySocket.get(socket);
    if (known) return known;
    const found = this.#find(socket).catch(() => undefined);
    this.#bySocket.set(socket, found);
    return found;
  }

  async #find({ remoteAddress = '', remotePort, localPort }: Socket): Promise<CallingProcess | undefined> {
    if (process.platform !== 'linux' || !LOOPBACK.test(remoteAddress) || !remotePort || !localPort) return undefined;
    const inode = await inodeOf(remotePort, localPort);
    if (!inode) return undefined;
    const link = `socket:[${inode}]`;
    for (const pid of this.#latest) if (await holds(pid, link)) return described(pid);
    for (const pid of await readdir('/proc')) {
      if (!/^\d+$/.test(pid) || this.#latest.includes(pid) || !(await holds(pid, link))) continue;
      this.#latest = [pid, ...this.#latest].slice(0, MAX_LATEST);
      return described(pid);
    }
    return undefined;
  }
}

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** The socket whose own port is the client's and whose other end is the gateway's. */
async function inodeOf(clientPort: number, gatewayPort: number): Promise<string | undefined> {
  const ends = new RegExp(String.raw`^\s*\d+: \w+:${hex(clientPort)} \w+:${hex(gatewayPort)} \w+ \S+ \S+ \w+ +\d+ +\d+ (\d+) `, 'm');
  for (const table of ['tcp', 'tcp6']) {
    const text = await readFile(`/proc/net/${table}`, 'latin1').catch(() => '');
    const inode = ends.exec(text)?.[1];
    if (inode && inode !== '0') return inode;
  }
  return undefined;
}

/** Whether a process has a file open. False for processes of other users. */
async function holds(pid: string, link: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  const links = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')));
  return links.includes(link);
}

const INTERPRETER = /^(node|nodejs|bun|deno|python[\d.]*|pypy[\d.]*|ruby|perl|php|java|tsx|ts-node|uv|poetry|sh|bash)$/;

async function described(pid: string): Promise<CallingProcess> {
  const [program = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  return { pid: Number(pid), name: programName(basename(program), args) };
}

/** `python -m app.worker` is `app.worker`, `node --x dist/agent.js` is `agent.js`. */
export function programName(program: string, args: readonly string[]): string {
  if (!INTERPRETER.test(program)) return program;
  const at = args.findIndex((arg, i) => !arg.startsWith('-') && !/^-[cemprW]$|^--(eval|print|require|import|loader)$/.test(args[i - 1] ?? ''));
  const module = args.indexOf('-m');
  if (module >= 0 && (at < 0 || module < at)) return args[module + 1] ?? program;
  // Code on the command line has no name, and may hold anything.
  return at < 0 || args.slice(0, at).some((arg) => /^-[cep]$|^--(eval|print)$/.test(arg)) ? program : basename(args[at] ?? program);
}
