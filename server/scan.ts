/** Going through every file of every folder without keeping the editor waiting. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { notebookFile } from './buffers.ts';
import type { Folder } from './folders.ts';
import type { Session, View } from './session.ts';

/** After so long the event loop gets its turn, in ms: half of what a person's keystroke may take. */
const SLICE_MS = 8;

export interface ScanOptions {
  readonly token: CancellationToken;
  readonly visit: (view: View) => void;
  readonly progress?: (done: number, all: number) => void;
}

/** False when it was cancelled on the way. Open documents are visited as they are in the editor. */
export async function scanWorkspace(session: Session, { token, visit, progress }: ScanOptions): Promise<boolean> {
  const work = (await session.folders.all()).flatMap((folder) => pathsOf(session, folder).map((path) => ({ folder, path })));
  let sliceEnd = performance.now() + SLICE_MS;
  for (const [index, { folder, path }] of work.entries()) {
    if (token.isCancellationRequested) return false;
    visitSafely(session, folder, path, visit);
    if (performance.now() < sliceEnd) continue;
    progress?.(index + 1, work.length);
    await new Promise((resolve) => setImmediate(resolve));
    sliceEnd = performance.now() + SLICE_MS;
  }
  return !token.isCancellationRequested;
}

/** The same with a progress bar of its own, which can cancel it as the request can. */
export async function scanInView(session: Session, title: string, token: CancellationToken, visit: (view: View) => void): Promise<boolean> {
  const bar = session.client.progress ? await session.connection.window.createWorkDoneProgress() : undefined;
  bar?.begin(title, 0, undefined, true);
  const either = {
    get isCancellationRequested() {
      return token.isCancellationRequested || bar?.token.isCancellationRequested === true;
    },
    onCancellationRequested: token.onCancellationRequested,
  };
  const progress = (done: number, all: number): void => bar?.report(Math.round((100 * done) / all), `${done} of ${all} files`);
  return scanWorkspace(session, { token: either, progress, visit }).finally(() => bar?.done());
}

function visitSafely(session: Session, folder: Folder, path: string, visit: (view: View) => void): void {
  try {
    const view = session.viewPath(folder, path);
    if (view) visit(view);
  } catch (error) {
    session.log.failure(`Analysis of ${path}`, error);
  }
}

/** The folder's files on disk and its open buffers; a notebook that is open counts by its cells, not by its file. */
function pathsOf(session: Session, folder: Folder): readonly string[] {
  const nested = session.folders
    .loaded()
    .filter((other) => other.root !== folder.root && other.uri !== undefined && other.root.startsWith(`${folder.root}/`));
  const open = [...session.buffers.all()].map((buffer) => buffer.path);
  const opened = new Set(open.flatMap((path) => notebookFile(path) ?? []));
  const own = open.filter((path) => path.startsWith(`${folder.root}/`) && folder.includes(notebookFile(path) ?? path));
  return [...new Set([...folder.files, ...own])].filter((path) => !opened.has(path) && !nested.some((other) => path.startsWith(`${other.root}/`)));
}
