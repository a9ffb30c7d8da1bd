/** Findings as LSP diagnostics. Fixes travel inside them. */
import { createHash } from 'node:crypto';
import { type Diagnostic, type DiagnosticRelatedInformation, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Finding, Fix, RelatedPlace } from '../core/model.ts';
import type { DiagnosticData, DiagnosticFix } from '../core/protocol/index.ts';
import { DIRECTIVE_RULE } from '../core/suppress.ts';
import type { Buffer } from './buffers.ts';
import type { Session, View } from './session.ts';

export const SOURCE = 'costlint';

const SEVERITIES = {
  hint: DiagnosticSeverity.Hint,
  info: DiagnosticSeverity.Information,
  warning: DiagnosticSeverity.Warning,
  error: DiagnosticSeverity.Error,
} as const;

/** Diagnostics of one file by the URI of each of its documents (one, or each cell of a notebook). */
export function diagnosticsOf(session: Session, view: View): ReadonlyMap<string, readonly Diagnostic[]> {
  const byUri = new Map<string, Diagnostic[]>(view.buffer.parts.map((part) => [part.uri, []]));
  for (const finding of view.analysis.findings) {
    const place = view.buffer.locate(finding.span);
    if (place) byUri.get(place.uri)?.push(toDiagnostic(session, view, finding, place.range));
  }
  return byUri;
}

function toDiagnostic(session: Session, view: View, finding: Finding, range: Diagnostic['range']): Diagnostic {
  const href = session.deps.docsUri(finding.rule);
  const bufferOf = (path: string): Buffer | undefined => (path === view.buffer.path ? view.buffer : session.bufferAt(view.folder, path));
  return {
    range,
    severity: SEVERITIES[finding.severity],
    source: SOURCE,
    code: finding.rule,
    ...(href ? { codeDescription: { href } } : {}),
    message: finding.message,
    relatedInformation: finding.related.flatMap((place) => related(bufferOf(place.path), place)),
    data: dataOf(view, bufferOf, finding),
  };
}

function related(buffer: Buffer | undefined, place: RelatedPlace): DiagnosticRelatedInformation[] {
  const location = buffer?.locate(place);
  return location ? [{ location, message: place.message }] : [];
}

function dataOf(view: View, bufferOf: (path: string) => Buffer | undefined, finding: Finding): DiagnosticData {
  const versions: Record<string, number> = {};
  const fixes = finding.fixes.flatMap((fix) => fixData(bufferOf, fix, versions));
  return { rule: finding.rule, versions, fixes, ...disablePlace(view, finding) };
}

/** The directive goes above the statement of the call: the finding itself may stand inside a prompt, where a comment would be sent to the model. */
function disablePlace(view: View, finding: Finding): Pick<DiagnosticData, 'disable'> {
  if (finding.rule === DIRECTIVE_RULE) return {};
  const statement = finding.call === undefined ? undefined : view.analysis.calls[finding.call]?.site.statement;
  const place = view.buffer.locate(statement ?? finding.span);
  return place ? { disable: { uri: place.uri, line: place.range.start.line } } : {};
}

/** A fix in positions; nothing when one of its places cannot be found, since half a fix is none. */
export function fixData(bufferOf: (path: string) => Buffer | undefined, fix: Fix, versions: Record<string, number>): DiagnosticFix[] {
  const edits: DiagnosticFix['edits'] = [];
  for (const edit of fix.edits) {
    const buffer = bufferOf(edit.path);
    const place = buffer?.locate(edit);
    if (!buffer || !place) return [];
    const version = buffer.version(place.uri);
    if (version !== undefined) versions[place.uri] = version;
    edits.push({ uri: place.uri, range: place.range, newText: edit.text });
  }
  return [{ title: fix.title, safety: fix.safety, edits }];
}

/** The same diagnostics have the same id, in this process and the next. */
export const resultIdOf = (diagnostics: readonly Diagnostic[]): string => createHash('sha1').update(JSON.stringify(diagnostics)).digest('base64url');
