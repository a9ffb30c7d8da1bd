import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createSocketServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  type CallEvent,
  DISCOVERY_FILE,
  type GatewayEvent,
  type GatewayMessage,
  type GatewayState,
  gatewayMessageSchema,
  stateFolder,
} from '../../core/protocol/gateway.ts';
import { GatewayFollower, LiveState, NO_TOTALS } from '../../core/protocol/gateway-state.ts';
import {
  EventPublisher,
  findGateway,
  follow,
  listenOn,
  midnightIn,
  readDiscovery,
  removeDiscovery,
  socketPath,
  writeDiscovery,
} from '../../gateway/publish/index.ts';
import { takeFolder } from '../../gateway/store/owner.ts';
import { call } from '../ledger/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'costlint-publish-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let sockets = 0;
const newPath = () => (process.platform === 'win32' ? `\\\\.\\pipe\\costlint-test-${process.pid}-${++sockets}` : join(folder, `s${++sockets}.sock`));

const noon = Date.UTC(2026, 10, 20, 12);
const empty: GatewayState = {
  gateway: { version: '1', pid: 1, startedAt: noon, url: 'http://127.0.0.1:1' },
  today: NO_TOTALS,
  todaySince: noon - 12 * 3_600_000,
  sessions: [],
  running: [],
  recent: [],
  limits: [],
  breakers: [],
  alerts: [],
  health: [],
};

async function publisherOn(path: string, options: object = {}) {
  const publisher = new EventPublisher({ live: new LiveState(empty), ...options });
  const server = await listenOn(path, publisher);
  const close = async () => {
    await publisher.close('test over');
    await new Promise((resolve) => server.close(resolve));
  };
  return { publisher, close };
}

/** Takes messages until one satisfies. */
async function until(messages: AsyncGenerator<GatewayMessage, undefined>, isLast: (message: GatewayMessage) => boolean): Promise<GatewayMessage[]> {
  const taken: GatewayMessage[] = [];
  for await (const message of messages) {
    taken.push(message);
    if (isLast(message)) break;
  }
  return taken;
}

const started = (id: string): GatewayEvent => {
  const { at, session, provider, api, operation, stream } = call();
  return { kind: 'call-started', id, at, session, provider, api, operation, stream };
};

describe('live events', () => {
  test('come over the socket: a snapshot first, then each event with the next number', async () => {
    const path = newPath();
    const { publisher, close } = await publisherOn(path);
    publisher.emit(call({ id: 'before' }));
    const reading = follow(path);
    const first = (await reading.next()).value;
    assert.ok(first?.type === 'snapshot');
    assert.deepEqual([first.seq, first.state.recent.map(({ id }) => id), first.state.today.calls], [1, ['before'], 1]);
    publisher.emit(started('a'));
    publisher.emit(call({ id: 'a' }));
    const rest = await until(reading, ({ seq }) => seq === 3);
    assert.deepEqual(
      rest.map((message) => message.type === 'event' && [message.seq, message.event.kind]),
      [
        [2, 'call-started'],
        [3, 'call'],
      ],
    );
    await close();
  });

  test('give every reader the state that the gateway has', async () => {
    const path = newPath();
    const { publisher, close } = await publisherOn(path);
    publisher.emit(call({ session: 'early' }));
    const reading = follow(path);
    const follower = new GatewayFollower();
    follower.take((await reading.next()).value!);
    const events: GatewayEvent[] = [
      started('x'),
      call({ id: 'x', agent: 'planner', cost: { kind: 'unknown', atLeast: 5, why: 'new model' } }),
      call({ billed: false, outcome: 'failed', status: 529, usage: {} }),
      started('y'),
      { kind: 'session', id: 's', at: noon, session: 'early', status: 'done', via: 'header' },
      { kind: 'breaker', id: 'b', at: noon, scope: 'session:z', state: 'open', cause: 'repeats', message: 'loop' },
      { kind: 'health', id: 'h', at: noon, part: 'store', ok: false, message: 'gone' },
      { kind: 'alert', id: 'al', at: noon, alert: 'hourly-rate', level: 'warning', message: 'm', value: 2, threshold: 2 },
      { kind: 'standings', at: noon, standings: [{ limit: 'l', layer: 'account', counter: 'l|', unit: 'nanoUsd', max: 9, spent: 1, reserved: 0 }] },
    ];
    for (const event of events) publisher.emit(event);
    for (const message of await until(reading, ({ seq }) => seq === 1 + events.length)) assert.ok(follower.take(message));
    assert.deepEqual(JSON.parse(JSON.stringify(follower.state)), JSON.parse(JSON.stringify(publisher.state())));
    const { today, running, sessions } = publisher.state();
    assert.deepEqual([today.calls, today.unpriced, today.failed, running.map(({ id }) => id)], [2, 1, 1, ['y']]);
    assert.deepEqual(
      sessions.map(({ session, status }) => [session, status]),
      [
        ['session-a', 'running'],
        ['early', 'done'],
      ],
    );
    await close();
  });

  test('come as Server-Sent Events', async () => {
    const publisher = new EventPublisher({ live: new LiveState(empty) });
    const server = createServer((request, response) => publisher.serveEvents(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const [response] = (await once(get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }), 'response')) as [IncomingMessage];
    assert.equal(response.headers['content-type'], 'text/event-stream');
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('event: snapshot') && publisher.seq === 0) publisher.emit(call({ id: 'live', notes: ['line\nbreak'] }));
      if (text.includes('event: event')) void publisher.close('bye');
    });
    await once(response, 'end');
    const blocks = text.trim().split('\n\n');
    assert.deepEqual(
      blocks.map((block) => block.split('\n').slice(0, 2)),
      [
        ['id: 0', 'event: snapshot'],
        ['id: 1', 'event: event'],
        ['id: 1', 'event: bye'],
      ],
    );
    for (const block of blocks) gatewayMessageSchema.parse(JSON.parse(block.split('\n')[2]!.slice('data: '.length)));
    server.close();
  });

  test('do not pile up for a reader that does not read: it gets a snapshot when it has caught up', async () => {
    const path = newPath();
    const { publisher, close } = await publisherOn(path, { maxWaiting: 100_000 });
    const slow = connect(path);
    await once(slow, 'connect');
    const quick = follow(path);
    await quick.next();
    const counting = until(quick, ({ seq }) => seq === 3000);
    for (let n = 1; n <= 3000; n += 1) {
      publisher.emit(call({ id: `n${n}`, notes: ['x'.repeat(1000)] }));
      if (n % 20 === 0) await new Promise(setImmediate);
    }
    assert.equal((await counting).length, 3000, 'the quick one is not held up');
    const messages: GatewayMessage[] = [];
    let rest = '';
    slow.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      messages.push(...lines.filter((line) => line !== '').map((line) => gatewayMessageSchema.parse(JSON.parse(line))));
    });
    const isSnapshot = (message?: GatewayMessage) => message?.type === 'snapshot' && message.seq === 3000;
    while (!isSnapshot(messages.at(-1))) await once(slow, 'data');
    assert.ok(messages.length < 1500, `${messages.length} messages were kept for it`);
    const follower = new GatewayFollower();
    assert.ok(messages.every((message) => follower.take(message)));
    assert.equal(follower.state?.today.calls, 3000);
    publisher.emit(call({ id: 'again' }));
    await once(slow, 'data');
    assert.equal(messages.at(-1)?.type, 'event', 'and then increments again');
    slow.destroy();
    await close();
  });

  test('disconnect a reader that stays behind, and forget those that leave', async () => {
    const path = newPath();
    const { publisher, close } = await publisherOn(path, { maxWaiting: 50_000, maxBehindMs: 50 });
    const stuck = connect(path);
    const leaving = connect(path);
    await Promise.all([once(stuck, 'connect'), once(leaving, 'connect')]);
    while (publisher.readers < 2) await new Promise(setImmediate);
    leaving.destroy();
    while (publisher.readers > 1) await new Promise(setImmediate);
    while (publisher.readers > 0) {
      publisher.emit(call({ notes: ['x'.repeat(5000)] }));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    stuck.destroy();
    await close();
  });

  test('refuse readers beyond a number', async () => {
    const path = newPath();
    const { publisher, close } = await publisherOn(path, { maxReaders: 1 });
    const first = connect(path);
    await once(first, 'data');
    const second = connect(path);
    await once(second.resume(), 'close');
    assert.equal(publisher.readers, 1);
    first.destroy();
    await close();
  });

  test('begin a new day with a snapshot', async () => {
    const path = newPath();
    const { publisher, close } = await publisherOn(path, { midnight: midnightIn('Europe/Berlin') });
    const at = Date.UTC(2026, 10, 20, 22, 59);
    publisher.emit(call({ at }));
    const reading = follow(path);
    await reading.next();
    publisher.emit(call({ at: at + 60_000 }));
    const [snapshot, event] = await until(reading, ({ type }) => type === 'event');
    assert.ok(snapshot?.type === 'snapshot' && event?.type === 'event');
    assert.equal(snapshot.state.today.calls, 0);
    assert.equal(publisher.state().today.calls, 1);
    assert.equal(publisher.state().todaySince, Date.UTC(2026, 10, 20, 23));
    await close();
  });
});

describe('a follower', () => {
  test('notices that messages are missing', () => {
    const follower = new GatewayFollower();
    const event: CallEvent = call();
    assert.equal(follower.take({ type: 'event', seq: 1, event }), false, 'no snapshot yet');
    assert.ok(follower.take({ type: 'snapshot', protocol: 1, seq: 5, state: empty }));
    assert.ok(follower.take({ type: 'event', seq: 6, event }));
    assert.equal(follower.take({ type: 'event', seq: 8, event }), false);
  });
});

describe('finding a gateway', () => {
  const discovery = (socket: string, pid = process.pid) => ({
    protocol: 1,
    version: '0.1.0',
    pid,
    startedAt: noon,
    host: '127.0.0.1',
    port: 4242,
    socket,
    token: 't'.repeat(32),
    salt: 's'.repeat(64),
  });

  test('by a file that only its owner can read, with a socket that only they can open', async () => {
    const state = mkdtempSync(join(folder, 'state-'));
    const path = process.platform === 'win32' ? newPath() : socketPath(state);
    const { close } = await publisherOn(path);
    writeDiscovery(state, discovery(path));
    assert.equal((await findGateway(state))?.port, 4242);
    if (process.platform !== 'win32') {
      assert.equal(statSync(join(state, DISCOVERY_FILE)).mode & 0o777, 0o600);
      assert.equal(statSync(path).mode & 0o777, 0o600);
    }
    assert.deepEqual(
      readdirSync(state).filter((name) => name.startsWith(`${DISCOVERY_FILE}.`)),
      [],
    );
    await close();
    assert.equal(await findGateway(state), undefined, 'the file is there, the gateway is not');
    removeDiscovery(state, 1);
    assert.ok(readDiscovery(state), 'not removed for another process');
    removeDiscovery(state);
    assert.equal(readDiscovery(state), undefined);
  });

  test('takes over the socket of a gateway that was killed', { skip: process.platform === 'win32' }, async () => {
    const path = newPath();
    const dead = createSocketServer().listen(path);
    await once(dead, 'listening');
    dead.unref();
    const { publisher, close } = await publisherOn(path);
    const reader: Socket = connect(path);
    await once(reader, 'data');
    assert.equal(publisher.readers, 1);
    reader.destroy();
    await close();
    dead.close();
  });

  test('ignores a damaged file', async () => {
    const state = mkdtempSync(join(folder, 'state-'));
    writeFileSync(join(state, DISCOVERY_FILE), '{"pid": 12');
    assert.equal(await findGateway(state), undefined);
    writeFileSync(join(state, DISCOVERY_FILE), '{"pid": "12"}');
    assert.equal(await findGateway(state), undefined);
  });

  test('lets one gateway at a time have a folder', () => {
    const state = mkdtempSync(join(folder, 'state-'));
    const first = takeFolder(state);
    assert.ok(first);
    assert.equal(takeFolder(state), undefined);
    first.release();
    takeFolder(state)?.release();
  });

  test('keeps the path of the socket short enough', () => {
    assert.ok(Buffer.byteLength(socketPath(join(folder, 'x'.repeat(200)), 'linux')) < 104);
    assert.notEqual(socketPath(`/${'a'.repeat(200)}`, 'linux'), socketPath(`/${'b'.repeat(200)}`, 'linux'));
    assert.match(socketPath('C:\\x', 'win32'), /^\\\\\.\\pipe\\costlint-[0-9a-f]{16}$/);
  });

  test('looks where each system keeps such files', () => {
    assert.equal(stateFolder('linux', {}, '/home/a'), '/home/a/.local/state/costlint');
    assert.equal(stateFolder('linux', { XDG_STATE_HOME: '/s' }, '/home/a'), '/s/costlint');
    assert.equal(stateFolder('darwin', {}, '/Users/a'), '/Users/a/Library/Application Support/costlint');
    assert.equal(stateFolder('win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\a'), 'C:\\L\\costlint');
    assert.equal(stateFolder('linux', { COSTLINT_STATE_DIR: '/x' }, '/home/a'), '/x');
  });
});
