/** The calls of the active file in a list, dearest text first as the file has them; choosing one goes there. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type CallSummary, fileSummaryRequest } from '../core/protocol/index.ts';
import { ask } from './rpc.ts';

interface CallItem extends vscode.QuickPickItem {
  readonly call: CallSummary;
}

export async function showFileCost(client: LanguageClient): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) {
    void vscode.window.showInformationMessage('Open a file to see what its calls cost.');
    return;
  }
  const summary = await ask(client, fileSummaryRequest, { uri: client.code2ProtocolConverter.asUri(document.uri) });
  if (!summary) {
    void vscode.window.showInformationMessage('Costlint found no call of a language model in this file.');
    return;
  }
  const items: CallItem[] = summary.calls.map((call) => ({
    label: call.title,
    description: `line ${call.range.start.line + 1} · ${call.cost}`,
    detail: call.detail,
    call,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: `Costlint: ${summary.text}`, placeHolder: 'Go to a call', matchOnDetail: true });
  if (chosen) await reveal(client, chosen.call);
}

async function reveal(client: LanguageClient, call: CallSummary): Promise<void> {
  const uri = client.protocol2CodeConverter.asUri(call.uri);
  const selection = client.protocol2CodeConverter.asRange(call.range);
  const editor = vscode.window.visibleTextEditors.find((each) => each.document.uri.toString() === uri.toString());
  if (editor) {
    editor.selection = new vscode.Selection(selection.start, selection.start);
    editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  } else await vscode.window.showTextDocument(uri, { selection });
}
