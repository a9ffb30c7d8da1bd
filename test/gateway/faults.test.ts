/** What breaks around the gateway: providers that hang, reset and refuse in storms, clients that reset, and its own end at any moment. */
import assert from 'node:assert/strict';
import { createServer as createHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { GatewayStanding } from '../../core/protocol/gateway.ts';
import { MemoryStore } from '../../gateway/store/memory.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { newFolder, opened } from './support/opened.ts';
import { ask, type GatewayProcess, gatewayProcess, ledgerCalls, stateFolder } from './support/process.ts';
import { json, messageBody, messageEvents, type Provider, provider, until, wait } from './support/provider.ts';

const usage = { input_tokens: 100, output_tokens: 500 };
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

describe('what fails is told when that changes', () => {
  test('an upstream that cannot be reached: once, and again when it answers', async () => {
    const upstream = await provider((_asked, response) => json(response, messageBody(usage)));
    const nobody = await provider();
    await nobody.close();
    const proxy = await gateway(upstream.url, { upstreams: { away: nobody.url } });
    const body = { model: 'claude-sonnet-4-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
    const post = (path: string): Promise<Response> => fetch(`${proxy.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    for (let n = 0; n < 3; n++) assert.equal((await post('/away/v1/messages')).status, 502);
    assert.equal((await post('/v1/messages')).status, 200);
    const said = (): unknown[] => proxy.events.flatMap((event) => (event.kind === 'health' ? [[event.part, event.ok, event.message]] : []));
    assert.deepEqual(said(), [['upstream', false, 'away: ECONNREFUSED']]);
    const back = createHttp((_request, response) => json(response, messageBody(usage)));
    await new Promise<void>((resolve) => back.listen(Number(new URL(nobody.url).port), '127.0.0.1', resolve));
    assert.equal((await post('/away/v1/messages')).status, 200);
    assert.deepEqual(said().slice(1), [['upstream', true, 'away answers again']]);
    back.close();
    back.closeAllConnections();
    await proxy.close();
    await upstream.close();
  });

  test('a call whose cost the store cannot take has ended all the same: it is recorded, and nobody shows it as running', async () => {
    const upstream = await provider((_asked, response) => json(response, messageBody(usage)));
    const store = new MemoryStore();
    store.settle = () => Promise.reject(new Error('the store is broken'));
    const proxy = await gateway(upstream.url, { daily: 1 }, { store });
    assert.equal((await ask(proxy.url))?.status, 200);
    await until('it is told', () => proxy.events.some(({ kind }) => kind === 'call'));
    assert.deepEqual([proxy.calls().length, proxy.core.running.size], [1, 0]);
    assert.match(proxy.warnings.join(), /the store is broken/);
    await proxy.close();
    await upstream.close();
  });
});

test('clients that ask for a WebSocket and reset the connection do not end the gateway', async () => {
  const proxy = await gateway('http://127.0.0.1:1');
  for (let n = 0; n < 50; n++) {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('GET /v1/responses HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await wait(n % 3);
    socket.resetAndDestroy();
  }
  assert.equal((await fetch(`${proxy.url}/costlint/health`)).status, 200);
  await proxy.close();
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
