/** Appends until it is killed, and prints the id of each event once it is acknowledged. Arguments: file, prefix of ids. */
import { CommitQueue, openDatabase, SqliteLedger } from '../../gateway/ledger/index.ts';
import { SqliteStore } from '../../gateway/store/sqlite.ts';
import { call } from './sample.ts';
import { limits } from './spent.ts';

const [path = '', prefix = ''] = process.argv.slice(2);
const db = openDatabase(path);
const queue = new CommitQueue(db);
const ledger = new SqliteLedger(db, queue);
const store = new SqliteStore(db, queue);

for (let turn = 0; ; turn += 1) {
  const ids = Array.from({ length: 1 + (turn % 7) }, (_, index) => `${prefix}-${turn}-${index}`);
  const appended = ids.map(async (id) => {
    const amount = { nanoUsd: 4_500_000, tokens: 1100, calls: 1 };
    const decision = await store.reserve({ id, limits, amount, ttlMs: 60_000 });
    if (decision.kind !== 'granted') throw new Error(decision.kind);
    await Promise.all([store.settle(id, amount), ledger.append(call({ id }))]);
    return id;
  });
  process.stdout.write(`${(await Promise.all(appended)).join('\n')}\n`);
}
