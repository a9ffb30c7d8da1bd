/** `Costlint: Show Report`: asks which, and shows it in the report panel. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type ReportKind, type ReportPanelState, reportKinds, reportNames, reportPanelStateSchema } from '../core/protocol/report.ts';
import { newReportPanel, REPORT_PANEL, type ReportPanel, serveReportPanel } from './report-panel.ts';

interface KindItem extends vscode.QuickPickItem {
  readonly report: ReportKind;
}

let open: ReportPanel | undefined;

/** `argument`: the kind, where a link or a key names it. */
export async function showReport(client: LanguageClient, context: vscode.ExtensionContext, argument?: unknown): Promise<void> {
  const kind = reportKinds.find((one) => one === argument) ?? (await chooseKind());
  if (!kind) return;
  open ??= serve(newReportPanel(), { kind, options: {} }, client, context);
  open.show(kind);
}

/** A report that was open when the editor was closed comes back, over the code as it is now. */
export const keepReports = (client: LanguageClient, context: vscode.ExtensionContext): vscode.Disposable =>
  vscode.window.registerWebviewPanelSerializer(REPORT_PANEL, {
    deserializeWebviewPanel: async (panel, state: unknown) => {
      const { success, data } = reportPanelStateSchema.safeParse(state);
      open?.dispose();
      open = serve(panel, success ? data : { kind: 'cost', options: {} }, client, context);
    },
  });

function serve(panel: vscode.WebviewPanel, shown: ReportPanelState, client: LanguageClient, context: vscode.ExtensionContext): ReportPanel {
  const report = serveReportPanel(panel, shown, client, context.extensionUri);
  report.onDidDispose(() => {
    if (open === report) open = undefined;
  });
  return report;
}

async function chooseKind(): Promise<ReportKind | undefined> {
  const items = reportKinds.map((kind): KindItem => ({ label: reportNames[kind].name, detail: reportNames[kind].about, report: kind }));
  return (await vscode.window.showQuickPick(items, { title: 'Costlint: report', placeHolder: 'Which report?', matchOnDetail: true }))?.report;
}
