/** The workspace report: a read-only Markdown document, shown as a preview. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { reportRequest } from '../core/protocol/index.ts';
import { ask } from './rpc.ts';

const SCHEME = 'costlint-report';
const REPORT = vscode.Uri.from({ scheme: SCHEME, path: '/Costlint report.md' });

export interface ReportPage extends vscode.Disposable {
  readonly show: (client: LanguageClient) => Promise<void>;
}

export function createReportPage(): ReportPage {
  let text = '';
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: () => text,
  });
  return {
    dispose: () => vscode.Disposable.from(provider, changed).dispose(),
    show: async (client) => {
      text = (await ask(client, reportRequest, {})).markdown;
      changed.fire(REPORT);
      await vscode.commands.executeCommand('markdown.showPreview', REPORT);
    },
  };
}
