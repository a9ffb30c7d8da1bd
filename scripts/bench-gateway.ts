/**
 * What the gateway adds to a call: `node scripts/bench-gateway.ts [--seconds n] [--peers]` under Node 24. A provider that answers at once, the gateway with everything on
 * (ledger on disk, limits, breaker, socket), a bare pass-through of the same HTTP parts as the yardstick, and with --peers other gateways, installed into .cache.
 * Each runs in a process of its own; the load comes from this one. Prints a table in Markdown.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

const root = fileURLToPath(new URL('..', import.meta.url));
const self = fileURLToPath(import.meta.url);
const [role, argument = ''] = process.argv.slice(2);
const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : (process.argv[at + 1] ?? '');
};

const prompt = 'The quick brown fox jumps over the lazy dog. '.repeat(50);
const plain = JSON.stringify({
  model: 'gpt-4.1',
  max_tokens: 200,
  messages: [
    { role: 'system', content: prompt },
    { role: 'user', content: 'Hi' },
  ],
});
const streamed = JSON.stringify({ ...JSON.parse(plain), stream: true, stream_options: { include_usage: true } });
const chunk = (id: number, rest: object): string =>
  `data: ${JSON.stringify({ id: `chatcmpl-${String(id).padStart(24, '0')}`, object: 'chat.completion.chunk', created: 1, model: 'gpt-4.1', ...rest })}\n\n`;

/** Answers at once; streams in 20 pieces. */
function upstream(): void {
  let id = 0;
  const server = createServer((request, response) => {
    let isStream = false;
    request.on('data', (data: Buffer) => {
      isStream ||= data.includes('"stream":true');
    });
    request.on('end', () => {
      const n = ++id;
      const usage = { prompt_tokens: 520, completion_tokens: 20, total_tokens: 540 };
      if (!isStream) {
        const body = JSON.stringify({
          id: `chatcmpl-${String(n).padStart(24, '0')}`,
          object: 'chat.completion',
          created: 1,
          model: 'gpt-4.1',
          choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }],
          usage,
        });
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
        response.end(body);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let i = 0; i < 20; i++)
        response.write(chunk(n, { choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }], usage: null }));
      response.end(
        `${chunk(n, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null })}${chunk(n, { choices: [], usage })}data: [DONE]\n\n`,
      );
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })));
}

/** The least a proxy of these parts can do: no reading, no metering. */
function bare(target: string): void {
  const pool = new Pool(target);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (data: Buffer) => chunks.push(data));
    request.on('end', () => {
      pool.dispatch(
        {
          method: 'POST',
          path: request.url ?? '/',
          headers: ['content-type', 'application/json', 'authorization', request.headers.authorization ?? ''],
          body: Buffer.concat(chunks),
        },
        {
          onRequestStart() {},
          onResponseStart(_controller, status, headers) {
            const { connection: _, 'transfer-encoding': __, ...kept } = headers;
            response.writeHead(status, kept);
          },
          onResponseData(controller, data) {
            if (response.write(data)) return;
            controller.pause();
            response.once('drain', () => controller.resume());
          },
          onResponseEnd() {
            response.end();
          },
          onResponseError() {
            response.destroy();
          },
        },
      );
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })));
}

const children: ChildProcess[] = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a process and waits until it says its address. */
async function start(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ readonly url: string; readonly child: ChildProcess; readonly ms: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  children.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
      const line = /^\{.*\}$/m.exec(text)?.[0];
      if (line) resolve((JSON.parse(line) as { url: string }).url);
    });
    child.once('exit', () => reject(new Error(`${args.join(' ')} ended: ${text}`)));
  });
  return { url, child, ms: performance.now() - began };
}

interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

async function load(url: string, body: string, connections: number, seconds: number, headers: Record<string, string> = {}): Promise<Load> {
  const pool = new Pool(url, { connections });
  const times: number[] = [];
  let failed = 0;
  const until = performance.now() + seconds * 1000;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const began = performance.now();
      const response = await pool.request({
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { 'content-type': 'application/json', authorization: 'Bearer k', ...headers },
        body,
      });
      await response.body.arrayBuffer();
      if (response.statusCode === 200) times.push(performance.now() - began);
      else failed++;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  await pool.close();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), failed };
}

/** Resident memory of a process, MB; undefined where the system does not tell. */
function memory(pid: number | undefined): number | undefined {
  const file = `/proc/${pid}/status`;
  const kilobytes = existsSync(file) ? /VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Processor time of a process so far, ms; it says what a call costs even on a machine that is busy with other things. */
function processorMs(pid: number | undefined): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Other gateways, each as it comes; those that cannot be had are left out with a word. */
async function peers(
  target: string,
): Promise<
  { readonly name: string; readonly url: string; readonly child: ChildProcess; readonly headers: Record<string, string>; readonly ms: number }[]
> {
  const folder = join(root, '.cache/bench-gateway');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const wanted = '@portkey-ai/gateway@1.15.2';
  const entry = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (!existsSync(entry))
    spawnSync('npm', ['install', '--no-save', '--ignore-scripts', '--loglevel=error', wanted], { cwd: folder, stdio: 'inherit' });
  if (!existsSync(entry)) {
    console.error(`${wanted} is not to be had: left out`);
    return [];
  }
  const port = 18_787;
  const began = performance.now();
  const child = spawn(process.execPath, [entry, '--headless', `--port=${port}`], { stdio: 'ignore', cwd: folder });
  children.push(child);
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 200; i++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return [
    {
      name: 'Portkey 1.15.2',
      url,
      child,
      headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${target}/v1` },
      ms: performance.now() - began,
    },
  ];
}

async function main(): Promise<void> {
  const seconds = Number(flag('--seconds') ?? 3);
  const provider = await start([self, 'upstream']);
  const folder = mkdtempSync(join(tmpdir(), 'costlint-bench-'));
  const built = join(root, 'dist/gateway.js');
  const options = { port: 0, stateDir: folder, session: 1e6, daily: 1e6, agentDaily: 1e6, upstreams: { openai: provider.url } };
  const gateway = await start([existsSync(built) && flag('--source') === undefined ? built : join(root, 'gateway/main.ts')], {
    COSTLINT_GATEWAY: JSON.stringify({ options }),
  });
  const yardstick = await start([self, 'bare', provider.url]);
  const others = flag('--peers') === undefined ? [] : await peers(provider.url);
  const subjects = [
    { name: 'direct', ...provider, headers: {} },
    { name: 'bare pass-through', ...yardstick, headers: {} },
    { name: 'Costlint', ...gateway, headers: {} },
    ...others,
  ];
  const rows: string[] = [];
  for (const { name, url, child, headers, ms } of subjects) {
    await load(url, plain, 32, Math.min(2, seconds), headers);
    const one = await load(url, plain, 1, seconds, headers);
    const before = processorMs(child.pid);
    const many = await load(url, plain, 32, seconds, headers);
    const perCall = ((processorMs(child.pid) - before) * 1000) / (many.perSecond * seconds);
    const streams = await load(url, streamed, 32, seconds, headers);
    const failed = one.failed + many.failed + streams.failed;
    const megabytes = memory(child.pid);
    rows.push(
      `| ${name} | ${one.p50.toFixed(2)} | ${one.p99.toFixed(2)} | ${many.perSecond.toFixed(0)} | ${perCall.toFixed(0)} | ${streams.perSecond.toFixed(0)} | ${ms.toFixed(0)} | ${megabytes?.toFixed(0) ?? '?'} |${failed > 0 ? ` ${failed} failed` : ''}`,
    );
  }
  console.log(
    '| | p50 of 1 connection, ms | p99, ms | calls/s, 32 connections | processor a call, µs | streams/s, 32 connections | start, ms | memory after, MB |\n|---|---:|---:|---:|---:|---:|---:|---:|',
  );
  console.log(rows.join('\n'));
  const calls = Number(flag('--calls') ?? 0);
  if (calls > 0) await flat(gateway, calls);
  for (const child of children) child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 500));
  rmSync(folder, { recursive: true, force: true });
}

/** Memory over many calls: flat if nothing is kept. */
async function flat({ url, child }: { readonly url: string; readonly child: ChildProcess }, calls: number): Promise<void> {
  const pool = new Pool(url, { connections: 32 });
  let sent = 0;
  const seen: string[] = [];
  const step = Math.ceil(calls / 5);
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (sent < calls) {
        if (++sent % step === 0) seen.push(`${sent}: ${memory(child.pid)?.toFixed(0) ?? '?'} MB`);
        const response = await pool.request({
          method: 'POST',
          path: '/v1/chat/completions',
          headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
          body: plain,
        });
        await response.body.arrayBuffer();
      }
    }),
  );
  await pool.close();
  console.log(`\nMemory after calls: ${seen.join(', ')}`);
}

if (role === 'upstream') upstream();
else if (role === 'bare') bare(argument);
else {
  await main();
  process.exit(0);
}
