/** The gateway as a process: found by its file, followed over its socket, killed at any moment. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CallEvent, Discovery, GatewayMessage } from '../../core/protocol/gateway.ts';
import { LedgerReader, openDatabase } from '../../gateway/ledger/index.ts';
import type { GatewayInput } from '../../gateway/options.ts';
import { follow } from '../../gateway/publish/index.ts';
import { json, messageBody, type Provider, provider, wait } from './support/provider.ts';

const main = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url));
const request = { model: 'claude-sonnet-4-5', max_tokens: 1000, messages: [{ role: 'user', content: 'Hi' }] };
const perCall = 18_000_000;

interface Running {
  readonly child: ChildProcess;
  readonly said: { readonly url: string; readonly running?: boolean };
}

describe('the gateway as a process', () => {
  let upstream: Provider;
  let folder: string;
  const children: ChildProcess[] = [];
  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody({ input_tokens: 1000, output_tokens: 1000 })));
    folder = mkdtempSync(join(tmpdir(), 'costlint-gateway-'));
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(options: GatewayInput = {}): Promise<Running> {
    const input = { options: { port: 0, stateDir: folder, upstreams: { anthropic: upstream.url }, ...options }, version: '9.9.9' };
    const child = spawn(process.execPath, [main], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, COSTLINT_GATEWAY: JSON.stringify(input) },
    });
    children.push(child);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    for (let i = 0; i < 500 && !text.includes('\n') && child.exitCode === null; i++) await wait(20);
    assert.ok(text.includes('\n'), 'the gateway says that it is ready');
    return { child, said: JSON.parse(text) as Running['said'] };
  }
  const stop = async ({ child }: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };
  const ask = (url: string, session: string): Promise<Response> =>
    fetch(`${url}/v1/messages`, { method: 'POST', headers: { 'x-costlint-session': session }, body: JSON.stringify(request) });
  const discovery = (): Discovery => JSON.parse(readFileSync(join(folder, 'gateway.json'), 'utf8')) as Discovery;

  test('is found by its file, followed over its socket, and leaves nothing behind', async () => {
    const running = await start();
    const found = discovery();
    assert.equal(`http://${found.host}:${found.port}`, running.said.url);
    if (process.platform !== 'win32') {
      assert.equal(statSync(join(folder, 'gateway.json')).mode & 0o777, 0o600);
      assert.equal(statSync(found.socket).mode & 0o777, 0o600);
      for (const file of readdirSync(folder)) assert.equal(statSync(join(folder, file)).mode & 0o077, 0, file);
    }
    const messages: GatewayMessage[] = [];
    const following = (async () => {
      for await (const message of follow(found.socket)) messages.push(message);
    })();
    for (let i = 0; i < 100 && messages.length === 0; i++) await wait(10);
    assert.equal(messages[0]?.type, 'snapshot');
    assert.equal((await ask(running.said.url, 'seen')).status, 200);
    assert.match(await (await fetch(`${running.said.url}/metrics`)).text(), /^# HELP costlint_/m);
    const second = await start();
    assert.deepEqual([second.said.url, second.said.running], [running.said.url, true]);
    assert.equal(await stop(running), 0);
    await following;
    const kinds = messages.map((message) => (message.type === 'event' ? message.event.kind : message.type));
    assert.deepEqual(
      kinds.filter((kind) => ['snapshot', 'call-started', 'call', 'bye'].includes(kind)),
      ['snapshot', 'call-started', 'call', 'bye'],
    );
    assert.ok(messages.every((message, i) => i === 0 || message.seq >= messages[i - 1]!.seq));
    assert.ok(!existsSync(join(folder, 'gateway.json')));
  });

  test('kill -9 at any moment loses no answered call and counts none twice, and ceilings hold over it', { timeout: 60_000 }, async () => {
    let answered = 0;
    const asked = upstream.asked.length;
    const { answer } = upstream;
    for (let round = 0; round < 5; round++) {
      // The first time before there is an answer.
      upstream.answer = round === 0 ? () => {} : answer;
      const before = { answered, asked: upstream.asked.length };
      const running = await start({ session: 1 });
      const busy = Array.from({ length: 3 }, async () => {
        for (let i = 0; i < 4; i++) {
          const response = await ask(running.said.url, 'killed').catch(() => undefined);
          const text = await response?.text().catch(() => undefined);
          if (response?.status === 200 && text !== undefined) answered++;
        }
      });
      const isBusy = (): boolean => (round === 0 ? upstream.asked.length > before.asked : answered > before.answered);
      for (let i = 0; i < 1_000 && !isBusy(); i++) await wait(5);
      assert.ok(isBusy());
      await wait(round * 5);
      running.child.kill('SIGKILL');
      await Promise.all(busy);
    }
    const db = openDatabase(join(folder, 'ledger.db'), { readOnly: true });
    const events = [...new LedgerReader(db).events({ session: 'killed', kinds: ['call'] })] as CallEvent[];
    db.close();
    const billed = events.filter((event) => event.billed && event.source === 'exact').length;
    assert.ok(answered > 0, 'some calls were answered');
    assert.ok(billed >= answered, `${answered} calls were answered, ${billed} are in the ledger`);
    assert.ok(billed <= upstream.asked.length - asked);
    assert.equal(new Set(events.map((event) => event.responseId)).size, billed);
    // $1 allows 55 calls of $0.018; those before the kills count.
    const last = await start({ session: 1 });
    let more = 0;
    while ((await ask(last.said.url, 'killed')).status === 200) more++;
    assert.ok((billed + more) * perCall <= 1_000_000_000, `${billed} + ${more} calls`);
    assert.ok(more < 55 - answered + 1);
    assert.equal(await stop(last), 0);
  });
});
