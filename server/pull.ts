/** Diagnostics for editors that ask: of one document, and of the whole workspace with progress, cancellation and waiting for change. */
import {
  type CancellationToken,
  type Diagnostic,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type ResultProgressReporter,
  type WorkDoneProgressReporter,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { Changes } from './changes.ts';
import { diagnosticsOf, resultIdOf } from './diagnostics.ts';
import { scanWorkspace } from './scan.ts';
import type { Session, View } from './session.ts';

/** Findings sent in one part of a workspace answer. */
const BATCH = 50;
/** Changes often come in groups (a checkout, a formatter): the workspace is looked at again after this, in ms. */
const SETTLE_MS = 200;

export async function pullDocument(session: Session, params: DocumentDiagnosticParams): Promise<DocumentDiagnosticReport> {
  const { uri } = params.textDocument;
  const view = await session.view(uri);
  const items = view ? [...(diagnosticsOf(session, view).get(uri) ?? [])] : [];
  const resultId = resultIdOf(items);
  if (params.previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
  return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

type Reporter = ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined;

export interface WorkspacePull {
  readonly pull: (
    params: WorkspaceDiagnosticParams,
    token: CancellationToken,
    progress: WorkDoneProgressReporter | undefined,
    partial: Reporter,
  ) => Promise<WorkspaceDiagnosticReport>;
}

export function createWorkspacePull(session: Session, changes: Changes): WorkspacePull {
  const memo = new WeakMap<View['analysis'], readonly Sent[]>();
  /** A person who stopped the first scan is not asked to sit through it again until something changes the answer. */
  let stoppedAt = -1;
  /** The last whole look at the workspace found nothing to report, at this generation. */
  let nothingAt = -1;
  let looked = false;

  const round = async (
    previous: Map<string, string>,
    token: CancellationToken,
    progress: WorkDoneProgressReporter | undefined,
    partial: Reporter,
  ) => {
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    const seen = new Set<string>();
    let sent = 0;
    const send = (report: WorkspaceDocumentDiagnosticReport): void => {
      items.push(report);
      sent++;
      if (partial && items.length >= BATCH) partial.report({ items: items.splice(0) });
    };
    const whole = await scanWorkspace(session, {
      token,
      progress: (done, all) => progress?.report(Math.round((100 * done) / all), `${done} of ${all} files`),
      visit: (view) => {
        if (!view.folder.settings.workspaceDiagnostics) return;
        for (const each of reportsOf(session, view, memo)) {
          seen.add(each.uri);
          const before = previous.get(each.uri);
          if (before !== each.resultId && (before !== undefined || each.items.length > 0)) send(full(each));
        }
      },
    });
    if (whole) for (const uri of previous.keys()) if (!seen.has(uri)) send(full({ uri, version: null, items: [], resultId: resultIdOf([]) }));
    return { items, sent, whole };
  };

  return {
    pull: async (params, token, progress, partial) => {
      const previous = new Map(params.previousResultIds.map((each) => [each.uri, each.value]));
      for (;;) {
        const generation = changes.generation();
        if (generation !== stoppedAt && generation !== nothingAt) {
          const stop = await startProgress(session, progress, !looked);
          looked = true;
          const either = anyToken(token, stop.token);
          const { items, sent, whole } = await round(previous, either, stop.reporter, partial).finally(() => stop.done());
          if (!whole && !token.isCancellationRequested) stoppedAt = generation;
          if (whole && sent === 0 && previous.size === 0) nothingAt = generation;
          if (sent > 0 || previous.size === 0 || token.isCancellationRequested) return { items };
        }
        // Nothing new: the answer waits until there is something, so that the editor need not ask every other second.
        if (changes.generation() === generation) await changes.next(token);
        if (token.isCancellationRequested) return { items: [] };
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      }
    },
  };
}

interface Sent {
  readonly uri: string;
  readonly version: number | null;
  readonly items: readonly Diagnostic[];
  readonly resultId: string;
}

function reportsOf(session: Session, view: View, memo: WeakMap<View['analysis'], readonly Sent[]>): readonly Sent[] {
  const known = memo.get(view.analysis);
  if (known) return known;
  const reports = [...diagnosticsOf(session, view)].map(([uri, items]) => ({
    uri,
    items,
    version: view.buffer.version(uri) ?? null,
    resultId: resultIdOf(items),
  }));
  memo.set(view.analysis, reports);
  return reports;
}

const full = ({ uri, version, items, resultId }: Sent): WorkspaceDocumentDiagnosticReport => ({
  kind: DocumentDiagnosticReportKind.Full,
  uri,
  version,
  resultId,
  items: [...items],
});

interface RunningProgress {
  readonly reporter: WorkDoneProgressReporter | undefined;
  readonly token: CancellationToken | undefined;
  readonly done: () => void;
}

/** The editor's own progress where it gave one, else one of ours for the first look at the workspace. */
async function startProgress(session: Session, given: WorkDoneProgressReporter | undefined, first: boolean): Promise<RunningProgress> {
  if (!first) return { reporter: undefined, token: undefined, done: () => undefined };
  const own = session.client.progress ? await session.connection.window.createWorkDoneProgress() : undefined;
  const reporter = own ?? given;
  reporter?.begin('Costlint: reading the workspace', 0, undefined, true);
  return { reporter, token: own?.token, done: () => reporter?.done() };
}

function anyToken(first: CancellationToken, second: CancellationToken | undefined): CancellationToken {
  if (!second) return first;
  return {
    get isCancellationRequested() {
      return first.isCancellationRequested || second.isCancellationRequested;
    },
    onCancellationRequested: first.onCancellationRequested,
  };
}
