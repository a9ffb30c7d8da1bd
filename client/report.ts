/** The workspace report: a Markdown file in the extension's own folder, shown as a preview whose links lead to the calls. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { reportRequest } from '../core/protocol/index.ts';
import { ask } from './rpc.ts';

export async function showReport(client: LanguageClient, context: vscode.ExtensionContext): Promise<void> {
  const folder = context.storageUri ?? context.globalStorageUri;
  const { markdown } = await ask(client, reportRequest, { base: client.code2ProtocolConverter.asUri(folder) });
  const page = vscode.Uri.joinPath(folder, 'Costlint report.md');
  await vscode.workspace.fs.createDirectory(folder);
  await vscode.workspace.fs.writeFile(page, new TextEncoder().encode(markdown));
  await vscode.commands.executeCommand('markdown.showPreview', page);
}
