/** Marks in the prompt: what the provider's cache can keep, and where that ends. */
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { type PrefixSpan, prefixRequest } from '../core/protocol/index.ts';
import { whenFiguresChange } from './figures.ts';
import { ask } from './rpc.ts';
import { selector } from './server.ts';

const color = (name: string): vscode.ThemeColor => new vscode.ThemeColor(`costlint.${name}`);

function createTypes(): Readonly<Record<PrefixSpan['kind'], vscode.TextEditorDecorationType>> {
  const rangeBehavior = vscode.DecorationRangeBehavior.ClosedClosed;
  return {
    kept: vscode.window.createTextEditorDecorationType({ rangeBehavior, backgroundColor: color('cachedPromptBackground') }),
    keepable: vscode.window.createTextEditorDecorationType({ rangeBehavior, backgroundColor: color('cacheablePromptBackground') }),
    break: vscode.window.createTextEditorDecorationType({
      rangeBehavior,
      borderWidth: '0 0 0 2px',
      borderStyle: 'solid',
      borderColor: color('cacheBreakForeground'),
    }),
  };
}

export function createDecorations(client: LanguageClient, output: vscode.LogOutputChannel): vscode.Disposable {
  const types = createTypes();
  const clear = (editor: vscode.TextEditor): void => {
    for (const type of Object.values(types)) editor.setDecorations(type, []);
  };
  const decorate = async (editor: vscode.TextEditor): Promise<void> => {
    const { document } = editor;
    if (client.state !== State.Running || !vscode.languages.match(selector as vscode.DocumentSelector, document)) return clear(editor);
    const { version } = document;
    const { spans } = await ask(client, prefixRequest, { uri: client.code2ProtocolConverter.asUri(document.uri) });
    // Typed on meanwhile: the next answer is on its way.
    if (document.version !== version || document.isClosed) return;
    for (const [kind, type] of Object.entries(types))
      editor.setDecorations(
        type,
        spans.filter((span) => span.kind === kind).map((span) => option(client, span)),
      );
  };
  const refresh = async (): Promise<void> => {
    await Promise.all(vscode.window.visibleTextEditors.map(decorate));
  };
  const watching = whenFiguresChange(client, refresh, (error) => output.error(`Marks in prompts: ${String(error)}`));
  return vscode.Disposable.from(watching, ...Object.values(types));
}

const option = (client: LanguageClient, { range, note }: PrefixSpan): vscode.DecorationOptions => ({
  range: client.protocol2CodeConverter.asRange(range),
  ...(note ? { renderOptions: { after: { contentText: ` ◂ ${note}`, color: color('cacheBreakForeground'), fontStyle: 'italic' } } } : {}),
});
