/** Functions, parameters, binding patterns and classes. */
import { ts } from 'ts-morph';
import type { AssignStmt, Block, ClassStmt, Expr, Fn, NameExpr, ObjectEntry, Param, Stmt } from './source-unit.ts';
import { docBefore, hasModifier, isMissing, type Lowering, other, propertyKey, spanOf, startOf } from './typescript-context.ts';
import { lowerExpr } from './typescript-expressions.ts';
import { takenOver } from './typescript-reuse.ts';
import { lowerBlock } from './typescript-statements.ts';
import { optionalType } from './typescript-types.ts';

const K = ts.SyntaxKind;
const NONE: readonly never[] = [];

type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.AccessorDeclaration
  | ts.ConstructorDeclaration;

/** `name` and `holder` where another node has them: the property or variable that an anonymous function is the value of. */
export function lowerFunction(c: Lowering, node: FunctionNode, name: string, holder: ts.Node = node): Fn {
  const start = startOf(c, node);
  const inSwitch = c.inSwitch;
  c.inSwitch = false;
  const fn: Fn = {
    start,
    end: node.end,
    name,
    nameSpan: nameSpan(c, node),
    params: node.parameters.length === 0 ? NONE : lowerParams(c, node.parameters),
    body: functionBody(c, node),
    decorators: decoratorsOf(c, node),
    isAsync: hasModifier(node, K.AsyncKeyword),
    isGenerator: node.asteriskToken !== undefined,
    doc: docBefore(c, holder),
    returnType: optionalType(c, node.type),
  };
  c.inSwitch = inSwitch;
  return fn;
}

function nameSpan(c: Lowering, node: FunctionNode): Fn['nameSpan'] {
  if (node.name !== undefined) return spanOf(c, node.name);
  if (node.kind !== K.Constructor) return undefined;
  const at = c.text.lastIndexOf('constructor', node.parameters.pos);
  return { start: at, end: at + 'constructor'.length };
}

function functionBody(c: Lowering, node: FunctionNode): Block {
  const { body } = node;
  if (body === undefined) return { start: node.end, end: node.end, statements: NONE };
  if (body.kind === K.Block) return lowerBlock(c, body as ts.Block);
  const value = lowerExpr(c, body as ts.Expression);
  return { start: value.start, end: value.end, statements: [{ kind: 'return', start: value.start, end: value.end, value }] };
}

/** A `this` parameter only declares a type: no argument fills it. */
function lowerParams(c: Lowering, nodes: ts.NodeArray<ts.ParameterDeclaration>): readonly Param[] {
  const params: Param[] = [];
  for (const node of nodes) {
    if (node.name.kind === K.Identifier && node.name.text === 'this') continue;
    params.push({
      start: startOf(c, node),
      end: node.end,
      target: lowerBindingName(c, node.name),
      default: node.initializer && lowerExpr(c, node.initializer),
      type: optionalType(c, node.type),
      rest: node.dotDotDotToken ? '*' : undefined,
    });
  }
  return params;
}

export function decoratorsOf(c: Lowering, node: { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }): readonly Expr[] {
  if (node.modifiers === undefined) return NONE;
  const decorators: Expr[] = [];
  for (const modifier of node.modifiers) if (modifier.kind === K.Decorator) decorators.push(lowerExpr(c, modifier.expression));
  return decorators;
}

/** A name, or an object or array pattern. */
export function lowerBindingName(c: Lowering, node: ts.BindingName): Expr {
  const start = startOf(c, node);
  if (node.kind === K.Identifier) return { kind: 'name', start, end: node.end, name: node.text };
  if (node.kind === K.ArrayBindingPattern) {
    return { kind: 'array', start, end: node.end, items: node.elements.map((element) => arrayElement(c, element)) };
  }
  return { kind: 'object', start, end: node.end, entries: node.elements.map((element) => objectElement(c, element)) };
}

function arrayElement(c: Lowering, node: ts.ArrayBindingElement): Expr {
  if (node.kind === K.OmittedExpression) return other(c, node, NONE);
  const value = elementTarget(c, node);
  return node.dotDotDotToken ? { kind: 'spread', start: startOf(c, node), end: node.end, value } : value;
}

function objectElement(c: Lowering, node: ts.BindingElement): ObjectEntry {
  const start = startOf(c, node);
  const value = elementTarget(c, node);
  if (node.dotDotDotToken) return { start, end: node.end, spread: true, value };
  const name = node.propertyName ?? node.name;
  const key = propertyKey(name);
  if (key !== undefined || name.kind !== K.ComputedPropertyName) return { start, end: node.end, key: key ?? '', value };
  return { start, end: node.end, keyExpr: lowerExpr(c, name.expression), value };
}

function elementTarget(c: Lowering, node: ts.BindingElement): Expr {
  const left = lowerBindingName(c, node.name);
  if (node.initializer === undefined) return left;
  return { kind: 'binary', start: left.start, end: node.end, op: '=', left, right: lowerExpr(c, node.initializer) };
}

/** The names that a declaration's name or pattern binds. */
export function boundNames(node: ts.BindingName, names: string[] = []): string[] {
  if (node.kind === K.Identifier) names.push(node.text);
  else for (const element of node.elements) if (element.kind !== K.OmittedExpression) boundNames(element.name, names);
  return names;
}

export function lowerClass(c: Lowering, node: ts.ClassLikeDeclaration, name: string, holder: ts.Node = node): ClassStmt {
  const start = startOf(c, holder);
  const bases: Expr[] = [];
  const contracts: Expr[] = [];
  for (const clause of node.heritageClauses ?? []) {
    for (const type of clause.types) (clause.token === K.ExtendsKeyword ? bases : contracts).push(lowerExpr(c, type.expression));
  }
  const statements: Stmt[] = [];
  for (const member of node.members) takenOver(c, member, statements, lowerMember);
  return {
    kind: 'class',
    start,
    end: holder.end,
    name,
    bases,
    ...(contracts.length > 0 && { contracts }),
    body: { start: node.members.pos, end: node.members.end, statements },
    decorators: decoratorsOf(c, node),
    doc: docBefore(c, holder),
  };
}

/** Overload signatures, abstract methods and index signatures have no body and leave nothing. */
function lowerMember(c: Lowering, node: ts.ClassElement, out: Stmt[]): void {
  const start = startOf(c, node);
  if (ts.isPropertyDeclaration(node)) out.push(lowerField(c, node, start));
  else if (ts.isClassStaticBlockDeclaration(node)) out.push({ kind: 'block', start, end: node.end, body: lowerBlock(c, node.body) });
  else if (ts.isConstructorDeclaration(node)) {
    for (const param of node.parameters) if (isParameterProperty(param)) out.push(parameterField(c, param));
    if (node.body) out.push({ kind: 'def', start, end: node.end, fn: lowerFunction(c, node, 'constructor') });
  } else if ((ts.isMethodDeclaration(node) || ts.isAccessor(node)) && node.body) {
    const accessor = node.kind === K.GetAccessor ? 'get' : node.kind === K.SetAccessor ? 'set' : undefined;
    const isStatic = hasModifier(node, K.StaticKeyword);
    out.push({ kind: 'def', start, end: node.end, fn: lowerFunction(c, node, propertyKey(node.name) ?? ''), isStatic, accessor });
  }
}

function lowerField(c: Lowering, node: ts.PropertyDeclaration, start: number): AssignStmt {
  const key = propertyKey(node.name);
  const span = spanOf(c, node.name);
  const target: Expr = key === undefined ? other(c, node.name, NONE) : { kind: 'name', ...span, name: key };
  const value = node.initializer && lowerExpr(c, node.initializer, node);
  return { kind: 'assign', start, end: node.end, target, value, op: '=', declares: 'field', type: optionalType(c, node.type) };
}

const PROPERTY_MODIFIERS = [K.PublicKeyword, K.PrivateKeyword, K.ProtectedKeyword, K.ReadonlyKeyword, K.OverrideKeyword];

const isParameterProperty = (node: ts.ParameterDeclaration): boolean => PROPERTY_MODIFIERS.some((kind) => hasModifier(node, kind));

function parameterField(c: Lowering, node: ts.ParameterDeclaration): AssignStmt {
  const target = lowerBindingName(c, node.name);
  const type = optionalType(c, node.type);
  return { kind: 'assign', start: startOf(c, node), end: node.end, target, value: target, op: '=', declares: 'field', type };
}

/** An enum is a class whose fields are the members; a member without a value counts on from the number before it. */
export function lowerEnum(c: Lowering, node: ts.EnumDeclaration): ClassStmt {
  const statements: Stmt[] = [];
  let next: number | undefined = 0;
  for (const member of node.members) {
    const span = spanOf(c, member);
    const target: NameExpr = { kind: 'name', ...spanOf(c, member.name), name: propertyKey(member.name) ?? '' };
    const value: Expr | undefined = member.initializer ? lowerExpr(c, member.initializer) : numberAt(span, next);
    statements.push({ kind: 'assign', ...span, target, value, op: '=', declares: 'field' });
    next = value?.kind === 'number' ? value.value + 1 : undefined;
  }
  const body: Block = { start: node.members.pos, end: node.members.end, statements };
  return { kind: 'class', ...spanOf(c, node), name: node.name.text, bases: NONE, body, decorators: NONE, doc: docBefore(c, node) };
}

const numberAt = (span: { start: number; end: number }, value: number | undefined): Expr | undefined =>
  value === undefined ? undefined : { kind: 'number', ...span, value };

/** True for a declaration whose body the author has written, or begun to. */
export const hasBody = (node: ts.FunctionDeclaration): node is ts.FunctionDeclaration & { body: ts.Block } =>
  node.body !== undefined && !isMissing(node.body);
