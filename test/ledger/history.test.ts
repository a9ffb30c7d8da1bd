/** Spending over time from the ledger: split, summed up, and from files of an older version. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { History, HistoryQuery } from '../../core/protocol/panel.ts';
import { CommitQueue, openDatabase, SqliteLedger } from '../../gateway/ledger/index.ts';
import { SPENT_COLUMNS } from '../../gateway/ledger/spent.ts';
import { folder } from '../workspace/folder.ts';
import { call } from './sample.ts';

const root = folder({ after });

const noon = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const usd = (nanoUsd: number) => ({ kind: 'known', nanoUsd }) as const;
const totals = ({ series }: History): Record<string, number> =>
  Object.fromEntries(series.map(({ key, values }) => [key, values.reduce((a, b) => a + b, 0)]));

function open(path = ':memory:') {
  const db = openDatabase(path);
  const queue = new CommitQueue(db);
  const close = (): void => {
    queue.close();
    db.close();
  };
  return { db, ledger: new SqliteLedger(db, queue), close };
}
const query = (part: Partial<HistoryQuery> = {}): HistoryQuery => ({
  since: noon,
  until: noon + 10 * MINUTE,
  bucketMs: MINUTE,
  by: 'agent',
  ...part,
});

describe('spending over time', () => {
  test('each call is in its bucket once: not what is not billed, not a bill that came twice', async () => {
    const { ledger, close } = open();
    await ledger.append(call({ at: noon, agent: 'a', cost: usd(1) }));
    await ledger.append(call({ at: noon + MINUTE - 1, agent: 'a', cost: usd(2), billingKey: 'bill' }));
    await ledger.append(call({ at: noon + MINUTE, agent: 'a', cost: usd(4) }));
    await ledger.append(call({ at: noon + MINUTE, agent: 'b', cost: { kind: 'unknown', atLeast: 8, why: 'no price' } }));
    await ledger.append(call({ at: noon + 2 * MINUTE, cost: usd(16) }));
    await ledger.append(call({ at: noon + 3 * MINUTE, agent: 'a', cost: usd(100), billed: false }));
    await ledger.append(call({ at: noon + 3 * MINUTE, agent: 'a', cost: usd(100), billingKey: 'bill' }));
    await ledger.append(call({ at: noon + 10 * MINUTE, agent: 'a', cost: usd(100) }));
    const { at, series } = await ledger.spent.over(query());
    assert.deepEqual([at.length, at[1]], [10, noon + MINUTE]);
    assert.deepEqual(
      series.map(({ key, label, values }) => [key, label, values.slice(0, 4)]),
      [
        ['', 'no agent named', [0, 0, 16, 0]],
        ['b', 'b', [0, 8, 0, 0]],
        ['a', 'a', [3, 4, 0, 0]],
      ],
    );
    close();
  });

  test('of many sessions the largest are told apart, the rest is one', async () => {
    const { ledger, close } = open();
    for (let n = 1; n <= 30; n++) await ledger.append(call({ at: noon, session: `s${n}`, cost: usd(n) }));
    const { series } = await ledger.spent.over(query({ by: 'session' }));
    assert.deepEqual([series.length, series[0]?.key, series.at(-1)?.key, series.at(-1)?.label], [13, 's30', 'other', '18 others']);
    assert.equal(
      Object.values(totals({ query: query(), at: [], series })).reduce((a, b) => a + b, 0),
      (30 * 31) / 2,
    );
    close();
  });

  test('tokens by kind: reasoning is not counted twice', async () => {
    const { ledger, close } = open();
    const usage = { uncachedInput: 10, cacheRead: 200, cacheWrite5m: 30, cacheWrite1h: 5, output: 40 };
    await ledger.append(call({ at: noon, usage, reasoning: 15 }));
    const kinds = totals(await ledger.spent.over(query({ by: 'kind' })));
    assert.deepEqual(kinds, { uncachedInput: 10, cacheRead: 200, cacheWrite: 35, output: 25, reasoning: 15 });
    close();
  });

  test('more calls than are read in one piece are all counted', async () => {
    const { ledger, close } = open();
    const writing: Promise<unknown>[] = [];
    for (let n = 0; n < 10_050; n++) writing.push(ledger.append(call({ at: noon + Math.floor(n / 100), agent: `a${n % 2}`, cost: usd(1) })));
    await Promise.all(writing);
    assert.deepEqual(totals(await ledger.spent.over(query())), { a0: 5_025, a1: 5_025 });
    close();
  });

  test('the ledger of an older version is brought up to date with what it holds', async () => {
    const path = join(root, 'old.db');
    const usage = { uncachedInput: 10, cacheRead: 200, cacheWrite1h: 5, output: 40 };
    const before = open(path);
    await before.ledger.append(call({ at: noon, agent: 'a', cost: usd(7), usage, reasoning: 4 }));
    await before.ledger.append(call({ at: noon, agent: 'b', cost: { kind: 'unknown', atLeast: 3, why: 'no price' }, usage: {} }));
    await before.ledger.append(call({ at: noon, agent: 'c', cost: usd(9), billed: false }));
    before.db.exec('DROP INDEX events_spent');
    for (const column of SPENT_COLUMNS) before.db.exec(`ALTER TABLE events DROP COLUMN ${column}`);
    before.db.exec('PRAGMA user_version = 1');
    before.close();
    const { ledger, close } = open(path);
    assert.deepEqual(totals(await ledger.spent.over(query())), { a: 7, b: 3 });
    assert.deepEqual(totals(await ledger.spent.over(query({ by: 'kind' }))), {
      uncachedInput: 10,
      cacheRead: 200,
      cacheWrite: 5,
      output: 36,
      reasoning: 4,
    });
    close();
  });

  test('sessions come in pages, each once, the latest first', async () => {
    const { ledger, close } = open();
    const writing: Promise<unknown>[] = [];
    for (let n = 0; n < 2_500; n++) writing.push(ledger.append(call({ at: noon + Math.floor(n / 3), session: `s${String(n).padStart(4, '0')}` })));
    await Promise.all(writing);
    const rows = await ledger.spent.sessions({ limit: 2_400 });
    assert.equal(new Set(rows.map(({ session }) => session)).size, 2_400);
    assert.ok(rows.every(({ lastAt }, index) => lastAt <= (rows[index - 1]?.lastAt ?? lastAt)));
    assert.deepEqual([rows[0]?.session, ledger.spent.sessionCount()], ['s2499', 2_500]);
    close();
  });
});
