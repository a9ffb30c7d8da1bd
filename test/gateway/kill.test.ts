import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Pool } from 'undici';
import { configuredLimits, gatewayOptions } from '../../gateway/options.ts';
import { openKeep } from '../../gateway/store/index.ts';

const program = join(import.meta.dirname, '../../gateway/main.ts');
/** A provider whose answers all have another id. */
async function provider() {
  let answered = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      const usage = { prompt_tokens: 500, completion_tokens: 20, total_tokens: 520 };
      const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }];
      response.end(JSON.stringify({ id: `chatcmpl-${String(++answered).padStart(20, '0')}`, model: 'gpt-4.1', choices, usage }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Starts a gateway, calls it from 16 sides, kills it after so many whole answers, and returns their ids. */
async function killedAfter(stateDir: string, upstream: string, answers: number): Promise<string[]> {
  const options = { port: 0, stateDir, daily: 1e6, upstreams: { openai: upstream } };
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, COSTLINT_GATEWAY: JSON.stringify({ options }) },
  });
  const gone = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  const [ready] = (await child.stdout.take(1).toArray()) as Buffer[];
  const pool = new Pool((JSON.parse(String(ready)) as { url: string }).url, { connections: 16 });
  const body = JSON.stringify({ model: 'gpt-4.1', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer k' };
  const ids: string[] = [];
  const one = async (): Promise<void> => {
    for (;;) {
      const response = await pool.request({ method: 'POST', path: '/v1/chat/completions', headers, body });
      const answer = (await response.body.json()) as { id: string };
      ids.push(answer.id);
      if (ids.length === answers) child.kill('SIGKILL');
    }
  };
  await Promise.allSettled(Array.from({ length: 16 }, one));
  assert.equal(await gone, 'SIGKILL');
  await pool.destroy();
  return ids;
}

test('whoever has got a whole answer finds it in the ledger after kill -9, once, and the day has spent the same', async () => {
  const { url, close } = await provider();
  const folder = mkdtempSync(join(tmpdir(), 'costlint-killed-'));
  const answered: string[] = [];
  for (const answers of [1, 40, 250]) answered.push(...(await killedAfter(folder, url, answers)));
  close();
  const keep = await openKeep(folder);
  const seen = [...keep.ledger.events({ kinds: ['call'] })].flatMap((event) => (event.kind === 'call' ? (event.responseId ?? []) : []));
  const kept = new Set(seen);
  assert.equal(kept.size, seen.length);
  assert.deepEqual(
    answered.filter((id) => !kept.has(id)),
    [],
  );
  const { calls, nanoUsd } = keep.ledger.totals();
  assert.equal(calls, seen.length);
  const limits = configuredLimits(gatewayOptions({ daily: 1e6 })).map((limit) => ({ limit, counter: `${limit.id}|all` }));
  const [day] = await keep.store.standings(limits);
  assert.equal(day?.spent, nanoUsd);
  await keep.close();
  rmSync(folder, { recursive: true, force: true });
});
