/** Reading many logs on several threads, each taking the next file from one list. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LogFile } from './files.ts';
import { type FileCalls, readLog } from './read.ts';

/** What the threads of one reading share. */
export interface Shared {
  readonly files: readonly LogFile[];
  /** How many files were taken. */
  readonly taken: Int32Array;
}

export const takeNext = (taken: Int32Array): number => Atomics.add(taken, 0, 1);

/** A thread takes some 30 ms to start: as long as reading this many bytes. */
const BYTES_A_THREAD = 32 * 1024 * 1024;
const MOST_THREADS = 4;

/** Beside this one. */
const extraThreads = (bytes: number): number => Math.min(availableParallelism(), MOST_THREADS, Math.ceil(bytes / BYTES_A_THREAD)) - 1;

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './logs-worker.js', import.meta.url);

type Answer = readonly (readonly [index: number, result: FileCalls])[];

/** What a thread read; nothing where it could not start or broke: the files are read again then. */
export function fromThread(shared: Shared): Promise<Answer> {
  return new Promise((resolve) => {
    const worker = new Worker(WORKER, { workerData: shared });
    worker.once('message', (answer: string) => resolve(JSON.parse(answer)));
    worker.once('error', () => resolve([]));
    worker.once('exit', () => resolve([]));
  });
}

/** Told before a file is read and, in bytes, while it is. May take its time: reading waits for it. */
export interface ReadProgress {
  readonly file: (index: number) => void | Promise<void>;
  readonly bytes: (index: number, more: number) => void;
}

const bytesOf = (files: readonly LogFile[]): number => files.reduce((sum, file) => sum + file.bytes, 0);

/** The calls of each file, in the order of the files. `extra`: threads beside this one. */
export async function readLogs(
  files: readonly LogFile[],
  progress: ReadProgress,
  extra = extraThreads(bytesOf(files)),
): Promise<readonly FileCalls[]> {
  const shared: Shared = { files, taken: new Int32Array(new SharedArrayBuffer(4)) };
  const threads = Array.from({ length: Math.max(0, extra) }, () => fromThread(shared));
  const results: FileCalls[] = [];
  const read = async (index: number): Promise<void> => {
    const file = files[index];
    if (!file) return;
    await progress.file(index);
    results[index] = readLog(file, (more) => progress.bytes(index, more));
  };
  for (let i = takeNext(shared.taken); i < files.length; i = takeNext(shared.taken)) await read(i);
  for (const answer of await Promise.all(threads)) for (const [index, result] of answer) results[index] = result;
  for (const index of files.keys()) if (!results[index]) await read(index);
  return results;
}
