/** Applies the safe fixes of the active file. VS Code's own word for "there are none" names the kind of action, which tells a person nothing. */
import * as vscode from 'vscode';

const KIND = 'source.fixAll.costlint';

export async function fixAll(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) {
    void vscode.window.showInformationMessage('Open a file to fix what Costlint found in it.');
    return;
  }
  const whole = document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
  const found = await vscode.commands.executeCommand<vscode.CodeAction[] | undefined>('vscode.executeCodeActionProvider', document.uri, whole, KIND);
  if (found?.length) await vscode.commands.executeCommand('editor.action.sourceAction', { kind: KIND, apply: 'first' });
  else void vscode.window.showInformationMessage('Costlint has no safe fix for this file.');
}
