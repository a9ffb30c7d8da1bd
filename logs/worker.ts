/** A thread beside the main one that takes logs from the same list until none is left. */
import { parentPort, workerData } from 'node:worker_threads';
import { readLog } from './read.ts';
import { type Shared, takeNext } from './threads.ts';

const { files, taken }: Shared = workerData;
const read: unknown[] = [];
for (let i = takeNext(taken); i < files.length; i = takeNext(taken)) {
  const file = files[i];
  if (file) read.push([i, readLog(file)]);
}
// As text: many small objects take five times as long to copy.
parentPort?.postMessage(JSON.stringify(read));
