/** `Costlint: Show Report`: asks which, and shows it in the report panel. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type ReportKind, reportKinds, reportNames } from '../core/protocol/report.ts';
import { createReportPanel, type ReportPanel } from './report-panel.ts';

interface KindItem extends vscode.QuickPickItem {
  readonly report: ReportKind;
}

let open: ReportPanel | undefined;

/** `argument`: the kind, where a link or a key names it. */
export async function showReport(client: LanguageClient, context: vscode.ExtensionContext, argument?: unknown): Promise<void> {
  const kind = reportKinds.find((one) => one === argument) ?? (await chooseKind());
  if (!kind) return;
  if (!open) {
    open = createReportPanel(client, context.extensionUri);
    open.onDidDispose(() => {
      open = undefined;
    });
  }
  open.show(kind);
}

async function chooseKind(): Promise<ReportKind | undefined> {
  const items = reportKinds.map((kind): KindItem => ({ label: reportNames[kind].name, detail: reportNames[kind].about, report: kind }));
  return (await vscode.window.showQuickPick(items, { title: 'Costlint: report', placeHolder: 'Which report?', matchOnDetail: true }))?.report;
}
