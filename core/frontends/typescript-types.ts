/** Type annotations as neutral expressions: enough to know a parameter's class, a literal union or an element type. */
import { ts } from 'ts-morph';
import type { Expr } from './source-unit.ts';
import { type Lowering, other, spanOf, startOf, table } from './typescript-context.ts';

const K = ts.SyntaxKind;

/** Unions with more members than this (generated ones) are not taken apart. */
const MAX_MEMBERS = 200;

export function lowerType(c: Lowering, node: ts.TypeNode): Expr {
  const handler = types[node.kind];
  return handler === undefined ? other(c, node, []) : handler(c, node as never);
}

export const optionalType = (c: Lowering, node: ts.TypeNode | undefined): Expr | undefined => (node === undefined ? undefined : lowerType(c, node));

function entityName(c: Lowering, node: ts.EntityName): Expr {
  const start = startOf(c, node);
  if (ts.isIdentifier(node)) return { kind: 'name', start, end: node.end, name: node.text };
  return { kind: 'member', start, end: node.end, object: entityName(c, node.left), name: node.right.text, nameSpan: spanOf(c, node.right) };
}

function withArguments(c: Lowering, node: ts.TypeReferenceNode | ts.TypeQueryNode, object: Expr): Expr {
  const args = node.typeArguments;
  const [first] = args ?? [];
  if (args === undefined || first === undefined) return object;
  const items = args.map((arg) => lowerType(c, arg));
  const index: Expr = args.length === 1 ? (items[0] ?? object) : { kind: 'array', start: startOf(c, first), end: args.end, items };
  return { kind: 'index', start: startOf(c, node), end: node.end, object, index };
}

const lowerReference = (c: Lowering, node: ts.TypeReferenceNode): Expr => withArguments(c, node, entityName(c, node.typeName));

const lowerQuery = (c: Lowering, node: ts.TypeQueryNode): Expr => {
  const operand = entityName(c, node.exprName);
  return { kind: 'unary', start: startOf(c, node), end: node.end, op: 'typeof', operand };
};

/** `T[]` is `Array[T]`; the made-up name stands on the brackets. */
const lowerArrayType = (c: Lowering, node: ts.ArrayTypeNode): Expr => {
  const object: Expr = { kind: 'name', start: node.elementType.end, end: node.end, name: 'Array' };
  return { kind: 'index', start: startOf(c, node), end: node.end, object, index: lowerType(c, node.elementType) };
};

function lowerMembers(c: Lowering, node: ts.UnionTypeNode | ts.IntersectionTypeNode, op: string): Expr {
  const start = startOf(c, node);
  const [first, ...rest] = node.types;
  if (first === undefined || node.types.length > MAX_MEMBERS) return other(c, node, []);
  let left = lowerType(c, first);
  for (const type of rest) left = { kind: 'binary', start, end: type.end, op, left, right: lowerType(c, type) };
  return left;
}

function lowerLiteral(c: Lowering, node: ts.LiteralTypeNode): Expr {
  const { literal } = node;
  const span = spanOf(c, literal);
  switch (literal.kind) {
    case K.NullKeyword:
      return { kind: 'null', ...span };
    case K.TrueKeyword:
    case K.FalseKeyword:
      return { kind: 'boolean', ...span, value: literal.kind === K.TrueKeyword };
    case K.NumericLiteral:
      return { kind: 'number', ...span, value: Number(literal.text) };
    case K.StringLiteral:
    case K.NoSubstitutionTemplateLiteral:
      return { kind: 'string', ...span, value: literal.text };
    default:
      return other(c, node, []);
  }
}

const lowerKeyword = (c: Lowering, node: ts.KeywordTypeNode): Expr => {
  const start = startOf(c, node);
  if (node.kind === K.UndefinedKeyword) return { kind: 'null', start, end: node.end };
  return { kind: 'name', start, end: node.end, name: c.text.slice(start, node.end) };
};

const lowerInner = (c: Lowering, node: ts.ParenthesizedTypeNode | ts.OptionalTypeNode | ts.RestTypeNode | ts.NamedTupleMember): Expr =>
  lowerType(c, node.type);

const lowerOperator = (c: Lowering, node: ts.TypeOperatorNode): Expr =>
  node.operator === K.ReadonlyKeyword ? lowerType(c, node.type) : other(c, node, []);

const lowerTuple = (c: Lowering, node: ts.TupleTypeNode): Expr => ({
  kind: 'array',
  start: startOf(c, node),
  end: node.end,
  items: node.elements.map((element) => lowerType(c, element)),
});

/** The properties of an interface or a type literal, as an object with their types. Methods say nothing of values. */
function lowerShape(c: Lowering, node: ts.Node, members: ts.NodeArray<ts.TypeElement>): Expr {
  const entries = members.flatMap((member) => {
    if (!ts.isPropertySignature(member) || member.type === undefined) return [];
    const { name, type } = member;
    const key = ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
    return key === undefined ? [] : [{ start: startOf(c, member), end: member.end, key, value: lowerType(c, type) }];
  });
  return { kind: 'object', start: startOf(c, node), end: node.end, entries };
}

const lowerTypeLiteral = (c: Lowering, node: ts.TypeLiteralNode): Expr => lowerShape(c, node, node.members);

/** What an interface declares, behind what it extends. */
export function lowerInterface(c: Lowering, node: ts.InterfaceDeclaration): Expr {
  const extended = (node.heritageClauses ?? []).flatMap((clause) =>
    clause.types.flatMap(({ expression }) => (ts.isIdentifier(expression) ? [expression] : [])),
  );
  return extended.reduce<Expr>(
    (left, base) => ({
      kind: 'binary',
      start: startOf(c, node),
      end: node.end,
      op: '&',
      left,
      right: { kind: 'name', start: startOf(c, base), end: base.end, name: base.text },
    }),
    lowerShape(c, node, node.members),
  );
}

const lowerIndexed = (c: Lowering, node: ts.IndexedAccessTypeNode): Expr => ({
  kind: 'index',
  start: startOf(c, node),
  end: node.end,
  object: lowerType(c, node.objectType),
  index: lowerType(c, node.indexType),
});

const KEYWORDS = [
  K.AnyKeyword,
  K.BigIntKeyword,
  K.BooleanKeyword,
  K.NeverKeyword,
  K.NumberKeyword,
  K.ObjectKeyword,
  K.StringKeyword,
  K.SymbolKeyword,
  K.UndefinedKeyword,
  K.UnknownKeyword,
  K.VoidKeyword,
  K.ThisType,
];

const types = table<Expr>([
  [K.TypeReference, lowerReference],
  [K.TypeQuery, lowerQuery],
  [K.ArrayType, lowerArrayType],
  [K.UnionType, (c: Lowering, node: ts.UnionTypeNode) => lowerMembers(c, node, '|')],
  [K.IntersectionType, (c: Lowering, node: ts.IntersectionTypeNode) => lowerMembers(c, node, '&')],
  [K.LiteralType, lowerLiteral],
  [K.ParenthesizedType, lowerInner],
  [K.OptionalType, lowerInner],
  [K.RestType, lowerInner],
  [K.NamedTupleMember, lowerInner],
  [K.TypeOperator, lowerOperator],
  [K.TupleType, lowerTuple],
  [K.TypeLiteral, lowerTypeLiteral],
  [K.IndexedAccessType, lowerIndexed],
  ...KEYWORDS.map((kind) => [kind, lowerKeyword] as const),
]);
