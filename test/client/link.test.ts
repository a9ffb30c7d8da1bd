/** The editor's end of a real gateway: found, followed, lost and found again; several at once. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GatewayLink } from '../../client/gateway/link.ts';
import type { GatewayMessage } from '../../core/protocol/gateway.ts';
import { drop, newFolder, opened } from '../gateway/support/opened.ts';
import { json, messageBody, type Provider, provider, until, wait } from '../gateway/support/provider.ts';

const perCall = 18_000_000;

describe('the connection of an editor', () => {
  let upstream: Provider;
  const folders: string[] = [];
  const links: GatewayLink[] = [];
  const folder = (): string => {
    folders.push(newFolder());
    return folders.at(-1)!;
  };
  const link = (place: string): GatewayLink => {
    const made = new GatewayLink({ folder: place, pollMs: 30 });
    links.push(made);
    made.start();
    return made;
  };
  const isIn =
    (one: GatewayLink, state: string): (() => boolean) =>
    () =>
      one.connection.state === state;

  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody({ input_tokens: 1000, output_tokens: 1000 })));
  });
  after(async () => {
    for (const one of links) one.dispose();
    await upstream.close();
    for (const one of folders) drop(one);
  });

  test('two windows see the same spending, and that of calls before they came', async () => {
    const place = folder();
    const gateway = await opened(place, upstream.url, { daily: 5 });
    await (await gateway.ask('a')).text();
    const [first, second] = [link(place), link(place)];
    await until('both are connected', () => isIn(first, 'connected')() && isIn(second, 'connected')());
    assert.equal(first.connection.url, gateway.url);
    await (await gateway.ask('b')).text();
    for (const one of [first, second]) {
      await until('the call is seen', () => one.state?.today.nanoUsd === 2 * perCall);
      await until('the gauge moves', () => one.state?.limits[0]?.spent === 2 * perCall);
      assert.deepEqual(
        one.state?.sessions.map(({ session }) => session),
        ['b', 'a'],
      );
    }
    await gateway.close();
    await until('both know that it is gone', () => isIn(first, 'absent')() && isIn(second, 'absent')());
    assert.deepEqual([first.state, first.http], [undefined, undefined]);
  });

  test('a gateway that is started later, and again on another port, is found', async () => {
    const place = folder();
    const one = link(place);
    assert.equal(one.connection.state, 'absent');
    const first = await opened(place, upstream.url);
    await until('it is found', isIn(one, 'connected'));
    const port = one.discovery?.port;
    await first.close();
    await until('it is gone', isIn(one, 'absent'));
    const second = await opened(place, upstream.url);
    await until('the next is found', () => isIn(one, 'connected')() && one.discovery?.port === second.port);
    assert.notEqual(port, second.port);
    await (await second.ask('a')).text();
    await until('and followed', () => one.state?.today.nanoUsd === perCall);
    await second.close();
  });

  test('the file of a gateway that was killed does not count as one, and the next is found all the same', async () => {
    const place = folder();
    const gone = {
      protocol: 1,
      version: '1',
      pid: 2 ** 30,
      startedAt: 1,
      host: '127.0.0.1',
      port: 1,
      socket: join(place, 'gateway.sock'),
      token: 't',
      salt: 's',
    };
    writeFileSync(join(place, 'gateway.json'), JSON.stringify(gone));
    const one = link(place);
    await until('nobody answers', isIn(one, 'absent'));
    const gateway = await opened(place, upstream.url);
    await until('it is found', isIn(one, 'connected'));
    await gateway.close();
  });

  test('a gateway of another version is not followed, and what to do is said', async () => {
    const place = folder();
    const other = {
      protocol: 99,
      version: '9',
      pid: process.pid,
      startedAt: 1,
      host: '127.0.0.1',
      port: 1,
      socket: join(place, 'x.sock'),
      token: 't',
      salt: 's',
    };
    writeFileSync(join(place, 'gateway.json'), JSON.stringify(other));
    const one = link(place);
    assert.equal(one.connection.state, 'failed');
    assert.match(one.connection.message ?? '', /newer version than this extension. Update the extension/);
  });

  test('after a broken connection, a gap or nonsense it starts anew with a snapshot', async () => {
    const place = folder();
    const state = (await snapshotOf(upstream)).state;
    const snapshot = (seq: number): string => `${JSON.stringify({ type: 'snapshot', protocol: 1, seq, state })}\n`;
    const at = Date.now();
    const progress = (seq: number): string =>
      `${JSON.stringify({ type: 'event', seq, event: { kind: 'call-progress', id: 'x', at, session: 's', usage: {} } })}\n`;
    // What each connection is told before it breaks: an increment is missing, half a message, no message at all.
    const plays = [[snapshot(1), progress(2), progress(4)], [snapshot(5), progress(6).slice(0, 20)], [snapshot(7), 'nonsense\n'], [snapshot(9)]];
    let connections = 0;
    const socket = process.platform === 'win32' ? `\\\\.\\pipe\\costlint-link-${process.pid}` : join(place, 'gateway.sock');
    const server = createServer((reader) => {
      const play = plays[connections++] ?? [];
      for (const text of play) reader.write(text);
      if (connections === 2) reader.end();
      reader.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const found = { protocol: 1, version: '1', pid: process.pid, startedAt: 1, host: '127.0.0.1', port: 1, socket, token: 't', salt: 's' };
    writeFileSync(join(place, 'gateway.json'), JSON.stringify(found));
    const one = link(place);
    const heard: GatewayMessage[] = [];
    const states: string[] = [];
    one.onMessages((messages) => heard.push(...messages));
    one.onConnection(({ state }) => states.push(state));
    await until('the fourth connection holds', () => connections === 4 && isIn(one, 'connected')());
    await wait(50);
    assert.deepEqual(
      heard.map(({ type, seq }) => `${type} ${seq}`),
      ['snapshot 1', 'event 2', 'snapshot 5', 'snapshot 7', 'snapshot 9'],
    );
    assert.ok(states.includes('reconnecting'));
    assert.deepEqual(one.snapshot?.seq, 9);
    one.dispose();
    await new Promise((resolve) => server.close(resolve));
    rmSync(socket, { force: true });
  });
});

/** The state of a gateway that has just started. */
async function snapshotOf(upstream: Provider): Promise<{ state: unknown }> {
  const place = newFolder();
  const gateway = await opened(place, upstream.url);
  const state = await gateway.get('/costlint/state');
  await gateway.close();
  drop(place);
  return { state };
}
