/** What is measured runs in processes of its own; none of them outlives this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { answers } from './load.ts';
import type { Shape } from './shapes.ts';

export interface Program {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

const LONGEST_START_MS = 60_000;
const LOOK_MS = 5;

export interface Started {
  readonly pid: number;
  /** From the start of the process to the end of its first answer, ms. */
  readonly firstAnswerMs: number;
  stop(): Promise<void>;
}

/** Starts a program and asks it until it answers. Throws where it ends or never does. */
export async function start({ args, env, cwd }: Program, url: string, shape: Shape): Promise<Started> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env, ...env }, ...(cwd ? { cwd } : {}) });
  children.add(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await answers(url, shape))) {
    if (child.exitCode !== null || performance.now() - began > LONGEST_START_MS) throw new Error(`no answer from ${args.join(' ')}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 2000);
    await ended;
    clearTimeout(late);
    children.delete(child);
  };
  return { pid: child.pid ?? 0, firstAnswerMs: performance.now() - began, stop };
}

/** Resident memory, MB; undefined where the system does not tell. */
export function memoryOf(pid: number): number | undefined {
  const file = `/proc/${pid}/status`;
  const kilobytes = existsSync(file) ? /VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Processor time so far, ms, all threads; it says what a call costs even on a machine that is busy with other things. */
export function processorMs(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
