/** Opens what a gateway keeps in its folder: the ledger, and the limits beside it or elsewhere. */

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { CommitQueue } from '../ledger/commit-queue.ts';
import { type DatabaseOptions, openDatabase } from '../ledger/database.ts';
import { SqliteLedger } from '../ledger/ledger.ts';
import { MemoryStore } from './memory.ts';
import { takeFolder } from './owner.ts';
import { SqliteStore } from './sqlite.ts';
import type { BudgetStore } from './types.ts';

export const LEDGER_FILE = 'ledger.db';

/** Another gateway has the folder: find it (`findGateway`) and use that one. */
export class FolderInUse extends Error {}

export interface Keep {
  readonly ledger: SqliteLedger;
  readonly store: BudgetStore;
  /** Writes what waits, closes the files and gives the folder free. */
  close(): Promise<void>;
}

export interface KeepOptions extends Pick<DatabaseOptions, 'durability'> {
  readonly now?: () => number;
  /** Limits that live elsewhere; given the store in the file, for what has to wait there. Default: that store itself. */
  readonly store?: (local: SqliteStore) => Promise<BudgetStore>;
}

function opened(folder: string, options: KeepOptions): DatabaseSync {
  return openDatabase(join(folder, LEDGER_FILE), options);
}

export async function openKeep(folder: string, options: KeepOptions = {}): Promise<Keep> {
  const owner = takeFolder(folder);
  if (!owner) throw new FolderInUse(`another gateway runs in ${folder}`);
  try {
    const db = opened(folder, options);
    const queue = new CommitQueue(db);
    const local = new SqliteStore(db, queue, options);
    const store = options.store ? await options.store(local) : local;
    const close = async (): Promise<void> => {
      await store.close();
      if (store !== local) await local.close();
      await queue.close();
      db.close();
      owner.release();
    };
    return { ledger: new SqliteLedger(db, queue), store, close };
  } catch (error) {
    owner.release();
    throw error;
  }
}

/** Nothing on disk: for tests and `--store memory`. */
export function openKeepInMemory(now?: () => number): Keep {
  const db = openDatabase(':memory:');
  const queue = new CommitQueue(db);
  const close = async (): Promise<void> => {
    await queue.close();
    db.close();
  };
  return { ledger: new SqliteLedger(db, queue), store: new MemoryStore({ now }), close };
}
