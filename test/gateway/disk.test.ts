/** A disk that is full under the gateway: nothing of what was spent is lost while it runs, and it is said. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { GatewayState } from '../../core/protocol/gateway.ts';
import { CommitQueue, openDatabase, SqliteLedger } from '../../gateway/ledger/index.ts';
import { SqliteStore } from '../../gateway/store/sqlite.ts';
import { gateway } from './support/gateway.ts';
import { ask, type GatewayProcess, gatewayProcess, ledgerCalls, stateFolder } from './support/process.ts';
import { json, messageBody, type Provider, provider, until, wait } from './support/provider.ts';

const usage = { input_tokens: 100, output_tokens: 500 };
const nanoPerCall = 100 * 3_000 + 500 * 15_000;

describe('a full disk', () => {
  let upstream: Provider;
  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody(usage)));
  });
  after(() => upstream.close());

  test('calls go on under their limits, health says so, and what was spent meanwhile is written when there is space', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'costlint-full-'));
    const db = openDatabase(join(folder, 'ledger.db'));
    const queue = new CommitQueue(db);
    const proxy = await gateway(upstream.url, { daily: 0.1 }, { store: new SqliteStore(db, queue), ledger: new SqliteLedger(db, queue) });
    const rows = (): number => Number(db.prepare(`SELECT count(*) AS n FROM events WHERE kind = 'call'`).get()?.n);
    assert.equal((await ask(proxy.url))?.status, 200);
    assert.equal(rows(), 1);
    // No page more than there are.
    db.exec('PRAGMA max_page_count = 1');
    let answered = 1;
    for (let n = 0; n < 30; n++) if ((await ask(proxy.url, { 'x-costlint-session': `s${n}-${'x'.repeat(100)}` }))?.status === 200) answered++;
    assert.ok(answered > 5 && answered * nanoPerCall <= 0.1e9, `the limit holds in memory: ${answered} calls`);
    const health = await fetch(`${proxy.url}/costlint/health`);
    const { ledger } = (await health.json()) as { ledger: { ok: boolean; message: string; waiting: number } };
    assert.deepEqual([health.status, ledger.ok], [503, false]);
    assert.match(ledger.message, /cannot write: database or disk is full/);
    assert.ok(ledger.waiting > 0 && rows() < answered);
    const ended = proxy.events.filter(({ kind }) => kind === 'call').length;
    assert.equal(ended, answered, 'those that follow live see each call end');
    db.exec('PRAGMA max_page_count = 1000000');
    await until('all is written', () => rows() === answered);
    assert.equal((await fetch(`${proxy.url}/costlint/health`)).status, 200);
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'account-daily|all' }]);
    assert.deepEqual([standing?.spent, standing?.reserved], [answered * nanoPerCall, 0]);
    await proxy.close();
    queue.close();
    // What a next process would begin with.
    const next = new SqliteStore(db, new CommitQueue(db));
    assert.equal((await next.standings([{ limit: proxy.core.limits[0]!, counter: 'account-daily|all' }]))[0]?.spent, answered * nanoPerCall);
    db.close();
    rmSync(folder, { recursive: true });
  });

  /** What readers are told that fails. */
  const failing = async (one: GatewayProcess): Promise<string[]> => (await one.get<GatewayState>('/costlint/state')).health.map(({ part }) => part);
  const prlimit = (child: GatewayProcess['child'], bytes: number | 'unlimited'): boolean => {
    try {
      execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };

  test('of a whole gateway: no file of its may grow, then it may again', async (t) => {
    const folder = stateFolder();
    const one = await gatewayProcess(folder, { daily: 1, upstreams: { anthropic: upstream.url } });
    assert.equal((await ask(one.url))?.status, 200);
    if (!prlimit(one.child, 4096)) return t.skip('no prlimit');
    const asked = upstream.asked.length;
    for (let n = 0; n < 20; n++) assert.equal((await ask(one.url))?.status, 200);
    const { ok, ledger } = await one.get<{ ok: boolean; ledger: { ok: boolean; message: string; waiting: number } }>('/costlint/health');
    assert.deepEqual([ok, ledger.ok], [false, false]);
    assert.match(ledger.message, /cannot write/);
    await wait(300);
    const { waiting } = (await one.get<{ ledger: { waiting: number } }>('/costlint/health')).ledger;
    assert.ok(waiting < 200, `${waiting} writes wait: that it fails is told once, and does not push the calls out`);
    assert.deepEqual(await failing(one), ['store']);
    assert.equal(upstream.asked.length, asked + 20);
    prlimit(one.child, 'unlimited');
    for (let n = 0; n < 200 && ledgerCalls(folder).length < 21; n++) await wait(20);
    assert.equal(ledgerCalls(folder).length, 21);
    assert.equal((await one.get<{ ok: boolean }>('/costlint/health')).ok, true);
    assert.deepEqual(await failing(one), []);
    await one.stop();
  });

  test('of a gateway whose limits are elsewhere: its ledger is said to fail', async (t) => {
    const one = await gatewayProcess(stateFolder(), { store: 'redis://127.0.0.1:1', storeGone: 'open', upstreams: { anthropic: upstream.url } });
    assert.equal((await ask(one.url))?.status, 200);
    if (!prlimit(one.child, 4096)) return t.skip('no prlimit');
    for (let n = 0; n < 20; n++) assert.equal((await ask(one.url))?.status, 200);
    assert.ok((await failing(one)).includes('ledger'));
    prlimit(one.child, 'unlimited');
    for (let n = 0; n < 200 && (await failing(one)).includes('ledger'); n++) await wait(20);
    assert.ok(!(await failing(one)).includes('ledger'), 'it works again');
    await one.stop();
  });
});
