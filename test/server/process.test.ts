// biome-ignore-all lint/suspicious/noExplicitAny: messages of the protocol in all their shapes, looked into by tests
/** The server as a process of its own, as editors start it, on files on disk. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

const main = path.join(import.meta.dirname, '..', '..', 'server', 'main.ts');
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'costlint-lsp-')));
const secret = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'costlint-outside-')));
after(() => {
  for (const each of [folder, secret]) fs.rmSync(each, { recursive: true, force: true });
});

const AGENT = `import OpenAI from 'openai';
import { readFileSync } from 'node:fs';
const client = new OpenAI();
export const ask = () =>
  client.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'system', content: readFileSync('own.md', 'utf8') }, { role: 'user', content: readFileSync('prompt.md', 'utf8') }],
  });
`;
fs.writeFileSync(path.join(folder, 'agent.ts'), AGENT);
fs.writeFileSync(path.join(folder, 'own.md'), 'a prompt of its own');
fs.writeFileSync(path.join(secret, 'key.txt'), 'a secret key '.repeat(2000));
fs.symlinkSync(path.join(secret, 'key.txt'), path.join(folder, 'prompt.md'));
const uriOf = (name: string): string => pathToFileURL(path.join(folder, name)).href;

/** Opens the agent, hovers over its call, and ends the server in the way of the protocol. */
async function session(child: ChildProcess, rpc: MessageConnection): Promise<{ hover: string; exit: number | null }> {
  rpc.onRequest((method: string, params: any) => (method === 'workspace/configuration' ? params.items.map(() => null) : null));
  rpc.listen();
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const capabilities = { textDocument: { diagnostic: {} } };
  await rpc.sendRequest('initialize', { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities });
  await rpc.sendNotification('initialized', {});
  const textDocument = { uri: uriOf('agent.ts') };
  await rpc.sendNotification('textDocument/didOpen', { textDocument: { ...textDocument, languageId: 'typescript', version: 1, text: AGENT } });
  const hover: any = await rpc.sendRequest('textDocument/hover', { textDocument, position: { line: 4, character: 5 } });
  await rpc.sendRequest('shutdown');
  await rpc.sendNotification('exit');
  return { hover: hover.contents.value, exit: await exited };
}

test('over stdio, as Neovim, Helix and Zed start it; nothing but the protocol is on stdout', async () => {
  const child = spawn(process.execPath, [main, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { hover, exit } = await session(child, createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)));
  assert.match(hover, /`gpt-5-mini`/);
  assert.equal(exit, 0);
});

test('over IPC, as VS Code starts it', async () => {
  const child = fork(main, ['--node-ipc'], { execArgv: [] });
  const { hover, exit } = await session(child, createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child)));
  assert.match(hover, /`gpt-5-mini`/);
  assert.equal(exit, 0);
});

test('a link in the workspace does not make the server read what lies outside', async () => {
  const child = spawn(process.execPath, [main, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { hover } = await session(child, createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)));
  assert.match(hover, /a prompt of its own/);
  assert.ok(!/secret/.test(hover), hover);
});

test('an editor that goes away takes its server with it', async () => {
  const child = spawn(process.execPath, [main, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const rpc = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  rpc.listen();
  await rpc.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
  const exited = new Promise((resolve) => child.once('exit', () => resolve(true)));
  child.stdin.end();
  assert.equal(await exited, true);
});
