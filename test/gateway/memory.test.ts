import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pool } from 'undici';
import { BudgetBook } from '../../core/budget/index.ts';
import { Bag } from '../../gateway/bag.ts';
import { openGateway } from '../../gateway/open.ts';
import { gatewayOptions } from '../../gateway/options.ts';
import { TextMemory } from '../../gateway/text-memory.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heap = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

test('a call leaves no more behind than what its session has spent', async () => {
  let answered = 0;
  const provider = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      const usage = { prompt_tokens: 500, completion_tokens: 20, total_tokens: 520 };
      const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }];
      response.end(JSON.stringify({ id: `chatcmpl-${String(++answered).padStart(20, '0')}`, model: 'gpt-4.1', choices, usage }));
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'costlint-memory-'));
  const upstreams = { openai: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` };
  const gateway = await openGateway(gatewayOptions({ port: 0, stateDir: folder, session: 1e6, daily: 1e6, agentDaily: 1e6, upstreams }), {
    version: 'test',
    warn: (message) => assert.fail(message),
  });
  const pool = new Pool(gateway.url, { connections: 16 });
  after(async () => {
    await pool.close();
    await gateway.close();
    provider.close();
    rmSync(folder, { recursive: true, force: true });
  });
  // Each call is the only one of its session and has a prompt of its own: nothing can be shared.
  let sent = 0;
  const calls = async (count: number): Promise<void> => {
    const end = sent + count;
    const one = async (): Promise<void> => {
      while (sent < end) {
        const prompt = `${++sent} ${'The quick brown fox jumps over the lazy dog. '.repeat(100)}`;
        const { body, statusCode } = await pool.request({
          method: 'POST',
          path: '/v1/chat/completions',
          headers: { 'content-type': 'application/json', authorization: 'Bearer k', 'x-costlint-session': `session-${sent}` },
          body: JSON.stringify({ model: 'gpt-4.1', max_tokens: 100, messages: [{ role: 'user', content: prompt }] }),
        });
        await body.arrayBuffer();
        assert.equal(statusCode, 200);
      }
    };
    await Promise.all(Array.from({ length: 16 }, one));
  };
  await calls(600);
  const before = heap();
  await calls(600);
  const each = (heap() - before) / 600;
  // The prompt alone takes 4.5 kB, a whole call 20 kB and more.
  assert.ok(each < 4_500, `${Math.round(each)} bytes a call`);
});

test('of calls that were settled a limited number is remembered', () => {
  const book = new BudgetBook();
  const amount = { nanoUsd: 1, tokens: 1, calls: 1 };
  // Not a multiple of what one table holds.
  for (let call = 0; call < 27_000; call++) {
    book.reserve({ id: `c${call}`, limits: [], amount, ttlMs: 1000 }, 0);
    book.settle(`c${call}`, amount, 0);
  }
  const { leases, ended } = book.state;
  assert.equal(Object.keys(leases).length, 0);
  const known = Object.keys(ended).length;
  assert.ok(known >= 5_000 && known <= 10_000, `${known} are remembered`);
  for (const call of [22_000, 24_999, 25_000, 26_999])
    assert.equal(book.settle(`c${call}`, amount, 0).kind, 'duplicate', `the latest 5,000 are known: ${call}`);
  assert.equal(book.settle('c0', amount, 0).kind, 'unknown', 'one that is forgotten changes nothing');
});

test('a bag gives back what is in it, in any order of coming and going', () => {
  const bag = new Bag<number>();
  const slots = [1, 2, 3, 4].map((value) => bag.add(value));
  bag.remove(slots[1]!);
  bag.remove(slots[1]!);
  bag.remove(slots[3]!);
  assert.deepEqual([...bag].sort(), [1, 3]);
  const again = bag.add(5);
  bag.remove(slots[0]!);
  assert.deepEqual([...bag].sort(), [3, 5]);
  bag.remove(again);
  assert.equal(bag.size, 1);
});

test('texts that are alike wherever they are looked at are still told apart, and equal ones are worked out once', () => {
  const memory = new TextMemory<number>();
  let made = 0;
  const of = (text: string): number => memory.of(text, () => ++made);
  const prompt = (letter: string): string => `${'a'.repeat(4_000)}${letter}${'a'.repeat(4_096)}`;
  assert.deepEqual([of(prompt('a')), of(prompt('b')), of(prompt('b'))], [1, 2, 2]);
  assert.equal(of(''), 3);
  assert.equal(of(''), 3);
});

test('what was worked out for a text is its own when many others came between, or too many to remember', () => {
  const memory = new TextMemory<string>();
  const texts = Array.from({ length: 60 }, (_, i) => `${'x'.repeat(100_000)}${i}`);
  for (let round = 0; round < 2; round++)
    for (const text of texts)
      assert.equal(
        memory.of(text, (one) => one.slice(100_000)),
        text.slice(100_000),
      );
  for (const text of texts.slice(-3))
    assert.equal(
      memory.of(text, () => 'again'),
      text.slice(100_000),
    );
});
