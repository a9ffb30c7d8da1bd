/** The cost of the active file, in the status bar. */
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { type FileSummary, fileSummaryRequest } from '../core/protocol/index.ts';
import { whenFiguresChange } from './figures.ts';
import { ask } from './rpc.ts';
import { selector } from './server.ts';

export function createStatusBar(client: LanguageClient, output: vscode.LogOutputChannel): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('costlint.cost', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Costlint: cost of this file';
  const refresh = async (): Promise<void> => {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !vscode.languages.match(selector as vscode.DocumentSelector, document)) return item.hide();
    if (client.state === State.Stopped) return showDown(item);
    if (client.state !== State.Running) return item.hide();
    const summary = await ask(client, fileSummaryRequest, { uri: client.code2ProtocolConverter.asUri(document.uri) });
    if (document === vscode.window.activeTextEditor?.document) show(item, summary);
  };
  const watching = whenFiguresChange(client, refresh, (error) => {
    item.hide();
    output.error(`Cost of the file: ${String(error)}`);
  });
  return vscode.Disposable.from(item, watching);
}

function show(item: vscode.StatusBarItem, summary: FileSummary | null): void {
  if (!summary) return item.hide();
  item.text = `$(graph-line) ${summary.text}`;
  item.tooltip = new vscode.MarkdownString(summary.tooltip);
  item.accessibilityInformation = { label: `Costlint: this file costs ${summary.text}` };
  item.command = 'costlint.showFileCost';
  item.show();
}

function showDown(item: vscode.StatusBarItem): void {
  item.text = '$(warning) Costlint';
  item.tooltip = 'Costlint’s language server is not running. Click to start it again.';
  item.command = 'costlint.restartServer';
  item.show();
}
