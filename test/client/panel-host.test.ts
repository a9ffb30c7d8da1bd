/** The panel's frame, its messages in pieces, and the reader of local logs. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { batched } from '../../client/panel/batch.ts';
import { pageOf } from '../../client/panel/html.ts';
import { readLogs } from '../../client/panel/logs.ts';
import { NO_TOTALS } from '../../core/protocol/gateway-state.ts';
import { until, wait } from '../gateway/support/provider.ts';

const folder = mkdtempSync(join(tmpdir(), 'costlint-panel-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the page allows its one script and nothing else', () => {
  const page = pageOf({ view: 'compact', script: 'https://host/a"b.js', nonce: 'n0nce' });
  assert.match(page, /content="default-src 'none'; script-src 'nonce-n0nce'; base-uri 'none'; form-action 'none'"/);
  assert.equal(page.match(/<script/g)?.length, 1);
  assert.match(page, /<script nonce="n0nce" src="https:\/\/host\/a&quot;b.js"><\/script>/);
  assert.match(page, /<body data-view="compact">/);
  assert.doesNotMatch(page, /style=|unsafe/);
});

test('messages go on in order and in few pieces', async () => {
  const sent: number[][] = [];
  const batch = batched<number>((items) => sent.push([...items]), 20);
  batch.add([1]);
  assert.deepEqual(sent, [[1]], 'the first at once');
  for (let n = 2; n <= 100; n++) batch.add([n]);
  await until('the rest', () => sent.length === 2);
  assert.deepEqual(
    sent[1],
    Array.from({ length: 99 }, (_, n) => n + 2),
  );
  await wait(30);
  batch.add([101]);
  batch.add([102]);
  batch.clear();
  await wait(30);
  assert.deepEqual(sent.slice(2), [[101]], 'what waits is forgotten with the page');
});

describe('reading local logs', () => {
  const row = (session: string, lastAt: number) => ({ session, source: 'claude-code', status: 'done', firstAt: 1, lastAt, totals: NO_TOTALS });
  /** A program in place of `costlint` that says these lines. */
  function program(lines: readonly string[], code = 0, error = ''): string {
    const path = join(folder, `cli-${Math.random()}.mjs`);
    writeFileSync(
      path,
      `process.stdout.write(${JSON.stringify(lines.map((line) => `${line}\n`).join(''))}); process.stderr.write(${JSON.stringify(error)}); process.exitCode = ${code};`,
    );
    chmodSync(path, 0o700);
    return path;
  }
  const read = async (cli: string) => {
    const progress: string[] = [];
    const logs = await readLogs({ cli, execPath: process.execPath, onProgress: (share, message) => progress.push(`${share} ${message}`) });
    return { ...logs, progress };
  };

  test('gives the sessions, the newest first, and says how far it is', async () => {
    const lines = [{ progress: 0.5, message: 'Claude Code' }, row('old', 1), row('new', 2), { progress: 1 }].map((line) => JSON.stringify(line));
    const { rows, progress, skipped } = await read(program([...lines, 'not JSON', '{"session":1}']));
    assert.deepEqual(
      rows.map(({ session }) => session),
      ['new', 'old'],
    );
    assert.deepEqual(progress, ['0.5 Claude Code', '1 ']);
    assert.equal(skipped, 2);
  });

  test('says why it cannot', async () => {
    await assert.rejects(read(program([], 2, 'costlint: the folder cannot be read\nTry x')), /^Error: the folder cannot be read$/);
    await assert.rejects(read(program([], 2, 'costlint: unknown command logs\n')), /this version of Costlint cannot read local logs yet/);
    await assert.rejects(readLogs({ cli: 'x', execPath: join(folder, 'nothing'), onProgress: () => {} }), /ENOENT/);
  });
});
