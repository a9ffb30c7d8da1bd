/** Lowers Python expressions. */

import { compareAll } from './python-compare.ts';
import { type Context, MAX_CHAIN, MAX_DEPTH, nothing, oneOrArray } from './python-context.ts';
import { FIELD, KIND, KIND_COUNT, type KindName } from './python-kinds.ts';
import { stringOrTemplate } from './python-literals.ts';
import { genericType, memberType, parameters, path, unionType } from './python-params.ts';
import { numberValue } from './python-strings.ts';
import type { Argument, ArrayExpr, Block, Expr, ObjectEntry, OtherExpr } from './source-unit.ts';

type Lower = (c: Context, row: number) => Expr;
type Wrap = (c: Context, row: number, first: Expr) => Expr;

/** Lowers the expression in a row; whatever is not an expression becomes `other` with the expressions inside it. */
export function expr(c: Context, row: number): Expr {
  // `a.b(c)[d] + e` leans to the left: its first children are the following rows, so the chain is built from its far end without recursion.
  let at = row;
  for (;;) {
    const first = CHAIN[c.kind[at] as number] as number;
    if (first === 0 || at + 1 >= (c.next[at] as number) || c.field[at + 1] !== first) break;
    at++;
  }
  if (c.depth >= MAX_DEPTH) return tooDeep(c, row);
  c.depth++;
  let value: Expr;
  if (at - row > MAX_CHAIN) {
    value = flatChain(c, row, at);
  } else {
    value = (LOWER[c.kind[at] as number] as Lower)(c, at);
    while (at > row) {
      at--;
      value = (WRAP[c.kind[at] as number] as Wrap)(c, at, value);
    }
  }
  c.depth--;
  return value;
}

/** The expression in a field; an empty `other` at the end of the node where it is missing. */
export function part(c: Context, row: number, field: number): Expr {
  const i = c.child(row, field);
  return i < 0 ? nothing(c.end[row] as number) : expr(c, i);
}

export function optional(c: Context, row: number, field: number): Expr | undefined {
  const i = c.child(row, field);
  return i < 0 ? undefined : expr(c, i);
}

function tooDeep(c: Context, row: number): Expr {
  const span = c.span(row);
  c.damage.push(span);
  return { kind: 'other', start: span.start, end: span.end, children: [] };
}

/** Looks through a node: the outermost expressions inside it. */
export function other(c: Context, row: number): OtherExpr {
  const children: Expr[] = [];
  collect(c, row, children);
  return { kind: 'other', start: c.start[row] as number, end: c.end[row] as number, children };
}

/** Visits the rows inside `row` in order, without recursion into what is looked through. */
function collect(c: Context, row: number, into: Expr[]): void {
  const end = c.next[row] as number;
  let i = row + 1;
  while (i < end) {
    const kind = c.kind[i] as number;
    if (isExpression(kind)) into.push(expr(c, i));
    i = isExpression(kind) ? (c.next[i] as number) : i + 1;
  }
}

/** A chain too long to nest: its far end as it is, and the operands and arguments behind that side by side. */
function flatChain(c: Context, row: number, last: number): OtherExpr {
  const base = last - MAX_CHAIN;
  const children: Expr[] = [expr(c, base)];
  const end = c.next[row] as number;
  for (let i = c.next[base] as number; i < end; i = c.next[i] as number) {
    if (isExpression(c.kind[i] as number) && c.field[i] !== FIELD.attribute) children.push(expr(c, i));
    else if (c.kind[i] === KIND.argument_list) collect(c, i, children);
  }
  return { kind: 'other', start: c.start[row] as number, end: c.end[row] as number, children };
}

/** All children as expressions, errors looked through. */
export function items(c: Context, row: number): Expr[] {
  const found: Expr[] = [];
  const end = c.next[row] as number;
  for (let i = row + 1; i < end; i = c.next[i] as number) {
    if (c.kind[i] === KIND.ERROR) collect(c, i, found);
    else if (c.kind[i] !== KIND.operator && c.kind[i] !== KIND.async) found.push(expr(c, i));
  }
  return found;
}

const array: Lower = (c, row): ArrayExpr => ({ kind: 'array', start: c.start[row] as number, end: c.end[row] as number, items: items(c, row) });

/** Parentheses, `type` nodes and other shells: what is inside. */
const inner: Lower = (c, row) => {
  const only = row + 1;
  return only < (c.next[row] as number) && c.next[only] === c.next[row] ? expr(c, only) : other(c, row);
};

const name: Lower = (c, row) => ({ kind: 'name', start: c.start[row] as number, end: c.end[row] as number, name: c.slice(row) });

const number: Lower = (c, row) => {
  const value = numberValue(c.slice(row));
  return value === undefined ? other(c, row) : { kind: 'number', start: c.start[row] as number, end: c.end[row] as number, value };
};

const spread: Lower = (c, row) => ({ kind: 'spread', start: c.start[row] as number, end: c.end[row] as number, value: firstPart(c, row) });

function firstPart(c: Context, row: number): Expr {
  const i = c.parts(row)[0];
  return i === undefined ? nothing(c.end[row] as number) : expr(c, i);
}

const member: Wrap = (c, row, object) => {
  const i = c.child(row, FIELD.attribute);
  const start = c.start[row] as number;
  const end = c.end[row] as number;
  if (i < 0) return { kind: 'other', start, end, children: [object] };
  const nameStart = c.start[i] as number;
  // `client.` at the end of a line being typed takes the next line's first name as its own.
  if (nameStart > object.end + 1 && /\.[^\n\\]*\n/.test(c.text.slice(object.end, nameStart))) c.damage.push({ start: object.end, end: nameStart });
  return { kind: 'member', start, end, object, name: c.slice(i), nameSpan: c.span(i) };
};

const subscript: Wrap = (c, row, object) => {
  const start = c.start[row] as number;
  const end = c.end[row] as number;
  const indexes: Expr[] = [];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) if (c.field[i] === FIELD.subscript) indexes.push(expr(c, i));
  return { kind: 'index', start, end, object, index: oneOrArray(indexes, end) };
};

const call: Wrap = (c, row, callee) => {
  const start = c.start[row] as number;
  const end = c.end[row] as number;
  const list = c.child(row, FIELD.arguments);
  if (list < 0) return { kind: 'other', start, end, children: [callee] };
  const closed = c.text[(c.end[list] as number) - 1] === ')';
  const argsSpan = { start: (c.start[list] as number) + 1, end: (c.end[list] as number) - (closed ? 1 : 0) };
  const args = c.kind[list] === KIND.argument_list ? callArguments(c, list) : [{ ...argsSpan, value: { ...comprehension(c, list), ...argsSpan } }];
  return { kind: 'call', start, end, callee, args, argsSpan, isNew: false };
};

export function callArguments(c: Context, list: number): Argument[] {
  const args: Argument[] = [];
  const stop = c.next[list] as number;
  for (let i = list + 1; i < stop; i = c.next[i] as number) {
    const kind = c.kind[i] as number;
    const start = c.start[i] as number;
    const end = c.end[i] as number;
    if (kind === KIND.keyword_argument) {
      const label = c.child(i, FIELD.name);
      args.push({ start, end, name: label < 0 ? '' : c.slice(label), value: part(c, i, FIELD.value) });
    } else if (kind === KIND.list_splat || kind === KIND.dictionary_splat) {
      args.push({ start, end, spread: kind === KIND.list_splat ? '*' : '**', value: firstPart(c, i) });
    } else if (kind === KIND.ERROR) {
      // Half-typed arguments: kept only where something can still be read in them.
      const value = other(c, i);
      if (value.children.length > 0) args.push({ start, end, value });
    } else {
      args.push({ start, end, value: expr(c, i) });
    }
  }
  return args;
}

const binary: Wrap = (c, row, left) => {
  const start = c.start[row] as number;
  return { kind: 'binary', start, end: c.end[row] as number, op: c.operator(row), left, right: part(c, row, FIELD.right) };
};

const comparison: Lower = (c, row) => {
  const ops: string[] = [];
  const operands: number[] = [];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) {
    if (c.kind[i] === KIND.operator) ops.push(c.slice(i));
    else if (c.kind[i] !== KIND.ERROR) operands.push(i);
  }
  const [first, ...rest] = operands;
  if (first === undefined || rest.length === 0 || ops.length === 0 || rest.length > MAX_CHAIN) return other(c, row);
  const left = expr(c, first);
  const right = rest.map((operand) => expr(c, operand));
  return { ...compareAll(left, right, ops), ...c.span(row) };
};

const not: Lower = (c, row) => ({
  kind: 'unary',
  start: c.start[row] as number,
  end: c.end[row] as number,
  op: 'not',
  operand: part(c, row, FIELD.argument),
});

const unary: Lower = (c, row) => {
  const start = c.start[row] as number;
  return { kind: 'unary', start, end: c.end[row] as number, op: c.operator(row), operand: part(c, row, FIELD.argument) };
};

const conditional: Lower = (c, row) => {
  const [then, test, otherwise] = c.parts(row);
  if (then === undefined || test === undefined || otherwise === undefined) return other(c, row);
  const start = c.start[row] as number;
  const value = expr(c, then);
  return { kind: 'conditional', start, end: c.end[row] as number, test: expr(c, test), then: value, else: expr(c, otherwise) };
};

const walrus: Lower = (c, row) => {
  const start = c.start[row] as number;
  return { kind: 'binary', start, end: c.end[row] as number, op: '=', left: part(c, row, FIELD.name), right: part(c, row, FIELD.value) };
};

const awaited: Lower = (c, row) => ({ kind: 'await', start: c.start[row] as number, end: c.end[row] as number, value: firstPart(c, row) });

const yielded: Lower = (c, row) => {
  c.yields = true;
  return { kind: 'other', start: c.start[row] as number, end: c.end[row] as number, children: items(c, row) };
};

const keyword: Lower = (c, row) => part(c, row, FIELD.value);

const dictionary: Lower = (c, row) => {
  const entries: ObjectEntry[] = [];
  const stop = c.next[row] as number;
  for (let i = row + 1; i < stop; i = c.next[i] as number) {
    const start = c.start[i] as number;
    const end = c.end[i] as number;
    if (c.kind[i] === KIND.pair) entries.push({ start, end, ...entryKey(part(c, i, FIELD.key)), value: part(c, i, FIELD.value) });
    else if (c.kind[i] === KIND.dictionary_splat) entries.push({ start, end, spread: true, value: firstPart(c, i) });
    else for (const value of other(c, i).children) entries.push({ start, end, keyExpr: nothing(start), value });
  }
  return { kind: 'object', start: c.start[row] as number, end: c.end[row] as number, entries };
};

function entryKey(key: Expr): { key: string } | { keyExpr: Expr } {
  if (key.kind === 'string') return { key: key.value };
  return key.kind === 'number' ? { key: String(key.value) } : { keyExpr: key };
}

const pair: Lower = (c, row) => {
  const start = c.start[row] as number;
  return { kind: 'array', start, end: c.end[row] as number, items: [part(c, row, FIELD.key), part(c, row, FIELD.value)] };
};

function comprehension(c: Context, row: number): Expr {
  const loops: { target: Expr; iterable: Expr }[] = [];
  const conditions: Expr[] = [];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) {
    if (c.kind[i] === KIND.for_in_clause) loops.push({ target: part(c, i, FIELD.left), iterable: clauseIterable(c, i) });
    else if (c.kind[i] === KIND.if_clause) conditions.push(firstPart(c, i));
  }
  const start = c.start[row] as number;
  return { kind: 'comprehension', start, end: c.end[row] as number, element: part(c, row, FIELD.body), loops, conditions };
}

function clauseIterable(c: Context, row: number): Expr {
  const values: Expr[] = [];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) if (c.field[i] === FIELD.right) values.push(expr(c, i));
  return oneOrArray(values, c.end[row] as number);
}

/** A lambda's body is one `return`. */
const lambda: Lower = (c, row) => {
  const outside = c.yields;
  c.yields = false;
  const list = c.child(row, FIELD.parameters);
  const params = list < 0 ? [] : parameters(c, list, expr);
  const value = part(c, row, FIELD.body);
  const { start, end } = c.span(row);
  const body: Block = { start: value.start, end: value.end, statements: [{ kind: 'return', start: value.start, end: value.end, value }] };
  const isGenerator = c.yields;
  c.yields = outside;
  return { kind: 'function', start, end, fn: { start, end, name: '', params, body, decorators: [], isAsync: false, isGenerator, doc: '' } };
};

const string: Lower = (c, row) => stringOrTemplate(c, row, expr);

const LOWERERS: Partial<Record<KindName, Lower>> = {
  identifier: name,
  string,
  concatenated_string: string,
  integer: number,
  float: number,
  true: (c, row) => ({ kind: 'boolean', start: c.start[row] as number, end: c.end[row] as number, value: true }),
  false: (c, row) => ({ kind: 'boolean', start: c.start[row] as number, end: c.end[row] as number, value: false }),
  none: (c, row) => ({ kind: 'null', start: c.start[row] as number, end: c.end[row] as number }),
  ellipsis: (c, row) => other(c, row),
  keyword_argument: keyword,
  list_splat: spread,
  dictionary_splat: spread,
  list_splat_pattern: spread,
  dictionary_splat_pattern: spread,
  splat_type: spread,
  parenthesized_expression: inner,
  parenthesized_list_splat: inner,
  as_pattern_target: inner,
  type: inner,
  constrained_type: firstPart,
  as_pattern: firstPart,
  generator_expression: comprehension,
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  list: array,
  tuple: array,
  set: array,
  expression_list: array,
  pattern_list: array,
  tuple_pattern: array,
  list_pattern: array,
  pair,
  dictionary,
  comparison_operator: comparison,
  not_operator: not,
  unary_operator: unary,
  conditional_expression: conditional,
  named_expression: walrus,
  await: awaited,
  yield: yielded,
  lambda,
  generic_type: (c, row) => genericType(c, row, expr) ?? other(c, row),
  union_type: (c, row) => unionType(c, row, expr) ?? other(c, row),
  member_type: (c, row) => memberType(c, row, expr) ?? other(c, row),
  dotted_name: (c, row) => path(c.slice(row), c.start[row] as number),
};

const WRAPPERS: Partial<Record<KindName, { first: number; wrap: Wrap }>> = {
  attribute: { first: FIELD.object, wrap: member },
  subscript: { first: FIELD.value, wrap: subscript },
  call: { first: FIELD.function, wrap: call },
  binary_operator: { first: FIELD.left, wrap: binary },
  boolean_operator: { first: FIELD.left, wrap: binary },
};

const LOWER: Lower[] = new Array<Lower>(KIND_COUNT).fill(other);
const WRAP: (Wrap | undefined)[] = new Array<Wrap | undefined>(KIND_COUNT).fill(undefined);
/** By kind: the field that the first child of a chain's node has; 0 for other kinds. */
const CHAIN = new Uint8Array(KIND_COUNT);
for (const [kind, lower] of Object.entries(LOWERERS)) LOWER[KIND[kind as KindName]] = lower;
for (const [kind, { first, wrap }] of Object.entries(WRAPPERS)) {
  WRAP[KIND[kind as KindName]] = wrap;
  CHAIN[KIND[kind as KindName]] = first;
}

const EXPRESSIONS = Uint8Array.from(LOWER, (lower, kind) => (lower !== other || CHAIN[kind] !== 0 || kind === KIND.slice ? 1 : 0));

/** True for kinds that are expressions of their own; the others are looked through. */
export function isExpression(kind: number): boolean {
  return EXPRESSIONS[kind] === 1;
}
