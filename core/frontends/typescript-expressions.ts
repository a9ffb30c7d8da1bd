/** Expressions of TypeScript and JavaScript as neutral expressions. */
import { ts } from 'ts-morph';
import type { Span } from '../model.ts';
import type { Argument, Expr, ObjectEntry, StringExpr } from './source-unit.ts';
import { enter, isMissing, type Lowering, other, propertyKey, spanOf, startOf, stripped, table } from './typescript-context.ts';
import { lowerClass, lowerFunction } from './typescript-functions.ts';

const K = ts.SyntaxKind;
const NONE: readonly never[] = [];

/** Chains of binary operators longer than this become flat: a tree as deep would overflow the stack of those who walk it. */
const MAX_CHAIN = 256;

/** Tags that give the text back, up to its indentation. */
const TEXT_TAGS = /^(dedent|outdent|stripIndents?|oneLine|prompt|html|md|markdown)$/;

/** `holder`: the variable statement, property or field whose value this is; its JSDoc speaks of the function. */
export function lowerExpr(c: Lowering, node: ts.Expression, holder?: ts.Node): Expr {
  const inner = stripped(node);
  const { kind } = inner;
  if (kind === K.Identifier) return lowerIdentifier(c, inner as ts.Identifier);
  if (kind === K.StringLiteral) return lowerString(c, inner as ts.StringLiteral);
  const handler = expressions[kind];
  if (handler === undefined || !enter(c, inner)) return other(c, inner, NONE);
  const lowered = holder === undefined ? handler(c, inner as never) : withHolder(c, inner, holder, handler);
  c.depth--;
  return lowered;
}

function withHolder(c: Lowering, node: ts.Expression, holder: ts.Node, handler: (c: Lowering, node: never) => Expr): Expr {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? functionValue(c, node, holder) : handler(c, node as never);
}

function lowerIdentifier(c: Lowering, node: ts.Identifier): Expr {
  if (isMissing(node)) return other(c, node, NONE);
  const start = startOf(c, node);
  const name = node.text;
  return name === 'undefined' ? { kind: 'null', start, end: node.end } : { kind: 'name', start, end: node.end, name };
}

const named = (c: Lowering, node: ts.Node, name: string): Expr => ({ kind: 'name', start: startOf(c, node), end: node.end, name });

const lowerString = (c: Lowering, node: ts.StringLiteralLike): StringExpr => ({
  kind: 'string',
  start: startOf(c, node),
  end: node.end,
  value: node.text,
});

const lowerNumber = (c: Lowering, node: ts.NumericLiteral): Expr => ({
  kind: 'number',
  start: startOf(c, node),
  end: node.end,
  value: Number(node.text),
});

const lowerBigInt = (c: Lowering, node: ts.BigIntLiteral): Expr => ({
  kind: 'number',
  start: startOf(c, node),
  end: node.end,
  value: Number(node.text.replace(/n$/, '')),
});

const boolean = (value: boolean) => (c: Lowering, node: ts.Node) => ({ kind: 'boolean', start: startOf(c, node), end: node.end, value }) as const;

const lowerNull = (c: Lowering, node: ts.Node): Expr => ({ kind: 'null', start: startOf(c, node), end: node.end });

/** `raw`: for `String.raw`, where backslashes stay. A file half typed may end within the template: its last piece has no closing mark. */
function templatePiece(c: Lowering, node: ts.TemplateLiteralToken, raw: boolean): StringExpr {
  const start = startOf(c, node) + 1;
  const close = node.kind === K.TemplateHead || node.kind === K.TemplateMiddle ? 2 : 1;
  const end = Math.max(start, node.isUnterminated ? node.end : node.end - close);
  return { kind: 'string', start, end, value: raw ? (node.rawText ?? c.text.slice(start, end)) : node.text };
}

function templateParts(c: Lowering, node: ts.TemplateExpression, raw: boolean): Expr {
  const start = startOf(c, node);
  const parts: Expr[] = [];
  const push = (piece: StringExpr) => {
    if (piece.value !== '') parts.push(piece);
  };
  push(templatePiece(c, node.head, raw));
  for (const span of node.templateSpans) {
    parts.push(lowerExpr(c, span.expression));
    if (!isMissing(span.literal)) push(templatePiece(c, span.literal, raw));
  }
  return { kind: 'template', start, end: node.end, parts };
}

const lowerTemplate = (c: Lowering, node: ts.TemplateExpression): Expr => templateParts(c, node, false);

function lowerTagged(c: Lowering, node: ts.TaggedTemplateExpression): Expr {
  const { tag, template } = node;
  const raw = ts.isPropertyAccessExpression(tag) && tag.name.text === 'raw' && ts.isIdentifier(tag.expression) && tag.expression.text === 'String';
  const start = startOf(c, node);
  const isText = raw || (ts.isIdentifier(tag) && TEXT_TAGS.test(tag.text));
  const callee = isText ? undefined : lowerExpr(c, tag);
  const text = ts.isTemplateExpression(template)
    ? templateParts(c, template, raw)
    : { ...lowerString(c, template), ...(raw && { value: templatePiece(c, template, true).value }) };
  return callee === undefined ? text : { kind: 'other', start, end: node.end, children: [callee, text] };
}

function lowerAccess(c: Lowering, node: ts.PropertyAccessExpression): Expr {
  const start = startOf(c, node);
  const object = lowerExpr(c, node.expression);
  const { name } = node;
  return { kind: 'member', start, end: node.end, object, name: name.text, nameSpan: spanOf(c, name) };
}

function lowerIndex(c: Lowering, node: ts.ElementAccessExpression): Expr {
  const start = startOf(c, node);
  const object = lowerExpr(c, node.expression);
  return { kind: 'index', start, end: node.end, object, index: lowerExpr(c, node.argumentExpression) };
}

function lowerCall(c: Lowering, node: ts.CallExpression): Expr {
  const start = startOf(c, node);
  const callee = lowerExpr(c, node.expression);
  const args = lowerArguments(c, node.arguments);
  return { kind: 'call', start, end: node.end, callee, args, argsSpan: argumentsSpan(c, node, node.arguments), isNew: false };
}

function lowerNew(c: Lowering, node: ts.NewExpression): Expr {
  const start = startOf(c, node);
  const callee = lowerExpr(c, node.expression);
  const list = node.arguments;
  const args = list === undefined ? NONE : lowerArguments(c, list);
  const argsSpan = list === undefined ? { start: node.end, end: node.end } : argumentsSpan(c, node, list);
  return { kind: 'call', start, end: node.end, callee, args, argsSpan, isNew: true };
}

/** A call that is not closed yet ends with its last argument. */
function argumentsSpan(c: Lowering, node: ts.Node, list: ts.NodeArray<ts.Expression>): Span {
  const close = node.end - 1;
  return { start: list.pos, end: close >= list.end && c.text.charCodeAt(close) === 41 ? close : Math.max(list.pos, list.end) };
}

function lowerArguments(c: Lowering, list: ts.NodeArray<ts.Expression>): readonly Argument[] {
  if (list.length === 0) return NONE;
  const args: Argument[] = [];
  for (const node of list) {
    const spread = node.kind === K.SpreadElement;
    const start = startOf(c, node);
    const value = lowerExpr(c, spread ? (node as ts.SpreadElement).expression : node);
    args.push({ start, end: node.end, spread: spread ? '*' : undefined, value });
  }
  return args;
}

function lowerObject(c: Lowering, node: ts.ObjectLiteralExpression): Expr {
  const start = startOf(c, node);
  const entries: ObjectEntry[] = [];
  for (const property of node.properties) entries.push(lowerProperty(c, property));
  return { kind: 'object', start, end: node.end, entries };
}

function lowerProperty(c: Lowering, node: ts.ObjectLiteralElementLike): ObjectEntry {
  const start = startOf(c, node);
  const { end } = node;
  if (node.kind === K.SpreadAssignment) return { start, end, spread: true, value: lowerExpr(c, node.expression) };
  const key = propertyKey(node.name);
  const keyExpr = key === undefined && node.name.kind === K.ComputedPropertyName ? lowerExpr(c, node.name.expression) : undefined;
  return { start, end, key, keyExpr, value: propertyValue(c, node, key ?? '') };
}

function propertyValue(c: Lowering, node: Exclude<ts.ObjectLiteralElementLike, ts.SpreadAssignment>, key: string): Expr {
  if (node.kind === K.PropertyAssignment) return lowerExpr(c, node.initializer, node);
  if (node.kind !== K.ShorthandPropertyAssignment) return { kind: 'function', ...spanOf(c, node), fn: lowerFunction(c, node, key) };
  const left = lowerIdentifier(c, node.name);
  if (node.objectAssignmentInitializer === undefined) return left;
  return { kind: 'binary', start: left.start, end: node.end, op: '=', left, right: lowerExpr(c, node.objectAssignmentInitializer) };
}

function lowerArray(c: Lowering, node: ts.ArrayLiteralExpression): Expr {
  const start = startOf(c, node);
  const items: Expr[] = [];
  for (const element of node.elements) items.push(lowerExpr(c, element));
  return { kind: 'array', start, end: node.end, items };
}

const lowerSpread = (c: Lowering, node: ts.SpreadElement): Expr => ({
  kind: 'spread',
  start: startOf(c, node),
  end: node.end,
  value: lowerExpr(c, node.expression),
});

const functionValue = (c: Lowering, node: ts.FunctionExpression | ts.ArrowFunction, holder?: ts.Node): Expr => ({
  kind: 'function',
  start: startOf(c, node),
  end: node.end,
  fn: lowerFunction(c, node, node.name?.text ?? '', holder),
});

/** A class as a value: its methods and field values, so that calls within are found. */
function lowerClassValue(c: Lowering, node: ts.ClassExpression): Expr {
  const { bases, body } = lowerClass(c, node, node.name?.text ?? '');
  const children: Expr[] = [...bases];
  for (const member of body.statements) {
    if (member.kind === 'def') children.push({ kind: 'function', start: member.start, end: member.end, fn: member.fn });
    if (member.kind === 'assign' && member.value) children.push(member.value);
  }
  return other(c, node, children);
}

const OPERATORS: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [K.AmpersandAmpersandToken]: 'and',
  [K.BarBarToken]: 'or',
  [K.EqualsEqualsEqualsToken]: '==',
  [K.ExclamationEqualsEqualsToken]: '!=',
};

const ASSIGNED: Readonly<Record<string, string>> = { '&&=': 'and', '||=': 'or' };

const isAssignment = (kind: ts.SyntaxKind): boolean => kind >= K.FirstAssignment && kind <= K.LastAssignment;

const spelling = (kind: ts.SyntaxKind): string => ts.tokenToString(kind) ?? '';

/** A left-deep chain `a + b + c` is walked from its first operand on, without recursion. */
function lowerBinary(c: Lowering, node: ts.BinaryExpression): Expr {
  const start = startOf(c, node);
  const chain: ts.BinaryExpression[] = [];
  let first: ts.Expression = node;
  while (first.kind === K.BinaryExpression) {
    chain.push(first as ts.BinaryExpression);
    first = (first as ts.BinaryExpression).left;
  }
  if (chain.length > MAX_CHAIN || node.operatorToken.kind === K.CommaToken) return flatChain(c, start, chain, first);
  let left = lowerExpr(c, first);
  for (let i = chain.length - 1; i >= 0; i--) left = combined(c, start, left, chain[i] as ts.BinaryExpression);
  return left;
}

/** `chain` is outermost first. A long chain of `+` over text is a template of its operands; any other keeps its operands only. */
function flatChain(c: Lowering, start: number, chain: readonly ts.BinaryExpression[], first: ts.Expression): Expr {
  const operands = [lowerExpr(c, first)];
  for (let i = chain.length - 1; i >= 0; i--) operands.push(lowerExpr(c, (chain[i] as ts.BinaryExpression).right));
  const end = chain[0]?.end ?? start;
  const isText = operands.slice(0, 2).some((operand) => operand.kind === 'string' || operand.kind === 'template');
  const isSum = isText && chain.every((link) => link.operatorToken.kind === K.PlusToken);
  return isSum ? { kind: 'template', start, end, parts: operands } : { kind: 'other', start, end, children: operands };
}

function combined(c: Lowering, start: number, left: Expr, node: ts.BinaryExpression): Expr {
  const { kind } = node.operatorToken;
  const { end } = node;
  const right = lowerExpr(c, node.right);
  if (kind === K.CommaToken) return { kind: 'other', start, end, children: [left, right] };
  if (!isAssignment(kind)) return { kind: 'binary', start, end, op: OPERATORS[kind] ?? spelling(kind), left, right };
  if (kind === K.EqualsToken) return { kind: 'binary', start, end, op: '=', left, right };
  const token = spelling(kind);
  const value: Expr = isPlain(left)
    ? { kind: 'binary', start, end, op: ASSIGNED[token] ?? token.slice(0, -1), left, right }
    : { kind: 'other', start, end, children: [right] };
  return { kind: 'binary', start, end, op: '=', left, right: value };
}

const isConstantIndex = (index: Expr): boolean => index.kind === 'string' || index.kind === 'number' || index.kind === 'name';

/** True for an expression that may stand in the tree twice, since it holds no call. */
export function isPlain(node: Expr): boolean {
  let inner = node;
  while (inner.kind === 'member' || (inner.kind === 'index' && isConstantIndex(inner.index))) inner = inner.object;
  return inner.kind === 'name' || inner.kind === 'boolean';
}

/** The operator of an assignment statement as the neutral form has it; undefined when the operator assigns nothing. */
export function assignmentOp(kind: ts.SyntaxKind): '=' | '+=' | '|=' | 'other' | undefined {
  if (kind === K.EqualsToken) return '=';
  if (kind === K.PlusEqualsToken) return '+=';
  if (kind === K.BarEqualsToken) return '|=';
  return isAssignment(kind) ? 'other' : undefined;
}

type UnaryNode = ts.TypeOfExpression | ts.VoidExpression | ts.DeleteExpression;

function lowerPrefix(c: Lowering, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): Expr {
  const start = startOf(c, node);
  const op = node.operator === K.ExclamationToken ? 'not' : spelling(node.operator);
  return { kind: 'unary', start, end: node.end, op, operand: lowerExpr(c, node.operand) };
}

const lowerKeywordUnary = (op: string) => (c: Lowering, node: UnaryNode) =>
  ({ kind: 'unary', start: startOf(c, node), end: node.end, op, operand: lowerExpr(c, node.expression) }) as const;

function lowerConditional(c: Lowering, node: ts.ConditionalExpression): Expr {
  const start = startOf(c, node);
  const test = lowerExpr(c, node.condition);
  const then = lowerExpr(c, node.whenTrue);
  return { kind: 'conditional', start, end: node.end, test, then, else: lowerExpr(c, node.whenFalse) };
}

const lowerAwait = (c: Lowering, node: ts.AwaitExpression): Expr => ({
  kind: 'await',
  start: startOf(c, node),
  end: node.end,
  value: lowerExpr(c, node.expression),
});

const lowerYield = (c: Lowering, node: ts.YieldExpression): Expr => other(c, node, node.expression ? [lowerExpr(c, node.expression)] : NONE);

/** `import.meta`, `new.target`. */
const lowerMeta = (c: Lowering, node: ts.MetaProperty): Expr => {
  const start = startOf(c, node);
  const name = spelling(node.keywordToken);
  const object: Expr = { kind: 'name', start, end: start + name.length, name };
  return { kind: 'member', start, end: node.end, object, name: node.name.text, nameSpan: spanOf(c, node.name) };
};

function lowerJsx(c: Lowering, node: ts.JsxElement | ts.JsxFragment | ts.JsxSelfClosingElement): Expr {
  const start = startOf(c, node);
  const children: Expr[] = [];
  if (!ts.isJsxFragment(node)) jsxAttributes(c, (ts.isJsxElement(node) ? node.openingElement : node).attributes, children);
  if (!ts.isJsxSelfClosingElement(node)) for (const child of node.children) if (child.kind !== K.JsxText) children.push(lowerExpr(c, child));
  return { kind: 'other', start, end: node.end, children };
}

function jsxAttributes(c: Lowering, attributes: ts.JsxAttributes, out: Expr[]): void {
  for (const attribute of attributes.properties) {
    const value = attribute.kind === K.JsxAttribute ? attribute.initializer : attribute.expression;
    if (value !== undefined) out.push(lowerExpr(c, value));
  }
}

const lowerContainer = (c: Lowering, node: ts.JsxExpression): Expr => (node.expression ? lowerExpr(c, node.expression) : other(c, node, NONE));

const expressions = table<Expr>([
  [K.PrivateIdentifier, (c: Lowering, node: ts.PrivateIdentifier) => named(c, node, node.text)],
  [K.ThisKeyword, (c: Lowering, node: ts.Node) => named(c, node, 'this')],
  [K.SuperKeyword, (c: Lowering, node: ts.Node) => named(c, node, 'super')],
  [K.ImportKeyword, (c: Lowering, node: ts.Node) => named(c, node, 'import')],
  [K.NoSubstitutionTemplateLiteral, lowerString],
  [K.NumericLiteral, lowerNumber],
  [K.BigIntLiteral, lowerBigInt],
  [K.TrueKeyword, boolean(true)],
  [K.FalseKeyword, boolean(false)],
  [K.NullKeyword, lowerNull],
  [K.TemplateExpression, lowerTemplate],
  [K.TaggedTemplateExpression, lowerTagged],
  [K.PropertyAccessExpression, lowerAccess],
  [K.ElementAccessExpression, lowerIndex],
  [K.CallExpression, lowerCall],
  [K.NewExpression, lowerNew],
  [K.ObjectLiteralExpression, lowerObject],
  [K.ArrayLiteralExpression, lowerArray],
  [K.SpreadElement, lowerSpread],
  [K.ArrowFunction, functionValue],
  [K.FunctionExpression, functionValue],
  [K.ClassExpression, lowerClassValue],
  [K.BinaryExpression, lowerBinary],
  [K.PrefixUnaryExpression, lowerPrefix],
  [K.PostfixUnaryExpression, lowerPrefix],
  [K.TypeOfExpression, lowerKeywordUnary('typeof')],
  [K.VoidExpression, lowerKeywordUnary('void')],
  [K.DeleteExpression, lowerKeywordUnary('delete')],
  [K.ConditionalExpression, lowerConditional],
  [K.AwaitExpression, lowerAwait],
  [K.YieldExpression, lowerYield],
  [K.MetaProperty, lowerMeta],
  [K.JsxElement, lowerJsx],
  [K.JsxFragment, lowerJsx],
  [K.JsxSelfClosingElement, lowerJsx],
  [K.JsxExpression, lowerContainer],
]);
