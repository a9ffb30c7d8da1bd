/** A person opens the sample agent: what does the editor know, and does the quick fix work? */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { costHints, diagnosticsOf, firstDiagnostics, hoverText, openFile, waitFor } from './helpers.ts';

describe('the sample TypeScript agent', () => {
  let document: vscode.TextDocument;

  before(async () => {
    document = (await openFile('src/agent.ts')).document;
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('has findings at lines of the file, with a rule and its page', async () => {
    for (const { message, range, code } of await firstDiagnostics(document.uri)) {
      assert.ok(message.length > 20, message);
      assert.ok(!range.isEmpty, message);
      assert.ok(typeof code === 'object' && /^[a-z]+(-[a-z]+)+$/.test(String(code.value)), `a rule id: ${JSON.stringify(code)}`);
      assert.match(String(code.target), /docs\/rules|rules\//);
    }
  });

  it('shows the cost of a call as an inlay hint', async () => {
    const [hint] = await costHints(document);
    assert.match(hint?.text ?? '', /\$\d/);
  });

  it('explains the cost of one call in the hover', async () => {
    const [hint] = await costHints(document);
    const line = document.lineAt(hint!.position.line);
    const columns = [...line.text.matchAll(/[\w$]+/g)].map(({ index }) => index);
    const texts = await Promise.all(columns.map((column) => hoverText(document.uri, new vscode.Position(line.lineNumber, column))));
    assert.ok(
      texts.some((text) => text.includes('per call')),
      texts.join('\n---\n'),
    );
  });

  it('repairs a finding, and the saved file no longer has it', async () => {
    const found = await firstDiagnostics(document.uri);
    const { diagnostic, action } = await waitFor('a quick fix', () => firstFix(document.uri, found));
    const before = diagnosticsOf(document.uri).length;
    assert.ok(await vscode.workspace.applyEdit(action.edit!));
    assert.ok(await document.save());
    const saved = Buffer.from(await vscode.workspace.fs.readFile(document.uri)).toString('utf8');
    assert.equal(saved, document.getText());
    const same = ({ message }: vscode.Diagnostic) => message === diagnostic.message;
    await waitFor('the finding to go', () => (diagnosticsOf(document.uri).filter(same).length < found.filter(same).length ? true : undefined));
    assert.ok(diagnosticsOf(document.uri).length < before, 'no finding takes its place');
  });
});

/** The first finding that has a fix (not a directive that disables the rule), with the fix. */
async function firstFix(uri: vscode.Uri, diagnostics: readonly vscode.Diagnostic[]) {
  for (const diagnostic of diagnostics) {
    const kind = vscode.CodeActionKind.QuickFix.value;
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, diagnostic.range, kind, 10);
    // What mends a part alone leaves a finding for the rest.
    const action = actions.find(({ edit, title }) => edit && !/disable|\balone\b/i.test(title));
    if (action) return { diagnostic, action };
  }
  return undefined;
}
