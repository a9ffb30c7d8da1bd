/** The pages of the rules, which ship with the extension. */
import * as vscode from 'vscode';

export async function openRuleDocs(extensionUri: vscode.Uri, asked: unknown): Promise<void> {
  const folder = vscode.Uri.joinPath(extensionUri, 'docs', 'rules');
  const rule = typeof asked === 'string' && /^[\w-]+$/.test(asked) ? asked : await chooseRule(folder);
  if (rule) await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.joinPath(folder, `${rule}.md`));
}

async function chooseRule(folder: vscode.Uri): Promise<string | undefined> {
  const files = await vscode.workspace.fs.readDirectory(folder);
  const rules = files.map(([name]) => name).flatMap((name) => (name.endsWith('.md') && name !== 'README.md' ? [name.slice(0, -3)] : []));
  return vscode.window.showQuickPick(rules, { title: 'Costlint: rules', placeHolder: 'What does a rule mean?' });
}
