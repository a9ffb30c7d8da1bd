/** Where limits are kept. The store in Redis is imported from `redis.ts` by whoever needs it, so that its client is loaded only then. */
export { MemoryStore } from './memory.ts';
export { FolderInUse, type Keep, type KeepOptions, LEDGER_FILE, openKeep, openKeepInMemory } from './open.ts';
export { type Ownership, takeFolder } from './owner.ts';
export { SqliteStore } from './sqlite.ts';
export * from './types.ts';
