/** The built language server over its standard streams: from the start of the process to the first findings, and from an edit to new ones. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, type MessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { type BenchLanguage, generatedFile } from './generated.ts';
import { median, percentile } from './stats.ts';

/** ms from spawn to the answer to `initialize`, and to the first diagnostics of an open file. Medians. */
export interface Activation {
  readonly initializedMs: number;
  readonly firstDiagnosticsMs: number;
}

interface Session {
  readonly connection: MessageConnection;
  readonly started: number;
  readonly initialized: number;
  readonly end: () => Promise<void>;
}

/** Diagnostics are pulled: what an editor that waits for them sees, without the pause that pushes have. */
const pull = (connection: MessageConnection, uri: string): Promise<{ readonly items?: readonly unknown[] }> =>
  connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });

async function start(root: string, workspace: string, env: NodeJS.ProcessEnv = process.env): Promise<Session> {
  const started = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'], env });
  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  connection.listen();
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) => items.map(() => ({})));
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('window/workDoneProgress/create', () => null);
  const folder = pathToFileURL(workspace).href;
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: folder,
    workspaceFolders: [{ uri: folder, name: 'bench' }],
    capabilities: { textDocument: { diagnostic: { dynamicRegistration: false } }, workspace: { workspaceFolders: true } },
  });
  const initialized = performance.now();
  await connection.sendNotification('initialized', {});
  const end = async (): Promise<void> => {
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    await gone;
    connection.dispose();
  };
  return { connection, started, initialized, end };
}

/** `isFirst`: as on the first start of a version, when Node has kept no compiled code of it yet. */
export async function activation(root: string, runs: number, isFirst: boolean): Promise<Activation> {
  const env = isFirst ? { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' } : process.env;
  if (!isFirst) await (await start(root, path.join(root, 'examples/typescript-agent'))).end();
  const workspace = path.join(root, 'examples/typescript-agent');
  const file = path.join(workspace, 'src/agent.ts');
  const uri = pathToFileURL(file).href;
  const samples: { readonly initialized: number; readonly first: number }[] = [];
  for (let n = 0; n < runs; n++) {
    const session = await start(root, workspace, env);
    await session.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text: fs.readFileSync(file, 'utf8') },
    });
    const { items } = await pull(session.connection, uri);
    const first = performance.now();
    await session.end();
    if (!items?.length) throw new Error('the server found nothing in examples/typescript-agent/src/agent.ts');
    samples.push({ initialized: session.initialized - session.started, first: first - session.started });
  }
  return { initializedMs: median(samples.map((sample) => sample.initialized)), firstDiagnosticsMs: median(samples.map((sample) => sample.first)) };
}

export interface ServerEdit {
  readonly language: BenchLanguage;
  readonly lines: number;
  readonly p50: number;
  readonly p95: number;
}

/** Edits as an editor sends them, answered with diagnostics by the running server. */
export async function serverEdits(root: string, scratch: string, lengths: readonly number[], count: number): Promise<ServerEdit[]> {
  fs.mkdirSync(scratch, { recursive: true });
  const session = await start(root, scratch);
  const rows: ServerEdit[] = [];
  for (const language of ['typescript', 'python'] as const) {
    for (const lines of lengths) {
      const text = generatedFile(language, lines, 2);
      const uri = pathToFileURL(path.join(scratch, `open${lines}.${language === 'typescript' ? 'ts' : 'py'}`)).href;
      const times = await editDocument(session.connection, uri, language, text, count);
      rows.push({ language, lines: text.split('\n').length, p50: percentile(times, 0.5), p95: percentile(times, 0.95) });
    }
  }
  await session.end();
  return rows;
}

async function editDocument(connection: MessageConnection, uri: string, languageId: string, text: string, count: number): Promise<number[]> {
  await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  await pull(connection, uri);
  const line = Math.floor(text.split('\n').length / 2);
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const at = { line, character: 0 };
    const started = performance.now();
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: n + 2 },
      contentChanges: [{ range: { start: at, end: n % 2 === 0 ? at : { line, character: 1 } }, text: n % 2 === 0 ? ' ' : '' }],
    });
    await pull(connection, uri);
    if (n >= 10) times.push(performance.now() - started);
  }
  await connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  return times;
}
