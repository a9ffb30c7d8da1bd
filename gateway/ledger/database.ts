/** The one file: events, sums, budgets. Opened in WAL mode, so that readers (exports, a second window) never wait for the gateway nor it for them. */
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Each entry brings a file from its index to the next version. Never change one that was released; add another. */
const migrations: readonly string[] = [
  `CREATE TABLE events(
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     at INTEGER NOT NULL,
     kind TEXT NOT NULL,
     session TEXT, agent TEXT, project TEXT, model TEXT,
     counted INTEGER NOT NULL,
     json TEXT NOT NULL) STRICT;
   CREATE INDEX events_at ON events(at);
   CREATE INDEX events_session ON events(session) WHERE session IS NOT NULL;
   CREATE TABLE bills(key TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE spending(
     quarter INTEGER NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, project TEXT NOT NULL, agent TEXT NOT NULL,
     calls INTEGER NOT NULL DEFAULT 0, nanoUsd INTEGER NOT NULL DEFAULT 0, unpriced INTEGER NOT NULL DEFAULT 0,
     denied INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
     uncachedInput INTEGER NOT NULL DEFAULT 0, cacheRead INTEGER NOT NULL DEFAULT 0, cacheWrite5m INTEGER NOT NULL DEFAULT 0,
     cacheWrite30m INTEGER NOT NULL DEFAULT 0, cacheWrite1h INTEGER NOT NULL DEFAULT 0, cacheWrite12h INTEGER NOT NULL DEFAULT 0,
     output INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY(quarter, provider, model, project, agent)) STRICT, WITHOUT ROWID;
   CREATE TABLE sessions(
     session TEXT PRIMARY KEY, agent TEXT, parent TEXT, project TEXT, client TEXT, model TEXT,
     status TEXT NOT NULL, via TEXT, firstAt INTEGER NOT NULL, lastAt INTEGER NOT NULL,
     calls INTEGER NOT NULL DEFAULT 0, nanoUsd INTEGER NOT NULL DEFAULT 0, unpriced INTEGER NOT NULL DEFAULT 0,
     denied INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
     uncachedInput INTEGER NOT NULL DEFAULT 0, cacheRead INTEGER NOT NULL DEFAULT 0, cacheWrite5m INTEGER NOT NULL DEFAULT 0,
     cacheWrite30m INTEGER NOT NULL DEFAULT 0, cacheWrite1h INTEGER NOT NULL DEFAULT 0, cacheWrite12h INTEGER NOT NULL DEFAULT 0,
     output INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
   CREATE INDEX sessions_lastAt ON sessions(lastAt);
   CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE counters(key TEXT PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE leases(id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE ended(id TEXT PRIMARY KEY, until INTEGER NOT NULL, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE state(name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  // What spending over time is drawn from: the index alone answers, without touching the events themselves.
  `ALTER TABLE events ADD COLUMN site TEXT;
   ALTER TABLE events ADD COLUMN nanoUsd INTEGER;
   ALTER TABLE events ADD COLUMN uncached INTEGER;
   ALTER TABLE events ADD COLUMN cacheRead INTEGER;
   ALTER TABLE events ADD COLUMN cacheWrite INTEGER;
   ALTER TABLE events ADD COLUMN output INTEGER;
   ALTER TABLE events ADD COLUMN reasoning INTEGER;
   UPDATE events SET site = json ->> '$.site', nanoUsd = coalesce(json ->> '$.cost.nanoUsd', json ->> '$.cost.atLeast', 0),
     uncached = round(coalesce(json ->> '$.usage.uncachedInput', 0)), cacheRead = round(coalesce(json ->> '$.usage.cacheRead', 0)),
     cacheWrite = round(coalesce(json ->> '$.usage.cacheWrite5m', 0) + coalesce(json ->> '$.usage.cacheWrite30m', 0)
       + coalesce(json ->> '$.usage.cacheWrite1h', 0) + coalesce(json ->> '$.usage.cacheWrite12h', 0)),
     output = round(coalesce(json ->> '$.usage.output', 0)), reasoning = round(coalesce(json ->> '$.reasoning', 0))
   WHERE kind = 'call' AND counted = 1;
   CREATE INDEX events_spent ON events(at, model, agent, project, session, site, nanoUsd, uncached, cacheRead, cacheWrite, output, reasoning)
     WHERE nanoUsd IS NOT NULL;`,
];

export interface DatabaseOptions {
  /** `process` survives the end of the process at any moment, `power` a power cut too, for a wait on the disk at each commit. Default `process`. */
  readonly durability?: 'process' | 'power';
  readonly readOnly?: boolean;
}

/** Opens or makes the file, readable by its owner only. `:memory:` for tests. */
export function openDatabase(path: string, options: DatabaseOptions = {}): DatabaseSync {
  if (path !== ':memory:' && !options.readOnly) prepareFile(path);
  const db = new DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: options.readOnly ? 2000 : 0 });
  try {
    if (options.readOnly) checkVersion(db);
    else setUp(db, options.durability ?? 'process');
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

function prepareFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

function setUp(db: DatabaseSync, durability: 'process' | 'power'): void {
  // While it is opened another process may be doing the same: then the database itself may wait.
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA auto_vacuum = INCREMENTAL;');
  db.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}; PRAGMA wal_autocheckpoint = 8000; PRAGMA temp_store = MEMORY;`);
  migrate(db);
  db.prepare('INSERT OR IGNORE INTO meta VALUES (?, ?)').run('salt', randomBytes(32).toString('hex'));
  db.exec('PRAGMA busy_timeout = 0');
}

function versionOf(db: DatabaseSync): number {
  const row = db.prepare('PRAGMA user_version').get();
  return Number(row?.user_version ?? 0);
}

function checkVersion(db: DatabaseSync): void {
  const version = versionOf(db);
  if (version > migrations.length) throw new Error('this ledger was written by a newer Costlint');
  if (version < 1) throw new Error('this file is not a ledger');
}

function migrate(db: DatabaseSync): void {
  if (versionOf(db) > migrations.length) throw new Error('this ledger was written by a newer Costlint');
  if (versionOf(db) === migrations.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const step of migrations.slice(versionOf(db))) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
