/** Calls that name nobody are told apart by the process that makes them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Processes, programName } from '../../gateway/processes.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { json, messageBody, type Provider, provider } from './support/provider.ts';

const linux = process.platform === 'linux';
const body = { model: 'claude-sonnet-4-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };

/** A program that makes `argv[3]` calls; its own arguments hold a secret. */
const PROGRAM = `
const [url, count] = process.argv.slice(2);
for (let i = 0; i < Number(count); i++) {
  const response = await fetch(url + '/v1/messages', { method: 'POST', body: ${JSON.stringify(JSON.stringify(body))} });
  await response.text();
}
console.log(process.pid);
`;

describe('attribution by process', { skip: linux ? false : 'the kernel lists processes by connection on Linux only' }, () => {
  let upstream: Provider;
  let proxy: TestGateway;
  const folder = mkdtempSync(join(tmpdir(), 'costlint-'));
  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 })));
    proxy = await gateway(upstream.url, { processes: true });
  });
  after(async () => {
    await proxy.close();
    await upstream.close();
    rmSync(folder, { recursive: true });
  });

  /** The pid of a program that has run to its end. */
  const run = (name: string, calls: number): Promise<number> => {
    const script = join(folder, name);
    writeFileSync(script, PROGRAM);
    const child = spawn(process.execPath, ['--no-warnings', script, proxy.url, String(calls), '--key=secret'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new Promise((resolve, reject) => {
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.on('error', reject);
      child.on('close', (code) => (code === 0 ? resolve(Number(out)) : reject(new Error(`ended with ${code}`))));
    });
  };

  test('each process is a session of its own, and its program is the agent', async () => {
    const [one, two] = await Promise.all([run('crawler.mjs', 2), run('writer.mjs', 1)]);
    const calls = proxy.calls();
    const of = (pid: number) => calls.filter((call) => call.pid === pid).map(({ session, agent, via }) => ({ session, agent, via }));
    assert.deepEqual([of(one).length, of(two).length], [2, 1]);
    assert.deepEqual(of(one)[0], of(one)[1]);
    assert.notEqual(of(one)[0]?.session, of(two)[0]?.session);
    assert.deepEqual([of(one)[0]?.agent, of(one)[0]?.via, of(two)[0]?.agent], ['crawler.mjs', 'process', 'writer.mjs']);
    assert.doesNotMatch(JSON.stringify(calls), /secret|costlint-/);
  });

  test('what the client says goes first', async () => {
    const post = async (headers: Record<string, string>): Promise<void> => {
      await (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(body) })).text();
    };
    await post({ 'x-costlint-session': 's' });
    assert.deepEqual([proxy.calls().at(-1)?.session, proxy.calls().at(-1)?.pid, proxy.calls().at(-1)?.agent], ['s', undefined, undefined]);
    await post({ 'x-costlint-agent': 'cron' });
    assert.deepEqual([proxy.calls().at(-1)?.agent, proxy.calls().at(-1)?.pid, proxy.calls().at(-1)?.via], ['cron', process.pid, 'process']);
  });

  test('a connection is looked up once', async () => {
    const processes = new Processes();
    let socket: Socket | undefined;
    const seen = await new Promise<unknown[]>((resolve) => {
      proxy.core.actions.processes!.of = (one) => {
        socket = one;
        resolve([processes.of(one), processes.of(one)]);
        return processes.of(one);
      };
      httpRequest(`${proxy.url}/v1/messages`, { method: 'POST' }).end(JSON.stringify(body));
    });
    assert.equal(seen[0], seen[1]);
    assert.equal((await processes.of(socket!))?.pid, process.pid);
  });

  test('without the option nothing is looked up', async () => {
    const plain = await gateway(upstream.url);
    await (await fetch(`${plain.url}/v1/messages`, { method: 'POST', body: JSON.stringify(body) })).text();
    assert.deepEqual([plain.calls()[0]?.pid, plain.calls()[0]?.via], [undefined, 'key']);
    await plain.close();
  });

  test('a connection that is gone, or comes from elsewhere, is nobody’s', async () => {
    assert.equal(await new Processes().of(new Socket()), undefined);
  });
});

test('programs are named by what they run, never by their arguments', () => {
  const named = (line: string): string => {
    const [program = '', ...args] = line.split(' ');
    return programName(program, args);
  };
  assert.deepEqual(
    [
      'python3 -m app.worker --key k',
      'python /srv/agent.py x',
      'node --x dist/agent.js',
      'node',
      'node -e secret()',
      'python -c secret',
      'claude --resume s',
    ].map(named),
    ['app.worker', 'agent.py', 'agent.js', 'node', 'node', 'python', 'claude'],
  );
  assert.equal(programName('node', ['--require', './hook.js', 'main.js']), 'main.js');
});
