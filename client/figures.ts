/** When figures on screen have to be asked for again: another editor, a pause in typing, or word from the server. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { changedNotification } from '../core/protocol/index.ts';

/** Long enough not to flicker while typing, in ms. */
const PAUSE_MS = 250;

/** Calls `refresh` after such events, one at a time; what happens meanwhile leads to one more call. */
export function whenFiguresChange(client: LanguageClient, refresh: () => Promise<void>, onError: (error: unknown) => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    timer = undefined;
    if (running) {
      again = true;
      return;
    }
    running = true;
    await refresh().catch(onError);
    running = false;
    if (again) {
      again = false;
      soon(0);
    }
  };
  const soon = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), ms);
  };
  const shown = (document: vscode.TextDocument): boolean => vscode.window.visibleTextEditors.some((editor) => editor.document === document);
  return vscode.Disposable.from(
    { dispose: () => clearTimeout(timer) },
    client.onNotification(changedNotification.method, () => soon(0)),
    client.onDidChangeState(() => soon(0)),
    vscode.window.onDidChangeActiveTextEditor(() => soon(0)),
    vscode.window.onDidChangeVisibleTextEditors(() => soon(0)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => shown(document) && soon(PAUSE_MS)),
  );
}
