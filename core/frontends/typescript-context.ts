/** What the lowering of one TypeScript or JavaScript file carries around, and the few helpers that every part of it needs. */
import { ts } from 'ts-morph';
import type { Span } from '../model.ts';
import type { Expr, OtherExpr } from './source-unit.ts';

/** Nesting of expressions and statements beyond which a part is given up as damage: deeper trees would overflow the stack of those who walk them. */
export const MAX_DEPTH = 800;

/** The state of one lowering. */
export interface Lowering {
  readonly file: ts.SourceFile;
  readonly text: string;
  /** Its tree is kept for the next edit. */
  readonly isEdited: boolean;
  /** Parts that were given up. */
  readonly damage: Span[];
  depth: number;
  /** True inside a `switch`, where a bare `break` leaves the switch and not the loop around it. */
  inSwitch: boolean;
  /** The last answer of `startOf`: nodes that start at the same place follow each other (`a`, `a.b`, `a.b()`). */
  lastPos: number;
  lastStart: number;
}

/** A handler in a table by syntax kind: each takes its own node type, the table calls it with a node of that kind. */
export type Handler<R, Rest extends readonly unknown[] = []> = (c: Lowering, node: never, ...rest: Rest) => R;

/** A table from syntax kind to handler: one indexed load per node. */
export function table<R, Rest extends readonly unknown[] = []>(
  rows: readonly (readonly [ts.SyntaxKind, Handler<R, Rest>])[],
): readonly (Handler<R, Rest> | undefined)[] {
  const handlers: (Handler<R, Rest> | undefined)[] = new Array(512).fill(undefined);
  for (const [kind, handler] of rows) handlers[kind] = handler;
  return handlers;
}

/** Where a node's first token starts: `node.pos` is before the comments and blanks in front of it. */
export function startOf(c: Lowering, node: ts.Node): number {
  const { pos } = node;
  if (pos === node.end) return pos;
  if (pos === c.lastPos) return c.lastStart;
  let at = pos;
  let code = c.text.charCodeAt(at);
  while (code === 32 || (code >= 9 && code <= 13)) code = c.text.charCodeAt(++at);
  // Comments, shebangs, conflict marks and Unicode blanks are left to the compiler.
  if (code === 47 || code > 126 || code === 35 || code === 60 || code === 61 || code === 62 || code === 124) at = node.getStart(c.file);
  c.lastPos = pos;
  c.lastStart = at;
  return at;
}

export const spanOf = (c: Lowering, node: ts.Node): Span => ({ start: startOf(c, node), end: node.end });

export const other = (c: Lowering, node: ts.Node, children: readonly Expr[]): OtherExpr => ({
  kind: 'other',
  start: startOf(c, node),
  end: node.end,
  children,
});

/** True for a node that the parser made up to go on. */
export const isMissing = (node: ts.Node): boolean => node.pos === node.end;

/** Enters one level of nesting; false (and noted as damage) when it is too deep. */
export function enter(c: Lowering, node: ts.Node): boolean {
  if (c.depth >= MAX_DEPTH) {
    c.damage.push(spanOf(c, node));
    return false;
  }
  c.depth++;
  return true;
}

const WRAPPERS = new Uint8Array(512);
for (const kind of [
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.AsExpression,
  ts.SyntaxKind.SatisfiesExpression,
  ts.SyntaxKind.NonNullExpression,
  ts.SyntaxKind.TypeAssertionExpression,
  ts.SyntaxKind.ExpressionWithTypeArguments,
]) {
  WRAPPERS[kind] = 1;
}

/** An expression without the parentheses and type assertions around it. */
export function stripped(node: ts.Expression): ts.Expression {
  let inner = node;
  while (WRAPPERS[inner.kind] === 1) inner = (inner as ts.ParenthesizedExpression).expression;
  return inner;
}

export function hasModifier(node: { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }, kind: ts.SyntaxKind): boolean {
  if (node.modifiers === undefined) return false;
  for (const modifier of node.modifiers) if (modifier.kind === kind) return true;
  return false;
}

/** The constant text of a property name; undefined when it is computed from something else than a literal. */
export function propertyKey(name: ts.PropertyName | ts.BindingName | ts.ModuleExportName): string | undefined {
  switch (name.kind) {
    case ts.SyntaxKind.Identifier:
    case ts.SyntaxKind.PrivateIdentifier:
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NumericLiteral:
    case ts.SyntaxKind.BigIntLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
      return name.text;
    case ts.SyntaxKind.ComputedPropertyName: {
      const inner = stripped(name.expression);
      return ts.isStringLiteralLike(inner) || ts.isNumericLiteral(inner) ? inner.text : undefined;
    }
    default:
      return undefined;
  }
}

/** The text of the JSDoc block directly before a node, without its marks; '' without one. */
export function docBefore(c: Lowering, node: ts.Node): string {
  const { pos } = node;
  let end = startOf(c, node);
  while (end > pos && c.text.charCodeAt(end - 1) <= 32) end--;
  if (end - pos < 5 || c.text.charCodeAt(end - 1) !== 47 || c.text.charCodeAt(end - 2) !== 42) return '';
  const block = (ts.getLeadingCommentRanges(c.text, pos) ?? ts.getTrailingCommentRanges(c.text, pos))?.at(-1);
  if (block === undefined || block.end !== end || !c.text.startsWith('/**', block.pos)) return '';
  return c.text
    .slice(block.pos + 3, Math.max(block.pos + 3, end - 2))
    .replace(/^[ \t]*\*+ ?/gm, '')
    .trim();
}
