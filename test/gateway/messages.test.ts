/** What the gateway says to the person who starts it, asks it, or opens it in a browser. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BeyondLog } from '../../gateway/beyond.ts';
import { openGateway } from '../../gateway/open.ts';
import { type GatewayInput, gatewayOptions } from '../../gateway/options.ts';
import { gateway } from './support/gateway.ts';
import { drop, newFolder, opened } from './support/opened.ts';
import { json, messageBody, type Provider, provider } from './support/provider.ts';

const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Runs `costlint gateway` to its end, or until it says where it listens. */
async function costlintGateway(...args: string[]): Promise<{ readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, ['--no-warnings', cli, 'gateway', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (out.includes('Ledger and socket')) child.kill('SIGTERM');
  });
  await new Promise((resolve) => child.on('close', resolve));
  return { out, err };
}

describe('what the gateway says', () => {
  let upstream: Provider;
  let other: Server;
  const folders: string[] = [];
  const folder = (): string => {
    folders.push(newFolder());
    return folders.at(-1)!;
  };
  const taken = (): number => (other.address() as AddressInfo).port;
  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody({ input_tokens: 1000, output_tokens: 1000 })));
    other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    other.close();
    await upstream.close();
    for (const one of folders) drop(one);
  });

  const problem = async (input: GatewayInput): Promise<string> => {
    try {
      const running = await openGateway(gatewayOptions({ port: 0, stateDir: folder(), ...input }), { version: '9.9.9', warn: () => {} });
      await running.close();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('a port that is taken, a state folder that is a file, and settings that do not fit are told in plain words', async () => {
    assert.match(await problem({ port: taken() }), new RegExp(`^port ${taken()} is taken by another program: name another with --port`));
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    assert.equal(await problem({ stateDir: file }), `the state folder ${file} is not a folder: name another with --state-dir`);
    assert.equal(await problem({ port: 99_999 }), 'gateway settings: port: must be at most 65535');
    assert.match(await problem({ breaker: { repeat: 3 } } as GatewayInput), /^gateway settings: breaker\.repeat: there is no such setting$/);
    assert.match(
      await problem({ limits: [{ id: 'a', layer: 'moon', window: 'day', usd: 1 }] } as unknown as GatewayInput),
      /limits\.0\.layer: must be one of/,
    );
  });

  test('where another port is used than was expected, it says so and why', async () => {
    const options = gatewayOptions({ port: taken(), stateDir: folder() });
    const running = await openGateway(options, { version: '9.9.9', warn: () => {}, anyPort: true });
    await running.close();
    assert.equal(
      running.note,
      `port ${taken()} is taken by another program: listening on ${running.port}; base URL http://127.0.0.1:${running.port}`,
    );
  });

  test('a Redis that is away at the start is named, with what becomes of calls', async () => {
    for (const [storeGone, says] of [
      ['closed', /^Redis at 127\.0\.0\.1:1 cannot be reached: calls are denied until it is back/],
      ['open', /calls pass by the limits that this gateway knows alone until it is back \(--store-gone open\)/],
    ] as const) {
      const said: string[] = [];
      const options = gatewayOptions({ port: 0, stateDir: folder(), store: 'redis://user:secret@127.0.0.1:1', storeGone });
      const running = await openGateway(options, { version: '9.9.9', warn: (message) => said.push(message) });
      await running.close();
      assert.match(said[0] ?? '', says);
      assert.ok(!said.join().includes('secret'));
    }
  });

  test('a configuration file may have comments; what is wrong in it is told with its line', async () => {
    const config = join(folder(), 'gateway.json');
    writeFileSync(config, `{\n  // each session\n  "session": 5,\n  "port": 0, /* any */\n  "stateDir": ${JSON.stringify(folder())},\n}\n`);
    const { out, err } = await costlintGateway('--config', config);
    assert.match(out, /The gateway listens at .*\n/);
    assert.match(out, /Limits: session \$5/);
    const others =
      '"limits": [{ "id": "cron-5h", "layer": "agent", "tokens": 2000000, "window": "5h" }, { "id": "soft", "layer": "account", "usd": 9, "window": "day", "action": "warn" }]';
    writeFileSync(config, `{ "port": 0, "stateDir": ${JSON.stringify(folder())}, "daily": 50, ${others} }`);
    assert.match((await costlintGateway('--config', config)).out, /Limits: account-daily \$50, cron-5h 2,000,000 tokens, soft \$9 \(only warns\)\n/);
    writeFileSync(config, `{ "port": 0, "stateDir": ${JSON.stringify(folder())} }`);
    assert.match((await costlintGateway('--config', config)).out, /No limits are set/);
    assert.equal(err, '');
    writeFileSync(config, '{\n  "session": 5\n  "port": 0\n}\n');
    assert.match((await costlintGateway('--config', config)).err, /gateway\.json:3:3: not valid JSON: comma expected/);
  });

  test('a browser gets a page of the gateway itself; no provider is asked', async () => {
    const proxy = await gateway(upstream.url);
    const asked = upstream.asked.length;
    const page = await fetch(`${proxy.url}/`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), new RegExp(`OPENAI_BASE_URL=${proxy.url}/v1\n`));
    assert.equal((await fetch(`${proxy.url}/favicon.ico`)).status, 404);
    assert.equal(upstream.asked.length, asked);
    assert.equal((await fetch(`${proxy.url}/v1/models`)).status, 200);
    assert.equal((await fetch(`${proxy.url}/openai/`)).status, 200);
    assert.equal(upstream.asked.length, asked + 2);
    await proxy.close();
  });

  test('a call that is denied by an assumed price says whose price that is', async () => {
    const proxy = await gateway(upstream.url, { daily: 0.0001 });
    const ask = async (model: string): Promise<string> => {
      const body = JSON.stringify({ model, max_tokens: 1000, messages: [{ role: 'user', content: 'Hi' }] });
      return (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': 'k' }, body })).text();
    };
    assert.match(
      await ask('wombat-1'),
      /The price of wombat-1 is not known: the dearest known model of the provider \(claude-[^)]+\) was assumed; .*--unknown-price/,
    );
    assert.doesNotMatch(await ask('claude-sonnet-4-5'), /not known/);
    await proxy.close();
  });

  test('history without its times is answered with what is missing', async () => {
    const running = await opened(folder(), upstream.url);
    const { error } = await running.get<{ error: { message: string } }>('/costlint/history?by=model');
    assert.match(error.message, /^history needs since, until, bucketMs: since and until in ms since 1970/);
    await running.close();
  });

  test('a session that has used up its limit goes on under the higher limit of the next start', async () => {
    const place = folder();
    const first = await opened(place, upstream.url, { session: 0.018 });
    assert.equal((await first.ask('a')).status, 200);
    assert.equal((await first.ask('a')).status, 402);
    assert.match(await (await first.ask('a')).text(), /has used up its limit.*raise or reset that limit: POST \/costlint\/limits\/set/);
    await first.close();
    const same = await opened(place, upstream.url, { session: 0.018 });
    assert.equal((await same.ask('a')).status, 402);
    await same.close();
    const higher = await opened(place, upstream.url, { session: 1 });
    assert.equal((await higher.ask('a')).status, 200);
    await higher.close();
  });

  test('calls that take more than was set aside are told once a minute, with their number', () => {
    const said: string[] = [];
    let now = 0;
    const log = new BeyondLog(
      (message) => said.push(message),
      () => now,
    );
    const beyond = { nanoUsd: 2_000_000, tokens: 1_000, calls: 0 };
    log.add(beyond);
    log.add(beyond);
    log.add(beyond);
    now = 60_000;
    log.add(beyond);
    assert.equal(said.length, 2);
    assert.match(said[0] ?? '', /^a call took \$0\.002 and 1,000 tokens more than was set aside/);
    assert.match(said[1] ?? '', /^3 calls took together \$0\.006 and 3,000 tokens more than was set aside/);
  });
});
