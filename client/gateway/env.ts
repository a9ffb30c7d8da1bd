/** Puts the gateway's addresses into `.env` of a folder, after showing what will be written. */
import * as vscode from 'vscode';
import type { Outcome } from './actions.ts';
import { baseUrls } from './base-urls.ts';
import { editEnv } from './env-file.ts';
import { isGitIgnored } from './git-ignored.ts';
import type { GatewayLink } from './link.ts';

const FILE = '.env';

export async function writeEnv(link: GatewayLink, output: vscode.LogOutputChannel): Promise<Outcome> {
  if (!vscode.workspace.isTrusted) return { ok: false, message: 'Files are not written in a workspace that you do not trust' };
  const { state, url } = link.connection;
  if (state !== 'connected' || url === undefined) return { ok: false, message: 'No gateway is connected: start it first' };
  const folder = await chosenFolder();
  if (!folder) return undefined;
  if (folder.uri.scheme !== 'file') return { ok: false, message: 'The folder is not on this machine' };
  const file = vscode.Uri.joinPath(folder.uri, FILE);
  const isDirty = vscode.workspace.textDocuments.some((document) => document.uri.toString() === file.toString() && document.isDirty);
  if (isDirty) return { ok: false, message: `Save ${FILE} first: it has changes that are not saved` };
  const before = await textOf(file);
  const { text, changes } = editEnv(before ?? '', baseUrls(url));
  if (changes.length === 0) return { ok: true, message: `${FILE} has these lines already` };
  const lines = changes.map(({ before: old, after }) => (old === undefined ? `+ ${after}` : `− ${old}\n+ ${after}`)).join('\n');
  const ignored = await isGitIgnored(folder.uri.fsPath, FILE);
  const warning =
    ignored === false ? `\n\ngit does not ignore ${FILE}: whoever gets it from the repository would call an address on their own machine.` : '';
  const question = `Write to ${folder.name}/${FILE}?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail: `${lines}${warning}` }, 'Write')) !== 'Write') return undefined;
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  output.info(`Wrote ${changes.map(({ variable }) => variable).join(', ')} to ${file.fsPath}`);
  return { ok: true, message: `${FILE} sends calls through the gateway` };
}

async function chosenFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length <= 1) {
    if (folders.length === 0) void vscode.window.showInformationMessage('Costlint: open a folder first; its .env is written.');
    return folders[0];
  }
  return vscode.window.showWorkspaceFolderPick({ placeHolder: 'Whose .env?' });
}

async function textOf(file: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
