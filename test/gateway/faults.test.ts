/** What breaks around the gateway: providers that hang, reset and refuse in storms, a full disk, and its own end at any moment. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { GatewayStanding } from '../../core/protocol/gateway.ts';
import { CommitQueue, openDatabase, SqliteLedger } from '../../gateway/ledger/index.ts';
import { SqliteStore } from '../../gateway/store/sqlite.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { newFolder, opened } from './support/opened.ts';
import { ask, type GatewayProcess, gatewayProcess, ledgerCalls, stateFolder } from './support/process.ts';
import { json, messageBody, messageEvents, type Provider, provider, until, wait } from './support/provider.ts';

const usage = { input_tokens: 100, output_tokens: 500 };
const nanoPerCall = 100 * 3_000 + 500 * 15_000;
const streamed = { stream: true };

/** A provider below HTTP: what it does with a connection once a request has come whole. */
async function rawProvider(
  answer: (socket: Socket) => void,
): Promise<{ readonly url: string; readonly server: Server; answer: (socket: Socket) => void }> {
  const self = { url: '', answer, server: createServer({ allowHalfOpen: true }) };
  self.server.on('connection', (socket) => {
    let got = '';
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (chunk: Buffer) => {
      got += chunk.toString('latin1');
      const [head = '', body = ''] = got.split('\r\n\r\n');
      if (!got.includes('\r\n\r\n') || body.length < Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)) return;
      got = '';
      self.answer(socket);
    });
  });
  await new Promise<void>((resolve) => self.server.listen(0, '127.0.0.1', resolve));
  self.url = `http://127.0.0.1:${(self.server.address() as AddressInfo).port}`;
  return self;
}

describe('providers that fail', () => {
  let raw: Awaited<ReturnType<typeof rawProvider>>;
  let proxy: TestGateway;
  before(async () => {
    raw = await rawProvider(() => {});
    proxy = await gateway(raw.url, { daily: 1, upstreamTimeoutMs: 400, rateLimits: false });
  });
  after(async () => {
    await proxy.close();
    raw.server.close();
  });
  const head = (rest: string): string => `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${rest}\r\n\r\n`;
  const first = (): string => messageEvents(['Hel'], 6, 7).slice(0, 3).join('');
  const chunked = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  /** Nothing stays set aside once a call is over, however it ended. */
  async function nothingReserved(): Promise<void> {
    await until('the call is over', () => proxy.core.running.size === 0);
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'account-daily|all' }]);
    assert.equal(standing?.reserved, 0);
  }
  const newest = () => proxy.calls().at(-1);

  test('one that hangs before its response: an error in its shape after the timeout, billed by estimate', async () => {
    raw.answer = () => {};
    const answer = await ask(proxy.url);
    assert.equal(answer?.status, 502);
    assert.match(answer.text, /"type":"error".*anthropic could not be reached \(UND_ERR_HEADERS_TIMEOUT\)/);
    await nothingReserved();
    assert.deepEqual([newest()?.source, newest()?.billed, newest()?.outcome], ['estimated', true, 'cut'], 'the provider may have run it');
    assert.ok(proxy.events.some((event) => event.kind === 'health' && event.part === 'upstream' && !event.ok));
  });

  for (const [what, end] of [
    ['hangs', () => {}],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['closes its half of the connection', (socket: Socket) => socket.end()],
  ] as const) {
    test(`one that ${what} in the middle of a stream: the client’s stream breaks too, and what came is billed`, async () => {
      raw.answer = (socket) => {
        socket.write(head('transfer-encoding: chunked') + chunked(first()));
        setTimeout(() => end(socket), 30);
      };
      assert.equal(await ask(proxy.url, {}, streamed), undefined, 'no whole answer');
      await nothingReserved();
      assert.deepEqual([newest()?.source, newest()?.billed, newest()?.outcome], ['estimated', true, 'cut']);
      assert.equal(newest()?.usage.uncachedInput, 6, 'what the stream said before');
    });
  }

  test('one that ends a body of known length too early: the client sees that it is not whole', async () => {
    raw.answer = (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"id":"msg_`);
    assert.equal(await ask(proxy.url), undefined);
    await nothingReserved();
    assert.equal(newest()?.outcome, 'cut');
  });

  test('one that closes a kept connection just as a request comes: an error, and the next call goes through', async () => {
    const whole = messageBody(usage);
    const good = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(whole)}\r\n\r\n${whole}`;
    raw.answer = (socket) => socket.write(good);
    assert.equal((await ask(proxy.url))?.status, 200);
    raw.answer = (socket) => socket.resetAndDestroy();
    assert.equal((await ask(proxy.url))?.status, 502);
    raw.answer = (socket) => socket.write(good);
    assert.equal((await ask(proxy.url))?.status, 200);
    await nothingReserved();
  });

  test('a client that closes its half of the connection is gone: the provider is aborted at once and nothing stays set aside', async () => {
    let ended = false;
    let asked = false;
    raw.answer = (socket) => {
      asked = true;
      socket.on('close', () => {
        ended = true;
      });
    };
    const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 10, messages: [] });
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(`POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await until('the call is upstream', () => asked);
    socket.end();
    await until('the provider is aborted', () => ended);
    await nothingReserved();
    socket.destroy();
  });
});

describe('a storm of refusals', () => {
  for (const [status, body] of [
    [429, { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } }],
    [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
  ] as const) {
    test(`${status}: passes as it is, costs nothing, leaves nothing set aside, and ends at the circuit breaker`, async () => {
      const upstream = await provider((_asked, response) => {
        response.writeHead(status, { 'content-type': 'application/json', 'x-should-retry': 'true' });
        response.end(JSON.stringify(body));
      });
      const folder = newFolder();
      const proxy = await opened(folder, upstream.url, { daily: 1, rateLimits: false });
      const kinds = new Set<string>();
      for (let round = 0; round < 5; round++) {
        const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => proxy.ask(`storm-${round}-${n}`)));
        for (const answer of answers) {
          kinds.add(`${answer.status} ${answer.headers.get('x-should-retry')} ${(await answer.text()) === JSON.stringify(body)}`);
        }
      }
      assert.deepEqual([...kinds], [`${status} true true`]);
      const rows = ledgerCalls(folder);
      assert.deepEqual([upstream.asked.length, rows.length, rows.filter(({ billed }) => billed).length], [100, 100, 0]);
      const { limits } = await proxy.get<{ limits: GatewayStanding[] }>('/costlint/limits');
      assert.deepEqual(
        limits.map(({ spent, reserved }) => [spent, reserved]),
        [[0, 0]],
      );
      const next = await proxy.ask('another');
      assert.deepEqual([next.status, next.headers.get('x-should-retry'), upstream.asked.length], [402, 'false', 100]);
      assert.match(await next.text(), /failed/);
      await proxy.close();
      await upstream.close();
    });
  }

  test('retry-after is honoured for all calls of the key: those that cannot wait are told when to come again', async () => {
    const upstream = await provider((_asked, response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '30' });
      response.end('{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}');
    });
    const proxy = await gateway(upstream.url, { rateWaitMs: 0 });
    assert.equal((await ask(proxy.url))?.headers.get('retry-after'), '30');
    const next = await Promise.all(Array.from({ length: 50 }, () => ask(proxy.url)));
    assert.deepEqual([...new Set(next.map((answer) => answer?.status))], [429]);
    assert.ok(next.every((answer) => Number(answer?.headers.get('retry-after')) > 20));
    assert.equal(upstream.asked.length, 1, 'the storm does not reach the provider');
    await proxy.close();
    await upstream.close();
  });
});

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
    const { ok, ledger } = await one.get<{ ok: boolean; ledger: { ok: boolean; message: string } }>('/costlint/health');
    assert.deepEqual([ok, ledger.ok], [false, false]);
    assert.match(ledger.message, /cannot write/);
    assert.equal(upstream.asked.length, asked + 20);
    prlimit(one.child, 'unlimited');
    for (let n = 0; n < 200 && ledgerCalls(folder).length < 21; n++) await wait(20);
    assert.equal(ledgerCalls(folder).length, 21);
    assert.equal((await one.get<{ ok: boolean }>('/costlint/health')).ok, true);
    await one.stop();
  });
});

describe('kill -9 of the whole gateway under load', { timeout: 90_000 }, () => {
  let upstream: Provider;
  beforeEach(async () => {
    upstream = await provider(async (asked, response) => {
      await wait(10);
      const { stream } = JSON.parse(asked.body.toString()) as { stream?: boolean };
      if (!stream) return json(response, messageBody(usage));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of messageEvents(['Hel', 'lo'], 100, 500)) response.write(event);
      response.end();
    });
  });

  test('every answer that a client has seen whole is in the ledger once, and what died with its gateway is set aside no longer than its lease', async () => {
    const folder = stateFolder();
    const options = { daily: 5, leaseMs: 1_000, upstreams: { anthropic: upstream.url } };
    const seen: string[] = [];
    for (let round = 0; round < 6; round++) {
      const one = await gatewayProcess(folder, options);
      let alive = true;
      const client = async (n: number): Promise<void> => {
        while (alive) {
          const answer = await ask(one.url, {}, n % 2 ? streamed : {});
          // A stream is whole with its last event.
          if (answer?.id && (n % 2 === 0 || answer.text.includes('message_stop'))) seen.push(answer.id);
        }
      };
      const load = Array.from({ length: 8 }, (_, n) => client(n));
      const before = seen.length;
      await until('answers', () => seen.length >= before + 10);
      await wait(round * 7);
      await one.stop('SIGKILL');
      alive = false;
      await Promise.all(load);
    }
    const ids = ledgerCalls(folder).flatMap(({ responseId, billed }) => (responseId && billed ? [responseId] : []));
    assert.equal(new Set(ids).size, ids.length, 'none twice');
    assert.deepEqual(
      seen.filter((id) => !ids.includes(id)),
      [],
      'none lost',
    );
    assert.ok(ids.length <= upstream.asked.length);
    // Some that hang, set aside on disk, and the end.
    upstream.answer = () => {};
    const dying = await gatewayProcess(folder, options);
    const hanging = Array.from({ length: 5 }, () => ask(dying.url));
    const daily = async (one: GatewayProcess): Promise<GatewayStanding> =>
      (await one.get<{ limits: GatewayStanding[] }>('/costlint/limits')).limits.find(({ limit }) => limit === 'account-daily')!;
    for (let n = 0; n < 200 && (await daily(dying)).reserved < 5 * 0.015e9; n++) await wait(10);
    await wait(200);
    await dying.stop('SIGKILL');
    await Promise.all(hanging);
    const last = await gatewayProcess(folder, options);
    for (let n = 0; n < 200 && (await daily(last)).reserved > 0; n++) await wait(20);
    const { spent, reserved } = await daily(last);
    assert.equal(reserved, 0, 'it returns');
    const rows = ledgerCalls(folder).filter(({ billed }) => billed);
    const total = rows.reduce((sum, { cost }) => sum + (cost.kind === 'known' ? cost.nanoUsd : Number.NaN), 0);
    assert.equal(spent, total, 'the limit and the ledger say the same');
    await last.stop();
    await upstream.close();
  });
});
