/** Quick fixes of a finding, all safe fixes of a file at once, disabling with a reason, and the page of the rule. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import {
  clientCommands,
  type DiagnosticData,
  type DiagnosticEdit,
  type DiagnosticFix,
  diagnosticDataSchema,
  serverCommands,
} from '../../core/protocol/index.ts';
import { fixData, SOURCE } from '../diagnostics.ts';
import type { Session, View } from '../session.ts';
import { disableEdit } from './disable.ts';

/** Fixes that keep the program's behaviour, all of one document. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.costlint`;

export async function codeActions(session: Session, params: CodeActionParams): Promise<CodeAction[]> {
  const { uri } = params.textDocument;
  const { only } = params.context;
  const wants = (kind: string): boolean => !only || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  const view = await session.view(uri);
  if (!view) return [];
  const quick = wants(CodeActionKind.QuickFix) ? params.context.diagnostics.flatMap((diagnostic) => quickFixes(session, view, uri, diagnostic)) : [];
  // Editors ask for everything at every cursor move: the whole file is only offered where it was asked for by name or a fix is at hand.
  const all = wants(FIX_ALL) && (only !== undefined || quick.length > 0) ? fixAll(view, uri) : [];
  return [...quick, ...all];
}

function quickFixes(session: Session, view: View, uri: string, diagnostic: Diagnostic): CodeAction[] {
  const data = diagnostic.source === SOURCE ? diagnosticDataSchema.safeParse(diagnostic.data) : undefined;
  if (!data?.success) return [];
  const fresh = Object.entries(data.data.versions).every(([each, version]) => (session.buffers.byUri(each)?.version(each) ?? version) === version);
  const fixes = fresh ? data.data.fixes.map((fix, index) => fixAction(diagnostic, data.data, fix, index === 0)) : [];
  return [...fixes, ...(fresh ? disable(session, view, uri, diagnostic, data.data) : []), ...openDocs(session, diagnostic, data.data.rule)];
}

const fixAction = (diagnostic: Diagnostic, data: DiagnosticData, fix: DiagnosticFix, first: boolean): CodeAction => ({
  title: fix.title,
  kind: CodeActionKind.QuickFix,
  diagnostics: [diagnostic],
  isPreferred: first && fix.safety === 'safe',
  edit: { documentChanges: documentChanges(fix.edits, data.versions) },
});

function documentChanges(edits: readonly DiagnosticEdit[], versions: Readonly<Record<string, number>>): TextDocumentEdit[] {
  const byUri = new Map<string, TextEdit[]>();
  for (const { uri, range, newText } of edits) byUri.set(uri, [...(byUri.get(uri) ?? []), { range, newText }]);
  return [...byUri].map(([uri, changes]) => ({ textDocument: { uri, version: versions[uri] ?? null }, edits: changes }));
}

function disable(session: Session, view: View, uri: string, diagnostic: Diagnostic, data: DiagnosticData): CodeAction[] {
  const edit = disableEdit(session, view, uri, data);
  if (!edit) return [];
  const textDocument = { uri, version: view.buffer.version(uri) ?? null };
  const workspaceEdit: WorkspaceEdit = { documentChanges: [{ textDocument, edits: [edit] }] };
  return [{ title: `Disable ${data.rule} here, with a reason`, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], edit: workspaceEdit }];
}

function openDocs(session: Session, diagnostic: Diagnostic, rule: string): CodeAction[] {
  if (!session.deps.docsUri(rule) || !(session.client.commands || session.client.showDocument)) return [];
  const title = `Open the documentation of ${rule}`;
  const command = session.client.commands ? clientCommands.openRuleDocs : serverCommands.openRuleDocs;
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], command: { title, command, arguments: [rule] } }];
}

/** The first safe fix of each finding, in order; one that would touch what an earlier one changes waits for the next time. */
function fixAll(view: View, uri: string): CodeAction[] {
  const versions: Record<string, number> = {};
  const taken: DiagnosticEdit[] = [];
  for (const finding of view.analysis.findings) {
    const safe = finding.fixes.find((fix) => fix.safety === 'safe' && fix.edits.every((edit) => edit.path === view.buffer.path));
    const [fix] = safe ? fixData((path) => (path === view.buffer.path ? view.buffer : undefined), safe, versions) : [];
    if (fix?.edits.every((edit) => edit.uri === uri && !taken.some((other) => collide(edit, other)))) taken.push(...fix.edits);
  }
  if (taken.length === 0) return [];
  const only = versions[uri];
  const changes = documentChanges(taken, only === undefined ? {} : { [uri]: only });
  return [{ title: 'Fix all safe Costlint findings', kind: FIX_ALL, edit: { documentChanges: changes } }];
}

/** Edits that overlap, or insert at the same place. */
function collide(a: DiagnosticEdit, b: DiagnosticEdit): boolean {
  const before = (x: DiagnosticEdit['range']['start'], y: DiagnosticEdit['range']['start']): number => x.line - y.line || x.character - y.character;
  if (before(a.range.start, b.range.start) === 0) return true;
  return before(a.range.start, b.range.end) < 0 && before(b.range.start, a.range.end) < 0;
}

/** Opens the page of a rule in editors that have no command of ours for it. */
export async function openRuleDocs(session: Session, rule: unknown): Promise<void> {
  const uri = typeof rule === 'string' ? session.deps.docsUri(rule) : undefined;
  if (uri) await session.connection.window.showDocument({ uri, takeFocus: true });
}
