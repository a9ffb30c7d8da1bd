import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { CommitQueue, exportLines, LedgerReader, openDatabase, SqliteLedger } from '../../gateway/ledger/index.ts';
import { folder } from '../workspace/folder.ts';
import { call } from './sample.ts';

const root = folder({ after });

const HOUR = 3_600_000;
const noon = Date.UTC(2026, 10, 20, 12);

function ledgerIn(path = ':memory:') {
  const db = openDatabase(path);
  const queue = new CommitQueue(db);
  const ledger = new SqliteLedger(db, queue);
  const close = () => {
    queue.close();
    db.close();
  };
  return { db, queue, ledger, close };
}

describe('the ledger', () => {
  test('adds up what calls cost, by time, model, project and session', async () => {
    const { ledger, close } = ledgerIn();
    await Promise.all([
      ledger.append(call({ project: 'p', agent: 'planner' })),
      ledger.append(call({ at: noon + HOUR, session: 'session-b', servedModel: 'claude-haiku-4-5', cost: { kind: 'known', nanoUsd: 1 } })),
      ledger.append(call({ at: noon + 2 * HOUR, billed: false, outcome: 'failed', status: 500, usage: {}, cost: { kind: 'known', nanoUsd: 0 } })),
    ]);
    assert.deepEqual(ledger.totals(), {
      calls: 2,
      nanoUsd: 4_500_001,
      unpriced: 0,
      tokens: { uncachedInput: 2000, output: 200 },
      denied: 0,
      failed: 1,
    });
    assert.equal(ledger.totals({ since: noon + HOUR }).nanoUsd, 1);
    assert.equal(ledger.totals({ since: noon + 1, until: noon + HOUR + 1 }).nanoUsd, 1, 'bounds that no kept sum has');
    assert.equal(ledger.totals({ project: 'p' }).calls, 1);
    assert.equal(ledger.totals({ model: 'claude-haiku-4-5' }).calls, 1);
    assert.equal(ledger.totals({ session: 'session-a' }).nanoUsd, 4_500_000);
    assert.deepEqual(
      ledger.hours(noon).map(({ hour, totals }) => [hour, totals.calls]),
      [
        [noon, 1],
        [noon + HOUR, 1],
      ],
    );
    close();
  });

  test('says that a price is unknown and does not count it as nothing', async () => {
    const { ledger, close } = ledgerIn();
    await ledger.append(call({ cost: { kind: 'unknown', atLeast: 7, why: 'no price list has this id', assumed: 900 } }));
    const { nanoUsd, unpriced, tokens } = ledger.totals();
    assert.deepEqual({ nanoUsd, unpriced, output: tokens.output }, { nanoUsd: 7, unpriced: 1, output: 100 });
    close();
  });

  test('counts an event once, however often it is appended', async () => {
    const { ledger, close } = ledgerIn();
    const event = call();
    assert.equal((await ledger.append(event)).kind, 'stored');
    assert.equal((await ledger.append(event)).kind, 'repeated');
    assert.equal(ledger.totals().calls, 1);
    close();
  });

  test('counts a bill once: the same response retrieved, also at the same moment and after a prune', async () => {
    const { ledger, close } = ledgerIn();
    assert.equal(ledger.isBilled('openai resp_1'), false);
    const bill = () => call({ billingKey: 'openai resp_1' });
    const appended = Promise.all([ledger.append(bill()), ledger.append(bill())]);
    assert.equal(ledger.isBilled('openai resp_1'), true, 'known before it is on disk');
    assert.deepEqual(
      (await appended).map(({ kind }) => kind),
      ['stored', 'same-bill'],
    );
    await ledger.prune(noon + 1);
    assert.equal((await ledger.append(bill())).kind, 'same-bill');
    assert.equal(ledger.totals().calls, 1);
    assert.equal(ledger.totals({ session: 'session-a', since: 0 }).calls, 0, 'from the events, of which one is left and does not count');
    close();
  });

  test('keeps how sessions ended and what completed ones cost', async () => {
    const { ledger, close } = ledgerIn();
    const end = (session: string, status: 'done' | 'looped') =>
      ({ kind: 'session', id: `end-${session}`, at: noon, session, status, via: 'header' }) as const;
    for (const [index, session] of ['a', 'b', 'c'].entries()) {
      await ledger.append(call({ session, cost: { kind: 'known', nanoUsd: (index + 1) * 1000 } }));
      await ledger.append(end(session, 'done'));
    }
    await ledger.append(call({ session: 'd', cost: { kind: 'known', nanoUsd: 99_000 } }));
    await ledger.append(end('d', 'looped'));
    assert.deepEqual(ledger.sessionCosts().done, { sessions: 3, nanoUsd: 6000, median: 2000 });
    await ledger.append(call({ session: 'a' }));
    await ledger.append(call({ session: 'd' }));
    assert.equal(ledger.session('a')?.status, 'running', 'it goes on');
    assert.equal(ledger.session('d')?.status, 'looped', 'a client that still tries does not revive what was stopped');
    assert.deepEqual(
      ledger.sessions({ limit: 1 }).map(({ totals }) => totals.calls),
      [2],
    );
    close();
  });

  test('adds up between any two moments, and knows whole quarters of an hour also when their events are gone', async () => {
    const { ledger, close } = ledgerIn();
    const minute = 60_000;
    const calls = Array.from({ length: 120 }, (_, i) =>
      call({ at: noon + i * minute, project: i % 3 === 0 ? 'p' : 'q', cost: { kind: 'known', nanoUsd: 1 + i } }),
    );
    await Promise.all(calls.map((one) => ledger.append(one)));
    const bounds = [undefined, 0, 1, 15, 17, 29, 30, 31, 44, 60, 90, 91, 119, 200].map((at) => (at === undefined ? at : noon + at * minute));
    for (const since of bounds)
      for (const until of bounds)
        for (const project of [undefined, 'p']) {
          const within = calls.filter((one) => one.at >= (since ?? 0) && one.at < (until ?? Infinity) && one.project === (project ?? one.project));
          const query = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }), ...(project ? { project } : {}) };
          const expected = [within.length, within.reduce((sum, { cost }) => sum + (cost.kind === 'known' ? cost.nanoUsd : 0), 0)];
          const { calls: count, nanoUsd } = ledger.totals(query);
          assert.deepEqual([count, nanoUsd], expected, JSON.stringify(query));
        }
    await ledger.prune(noon + 100 * minute);
    assert.equal(ledger.totals({ since: noon + 10 * minute, until: noon + 110 * minute }).calls, 90 + 5, 'of both ends only what is left');
    close();
  });

  test('prunes events and keeps sums', async () => {
    const { ledger, close } = ledgerIn();
    await Promise.all(Array.from({ length: 1200 }, () => ledger.append(call())));
    await ledger.append(call({ at: noon + HOUR }));
    assert.equal(await ledger.prune(noon + 1), 1200);
    assert.equal([...ledger.events()].length, 1);
    assert.equal(ledger.totals().calls, 1201);
    close();
  });

  test('gives events in order, in pages, both ways', async () => {
    const { ledger, close } = ledgerIn();
    await Promise.all(Array.from({ length: 1100 }, (_, index) => ledger.append(call({ id: `n${index}` }))));
    const ids = [...ledger.events()].map(({ id }) => id);
    assert.equal(ids.length, 1100);
    assert.deepEqual([ids[0], ids[1099]], ['n0', 'n1099']);
    assert.deepEqual(
      [...ledger.events({ order: 'newest', limit: 2 })].map(({ id }) => id),
      ['n1099', 'n1098'],
    );
    assert.equal(ledger.call('n500')?.id, 'n500');
    close();
  });

  test('keeps nothing that the protocol does not name', async () => {
    const { db, ledger, close } = ledgerIn();
    await ledger.append({ ...call(), prompt: 'the secret plan', headers: { 'x-api-key': 'sk-1' } } as never);
    assert.doesNotMatch(JSON.stringify(db.prepare('SELECT * FROM events').all()), /secret|sk-1/);
    close();
  });
});

describe('the ledger file', () => {
  test('is its owner’s alone, keeps its salt, and can be read while it is written', async () => {
    const path = join(root, 'a.db');
    const first = ledgerIn(path);
    await first.ledger.append(call());
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
    const reading = openDatabase(path, { readOnly: true });
    assert.equal(new LedgerReader(reading).totals().calls, 1);
    reading.close();
    const { salt } = first.ledger;
    first.close();
    const second = ledgerIn(path);
    assert.equal(second.ledger.salt, salt);
    assert.equal(salt.length, 64);
    second.close();
  });

  test('waits for another process that writes, without stopping this one', async () => {
    const path = join(root, 'busy.db');
    const { ledger, close } = ledgerIn(path);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const appended = ledger.append(call());
    const turns = await new Promise<number>((resolve) => {
      let count = 0;
      const turn = () => (++count === 5 ? resolve(count) : setTimeout(turn, 5));
      turn();
    });
    assert.equal(turns, 5, 'timers go on');
    other.exec('COMMIT');
    assert.equal((await appended).kind, 'stored');
    other.close();
    close();
  });

  test('is closed with everything in it, also while another process writes', async () => {
    const path = join(root, 'closing.db');
    const { db, queue, ledger } = ledgerIn(path);
    const other = spawn(process.execPath, [
      '-e',
      "const db = new (require('node:sqlite').DatabaseSync)(process.argv[1]); db.exec('BEGIN IMMEDIATE'); console.log('has it'); setTimeout(() => db.exec('COMMIT'), 300);",
      path,
    ]);
    await once(other.stdout, 'data');
    const appended = ledger.append(call());
    queue.close();
    db.close();
    assert.equal((await appended).kind, 'stored');
    const reading = openDatabase(path, { readOnly: true });
    assert.equal(new LedgerReader(reading).totals().calls, 1);
    reading.close();
  });

  test('says when the disk is full, and writes what waited once there is room', async () => {
    const { db, queue, ledger, close } = ledgerIn(join(root, 'full.db'));
    await ledger.append(call());
    const pages = Number(db.prepare('PRAGMA page_count').get()?.page_count);
    db.exec(`PRAGMA max_page_count = ${pages + 1}`);
    const seen: boolean[] = [];
    queue.onHealth(({ ok }) => seen.push(ok));
    const large = () => call({ notes: ['x'.repeat(20_000)], billingKey: 'b' });
    await assert.rejects(ledger.append(large()), /full/);
    assert.equal(ledger.health.ok, false);
    assert.equal(ledger.health.waiting, 1);
    assert.equal(ledger.isBilled('b'), true, 'it was billed all the same');
    db.exec('PRAGMA max_page_count = 1000000');
    await ledger.append(call());
    assert.deepEqual({ ...ledger.health, calls: ledger.totals().calls }, { ok: true, message: '', waiting: 0, calls: 3 });
    assert.deepEqual(seen, [false, true]);
    close();
  });

  test('fails one wrong piece of work alone', async () => {
    const { queue, ledger, close } = ledgerIn();
    const wrong = queue.enqueue((db) => db.exec('INSERT INTO nowhere VALUES (1)'));
    const right = ledger.append(call());
    await assert.rejects(wrong, /nowhere/);
    assert.equal((await right).kind, 'stored');
    assert.equal(ledger.totals().calls, 1);
    close();
  });

  test('refuses a file of a newer version', () => {
    const path = join(root, 'newer.db');
    openDatabase(path).close();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 999');
    db.close();
    assert.throws(() => openDatabase(path), /newer/);
    assert.throws(() => openDatabase(path, { readOnly: true }), /newer/);
  });
});

describe('an export', () => {
  test('as JSON lines gives every event back', async () => {
    const { ledger, close } = ledgerIn();
    const event = call({ notes: ['a "quoted" note'] });
    await ledger.append(event);
    assert.deepEqual(
      [...exportLines(ledger.events(), 'jsonl')].map((line) => JSON.parse(line)),
      [event],
    );
    close();
  });

  test('as CSV has one row a call, exact money, and no formulas', () => {
    const [head, row] = [
      ...exportLines([call({ id: 'c1', session: '=cmd()', agent: 'a,"b"', cost: { kind: 'known', nanoUsd: 12_000_000_345 } })], 'csv'),
    ];
    const cells = row!.trimEnd().split(',');
    assert.match(head!, /^id,time,session,agent,.*cache_write_5m.*cost_usd/);
    assert.equal(cells[2], "'=cmd()");
    assert.match(row!, /,"a,""b""",/);
    assert.match(row!, /,12000000345,12\.000000345,/);
  });
});
