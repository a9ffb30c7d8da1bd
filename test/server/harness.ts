// biome-ignore-all lint/suspicious/noExplicitAny: messages of the protocol in all their shapes, looked into by tests
/** A language client over real JSON-RPC, in this process: the server at the other end is the one that ships, only its disk is a map. */
import { PassThrough } from 'node:stream';
import {
  type ClientCapabilities,
  type CodeAction,
  createConnection,
  createMessageConnection,
  type Diagnostic,
  type MessageConnection,
  type Position,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentEdit,
  type TextEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { defaultConfig } from '../../core/config.ts';
import type { Engine, ServerDeps } from '../../server/deps.ts';
import { createServer } from '../../server/index.ts';
import { parseConfigText } from '../../workspace/config-file.ts';
import { isWanted } from '../../workspace/index.ts';

export interface Sent {
  readonly method: string;
  readonly params: any;
}

export interface StartOptions {
  readonly engine: () => Promise<Engine>;
  /** Text by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
  readonly capabilities?: ClientCapabilities;
  /** The editor's `costlint` settings. */
  readonly settings?: unknown;
  readonly initializationOptions?: unknown;
  readonly deps?: Partial<ServerDeps>;
}

/** What VS Code's client says it can, as far as it matters here. */
export const MODERN: ClientCapabilities = {
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceFolders: true,
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    workspaceEdit: { documentChanges: true, snippetEditSupport: true },
  },
  textDocument: { diagnostic: {} },
  window: { workDoneProgress: true, showDocument: { support: true } },
};

export interface Client {
  readonly rpc: MessageConnection;
  readonly disk: Map<string, string>;
  /** Everything that the server sent without being asked, in order. */
  readonly sent: Sent[];
  settings: unknown;
  readonly open: (uri: string, text: string, languageId?: string) => Promise<void>;
  readonly change: (uri: string, text: string) => Promise<void>;
  /** Types over `find`, as an incremental edit. */
  readonly replace: (uri: string, find: string, by: string) => Promise<void>;
  readonly close: (uri: string) => Promise<void>;
  readonly textOf: (uri: string) => string;
  readonly pull: (uri: string) => Promise<Diagnostic[]>;
  readonly actions: (uri: string, diagnostics: readonly Diagnostic[], only?: string[]) => Promise<CodeAction[]>;
  /** Position of the first character of `text` in the open document, `offset` behind it. */
  readonly at: (uri: string, text: string, offset?: number) => Position;
  readonly hover: (uri: string, text: string) => Promise<string | undefined>;
  readonly request: (method: string, params: unknown) => Promise<any>;
  /** Resolves with the next such message that arrives, or has arrived since `from`. */
  readonly received: (method: string, accept?: (params: any) => boolean, from?: number) => Promise<any>;
  readonly apply: (action: CodeAction) => Readonly<Record<string, string>>;
  readonly capabilities: any;
  readonly stop: () => Promise<void>;
}

export const uri = (path: string): string => `file://${path}`;

function diskDeps(disk: Map<string, string>, engine: () => Promise<Engine>): ServerDeps {
  const stat = (path: string) => {
    if (disk.has(path)) return 'file' as const;
    return [...disk.keys()].some((each) => each.startsWith(`${path}/`)) ? ('directory' as const) : undefined;
  };
  return {
    load: engine,
    host: () => ({ read: (path) => disk.get(path), stat, problem: (path) => (disk.has(path) ? undefined : 'does not exist') }),
    discover: (root, config, accepts) =>
      [...disk.keys()].filter((path) => path.startsWith(`${root}/`) && accepts(path) && isWanted(root, config, path)),
    wanted: isWanted,
    loadConfig: (root) => {
      const text = disk.get(`${root}/costlint.json`);
      const loaded = text === undefined ? undefined : parseConfigText(`${root}/costlint.json`, text);
      return { config: loaded?.config ?? defaultConfig, problems: loaded?.problems ?? [] };
    },
    today: () => '2026-11-20',
    docsUri: (rule) => `file:///docs/rules/${rule}.md`,
  };
}

export async function start(options: StartOptions): Promise<Client> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const disk = new Map(Object.entries(options.files ?? {}));
  const server = createConnection(ProposedFeatures.all, toServer, toClient);
  createServer(server, { ...diskDeps(disk, options.engine), ...options.deps });
  server.listen();
  const rpc = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const documents = new Map<string, TextDocument>();
  const sent: Sent[] = [];
  const waiting: { method: string; accept: (params: any) => boolean; resolve: (params: any) => void }[] = [];
  const note = (method: string, params: any): void => {
    sent.push({ method, params });
    for (const each of waiting.filter((waiter) => waiter.method === method && waiter.accept(params))) {
      waiting.splice(waiting.indexOf(each), 1);
      each.resolve(params);
    }
  };
  rpc.onNotification((method, params) => note(method, params));
  rpc.onUnhandledProgress((progress) => note('$/progress', progress));
  rpc.onRequest((method: string, params: any) => {
    note(method, params);
    if (method === 'workspace/configuration') return params.items.map(() => client.settings ?? null);
    if (method === 'window/showDocument') return { success: true };
    return null;
  });
  rpc.listen();
  const roots = options.folders ?? ['/ws'];
  const client: Client = {
    rpc,
    disk,
    sent,
    settings: options.settings,
    capabilities: undefined,
    open: async (at, text, languageId = languageOf(at)) => {
      documents.set(at, TextDocument.create(at, languageId, 1, text));
      await rpc.sendNotification('textDocument/didOpen', { textDocument: { uri: at, languageId, version: 1, text } });
    },
    change: async (at, text) => {
      const document = documents.get(at)!;
      documents.set(at, TextDocument.create(at, document.languageId, document.version + 1, text));
      await rpc.sendNotification('textDocument/didChange', { textDocument: { uri: at, version: document.version + 1 }, contentChanges: [{ text }] });
    },
    replace: async (at, find, by) => {
      const document = documents.get(at)!;
      const start = document.getText().indexOf(find);
      if (start < 0) throw new Error(`${find} is not in ${at}`);
      const contentChanges = [{ range: { start: document.positionAt(start), end: document.positionAt(start + find.length) }, text: by }];
      documents.set(at, TextDocument.update(document, contentChanges, document.version + 1));
      await rpc.sendNotification('textDocument/didChange', { textDocument: { uri: at, version: document.version }, contentChanges });
    },
    close: async (at) => {
      documents.delete(at);
      await rpc.sendNotification('textDocument/didClose', { textDocument: { uri: at } });
    },
    textOf: (at) => documents.get(at)!.getText(),
    pull: async (at) => (await client.request('textDocument/diagnostic', { textDocument: { uri: at } })).items,
    actions: async (at, diagnostics, only) => {
      const range = diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
      return client.request('textDocument/codeAction', { textDocument: { uri: at }, range, context: { diagnostics, ...(only ? { only } : {}) } });
    },
    at: (at, text, offset = 0) => {
      const document = documents.get(at)!;
      const found = document.getText().indexOf(text);
      if (found < 0) throw new Error(`${text} is not in ${at}`);
      return document.positionAt(found + offset);
    },
    hover: async (at, text) =>
      (await client.request('textDocument/hover', { textDocument: { uri: at }, position: client.at(at, text, 1) }))?.contents.value,
    request: (method, params) => rpc.sendRequest(method, params),
    received: (method, accept = () => true, from = sent.length) => {
      const already = sent.slice(from).find((each) => each.method === method && accept(each.params));
      return already ? Promise.resolve(already.params) : new Promise((resolve) => waiting.push({ method, accept, resolve }));
    },
    apply: (action) => {
      const changes = (action.edit?.documentChanges ?? []) as TextDocumentEdit[];
      const plain = (edit: TextDocumentEdit['edits'][number]): TextEdit =>
        'snippet' in edit
          ? { range: edit.range, newText: edit.snippet.value.replace(/\$\{\d+:([^}]*)\}/g, '$1').replace(/\\(.)/g, '$1') }
          : (edit as TextEdit);
      return Object.fromEntries(
        changes.map(({ textDocument, edits }) => {
          const document =
            documents.get(textDocument.uri) ?? TextDocument.create(textDocument.uri, '', 0, disk.get(new URL(textDocument.uri).pathname) ?? '');
          return [textDocument.uri, TextDocument.applyEdits(document, edits.map(plain))];
        }),
      );
    },
    stop: async () => {
      await rpc.sendRequest('shutdown');
      rpc.dispose();
      server.dispose();
    },
  };
  const result: any = await rpc.sendRequest('initialize', {
    processId: null,
    rootUri: null,
    capabilities: options.capabilities ?? MODERN,
    workspaceFolders: roots.map((root) => ({ uri: uri(root), name: root.slice(1) })),
    initializationOptions: options.initializationOptions,
  });
  Object.assign(client, { capabilities: result.capabilities });
  await rpc.sendNotification('initialized', {});
  return client;
}

const languageOf = (at: string): string => {
  if (/\.py$/.test(at)) return 'python';
  return /\.tsx?$/.test(at) ? 'typescript' : /\.jsx?$/.test(at) ? 'javascript' : 'plaintext';
};
