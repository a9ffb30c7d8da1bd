/** Walking the neutral tree. Explicit switch statements: an added node kind fails to compile here first. */
import type { Block, Expr, Fn, Stmt } from '../frontends/source-unit.ts';

/** Calls `see` with each direct sub-expression of an expression; function bodies are not entered. */
export function eachChild(expr: Expr, see: (child: Expr) => void): void {
  switch (expr.kind) {
    case 'template':
      expr.parts.forEach(see);
      return;
    case 'member':
      see(expr.object);
      return;
    case 'index':
      see(expr.object);
      see(expr.index);
      return;
    case 'call':
      see(expr.callee);
      for (const arg of expr.args) see(arg.value);
      return;
    case 'object':
      for (const entry of expr.entries) {
        if (entry.keyExpr) see(entry.keyExpr);
        see(entry.value);
      }
      return;
    case 'array':
      expr.items.forEach(see);
      return;
    case 'spread':
    case 'await':
      see(expr.value);
      return;
    case 'binary':
      see(expr.left);
      see(expr.right);
      return;
    case 'unary':
      see(expr.operand);
      return;
    case 'conditional':
      see(expr.test);
      see(expr.then);
      see(expr.else);
      return;
    case 'comprehension':
      see(expr.element);
      for (const loop of expr.loops) see(loop.iterable);
      expr.conditions.forEach(see);
      return;
    case 'other':
      expr.children.forEach(see);
      return;
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'name':
    case 'function':
      return;
  }
}

export interface Visitor {
  /** Return false to leave out what stands inside. */
  readonly stmt?: (stmt: Stmt) => boolean | undefined;
  readonly expr?: (expr: Expr) => boolean | undefined;
  /** Whether nested functions (defs, lambdas, callbacks) are entered. Default: true. */
  readonly functions?: boolean;
}

/** Visits every statement and expression of a block, in source order. */
export function visitBlock(block: Block, visitor: Visitor): void {
  for (const stmt of block.statements) visitStmt(stmt, visitor);
}

export function visitFn(fn: Fn, visitor: Visitor): void {
  for (const param of fn.params) if (param.default) visitExpr(param.default, visitor);
  visitBlock(fn.body, visitor);
}

export function visitExpr(expr: Expr, visitor: Visitor): void {
  if (visitor.expr?.(expr) === false) return;
  if (expr.kind === 'function') {
    if (visitor.functions !== false) visitFn(expr.fn, visitor);
    return;
  }
  eachChild(expr, (child) => visitExpr(child, visitor));
}

export function visitStmt(stmt: Stmt, visitor: Visitor): void {
  if (visitor.stmt?.(stmt) === false) return;
  const expr = (e: Expr | undefined) => e && visitExpr(e, visitor);
  switch (stmt.kind) {
    case 'assign':
      if (stmt.target.kind !== 'name') expr(stmt.target);
      expr(stmt.value);
      return;
    case 'expr':
    case 'return':
    case 'raise':
    case 'export':
      expr(stmt.value);
      return;
    case 'if':
      for (const branch of stmt.branches) {
        expr(branch.test);
        visitBlock(branch.body, visitor);
      }
      return;
    case 'loop':
      for (const init of stmt.init ?? []) visitStmt(init, visitor);
      expr(stmt.iterable);
      expr(stmt.test);
      visitBlock(stmt.body, visitor);
      expr(stmt.update);
      return;
    case 'try':
      visitBlock(stmt.body, visitor);
      for (const handler of stmt.handlers) visitBlock(handler.body, visitor);
      if (stmt.finally) visitBlock(stmt.finally, visitor);
      return;
    case 'with':
      for (const item of stmt.items) expr(item.value);
      visitBlock(stmt.body, visitor);
      return;
    case 'def':
      if (visitor.functions !== false) visitFn(stmt.fn, visitor);
      return;
    case 'class':
      visitBlock(stmt.body, visitor);
      return;
    case 'block':
      visitBlock(stmt.body, visitor);
      return;
    case 'import':
    case 'outer':
    case 'break':
    case 'continue':
      return;
  }
}

/** True when some expression in the block satisfies the test; stops at the first. */
export function someExpr(block: Block, test: (expr: Expr) => boolean, functions = true): boolean {
  let found = false;
  visitBlock(block, {
    functions,
    stmt: () => !found,
    expr: (e) => {
      found ||= test(e);
      return !found;
    },
  });
  return found;
}

/** `a.b.c` for names and members; undefined for anything else. Calls in between are written `()`. */
export function dotted(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'await') return dotted(expr.value);
  if (expr.kind === 'member') {
    const object = dotted(expr.object);
    return object === undefined ? undefined : `${object}.${expr.name}`;
  }
  if (expr.kind === 'call') {
    const callee = dotted(expr.callee);
    return callee === undefined ? undefined : `${callee}()`;
  }
  return undefined;
}

/** The place that an expression names, entries included: `chats[user]`, and `state.messages` for `state["messages"]` too. */
export function placeOf(expr: Expr): string | undefined {
  if (expr.kind === 'index') {
    const object = placeOf(expr.object);
    const key = expr.index.kind === 'string' ? expr.index.value : placeOf(expr.index);
    return object === undefined || key === undefined ? undefined : expr.index.kind === 'string' ? `${object}.${key}` : `${object}[${key}]`;
  }
  if (expr.kind !== 'member') return dotted(expr);
  const object = placeOf(expr.object);
  return object === undefined ? undefined : `${object}.${expr.name}`;
}

/** The last name of a callee: `create` in `a.b.create`. */
export function leafName(expr: Expr): string | undefined {
  return expr.kind === 'name' || expr.kind === 'member' ? expr.name : undefined;
}

/** True when the expression or some part of it satisfies the test; function bodies count. */
export function exprSome(expr: Expr, test: (expr: Expr) => boolean): boolean {
  let found = false;
  visitExpr(expr, {
    expr: (e) => {
      found ||= test(e);
      return !found;
    },
  });
  return found;
}
