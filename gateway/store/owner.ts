/** One gateway at a time keeps its books in a folder. The lock is the operating system's, so it ends with the process, however that ends. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Ownership {
  release(): void;
}

const BUSY = 5;

/** Takes the folder, or returns undefined while another process has it. */
export function takeFolder(folder: string): Ownership | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'gateway.lock');
  // Whoever could read it could keep it locked.
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (error instanceof Error && 'errcode' in error && Number(error.errcode) === BUSY) return undefined;
    throw error;
  }
}
