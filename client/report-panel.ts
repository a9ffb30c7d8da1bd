/** The panel that shows reports: asks the server for them, opens lines of code, saves pages. What the page may do is bound by a strict policy. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  fromReportPanelSchema,
  type ReportFormat,
  type ReportKind,
  type ReportPanelState,
  type ReportPlace,
  reportModelRequest,
  reportNames,
  reportRequest,
  type ToReportPanel,
} from '../core/protocol/report.ts';
import { ask } from './rpc.ts';

export interface ReportPanel {
  readonly show: (kind: ReportKind) => void;
  readonly onDidDispose: (listener: () => void) => vscode.Disposable;
  readonly dispose: () => void;
}

const FILES: Readonly<Record<ReportFormat, readonly [name: string, extension: string]>> = {
  markdown: ['Markdown', 'md'],
  html: ['HTML', 'html'],
  json: ['JSON', 'json'],
};

export const REPORT_PANEL = 'costlint.report';

export const newReportPanel = (): vscode.WebviewPanel =>
  vscode.window.createWebviewPanel(REPORT_PANEL, 'Costlint', vscode.ViewColumn.Active, {
    enableFindWidget: true,
    // The page is a picture of one answer: kept, it comes back where the person left it.
    retainContextWhenHidden: true,
  });

/** Serves a panel, a new one or one that the editor has restored with what it showed. */
export function serveReportPanel(panel: vscode.WebviewPanel, shown: ReportPanelState, client: LanguageClient, extensionUri: vscode.Uri): ReportPanel {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
  const script = vscode.Uri.joinPath(dist, 'report.js');
  let wanted = shown;
  let question = 0;
  let isReady = false;

  const post = (message: ToReportPanel): void => void panel.webview.postMessage(message);
  const answer = async (): Promise<void> => {
    const own = ++question;
    const { kind, options } = wanted;
    panel.title = `Costlint: ${reportNames[kind].name}`;
    post({ type: 'working', message: 'Reading the workspace…' });
    try {
      const { report } = await ask(client, reportModelRequest, { kind, options: { ...options } });
      // A later question is on its way: its answer counts.
      if (own === question) post({ type: 'report', report });
    } catch (error) {
      if (own === question) post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  const act = async (data: unknown): Promise<void> => {
    const message = fromReportPanelSchema.parse(data);
    if (message.type === 'show') wanted = { kind: message.kind, options: message.options };
    if (message.type === 'ready') isReady = true;
    if (message.type === 'ready' || message.type === 'show') await answer();
    if (message.type === 'open') await openPlace(client, message.place);
    if (message.type === 'copy') await vscode.env.clipboard.writeText(message.text);
    if (message.type === 'save') await save(client, wanted, message.format);
  };
  panel.webview.onDidReceiveMessage((data: unknown) =>
    act(data).catch((error) => vscode.window.showErrorMessage(`Costlint: ${error instanceof Error ? error.message : String(error)}`)),
  );
  const nonce = randomBytes(16).toString('base64');
  panel.webview.html = page(panel.webview.asWebviewUri(script).toString(), nonce, panel.webview.cspSource);
  return {
    show: (kind) => {
      wanted = { kind, options: {} };
      panel.reveal();
      // A page that is still loading hears nothing; it asks by itself.
      if (isReady) void answer();
    },
    onDidDispose: (listener) => panel.onDidDispose(listener),
    dispose: () => panel.dispose(),
  };
}

function page(script: string, nonce: string, own: string): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${own}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Costlint</title>
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

async function openPlace(client: LanguageClient, { uri, path, line }: ReportPlace): Promise<void> {
  if (uri === undefined) throw new Error(`${path} cannot be opened from here`);
  const start = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(client.protocol2CodeConverter.asUri(uri), {
    selection: new vscode.Range(start, start),
    viewColumn: vscode.ViewColumn.Beside,
  });
}

async function save(client: LanguageClient, { kind, options }: ReportPanelState, format: ReportFormat): Promise<void> {
  const [name, extension] = FILES[format];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `costlint-${kind}.${extension}`;
  const target = await vscode.window.showSaveDialog({
    title: `Save the report as ${name}`,
    filters: { [name]: [extension] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
  });
  if (!target) return;
  const base = client.code2ProtocolConverter.asUri(vscode.Uri.joinPath(target, '..'));
  const { text } = await ask(client, reportRequest, { kind, options: { ...options }, format, base });
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const choice = await vscode.window.showInformationMessage(`Saved ${vscode.workspace.asRelativePath(target)}.`, 'Open');
  if (choice === 'Open') await (format === 'html' ? vscode.env.openExternal(target) : vscode.window.showTextDocument(target));
}
