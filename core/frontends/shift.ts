/**
 * Copies of neutral nodes with their offsets moved: what stands behind an edit is taken over this way, at a fraction of what
 * lowering costs. Written out per kind, because generic copying is slower than lowering again.
 */
import type { Span } from '../model.ts';
import type { Argument, Block, Comment, Expr, Fn, ObjectEntry, Param, Stmt } from './source-unit.ts';

/** Moves every span in a statement by `by` UTF-16 units. */
export function shiftStatement(s: Stmt, by: number): Stmt {
  const start = s.start + by;
  const end = s.end + by;
  switch (s.kind) {
    case 'assign':
      return {
        ...s,
        start,
        end,
        target: shift(s.target, by),
        ...(s.value && { value: shift(s.value, by) }),
        ...(s.type && { type: shift(s.type, by) }),
      };
    case 'expr':
      return { kind: 'expr', start, end, value: shift(s.value, by) };
    case 'return':
    case 'raise':
      return { ...s, start, end, ...(s.value && { value: shift(s.value, by) }) };
    case 'if':
      return {
        kind: 'if',
        start,
        end,
        branches: s.branches.map((b) => ({ ...b, ...(b.test && { test: shift(b.test, by) }), body: block(b.body, by) })),
      };
    case 'loop':
      return {
        ...s,
        start,
        end,
        ...(s.test && { test: shift(s.test, by) }),
        ...(s.target && { target: shift(s.target, by) }),
        ...(s.iterable && { iterable: shift(s.iterable, by) }),
        ...(s.init && { init: s.init.map((first) => shiftStatement(first, by)) }),
        ...(s.update && { update: shift(s.update, by) }),
        body: block(s.body, by),
        head: span(s.head, by),
      };
    case 'try': {
      const handlers = s.handlers.map((h) => ({ ...h, ...(h.type && { type: shift(h.type, by) }), body: block(h.body, by) }));
      return { ...s, start, end, body: block(s.body, by), handlers, ...(s.finally && { finally: block(s.finally, by) }) };
    }
    case 'with': {
      const items = s.items.map((item) => ({ ...item, value: shift(item.value, by), ...(item.target && { target: shift(item.target, by) }) }));
      return { kind: 'with', start, end, isAsync: s.isAsync, items, body: block(s.body, by) };
    }
    case 'def':
      return { ...s, start, end, fn: shiftFn(s.fn, by) };
    case 'class':
      return {
        ...s,
        start,
        end,
        bases: list(s.bases, by),
        ...(s.contracts && { contracts: list(s.contracts, by) }),
        body: block(s.body, by),
        decorators: list(s.decorators, by),
      };
    case 'shape':
      return { ...s, start, end, type: shift(s.type, by) };
    case 'outer':
      return { ...s, start, end };
    case 'import':
      return { ...s, start, end, names: s.names.map((n) => ({ ...n, start: n.start + by, end: n.end + by })) };
    case 'export':
      return s.value ? { ...s, start, end, value: shift(s.value, by) } : { ...s, start, end };
    case 'block':
      return { kind: 'block', start, end, body: block(s.body, by) };
    default:
      return { kind: s.kind, start, end };
  }
}

const span = (s: Span, by: number): Span => ({ start: s.start + by, end: s.end + by });

export const shiftComment = (c: Comment, by: number): Comment => ({ start: c.start + by, end: c.end + by, text: c.text });

function block(b: Block, by: number): Block {
  const statements: Stmt[] = [];
  for (const s of b.statements) statements.push(shiftStatement(s, by));
  return { start: b.start + by, end: b.end + by, statements };
}

function list(values: readonly Expr[], by: number): Expr[] {
  const moved: Expr[] = [];
  for (const value of values) moved.push(shift(value, by));
  return moved;
}

function shiftFn(fn: Fn, by: number): Fn {
  const params: Param[] = [];
  for (const p of fn.params) params.push(shiftParam(p, by));
  return {
    ...fn,
    start: fn.start + by,
    end: fn.end + by,
    ...(fn.nameSpan && { nameSpan: span(fn.nameSpan, by) }),
    params,
    body: block(fn.body, by),
    decorators: list(fn.decorators, by),
    ...(fn.returnType && { returnType: shift(fn.returnType, by) }),
  };
}

const shiftParam = (p: Param, by: number): Param => ({
  ...p,
  start: p.start + by,
  end: p.end + by,
  target: shift(p.target, by),
  ...(p.default && { default: shift(p.default, by) }),
  ...(p.type && { type: shift(p.type, by) }),
});

const shiftArgument = (a: Argument, by: number): Argument => ({ ...a, start: a.start + by, end: a.end + by, value: shift(a.value, by) });

const shiftEntry = (e: ObjectEntry, by: number): ObjectEntry => ({
  ...e,
  start: e.start + by,
  end: e.end + by,
  ...(e.keyExpr && { keyExpr: shift(e.keyExpr, by) }),
  value: shift(e.value, by),
});

function shift(e: Expr, by: number): Expr {
  const start = e.start + by;
  const end = e.end + by;
  switch (e.kind) {
    case 'name':
      return { kind: 'name', start, end, name: e.name };
    case 'string':
      return { kind: 'string', start, end, value: e.value };
    case 'member':
      return { kind: 'member', start, end, object: shift(e.object, by), name: e.name, nameSpan: span(e.nameSpan, by) };
    case 'call': {
      const args: Argument[] = [];
      for (const a of e.args) args.push(shiftArgument(a, by));
      return { kind: 'call', start, end, callee: shift(e.callee, by), args, argsSpan: span(e.argsSpan, by), isNew: e.isNew };
    }
    case 'template':
      return { kind: 'template', start, end, parts: list(e.parts, by) };
    case 'number':
      return { kind: 'number', start, end, value: e.value };
    case 'boolean':
      return { kind: 'boolean', start, end, value: e.value };
    case 'null':
      return { kind: 'null', start, end };
    case 'index':
      return { kind: 'index', start, end, object: shift(e.object, by), index: shift(e.index, by) };
    case 'object':
      return { kind: 'object', start, end, entries: e.entries.map((entry) => shiftEntry(entry, by)) };
    case 'array':
      return { kind: 'array', start, end, items: list(e.items, by) };
    case 'spread':
      return { kind: 'spread', start, end, value: shift(e.value, by) };
    case 'await':
      return { kind: 'await', start, end, value: shift(e.value, by) };
    case 'binary':
      return { kind: 'binary', start, end, op: e.op, left: shift(e.left, by), right: shift(e.right, by) };
    case 'unary':
      return { kind: 'unary', start, end, op: e.op, operand: shift(e.operand, by) };
    case 'conditional':
      return { kind: 'conditional', start, end, test: shift(e.test, by), then: shift(e.then, by), else: shift(e.else, by) };
    case 'function':
      return { kind: 'function', start, end, fn: shiftFn(e.fn, by) };
    case 'comprehension': {
      const loops = e.loops.map((l) => ({ target: shift(l.target, by), iterable: shift(l.iterable, by) }));
      return { kind: 'comprehension', start, end, element: shift(e.element, by), loops, conditions: list(e.conditions, by) };
    }
    case 'other':
      return { kind: 'other', start, end, children: list(e.children, by) };
  }
}
