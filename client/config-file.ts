/** Makes a costlint.json to start from, or opens the one that is there. */
import * as vscode from 'vscode';

const TEMPLATE = `{
  // Severity of each rule: off, hint, info, warning, error.
  "rules": {},
  // What estimates assume where the code does not tell.
  "assumptions": {
    "runsPerDay": 100,
    "stepsPerRun": 10
  }
}
`;

export async function createConfigFile(): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const file = vscode.Uri.joinPath(folder.uri, 'costlint.json');
  if (!(await exists(file))) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(TEMPLATE));
  await vscode.window.showTextDocument(file);
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) return vscode.window.showWorkspaceFolderPick({ placeHolder: 'Where should costlint.json stand?' });
  if (!folders[0]) void vscode.window.showInformationMessage('Open a folder first: costlint.json stands at its top.');
  return folders[0];
}

const exists = async (file: vscode.Uri): Promise<boolean> =>
  vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
