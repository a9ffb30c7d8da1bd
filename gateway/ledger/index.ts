/** The ledger: opened by the gateway for writing (with the budgets' store beside it in one file), by the command line for reading. */
export { CommitQueue, type QueueHealth } from './commit-queue.ts';
export { type DatabaseOptions, openDatabase } from './database.ts';
export { type ExportFormat, exportLines } from './export.ts';
export { SqliteLedger } from './ledger.ts';
export { LedgerReader } from './reader.ts';
export * from './types.ts';
