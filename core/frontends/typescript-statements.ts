/** Statements of TypeScript and JavaScript as neutral statements. */
import { ts } from 'ts-morph';
import type { Span } from '../model.ts';
import type { Block, Expr, IfStmt, LoopStmt, Stmt } from './source-unit.ts';
import { enter, hasModifier, isMissing, type Lowering, spanOf, startOf, stripped, table } from './typescript-context.ts';
import { assignmentOp, isPlain, lowerExpr } from './typescript-expressions.ts';
import { boundNames, hasBody, lowerBindingName, lowerClass, lowerEnum, lowerFunction } from './typescript-functions.ts';
import {
  commonJsExport,
  lowerExportAssignment,
  lowerExportDeclaration,
  lowerImport,
  lowerImportEquals,
  requiredImport,
} from './typescript-modules.ts';
import { lowerInterface, lowerType, optionalType } from './typescript-types.ts';

const K = ts.SyntaxKind;
const NONE: readonly never[] = [];

/** Appends what a statement lowers to: nothing for types, several for a list of declarations. */
export function lowerStatement(c: Lowering, node: ts.Statement, out: Stmt[]): void {
  const handler = statements[node.kind];
  if (handler === undefined || !enter(c, node)) return;
  handler(c, node as never, out);
  c.depth--;
}

export function lowerStatements(c: Lowering, nodes: readonly ts.Statement[]): readonly Stmt[] {
  if (nodes.length === 0) return NONE;
  const out: Stmt[] = [];
  for (const node of nodes) lowerStatement(c, node, out);
  return out;
}

/** A block, or a single statement in its place. */
export function lowerBlock(c: Lowering, node: ts.Statement | ts.ModuleBlock): Block {
  const start = startOf(c, node);
  const nodes = node.kind === K.Block || node.kind === K.ModuleBlock ? (node as ts.Block).statements : [node as ts.Statement];
  return { start, end: node.end, statements: lowerStatements(c, nodes) };
}

/** The body of a loop, where `break` ends the loop even within a `switch`. */
function lowerLoopBody(c: Lowering, node: ts.Statement): Block {
  const inSwitch = c.inSwitch;
  c.inSwitch = false;
  const body = lowerBlock(c, node);
  c.inSwitch = inSwitch;
  return body;
}

/** What `export` in front of a declaration adds. Its span is empty, behind the declaration. */
function exported(node: ts.Statement & { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }, names: readonly string[], out: Stmt[]): void {
  if (node.modifiers === undefined || !hasModifier(node, K.ExportKeyword)) return;
  const isDefault = hasModifier(node, K.DefaultKeyword);
  const pairs = names.map((local) => ({ local, exported: isDefault ? 'default' : local }));
  out.push({ kind: 'export', start: node.end, end: node.end, names: pairs });
}

function lowerVariables(c: Lowering, node: ts.VariableStatement, out: Stmt[]): void {
  lowerDeclarations(c, node.declarationList, node, out);
  if (node.modifiers === undefined) return;
  const names = node.declarationList.declarations.flatMap((declaration) => boundNames(declaration.name));
  exported(node, names, out);
}

/** Each declaration is a statement of its own; those of one list share out its span, so that each ends before the next begins to hold. */
function lowerDeclarations(c: Lowering, list: ts.VariableDeclarationList, holder: ts.Node, out: Stmt[]): void {
  const { declarations } = list;
  const scope = list.flags & ts.NodeFlags.BlockScoped;
  const last = declarations.length - 1;
  for (let i = 0; i <= last; i++) {
    const node = declarations[i] as ts.VariableDeclaration;
    const place: Place = {
      holder,
      start: startOf(c, i === 0 ? holder : node),
      end: i === last ? holder.end : node.end,
      scope,
    };
    out.push(lowerDeclaration(c, node, place));
  }
}

/** Where a declaration stands; `holder` is the statement that its JSDoc belongs to. */
interface Place extends Span {
  readonly holder: ts.Node;
  /** The flags of `const`, `let`, `using` and `await using`. */
  readonly scope: ts.NodeFlags;
}

function lowerDeclaration(c: Lowering, node: ts.VariableDeclaration, place: Place): Stmt {
  const { start, end, scope, holder } = place;
  const { initializer } = node;
  if (scope === ts.NodeFlags.Using || scope === ts.NodeFlags.AwaitUsing) return usingStatement(c, node, place);
  const special = initializer && (requiredImport(c, node.name, initializer, place) ?? boundClass(c, node, initializer, holder));
  if (special) return special;
  const target = lowerBindingName(c, node.name);
  const value = initializer && lowerExpr(c, initializer, holder);
  const declares = scope === ts.NodeFlags.Let ? 'let' : scope === ts.NodeFlags.None ? 'var' : 'const';
  return { kind: 'assign', start, end, target, value, op: '=', declares, type: optionalType(c, node.type) };
}

/** `const A = class { … }` declares a class. */
function boundClass(c: Lowering, node: ts.VariableDeclaration, value: ts.Expression, holder: ts.Node): Stmt | undefined {
  return value.kind === K.ClassExpression && ts.isIdentifier(node.name)
    ? lowerClass(c, value as ts.ClassExpression, node.name.text, holder)
    : undefined;
}

/** What follows `using x = …` in its block stays there; the statement's own body is empty. */
function usingStatement(c: Lowering, node: ts.VariableDeclaration, { start, end, scope }: Place): Stmt {
  const target = lowerBindingName(c, node.name);
  const items = node.initializer ? [{ value: lowerExpr(c, node.initializer), target }] : NONE;
  return { kind: 'with', start, end, isAsync: scope === ts.NodeFlags.AwaitUsing, items, body: { start: end, end, statements: NONE } };
}

function lowerExpressionStatement(c: Lowering, node: ts.ExpressionStatement, out: Stmt[]): void {
  const inner = stripped(node.expression);
  if (isMissing(inner)) return;
  const start = startOf(c, node);
  const span = { start, end: node.end };
  if (inner.kind === K.BinaryExpression) {
    const { left, operatorToken, right } = inner as ts.BinaryExpression;
    const op = assignmentOp(operatorToken.kind);
    // `client ??= new OpenAI()` leaves what is there, or sets this.
    const kept = operatorToken.kind === K.QuestionQuestionEqualsToken || operatorToken.kind === K.BarBarEqualsToken ? lowerExpr(c, inner) : undefined;
    if (kept?.kind === 'binary' && kept.op === '=' && kept.right.kind === 'binary') {
      out.push({ kind: 'assign', start, end: node.end, target: kept.left, value: kept.right, op: '=' });
      return;
    }
    if (op !== undefined) {
      const exports = op === '=' ? commonJsExport(c, node, left, right) : undefined;
      out.push(exports ?? { kind: 'assign', start, end: node.end, target: lowerExpr(c, left), value: lowerExpr(c, right, node), op });
      return;
    }
  }
  out.push(requiredImport(c, undefined, inner, span) ?? { kind: 'expr', start, end: node.end, value: lowerExpr(c, inner) });
}

function lowerReturn(c: Lowering, node: ts.ReturnStatement, out: Stmt[]): void {
  out.push({ kind: 'return', start: startOf(c, node), end: node.end, value: node.expression && lowerExpr(c, node.expression) });
}

function lowerThrow(c: Lowering, node: ts.ThrowStatement, out: Stmt[]): void {
  out.push({ kind: 'raise', start: startOf(c, node), end: node.end, value: lowerExpr(c, node.expression) });
}

/** An `else if` is a further branch, however many there are. */
function lowerIf(c: Lowering, node: ts.IfStatement, out: Stmt[]): void {
  const start = startOf(c, node);
  const branches: { test?: Expr; body: Block }[] = [];
  let next: ts.Statement | undefined = node;
  while (next?.kind === K.IfStatement) {
    const branch = next as ts.IfStatement;
    const test = lowerExpr(c, branch.expression);
    branches.push({ test, body: lowerBlock(c, branch.thenStatement) });
    next = branch.elseStatement;
  }
  if (next !== undefined) branches.push({ test: undefined, body: lowerBlock(c, next) });
  out.push({ kind: 'if', start, end: node.end, branches });
}

/** Cases with the same body are one branch (`or`); `default` comes last. A discriminant that holds a call is evaluated before, once. */
function lowerSwitch(c: Lowering, node: ts.SwitchStatement, out: Stmt[]): void {
  const start = startOf(c, node);
  const { subject, isOnce } = discriminant(c, node.expression);
  if (isOnce) out.push({ kind: 'expr', start: subject.start, end: subject.end, value: subject });
  const compared: Expr = isOnce ? { kind: 'other', start: subject.start, end: subject.end, children: NONE } : subject;
  const branches: { test?: Expr; body: Block }[] = [];
  let test: Expr | undefined;
  let isDefault = false;
  let fallback: Block | undefined;
  for (const clause of node.caseBlock.clauses) {
    if (clause.kind === K.CaseClause) test = either(test, caseTest(c, compared, clause.expression));
    else isDefault = true;
    if (clause.statements.length === 0 && clause !== node.caseBlock.clauses.at(-1)) continue;
    const body = clauseBody(c, clause);
    if (isDefault) fallback = body;
    else branches.push({ test, body });
    test = undefined;
    isDefault = false;
  }
  if (fallback !== undefined) branches.push({ test: undefined, body: fallback });
  const statement: IfStmt = { kind: 'if', start, end: node.end, branches };
  out.push(statement);
}

function discriminant(c: Lowering, node: ts.Expression): { subject: Expr; isOnce: boolean } {
  const subject = lowerExpr(c, node);
  return { subject, isOnce: !isPlain(subject) };
}

function caseTest(c: Lowering, left: Expr, node: ts.Expression): Expr {
  const right = lowerExpr(c, node);
  return { kind: 'binary', start: right.start, end: right.end, op: '==', left, right };
}

const either = (left: Expr | undefined, right: Expr): Expr =>
  left === undefined ? right : { kind: 'binary', start: left.start, end: right.end, op: 'or', left, right };

function clauseBody(c: Lowering, clause: ts.CaseOrDefaultClause): Block {
  const inSwitch = c.inSwitch;
  c.inSwitch = true;
  const body: Block = { start: clause.statements.pos, end: clause.end, statements: lowerStatements(c, clause.statements) };
  c.inSwitch = inSwitch;
  return body;
}

function loop(c: Lowering, node: ts.IterationStatement, rest: Pick<LoopStmt, 'form'> & Partial<LoopStmt>): LoopStmt {
  const start = startOf(c, node);
  const head = { start, end: node.statement.pos };
  return { kind: 'loop', start, end: node.end, isAsync: false, ...rest, body: lowerLoopBody(c, node.statement), head };
}

function lowerWhile(c: Lowering, node: ts.WhileStatement | ts.DoStatement, out: Stmt[]): void {
  out.push(loop(c, node, { form: 'while', test: lowerExpr(c, node.expression) }));
}

function lowerForEach(c: Lowering, node: ts.ForInStatement | ts.ForOfStatement, out: Stmt[]): void {
  const { initializer } = node;
  const [declared] = ts.isVariableDeclarationList(initializer) ? initializer.declarations : NONE;
  const target = ts.isVariableDeclarationList(initializer) ? declared && lowerBindingName(c, declared.name) : lowerExpr(c, initializer);
  const isAsync = node.kind === K.ForOfStatement && node.awaitModifier !== undefined;
  out.push(loop(c, node, { form: 'each', isAsync, target, iterable: lowerExpr(c, node.expression) }));
}

function lowerFor(c: Lowering, node: ts.ForStatement, out: Stmt[]): void {
  const init: Stmt[] = [];
  if (node.initializer !== undefined) forInitial(c, node.initializer, init);
  const test = node.condition && lowerExpr(c, node.condition);
  out.push(loop(c, node, { form: 'count', init, test, update: node.incrementor && lowerExpr(c, node.incrementor) }));
}

function forInitial(c: Lowering, node: ts.ForInitializer, out: Stmt[]): void {
  if (ts.isVariableDeclarationList(node)) lowerDeclarations(c, node, node, out);
  else out.push(initialExpression(c, node));
}

function initialExpression(c: Lowering, node: ts.Expression): Stmt {
  const value = lowerExpr(c, node);
  const { start, end } = value;
  if (value.kind === 'binary' && value.op === '=') return { kind: 'assign', start, end, target: value.left, value: value.right, op: '=' };
  return { kind: 'expr', start, end, value };
}

function lowerTry(c: Lowering, node: ts.TryStatement, out: Stmt[]): void {
  const start = startOf(c, node);
  const body = lowerBlock(c, node.tryBlock);
  const handlers = node.catchClause ? [{ body: lowerBlock(c, node.catchClause.block) }] : NONE;
  out.push({ kind: 'try', start, end: node.end, body, handlers, finally: node.finallyBlock && lowerBlock(c, node.finallyBlock) });
}

/** The `break` of a `switch` leaves no trace: the branches of an `if` do not run on. */
function lowerJump(c: Lowering, node: ts.BreakOrContinueStatement, out: Stmt[]): void {
  const isBreak = node.kind === K.BreakStatement;
  if (isBreak && c.inSwitch && node.label === undefined) return;
  out.push({ kind: isBreak ? 'break' : 'continue', start: startOf(c, node), end: node.end });
}

function lowerFunctionStatement(c: Lowering, node: ts.FunctionDeclaration, out: Stmt[]): void {
  if (!hasBody(node)) return;
  const fn = lowerFunction(c, node, node.name?.text ?? '');
  if (node.name !== undefined) {
    out.push({ kind: 'def', start: fn.start, end: fn.end, fn });
    exported(node, [fn.name], out);
    return;
  }
  const value: Expr = { kind: 'function', start: fn.start, end: fn.end, fn };
  out.push({ kind: 'export', start: fn.start, end: fn.end, names: NONE, value });
}

/** A class without a name can only be the default export; that is its name here. */
function lowerClassStatement(c: Lowering, node: ts.ClassDeclaration, out: Stmt[]): void {
  const name = node.name?.text ?? 'default';
  out.push(lowerClass(c, node, name));
  exported(node, [name], out);
}

function lowerEnumStatement(c: Lowering, node: ts.EnumDeclaration, out: Stmt[]): void {
  out.push(lowerEnum(c, node));
  exported(node, [node.name.text], out);
}

function lowerNamespace(c: Lowering, node: ts.ModuleDeclaration, out: Stmt[]): void {
  let body = node.body;
  while (body !== undefined && body.kind === K.ModuleDeclaration) body = (body as ts.NamespaceDeclaration).body;
  if (body === undefined || body.kind !== K.ModuleBlock) return;
  out.push({ kind: 'block', ...spanOf(c, node), body: lowerBlock(c, body as ts.ModuleBlock) });
  exported(node, [node.name.text], out);
}

function lowerNested(c: Lowering, node: ts.Block, out: Stmt[]): void {
  out.push({ kind: 'block', ...spanOf(c, node), body: lowerBlock(c, node) });
}

function lowerWith(c: Lowering, node: ts.WithStatement, out: Stmt[]): void {
  const span = spanOf(c, node);
  out.push({ kind: 'expr', ...span, value: lowerExpr(c, node.expression) }, { kind: 'block', ...span, body: lowerBlock(c, node.statement) });
}

const shape = (c: Lowering, node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration, type: Expr): Stmt => ({
  kind: 'shape',
  ...spanOf(c, node),
  name: node.name.text,
  type,
});

const one =
  <N>(lower: (c: Lowering, node: N) => Stmt | undefined) =>
  (c: Lowering, node: N, out: Stmt[]): void => {
    const statement = lower(c, node);
    if (statement !== undefined) out.push(statement);
  };

const statements = table<void, [out: Stmt[]]>([
  [K.VariableStatement, lowerVariables],
  [K.ExpressionStatement, lowerExpressionStatement],
  [K.ReturnStatement, lowerReturn],
  [K.ThrowStatement, lowerThrow],
  [K.IfStatement, lowerIf],
  [K.SwitchStatement, lowerSwitch],
  [K.WhileStatement, lowerWhile],
  [K.DoStatement, lowerWhile],
  [K.ForOfStatement, lowerForEach],
  [K.ForInStatement, lowerForEach],
  [K.ForStatement, lowerFor],
  [K.TryStatement, lowerTry],
  [K.BreakStatement, lowerJump],
  [K.ContinueStatement, lowerJump],
  [K.LabeledStatement, (c: Lowering, node: ts.LabeledStatement, out: Stmt[]) => lowerStatement(c, node.statement, out)],
  [K.Block, lowerNested],
  [K.WithStatement, lowerWith],
  [K.FunctionDeclaration, lowerFunctionStatement],
  [K.ClassDeclaration, lowerClassStatement],
  [K.EnumDeclaration, lowerEnumStatement],
  [K.InterfaceDeclaration, one((c: Lowering, node: ts.InterfaceDeclaration): Stmt => shape(c, node, lowerInterface(c, node)))],
  [K.TypeAliasDeclaration, one((c: Lowering, node: ts.TypeAliasDeclaration): Stmt => shape(c, node, lowerType(c, node.type)))],
  [K.ModuleDeclaration, lowerNamespace],
  [K.ImportDeclaration, one(lowerImport)],
  [K.ImportEqualsDeclaration, one(lowerImportEquals)],
  [K.ExportDeclaration, one(lowerExportDeclaration)],
  [K.ExportAssignment, one(lowerExportAssignment)],
]);
