/** Imports and exports: ES modules, `require`, `await import()` and `module.exports`. */
import { ts } from 'ts-morph';
import type { Span } from '../model.ts';
import type { AssignStmt, ExportStmt, Expr, ImportName, ImportStmt, Stmt } from './source-unit.ts';
import { isMissing, type Lowering, propertyKey, spanOf, stripped } from './typescript-context.ts';
import { lowerExpr } from './typescript-expressions.ts';

const K = ts.SyntaxKind;

const moduleText = (node: ts.Expression | undefined): string => (node !== undefined && ts.isStringLiteralLike(node) ? node.text : '');

export function lowerImport(c: Lowering, node: ts.ImportDeclaration): ImportStmt {
  const { importClause } = node;
  const names: ImportName[] = [];
  if (importClause?.name) names.push({ ...spanOf(c, importClause.name), imported: 'default', local: importClause.name.text });
  const bindings = importClause?.namedBindings;
  if (bindings?.kind === K.NamespaceImport) names.push({ ...spanOf(c, bindings), imported: '*', local: bindings.name.text });
  if (bindings?.kind === K.NamedImports) {
    for (const element of bindings.elements) {
      names.push({ ...spanOf(c, element), imported: (element.propertyName ?? element.name).text, local: element.name.text });
    }
  }
  const typeOnly = importClause?.phaseModifier === K.TypeKeyword;
  return { kind: 'import', ...spanOf(c, node), module: moduleText(node.moduleSpecifier), level: 0, names, typeOnly };
}

/** `import x = require('m')` binds the module, `import x = A.b` a member of a namespace. */
export function lowerImportEquals(c: Lowering, node: ts.ImportEqualsDeclaration): ImportStmt | AssignStmt {
  const span = spanOf(c, node);
  const local = node.name.text;
  const reference = node.moduleReference;
  if (reference.kind === K.ExternalModuleReference) {
    const names = [{ ...spanOf(c, node.name), imported: '*', local }];
    return { kind: 'import', ...span, module: moduleText(reference.expression), level: 0, names, typeOnly: node.isTypeOnly };
  }
  const target: Expr = { kind: 'name', ...spanOf(c, node.name), name: local };
  return { kind: 'assign', ...span, target, value: entityValue(c, reference), op: '=', declares: 'const' };
}

function entityValue(c: Lowering, node: ts.EntityName): Expr {
  const span = spanOf(c, node);
  if (ts.isIdentifier(node)) return { kind: 'name', ...span, name: node.text };
  return { kind: 'member', ...span, object: entityValue(c, node.left), name: node.right.text, nameSpan: spanOf(c, node.right) };
}

export function lowerExportDeclaration(c: Lowering, node: ts.ExportDeclaration): ExportStmt {
  const from = node.moduleSpecifier && moduleText(node.moduleSpecifier);
  const clause = node.exportClause;
  const names =
    clause === undefined
      ? [{ local: '*', exported: '*' }]
      : ts.isNamespaceExport(clause)
        ? [{ local: '*', exported: clause.name.text }]
        : clause.elements.map((element) => ({ local: (element.propertyName ?? element.name).text, exported: element.name.text }));
  return { kind: 'export', ...spanOf(c, node), from, names };
}

/** `export default x`, `export = x`. */
export const lowerExportAssignment = (c: Lowering, node: ts.ExportAssignment): ExportStmt => wholeExport(c, node, node.expression);

/** The value that the module stands for; also by its name when it has one. */
function wholeExport(c: Lowering, holder: ts.Node, node: ts.Expression): ExportStmt {
  const value = lowerExpr(c, node, holder);
  const names = value.kind === 'name' ? [{ local: value.name, exported: 'default' }] : value.kind === 'object' ? entryNames(value.entries) : [];
  return { kind: 'export', ...spanOf(c, holder), names, value };
}

const isModuleExports = (node: ts.Expression): boolean =>
  ts.isPropertyAccessExpression(node) && node.name.text === 'exports' && ts.isIdentifier(node.expression) && node.expression.text === 'module';

/**
 * `module.exports = x` is the default export; the entries of an object whose values are names are exports under their keys.
 * `exports.a = name` and `module.exports.a = name` export that name; any other value is an assignment to `exports.a`.
 */
export function commonJsExport(c: Lowering, node: ts.ExpressionStatement, left: ts.Expression, right: ts.Expression): Stmt | undefined {
  if (left.kind !== K.PropertyAccessExpression) return undefined;
  if (isModuleExports(left)) return wholeExport(c, node, right);
  const { expression: object, name } = left as ts.PropertyAccessExpression;
  if (!(ts.isIdentifier(object) && object.text === 'exports') && !isModuleExports(object)) return undefined;
  const span = spanOf(c, node);
  const value = lowerExpr(c, right, node);
  if (value.kind === 'name') return { kind: 'export', ...span, names: [{ local: value.name, exported: name.text }] };
  const place = spanOf(c, left);
  const target: Expr = {
    kind: 'member',
    ...place,
    object: { kind: 'name', ...spanOf(c, object), name: 'exports' },
    name: name.text,
    nameSpan: spanOf(c, name),
  };
  return { kind: 'assign', ...span, target, value, op: '=' };
}

function entryNames(entries: readonly { readonly key?: string; readonly value: Expr }[]): ExportStmt['names'] {
  return entries.flatMap(({ key, value }) => (key !== undefined && value.kind === 'name' ? [{ local: value.name, exported: key }] : []));
}

/** What `require('m')`, `require('m').x`, `await import('m')` or `(await import('m')).x` asks for. */
function required(node: ts.Expression): { module: string; member?: string } | undefined {
  let inner = stripped(node);
  let member: string | undefined;
  if (inner.kind === K.PropertyAccessExpression) {
    const access = inner as ts.PropertyAccessExpression;
    member = access.name.text;
    inner = stripped(access.expression);
  }
  const awaited = inner.kind === K.AwaitExpression;
  if (awaited) inner = stripped((inner as ts.AwaitExpression).expression);
  if (inner.kind !== K.CallExpression) return undefined;
  const { expression, arguments: args } = inner as ts.CallExpression;
  const isRequire = expression.kind === K.Identifier && (expression as ts.Identifier).text === 'require';
  if (!isRequire && !(awaited && expression.kind === K.ImportKeyword)) return undefined;
  const [first] = args;
  return first !== undefined && ts.isStringLiteralLike(first) ? { module: first.text, member } : undefined;
}

/** A `require` or `await import` bound to a name, to a plain object pattern, or to nothing; undefined when it is anything else. */
export function requiredImport(c: Lowering, target: ts.BindingName | undefined, value: ts.Expression, place: Span): ImportStmt | undefined {
  const request = required(value);
  if (request === undefined) return undefined;
  const names = target === undefined ? [] : boundMembers(c, target, request.member);
  if (names === undefined || (target === undefined && request.member !== undefined)) return undefined;
  return { kind: 'import', start: place.start, end: place.end, module: request.module, level: 0, names, typeOnly: false };
}

function boundMembers(c: Lowering, target: ts.BindingName, member: string | undefined): ImportName[] | undefined {
  if (ts.isIdentifier(target)) return isMissing(target) ? undefined : [{ ...spanOf(c, target), imported: member ?? '*', local: target.text }];
  if (member !== undefined || !ts.isObjectBindingPattern(target)) return undefined;
  const names: ImportName[] = [];
  for (const element of target.elements) {
    if (!ts.isIdentifier(element.name) || element.initializer || element.dotDotDotToken) return undefined;
    const imported = propertyKey(element.propertyName ?? element.name);
    if (imported === undefined) return undefined;
    names.push({ ...spanOf(c, element), imported, local: element.name.text });
  }
  return names;
}
