import assert from 'node:assert/strict';
import { copyFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CommitQueue, LedgerReader, openDatabase, SqliteLedger } from '../../gateway/ledger/index.ts';
import { LogFold } from '../../gateway/ledger/log-fold.ts';
import { until } from '../gateway/support/provider.ts';
import { folder } from '../workspace/folder.ts';
import { call } from './sample.ts';

const root = folder({ after });

/** What stands in the file itself, without its log. */
function callsInFile(path: string): number {
  const copy = `${path}.copy`;
  copyFileSync(path, copy);
  let db: ReturnType<typeof openDatabase> | undefined;
  try {
    db = openDatabase(copy, { readOnly: true });
    return new LedgerReader(db).totals().calls;
  } catch {
    // Its tables are in the log still.
    return 0;
  } finally {
    db?.close();
  }
}

/** On a slow machine a thread takes its time to start. */
async function inTheEnd(what: string, is: () => boolean): Promise<void> {
  for (let i = 0; i < 4; i++) {
    try {
      return await until(what, is);
    } catch {}
  }
  await until(what, is);
}

describe('the log of the ledger', () => {
  test('is folded into the file soon after the last call, and is gone when the ledger is closed', async () => {
    const path = join(root, 'idle.db');
    const db = openDatabase(path);
    const queue = new CommitQueue(db);
    const ledger = new SqliteLedger(db, queue);
    await ledger.append(call());
    await ledger.append(call());
    await inTheEnd('both calls stand in the file', () => callsInFile(path) === 2);
    await ledger.append(call());
    await queue.close();
    db.close();
    assert.equal(callsInFile(path), 3);
    assert.equal(existsSync(`${path}-wal`), false);
  });

  test('is begun anew while calls go on without a pause', async () => {
    const path = join(root, 'busy.db');
    const db = openDatabase(path);
    db.exec('PRAGMA wal_autocheckpoint = 0; CREATE TABLE t(text TEXT)');
    const insert = db.prepare('INSERT INTO t VALUES (?)');
    let [paused, pauses, written] = [false, 0, 0];
    const writing = {
      pause: () => {
        paused = true;
        pauses++;
      },
      resume: () => {
        paused = false;
      },
      alone: () => assert.fail('there is a thread'),
    };
    const fold = new LogFold(path, writing, { afterMs: 1, longPages: 50 });
    const rest = setInterval(() => {
      if (paused) return;
      insert.run('x'.repeat(4_000));
      written += 4_000;
      fold.touch();
    });
    try {
      await inTheEnd(
        'it was begun anew three times, and is much shorter than what was written',
        () => pauses > 3 && statSync(`${path}-wal`).size < written / 4,
      );
    } finally {
      clearInterval(rest);
      await fold.close();
    }
    assert.equal(paused, false);
    db.close();
  });

  test('is folded by the database where no thread can: that is said once', async () => {
    let alone = 0;
    const fold = new LogFold(join(root, 'nowhere', 'x.db'), { pause() {}, resume() {}, alone: () => alone++ }, { afterMs: 1 });
    fold.touch();
    await inTheEnd('it was said', () => alone > 0);
    fold.touch();
    await fold.close();
    assert.equal(alone, 1);
  });
});
