import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CommitQueue, openDatabase, SqliteLedger } from '../../gateway/ledger/index.ts';
import { SqliteStore } from '../../gateway/store/sqlite.ts';
import { limits } from './spent.ts';

const program = join(import.meta.dirname, 'appending.ts');

/** Runs the program, kills it after so many acknowledged events, and returns these. */
async function killedAfter(path: string, prefix: string, events: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, path, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > events) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.on('exit', (_, by) => resolve(by)));
  assert.equal(signal, 'SIGKILL');
  return text.slice(0, text.lastIndexOf('\n')).split('\n');
}

test('kill -9 loses no acknowledged event, counts none twice, and leaves budget and ledger equal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'costlint-kill-'));
  const path = join(folder, 'ledger.db');
  const acknowledged: string[] = [];
  for (const [run, events] of [1, 40, 300, 7, 150, 900].entries()) acknowledged.push(...(await killedAfter(path, `run${run}`, events)));
  const db = openDatabase(path);
  const queue = new CommitQueue(db);
  const ledger = new SqliteLedger(db, queue);
  const ids = [...ledger.events()].map(({ id }) => id);
  const kept = new Set(ids);
  assert.equal(kept.size, ids.length);
  assert.deepEqual(
    acknowledged.filter((id) => !kept.has(id)),
    [],
  );
  assert.ok(acknowledged.length > 1000);
  const { calls, nanoUsd } = ledger.totals();
  assert.deepEqual({ calls, nanoUsd }, { calls: ids.length, nanoUsd: ids.length * 4_500_000 });
  const [standing] = await new SqliteStore(db, queue).standings(limits);
  assert.equal(standing?.spent, nanoUsd, 'the budget knows of the same calls');
  assert.equal(db.prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok');
  queue.close();
  db.close();
  rmSync(folder, { recursive: true });
});
