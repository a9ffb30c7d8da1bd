/** The comment that disables a rule for the next line of code, above the statement that a finding is about. */
import type { SnippetTextEdit, TextEdit } from 'vscode-languageserver/node';
import type { DiagnosticData } from '../../core/protocol/index.ts';
import { disableComment } from '../../core/suppress.ts';
import type { Session, View } from '../session.ts';

/** What a person is asked to replace. */
const REASON = 'why this cost is right';

export function disableEdit(session: Session, view: View, uri: string, data: DiagnosticData): TextEdit | SnippetTextEdit | undefined {
  const frontend = session.engine.frontendFor(view.buffer.path);
  const part = view.buffer.part(uri);
  if (!frontend || !part || data.disable?.uri !== uri) return undefined;
  const { text, offset } = view.buffer.positions(part);
  const start = { line: data.disable.line, character: 0 };
  const end = Math.max(offset(start), offset({ line: start.line + 1, character: 0 }) - 1);
  // Without a reason yet: the person is asked for it.
  const comment = `${disableComment(text, { start: end, end }, data.rule, frontend.syntax.lineComment, '').text.trimEnd()} `;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const range = { start, end: start };
  if (!session.client.snippetEdits) return { range, newText: `${comment}${REASON}${lineEnd}` };
  return { range, snippet: { kind: 'snippet', value: `${forSnippet(comment)}\${1:${REASON}}${lineEnd}` } };
}

const forSnippet = (text: string): string => text.replace(/[\\$}]/g, '\\$&');
