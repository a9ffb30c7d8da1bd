/** Lowers Python's compound statements and blocks. */
import { compare } from './python-compare.ts';
import { type Context, MAX_DEPTH, type Member, nothing, oneOrArray, type Saved } from './python-context.ts';
import { expr, isExpression, items, optional, other, part } from './python-expr.ts';
import { FIELD, KIND, KIND_COUNT, type KindName } from './python-kinds.ts';
import { annotation, parameters } from './python-params.ts';
import { type LowerStatement, SIMPLE_STATEMENTS } from './python-simple.ts';
import { cleanDoc } from './python-strings.ts';
import type { Block, ClassStmt, Expr, Fn, IfStmt, Stmt, TryStmt, WithStmt } from './source-unit.ts';

type Branch = IfStmt['branches'][number];
type WithItem = WithStmt['items'][number];

/** Lowers the statement in a row; rows that are no statements give up what can be read in them. */
export function statement(c: Context, row: number, out: Stmt[]): void {
  if (c.depth >= MAX_DEPTH) {
    c.damage.push(c.span(row));
    return;
  }
  c.depth++;
  const kind = c.kind[row] as number;
  const lower = STATEMENT[kind];
  if (lower !== undefined) lower(c, row, out);
  else if (kind === KIND.reused) for (const known of c.reused(row)) out.push(known);
  else if (isExpression(kind)) out.push({ kind: 'expr', ...c.span(row), value: expr(c, row) });
  else statements(c, row, out);
  c.depth--;
}

/** Lowers the children of a row in order. */
export function statements(c: Context, row: number, out: Stmt[]): void {
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) statement(c, i, out);
}

/** Lowers a module. `saved` gets each of its statements with what became of it; those in errors between them count as the module's. */
export function moduleStatements(c: Context, row: number, saved: Saved[], out: Stmt[]): void {
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) {
    if (c.kind[i] === KIND.ERROR && c.depth < MAX_DEPTH) {
      c.depth++;
      moduleStatements(c, i, saved, out);
      c.depth--;
      continue;
    }
    const stmts: Stmt[] = [];
    const damaged = c.damage.length;
    statement(c, i, stmts);
    saved.push({ id: c.damage.length === damaged ? identity(c, i) : 0, start: c.start[i] as number, end: c.end[i] as number, stmts });
    for (const s of stmts) out.push(s);
  }
}

/** By what a later parse recognises this statement; 0 for rows that may mean something else in another place. */
function identity(c: Context, row: number): number {
  const kind = c.kind[row] as number;
  return kind === KIND.reused || STATEMENT[kind] !== undefined ? (c.rows.id[row] as number) : 0;
}

function block(c: Context, row: number): Block {
  const out: Stmt[] = [];
  statements(c, row, out);
  return { start: c.start[row] as number, end: c.end[row] as number, statements: out };
}

/** The block in a field; an empty one at the end of the node where it is missing. */
function blockIn(c: Context, row: number, field: number): Block {
  const i = c.child(row, field);
  return i < 0 ? emptyBlock(c.end[row] as number) : block(c, i);
}

function blockOfKind(c: Context, row: number): Block {
  const i = c.childOfKind(row, KIND.block);
  return i < 0 ? emptyBlock(c.end[row] as number) : block(c, i);
}

const emptyBlock = (at: number): Block => ({ start: at, end: at, statements: [] });

/** Errors between the parts of a statement: calls in them survive as statements of their own, behind it. */
function strayParts(c: Context, row: number, out: Stmt[]): void {
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) if (c.kind[i] === KIND.ERROR) statements(c, i, out);
}

const ifStatement: LowerStatement = (c, row, out) => {
  const branches: Branch[] = [{ test: part(c, row, FIELD.condition), body: blockIn(c, row, FIELD.consequence) }];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) {
    if (c.kind[i] === KIND.elif_clause) branches.push({ test: part(c, i, FIELD.condition), body: blockIn(c, i, FIELD.consequence) });
    else if (c.kind[i] === KIND.else_clause) branches.push({ body: blockIn(c, i, FIELD.body) });
  }
  out.push({ kind: 'if', ...c.span(row), branches });
  strayParts(c, row, out);
};

/** From the keyword to the colon. `last` is the last row of the head. */
function head(c: Context, row: number, last: number, body: Block) {
  const start = c.start[row] as number;
  const from = last < 0 ? start : (c.end[last] as number);
  const colon = c.text.indexOf(':', from);
  return { start, end: colon >= 0 && colon < body.start ? colon + 1 : from };
}

const forStatement: LowerStatement = (c, row, out) => {
  const target = part(c, row, FIELD.left);
  const iterable = part(c, row, FIELD.right);
  const body = blockIn(c, row, FIELD.body);
  const isAsync = c.kind[row + 1] === KIND.async;
  out.push({ kind: 'loop', ...c.span(row), form: 'each', isAsync, target, iterable, body, head: head(c, row, c.child(row, FIELD.right), body) });
  loopElse(c, row, out);
};

const whileStatement: LowerStatement = (c, row, out) => {
  const test = part(c, row, FIELD.condition);
  const body = blockIn(c, row, FIELD.body);
  out.push({ kind: 'loop', ...c.span(row), form: 'while', isAsync: false, test, body, head: head(c, row, c.child(row, FIELD.condition), body) });
  loopElse(c, row, out);
};

function loopElse(c: Context, row: number, out: Stmt[]): void {
  const clause = c.childOfKind(row, KIND.else_clause);
  if (clause >= 0) out.push({ kind: 'block', ...c.span(clause), body: blockIn(c, clause, FIELD.body) });
  strayParts(c, row, out);
}

/** `else` runs behind the body: it becomes a block at the body's end. */
const tryStatement: LowerStatement = (c, row, out) => {
  const handlers: { type?: Expr; body: Block }[] = [];
  let body = blockIn(c, row, FIELD.body);
  let last: Block | undefined;
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) {
    if (c.kind[i] === KIND.except_clause) handlers.push({ ...caught(c, i), body: blockOfKind(c, i) });
    else if (c.kind[i] === KIND.finally_clause) last = blockOfKind(c, i);
    else if (c.kind[i] === KIND.else_clause) {
      const otherwise: Stmt = { kind: 'block', ...c.span(i), body: blockIn(c, i, FIELD.body) };
      body = { ...body, statements: [...body.statements, otherwise] };
    }
  }
  const result: TryStmt = { kind: 'try', ...c.span(row), body, handlers };
  out.push(last ? { ...result, finally: last } : result);
  strayParts(c, row, out);
};

/** `except A as e`, `except (A, B)`; Python 2's `except A, e` names both. */
function caught(c: Context, row: number): { type?: Expr } {
  const values: Expr[] = [];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) if (c.field[i] === FIELD.value) values.push(expr(c, i));
  return values.length === 0 ? {} : { type: oneOrArray(values, c.end[row] as number) };
}

const withStatement: LowerStatement = (c, row, out) => {
  const found: WithItem[] = [];
  const clause = c.childOfKind(row, KIND.with_clause);
  if (clause >= 0) for (const i of c.parts(clause)) if (c.kind[i] === KIND.with_item) withItem(c, c.child(i, FIELD.value), found);
  out.push({ kind: 'with', ...c.span(row), isAsync: c.kind[row + 1] === KIND.async, items: found, body: blockIn(c, row, FIELD.body) });
  strayParts(c, row, out);
};

/** `value as target`; items in parentheses may come as a tuple of those. */
function withItem(c: Context, row: number, into: WithItem[]): void {
  if (row < 0) return;
  const kind = c.kind[row];
  if (kind === KIND.as_pattern) {
    const value = c.parts(row).find((i) => c.field[i] !== FIELD.alias);
    const target = optional(c, row, FIELD.alias);
    into.push({ value: value === undefined ? nothing(c.start[row] as number) : expr(c, value), ...(target ? { target } : {}) });
  } else if ((kind === KIND.tuple || kind === KIND.parenthesized_expression) && c.parts(row).some((i) => c.kind[i] === KIND.as_pattern)) {
    for (const i of c.parts(row)) withItem(c, i, into);
  } else {
    into.push({ value: expr(c, row) });
  }
}

/** The subject is evaluated once, ahead; constant patterns become comparisons with it, `case _` the branch without test. */
const matchStatement: LowerStatement = (c, row, out) => {
  const subjects: Expr[] = [];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) if (c.field[i] === FIELD.subject) subjects.push(expr(c, i));
  const [subject] = subjects;
  const compared = subjects.length === 1 && subject && (subject.kind === 'name' || subject.kind === 'member') ? subject : undefined;
  if (!compared) for (const value of subjects) out.push({ kind: 'expr', start: value.start, end: value.end, value });
  const branches: Branch[] = [];
  const body = c.child(row, FIELD.body);
  for (const i of body < 0 ? [] : c.parts(body)) if (c.kind[i] === KIND.case_clause) branches.push(caseBranch(c, i, compared));
  if (branches.length > 0) out.push({ kind: 'if', ...c.span(row), branches });
  strayParts(c, row, out);
};

function caseBranch(c: Context, row: number, subject: Expr | undefined): Branch {
  const body = blockIn(c, row, FIELD.consequence);
  const pattern = c.childOfKind(row, KIND.case_pattern);
  const guard = c.child(row, FIELD.guard);
  const conditions = guard < 0 ? [] : items(c, guard);
  if (pattern < 0) return { test: testOf(c, row, conditions), body };
  if (c.slice(pattern) === '_' && conditions.length === 0) return { body };
  const values = other(c, pattern).children;
  const constant = values.find((v) => CONSTANTS.has(v.kind) && v.start === c.start[pattern] && v.end === c.end[pattern]);
  if (subject && constant && conditions.length === 0) return { test: compare('==', subject, constant), body };
  return { test: testOf(c, pattern, [...values, ...conditions]), body };
}

/** A lone name in a pattern binds; a dotted one is a value. */
const CONSTANTS: ReadonlySet<Expr['kind']> = new Set(['string', 'number', 'boolean', 'null', 'member']);

const testOf = (c: Context, row: number, children: readonly Expr[]): Expr => ({ kind: 'other', ...c.span(row), children });

const definition: LowerStatement = (c, row, out) => define(c, row, c.span(row), [], out);
const classDefinition: LowerStatement = (c, row, out) => defineClass(c, row, c.span(row), [], out);

/** The statement of a decorated definition starts at its first decorator. */
const decorated: LowerStatement = (c, row, out) => {
  const decorators: Expr[] = [];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) if (c.kind[i] === KIND.decorator) decorators.push(...items(c, i));
  const target = c.child(row, FIELD.definition);
  const span = c.span(row);
  if (target >= 0 && c.kind[target] === KIND.function_definition) define(c, target, span, decorators, out);
  else if (target >= 0 && c.kind[target] === KIND.class_definition) defineClass(c, target, span, decorators, out);
  else for (const value of decorators) out.push({ kind: 'expr', start: value.start, end: value.end, value });
  strayParts(c, row, out);
};

function define(c: Context, row: number, span: { start: number; end: number }, decorators: readonly Expr[], out: Stmt[]): void {
  const { yields, inClass } = c;
  const nameRow = c.child(row, FIELD.name);
  const list = c.child(row, FIELD.parameters);
  const params = list < 0 ? [] : parameters(c, list, expr);
  const returns = c.child(row, FIELD.return_type);
  c.yields = false;
  c.inClass = false;
  const body = blockIn(c, row, FIELD.body);
  const fn: Fn = {
    ...c.span(row),
    name: nameRow < 0 ? '' : c.slice(nameRow),
    ...(nameRow < 0 ? {} : { nameSpan: c.span(nameRow) }),
    params,
    body,
    decorators,
    isAsync: c.kind[row + 1] === KIND.async,
    isGenerator: c.yields,
    doc: docOf(body),
    ...(returns < 0 ? {} : { returnType: annotation(expr(c, returns)) }),
  };
  c.yields = yields;
  c.inClass = inClass;
  const isStatic = inClass && decorators.some((d) => d.kind === 'name' && d.name === 'staticmethod');
  out.push({ kind: 'def', ...span, fn, ...(isStatic ? { isStatic } : {}), ...accessor(inClass, decorators) });
  strayParts(c, row, out);
}

/** `@property` and `@x.setter`. */
function accessor(inClass: boolean, decorators: readonly Expr[]): { accessor?: 'get' | 'set' } {
  if (!inClass) return {};
  if (decorators.some((d) => (d.kind === 'name' || d.kind === 'member') && /^(?:cached_)?property$/.test(d.name))) return { accessor: 'get' };
  return decorators.some((d) => d.kind === 'member' && d.name === 'setter') ? { accessor: 'set' } : {};
}

function docOf(body: Block): string {
  const [first] = body.statements;
  return first?.kind === 'expr' && first.value.kind === 'string' ? cleanDoc(first.value.value) : '';
}

function defineClass(c: Context, row: number, span: { start: number; end: number }, decorators: readonly Expr[], out: Stmt[]): void {
  const { inClass } = c;
  const nameRow = c.child(row, FIELD.name);
  const list = c.child(row, FIELD.superclasses);
  const bases: Expr[] = [];
  if (list >= 0) for (const i of c.parts(list)) if (c.kind[i] !== KIND.keyword_argument) bases.push(expr(c, i));
  c.inClass = true;
  const bodyRow = c.child(row, FIELD.body);
  const members: Member[] = [];
  const body = bodyRow < 0 ? emptyBlock(c.end[row] as number) : classBody(c, bodyRow, members);
  c.inClass = inClass;
  const result: ClassStmt = { kind: 'class', ...span, name: nameRow < 0 ? '' : c.slice(nameRow), bases, body, decorators, doc: docOf(body) };
  c.members.set(result, members);
  out.push(result);
  strayParts(c, row, out);
}

/** A class body remembers which statements each member became, so that unchanged methods of a changed class can be taken over. */
function classBody(c: Context, row: number, members: Member[]): Block {
  const out: Stmt[] = [];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) {
    const from = out.length;
    const damaged = c.damage.length;
    statement(c, i, out);
    const id = c.damage.length === damaged ? identity(c, i) : 0;
    members.push({ id, start: c.start[i] as number, end: c.end[i] as number, from, to: out.length });
  }
  return { start: c.start[row] as number, end: c.end[row] as number, statements: out };
}

const blockStatement: LowerStatement = (c, row, out) => statements(c, row, out);

/** A clause that lost its statement to an error: its test and body are still read. */
const strayClause: LowerStatement = (c, row, out) => statements(c, row, out);

const COMPOUND: Partial<Record<KindName, LowerStatement>> = {
  block: blockStatement,
  elif_clause: strayClause,
  else_clause: strayClause,
  except_clause: strayClause,
  finally_clause: strayClause,
  case_clause: strayClause,
  with_clause: strayClause,
  with_item: strayClause,
  if_statement: ifStatement,
  for_statement: forStatement,
  while_statement: whileStatement,
  try_statement: tryStatement,
  with_statement: withStatement,
  match_statement: matchStatement,
  function_definition: definition,
  class_definition: classDefinition,
  decorated_definition: decorated,
};

const STATEMENT = new Array<LowerStatement | undefined>(KIND_COUNT).fill(undefined);
for (const [kind, lower] of Object.entries({ ...SIMPLE_STATEMENTS, ...COMPOUND })) STATEMENT[KIND[kind as KindName]] = lower;
