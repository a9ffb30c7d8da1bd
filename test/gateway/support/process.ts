/** The gateway as a process of its own: it can be killed, starved of disk, and run beside another. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CallEvent, Discovery, LedgerEvent } from '../../../core/protocol/gateway.ts';
import { LedgerReader, openDatabase } from '../../../gateway/ledger/index.ts';
import type { GatewayInput } from '../../../gateway/options.ts';
import { wait } from './provider.ts';

const main = fileURLToPath(new URL('../../../gateway/main.ts', import.meta.url));
const children: ChildProcess[] = [];
const folders: string[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'costlint-process-'));
  folders.push(folder);
  return folder;
}

export interface GatewayProcess {
  readonly url: string;
  readonly folder: string;
  readonly child: ChildProcess;
  /** JSON of an admin endpoint, whatever its status. */
  get<T>(path: string): Promise<T>;
  post(path: string, body?: object): Promise<Response>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a gateway and waits until it listens. */
export async function gatewayProcess(folder: string, options: GatewayInput): Promise<GatewayProcess> {
  const input = { options: { port: 0, stateDir: folder, drainMs: 1_000, breaker: false, ...options }, version: '9.9.9' };
  const env = { ...process.env, COSTLINT_GATEWAY: JSON.stringify(input) };
  const child = spawn(process.execPath, ['--no-warnings', main], { stdio: ['ignore', 'pipe', 'pipe'], env });
  children.push(child);
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  for (let i = 0; i < 1_000 && !out.includes('\n') && child.exitCode === null; i++) await wait(10);
  assert.ok(out.includes('\n'), `the gateway listens; it said: ${errors}`);
  const { url } = JSON.parse(out) as { url: string };
  const { token } = JSON.parse(readFileSync(join(folder, 'gateway.json'), 'utf8')) as Discovery;
  return {
    url,
    folder,
    child,
    get: async <T>(path: string) => (await fetch(`${url}${path}`, { headers: { 'x-costlint-token': token } })).json() as Promise<T>,
    post: (path, body = {}) => fetch(`${url}${path}`, { method: 'POST', headers: { 'x-costlint-token': token }, body: JSON.stringify(body) }),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

/** Rows of a ledger, read from its file beside whoever writes it. */
function ledgerEvents(folder: string, kind: LedgerEvent['kind']): LedgerEvent[] {
  const db = openDatabase(join(folder, 'ledger.db'), { readOnly: true });
  try {
    return [...new LedgerReader(db).events({ kinds: [kind] })];
  } finally {
    db.close();
  }
}

export const ledgerCalls = (folder: string): CallEvent[] => ledgerEvents(folder, 'call') as CallEvent[];

/** How often a gateway has said that its store of limits is away. */
export const timesAway = (folder: string): number =>
  ledgerEvents(folder, 'health').filter((event) => event.kind === 'health' && event.part === 'store' && !event.ok).length;

/** A message call of 10 tokens at most 1,000 of output; undefined where the gateway is gone before all of the answer has come. */
export async function ask(
  url: string,
  headers: Record<string, string> = {},
  body: object = {},
): Promise<{ status: number; id?: string; headers: Headers; text: string } | undefined> {
  const request = { model: 'claude-sonnet-4-5', max_tokens: 1_000, messages: [{ role: 'user', content: 'Hi' }], ...body };
  try {
    const response = await fetch(`${url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(request) });
    const text = await response.text();
    const id = /"id":"(msg_[^"]+)"/.exec(text)?.[1];
    return { status: response.status, headers: response.headers, text, ...(id ? { id } : {}) };
  } catch {
    return undefined;
  }
}
