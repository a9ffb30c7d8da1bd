/** The language server: wires the protocol to the features. Everything it needs comes in through `deps`. */
import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  type ServerCapabilities,
} from 'vscode-languageserver/node';
import { calibrationTextsRequest, useCountsRequest } from '../core/protocol/calibration.ts';
import { fileSummaryRequest, prefixRequest, serverCommands } from '../core/protocol/index.ts';
import { locateSiteRequest, siteFingerprintsRequest, useObservedRequest } from '../core/protocol/observed.ts';
import { reportModelRequest, reportRequest } from '../core/protocol/report.ts';
import { createBuffers, textSync } from './buffers.ts';
import { type Changes, createChanges } from './changes.ts';
import { abilitiesOf, type ClientAbilities } from './client-abilities.ts';
import { createConfigProblems } from './config-problems.ts';
import type { Engine, ServerDeps } from './deps.ts';
import { calibrationTexts, createUseCounts } from './features/calibration.ts';
import { createCalibration } from './features/calibration-counter.ts';
import { codeActions, FIX_ALL, openRuleDocs } from './features/code-actions.ts';
import { completeModels } from './features/completion.ts';
import { inlayHints, resolveHint } from './features/hints.ts';
import { hover } from './features/hover.ts';
import { codeLenses } from './features/lenses.ts';
import { createUseObserved, locateSite, siteFingerprints } from './features/observed.ts';
import { prefixSpans } from './features/prefix.ts';
import { createReports } from './features/report.ts';
import { fileSummary } from './features/summary.ts';
import { createFolders } from './folders.ts';
import { createLastGood } from './last-good.ts';
import { createLog, type Log } from './log.ts';
import { createObservedFigures } from './observed-figures.ts';
import { createWorkspacePull, pullDocument } from './pull.ts';
import { createPush } from './push.ts';
import { createRefresh } from './refresh.ts';
import { handle } from './rpc.ts';
import { createSession, type Session } from './session.ts';
import { filesChanged, registerWatchers } from './watch.ts';

/** Registers everything on the connection; the caller starts listening. */
export function createServer(connection: Connection, deps: ServerDeps): void {
  const log = createLog(connection.console);
  connection.onInitialize(async (params) => {
    const client = abilitiesOf(params);
    const engine = await loadEngine(deps, log);
    const session = openSession(connection, deps, engine, client, log);
    const { session: ready, changes, settings, recount, reconsider } = session;
    addFolders(ready, params);
    follow(ready, changes, session.forget, settings.receive);
    answer(ready, changes, { recount, reconsider });
    ready.buffers.listen();
    connection.onInitialized(() => initialized(ready, changes).catch((error) => log.failure('Start', error)));
    return { capabilities: capabilitiesFor(client, engine), serverInfo: { name: 'costlint' } } satisfies InitializeResult;
  });
}

/** Without its parsers the server stays up, says so in the log, and finds nothing. */
async function loadEngine(deps: ServerDeps, log: Log): Promise<Engine> {
  try {
    return await deps.load();
  } catch (error) {
    log.failure('Loading the parsers', error);
    const missing = (): never => {
      throw new Error('the parsers could not be loaded');
    };
    return {
      createProject: missing,
      frontends: [],
      frontendFor: () => undefined,
      counter: { family: missing, countText: missing, countRequest: missing },
      models: () => [],
    };
  }
}

function openSession(connection: Connection, deps: ServerDeps, plain: Engine, client: ClientAbilities, log: Log) {
  const calibration = createCalibration(plain.counter);
  const observed = createObservedFigures(() => folders.loaded().flatMap(({ root, uri }) => (uri === undefined ? [] : [root])));
  const engine: Engine = observed.inside({ ...plain, counter: calibration.counter });
  const extensionFor = (path: string, languageId: string): string => {
    if (path !== '' && engine.frontendFor(path)) return '';
    return engine.frontends.find((frontend) => frontend.languageIds.includes(languageId))?.extensions[0] ?? '';
  };
  const settings = settingsFrom(connection, client);
  const buffers = createBuffers(connection, extensionFor, () => folders.firstRoot());
  const folders = createFolders({
    deps,
    engine: () => engine,
    log,
    overlay: { textOf: (path) => buffers.byPath(path)?.text },
    section: settings.section,
    complain: (problem) => log.once(`settings ${problem}`, `Settings: ${problem}`),
    tellConfigProblems: createConfigProblems((uri, diagnostics) => {
      connection.sendDiagnostics({ uri, diagnostics }).catch((error) => log.failure('Diagnostics of settings', error));
    }),
  });
  const lastGood = createLastGood();
  const session = createSession({ connection, deps, engine, calibration, observed, log, client, buffers, folders, lastGood });
  const changes = createChanges();
  const reconsider = (paths: readonly string[]): void => {
    const stale = new Set(paths.flatMap((path) => folders.loaded().flatMap(({ project }) => project.changed(path))));
    for (const path of stale) lastGood.forget(path);
    changes.announce([...stale], true);
  };
  const recount = (): void => {
    for (const { project, config } of folders.loaded()) project.configure(config);
    lastGood.forget();
    changes.announce(undefined, true);
  };
  return { session, changes, forget: lastGood.forget, settings, recount, reconsider };
}

/** Asked of editors that can be asked, for each folder; others send them. */
function settingsFrom(connection: Connection, client: ClientAbilities) {
  let sent = client.settings;
  return {
    section: (scopeUri: string | undefined): unknown =>
      client.configuration ? connection.workspace.getConfiguration({ section: 'costlint', ...(scopeUri ? { scopeUri } : {}) }) : sent,
    receive: (all: unknown): void => {
      if (typeof all === 'object' && all !== null && 'costlint' in all) sent = all.costlint;
    },
  };
}

function addFolders({ folders }: Session, params: InitializeParams): void {
  const given = params.workspaceFolders?.map((folder) => folder.uri) ?? (params.rootUri ? [params.rootUri] : []);
  for (const uri of given) folders.add(uri);
}

/** Everything that changes what is known. */
function follow(session: Session, changes: Changes, forget: (path?: string) => void, receive: (settings: unknown) => void): void {
  const { connection, buffers, folders, log } = session;
  const push = session.client.pullDiagnostics ? undefined : createPush(session);
  const refresh = createRefresh(session);
  connection.onShutdown(refresh.stop);
  changes.onAnnounce((paths, elsewhere) => {
    for (const path of paths ?? [...buffers.all()].map((buffer) => buffer.path)) push?.changed(path);
    if (elsewhere) refresh.soon();
  });
  const touched = (path: string): void => {
    const stale = new Set(folders.loaded().flatMap((folder) => [...folder.project.changed(path)]));
    stale.delete(path);
    changes.announce(
      [path, ...stale],
      [...stale].some((each) => buffers.byPath(each) !== undefined),
    );
  };
  buffers.onDidChange(touched);
  buffers.onDidClose((path, uris) => {
    forget(path);
    push?.closed(uris);
    touched(path);
  });
  connection.onDidChangeConfiguration(async ({ settings }) => {
    receive(settings);
    forget();
    await folders.reload();
    changes.announce(undefined, true);
  });
  connection.onDidChangeWatchedFiles(({ changes: events }) =>
    filesChanged(session, changes, events).catch((error) => log.failure('Reading changed files', error)),
  );
}

/** Throws figures away: all, or those of files. */
interface Anew {
  readonly recount: () => void;
  readonly reconsider: (paths: readonly string[]) => void;
}

/** Everything that is asked. */
function answer(session: Session, changes: Changes, { recount, reconsider }: Anew): void {
  const { connection, log } = session;
  const guard =
    <P, R>(what: string, none: R, feature: (params: P) => Promise<R>) =>
    async (params: P): Promise<R> => {
      try {
        return await feature(params);
      } catch (error) {
        log.failure(what, error);
        return none;
      }
    };
  if (session.client.pullDiagnostics) {
    const workspace = createWorkspacePull(session, changes);
    connection.languages.diagnostics.on(guard('Diagnostics', { kind: 'full', items: [] }, (params) => pullDocument(session, params)));
    connection.languages.diagnostics.onWorkspace(async (params, token, progress, partial) => {
      const report = await workspace.pull(params, token, progress, partial);
      // A cancelled answer must not look like a complete one.
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      return report;
    });
  }
  connection.onHover(guard('Hover', null, (params) => hover(session, params)));
  connection.onCompletion(guard('Completion', null, (params) => completeModels(session, params)));
  connection.onCodeAction(guard('Code actions', [], (params) => codeActions(session, params)));
  connection.onCodeLens(guard('Code lenses', [], (params) => codeLenses(session, params)));
  connection.languages.inlayHint.on(guard('Inlay hints', [], (params) => inlayHints(session, params)));
  connection.languages.inlayHint.resolve((hint) => resolveHint(session, hint));
  connection.onExecuteCommand(async ({ command, arguments: args }) => {
    if (command === serverCommands.openRuleDocs) await openRuleDocs(session, args?.[0]);
  });
  handle(connection, log, fileSummaryRequest, ({ uri }) => fileSummary(session, uri));
  handle(connection, log, prefixRequest, async ({ uri }) => ({ spans: await prefixSpans(session, uri) }));
  handle(connection, log, calibrationTextsRequest, (_, token) => calibrationTexts(session, token));
  const useCounts = createUseCounts(session, recount);
  handle(connection, log, useCountsRequest, ({ counts }) => useCounts(counts));
  const reports = createReports(session, changes);
  handle(connection, log, reportModelRequest, ({ kind, options }, token) => reports.model(kind, options, token));
  const useObserved = createUseObserved(session, reconsider);
  handle(connection, log, siteFingerprintsRequest, ({ salt }, token) => siteFingerprints(session, salt, token));
  handle(connection, log, useObservedRequest, ({ sites }) => useObserved(sites));
  handle(connection, log, locateSiteRequest, ({ id }) => locateSite(session, id));
  handle(connection, log, reportRequest, (params, token) => reports.page(params, token));
}

async function initialized(session: Session, changes: Changes): Promise<void> {
  const { connection, client, folders, engine, log } = session;
  if (client.watchConfiguration) await connection.client.register(DidChangeConfigurationNotification.type, { section: 'costlint' });
  if (client.watchFiles)
    await registerWatchers(
      connection,
      engine.frontends.flatMap((frontend) => frontend.extensions),
    );
  if (client.folders) {
    connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
      for (const folder of removed) folders.remove(folder.uri);
      for (const folder of added) folders.add(folder.uri);
      await folders.all().catch((error) => log.failure('Reading a new folder', error));
      changes.announce(undefined, true);
    });
  }
  await folders.all();
}

function capabilitiesFor(client: ClientAbilities, engine: Engine): ServerCapabilities {
  const notebookLanguages = engine.frontends.filter((frontend) => frontend.id !== 'prompt').flatMap((frontend) => frontend.languageIds);
  return {
    textDocumentSync: { openClose: true, change: textSync, save: false },
    notebookDocumentSync: { notebookSelector: [{ notebook: '*', cells: notebookLanguages.map((language) => ({ language })) }] },
    hoverProvider: true,
    completionProvider: { triggerCharacters: ['"', "'", '`', '/', ':'] },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
    codeLensProvider: { resolveProvider: false },
    inlayHintProvider: { resolveProvider: true },
    executeCommandProvider: client.commands ? undefined : { commands: [serverCommands.openRuleDocs] },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    ...(client.pullDiagnostics ? { diagnosticProvider: { identifier: 'costlint', interFileDependencies: true, workspaceDiagnostics: true } } : {}),
  };
}
