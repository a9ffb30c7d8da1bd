/** What stands beside the tree: the places where the parser had to recover, and the comments that speak to costlint. */
import { ts } from 'ts-morph';
import type { Span } from '../model.ts';
import type { Comment } from './source-unit.ts';

const K = ts.SyntaxKind;

/** The compiler keeps the syntax errors of a file here, without a public name. */
export const syntaxErrors = (file: ts.SourceFile): readonly ts.TextSpan[] =>
  (file as unknown as { readonly parseDiagnostics?: readonly ts.TextSpan[] }).parseDiagnostics ?? [];

/** An offset whose innermost statement is asked for. */
interface Point {
  readonly at: number;
  statement: Span | undefined;
}

/**
 * What each syntax error leaves incomplete: the statement of the text before it (`f(` when the error stands at the next statement) and
 * the one it stands within; of a statement with a block only the part before the block. Else the error's own span.
 */
export function damageOf(file: ts.SourceFile): readonly Span[] {
  const errors = syntaxErrors(file);
  if (errors.length === 0) return [];
  const { text } = file;
  const found = errors.map((error) => {
    let last = error.start - 1;
    while (last > 0 && text.charCodeAt(last) <= 32) last--;
    return { error, before: { at: last, statement: undefined } as Point, within: { at: error.start, statement: undefined } as Point };
  });
  findStatements(
    file,
    found.flatMap(({ before, within }) => [before, within]),
  );
  return merged(
    found.flatMap(({ error, before, within }) => {
      const spans: Span[] = [];
      const isClosed = before.statement?.end === before.at + 1 && error.start > before.at + 1 && ';}'.includes(text.charAt(before.at));
      if (before.statement && !isClosed) spans.push(before.statement);
      if (within.statement && within.statement.start < error.start) spans.push(within.statement);
      return spans.length > 0 ? spans : [{ start: error.start, end: error.start + error.length }];
    }),
  );
}

/** One walk down to all points: only nodes that contain a point are entered, and the innermost statement has the last word. */
function findStatements(file: ts.SourceFile, points: Point[]): void {
  points.sort((a, b) => a.at - b.at);
  const stack: ts.Node[] = [file];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const isBlock = isBlockLike(node);
    if (isBlock || isStatementLike(node)) {
      const head = isBlock ? undefined : headSpan(file, node);
      for (let i = firstFrom(points, node.pos); i < points.length; i++) {
        const point = points[i] as Point;
        if (point.at >= node.end) break;
        point.statement = head && point.at < head.end ? head : undefined;
      }
    }
    ts.forEachChild(node, (child) => {
      const next = points[firstFrom(points, child.pos)];
      if (next !== undefined && next.at < child.end) stack.push(child);
    });
  }
}

/** Index of the first point at or after an offset. */
function firstFrom(points: readonly Point[], offset: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as Point).at < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const isBlockLike = (node: ts.Node): boolean => ts.isBlock(node) || ts.isSourceFile(node) || ts.isModuleBlock(node) || ts.isCaseBlock(node);

const isStatementLike = (node: ts.Node): boolean => ts.isStatement(node) || ts.isClassElement(node) || ts.isCatchClause(node);

function headSpan(file: ts.SourceFile, node: ts.Node): Span {
  let end = node.end;
  if (ts.isClassLike(node)) end = node.members.pos;
  else {
    ts.forEachChild(node, (child) => {
      if (isBlockLike(child)) end = Math.min(end, child.pos);
    });
  }
  return { start: Math.min(node.getStart(file), end), end };
}

/** Sorted, overlaps joined. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = joined.at(-1);
    if (last === undefined || span.start > last.end) joined.push(span);
    else if (span.end > last.end) joined[joined.length - 1] = { start: last.start, end: span.end };
  }
  return joined;
}

/** Every comment that contains `costlint`; text that only looks like a comment (in a string, a template, JSX) is not one. */
export function directiveComments(file: ts.SourceFile): readonly Comment[] {
  const { text } = file;
  const comments: Comment[] = [];
  for (let at = text.indexOf('costlint'); at >= 0; at = text.indexOf('costlint', at)) {
    const comment = commentAt(file, at);
    if (comment) comments.push(comment);
    at = Math.max(at + 1, comment?.end ?? 0);
  }
  return comments;
}

function commentAt(file: ts.SourceFile, offset: number): Comment | undefined {
  const from = tokensBefore(file, offset);
  if (from === undefined) return undefined;
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, file.languageVariant, file.text, undefined, from);
  for (let kind = scanner.scan(); kind !== K.EndOfFileToken; kind = scanner.scan()) {
    const end = scanner.getTokenEnd();
    if (end <= offset) continue;
    const start = scanner.getTokenStart();
    if (kind === K.SingleLineCommentTrivia) return { start, end, text: file.text.slice(start + 2, end).trim() };
    if (kind !== K.MultiLineCommentTrivia) return undefined;
    return {
      start,
      end,
      text: file.text
        .slice(start + 2, end)
        .replace(/\*\/$/, '')
        .trim(),
    };
  }
  return undefined;
}

/**
 * The end of the last node before an offset within the innermost node around it: from there on to the offset stand only
 * punctuation and comments, which the scanner reads without knowing the grammar. Undefined inside of text that it cannot read so.
 */
function tokensBefore(file: ts.SourceFile, offset: number): number | undefined {
  let node: ts.Node = file;
  let from = 0;
  for (;;) {
    let inner: ts.Node | undefined;
    ts.forEachChild(node, (child) => {
      if (child.end <= offset) from = Math.max(from, child.end);
      else if (child.pos <= offset && inner === undefined) inner = child;
    });
    if (inner === undefined) break;
    node = inner;
    from = Math.max(from, node.pos);
    if (node.kind === K.JsxText) return undefined;
    const isToken = node.kind === K.TemplateMiddle || node.kind === K.TemplateTail || node.kind === K.RegularExpressionLiteral;
    if (isToken && node.getStart(file) <= offset) return undefined;
  }
  return from;
}
