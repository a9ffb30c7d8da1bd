/** What the suites in the extension host share. */
import * as vscode from 'vscode';

/** Opens a file of the workspace in the editor. */
export async function openFile(path: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('no folder is open');
  return vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, path));
}

/** Asks again until there is an answer; says what it waited for when there is none in time. */
export async function waitFor<T>(what: string, ask: () => T | undefined | Thenable<T | undefined>, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const diagnosticsOf = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source?.startsWith('costlint'));

/** The first Costlint diagnostics of a document, as soon as there are any. */
export const firstDiagnostics = (uri: vscode.Uri): Promise<vscode.Diagnostic[]> =>
  waitFor('a costlint diagnostic', () => {
    const found = diagnosticsOf(uri);
    return found.length > 0 ? found : undefined;
  });

/** The inlay hints of a whole document that speak of money, as text with their place. */
export const costHints = (document: vscode.TextDocument): Promise<{ text: string; position: vscode.Position }[]> =>
  waitFor('an inlay hint with a cost', async () => {
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, all);
    const texts = hints.map(({ label, position }) => ({
      text: typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
      position,
    }));
    const costs = texts.filter(({ text }) => text.includes('$'));
    return costs.length > 0 ? costs : undefined;
  });

/** The text of all hovers at a place. */
export async function hoverText(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
  return hovers.flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value))).join('\n');
}
