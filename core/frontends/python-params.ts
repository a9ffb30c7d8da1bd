/** Lowers parameters and type annotations. */
import { type Context, oneOrArray } from './python-context.ts';
import { FIELD, KIND } from './python-kinds.ts';
import type { Expr, Param } from './source-unit.ts';

type Lower = (c: Context, row: number) => Expr;

/** Parameters of a function or lambda; the bare `*` and `/` are not parameters. */
export function parameters(c: Context, list: number, expr: Lower): Param[] {
  const params: Param[] = [];
  for (let i = list + 1; i < (c.next[list] as number); i = c.next[i] as number) {
    const param = parameter(c, i, expr);
    if (param) params.push(param);
  }
  return params;
}

function parameter(c: Context, row: number, expr: Lower): Param | undefined {
  const span = c.span(row);
  const kind = c.kind[row];
  if (kind === KIND.identifier || kind === KIND.tuple_pattern) return { ...span, target: expr(c, row) };
  if (kind === KIND.list_splat_pattern || kind === KIND.dictionary_splat_pattern) return { ...span, ...restTarget(c, row, expr) };
  if (kind === KIND.typed_parameter) {
    const target = c.parts(row).find((i) => c.field[i] !== FIELD.type);
    return target === undefined ? undefined : { ...span, ...restTarget(c, target, expr), type: annotationOf(c, row, expr) };
  }
  if (kind !== KIND.default_parameter && kind !== KIND.typed_default_parameter) return undefined;
  const name = c.child(row, FIELD.name);
  const value = c.child(row, FIELD.value);
  if (name < 0) return undefined;
  const type = annotationOf(c, row, expr);
  return { ...span, target: expr(c, name), ...(value < 0 ? {} : { default: expr(c, value) }), ...(type ? { type } : {}) };
}

/** `*args`, `**kwargs`, or a plain target. */
function restTarget(c: Context, row: number, expr: Lower): { target: Expr; rest?: '*' | '**' } {
  const target = expr(c, row);
  if (target.kind !== 'spread') return { target };
  return { target: target.value, rest: c.kind[row] === KIND.dictionary_splat_pattern ? '**' : '*' };
}

/** The annotation of a parameter or assignment, as `annotation` reads it. */
export function annotationOf(c: Context, row: number, expr: Lower): Expr | undefined {
  const i = c.child(row, FIELD.type);
  return i < 0 ? undefined : annotation(expr(c, i));
}

/** `Name[…]` in an annotation, where the grammar has a node of its own for it. */
export function genericType(c: Context, row: number, expr: Lower): Expr | undefined {
  const [base, list] = c.parts(row);
  if (base === undefined || list === undefined) return undefined;
  const span = c.span(row);
  const values = c.parts(list).map((i) => expr(c, i));
  return { kind: 'index', ...span, object: expr(c, base), index: oneOrArray(values, span.end) };
}

/** `A | B` of the same kind. */
export function unionType(c: Context, row: number, expr: Lower): Expr | undefined {
  const [left, right] = c.parts(row);
  if (left === undefined || right === undefined) return undefined;
  return { kind: 'binary', ...c.span(row), op: '|', left: expr(c, left), right: expr(c, right) };
}

/** `a.B` of the same kind. */
export function memberType(c: Context, row: number, expr: Lower): Expr | undefined {
  const [object, attribute] = c.parts(row);
  if (object === undefined || attribute === undefined) return undefined;
  return { kind: 'member', ...c.span(row), object: expr(c, object), name: c.slice(attribute), nameSpan: c.span(attribute) };
}

const PATH = /^[\p{ID_Start}_][\p{ID_Continue}]*(?:\.[\p{ID_Start}_][\p{ID_Continue}]*)*$/u;
/** Their arguments are values, not types. */
const VALUES = new Set(['Literal', 'Annotated']);

/** Forward references in quotes (`"Agent"`, `list["a.Agent"]`) become the names they stand for. */
export function annotation(type: Expr): Expr {
  switch (type.kind) {
    case 'string':
      return type.end - type.start === type.value.length + 2 ? (quoted(type.value, type.start + 1) ?? type) : type;
    case 'index':
      return VALUES.has(lastName(type.object)) ? type : { ...type, index: annotation(type.index) };
    case 'array':
      return { ...type, items: type.items.map(annotation) };
    case 'binary':
      return { ...type, left: annotation(type.left), right: annotation(type.right) };
    default:
      return type;
  }
}

/** `"Agent | None"`, `"Optional[Agent]"`, `"list[Agent]"`: the names in it; undefined where there is more to it. */
function quoted(text: string, start: number): Expr | undefined {
  const wrapped = /^(\s*(?:typing\.)?Optional\[)(.*)\]\s*$/.exec(text);
  if (wrapped) return quoted(wrapped[2] ?? '', start + (wrapped[1] ?? '').length);
  let at = start;
  let whole: Expr | undefined;
  for (const piece of text.split('|')) {
    const [, space = '', name = ''] = /^(\s*)(.*?)(?:\[[^|]*\])?\s*$/.exec(piece) ?? [];
    if (!PATH.test(name)) return undefined;
    const one: Expr =
      name === 'None' ? { kind: 'null', start: at + space.length, end: at + space.length + name.length } : path(name, at + space.length);
    whole = whole ? { kind: 'binary', op: '|', left: whole, right: one, start: whole.start, end: one.end } : one;
    at += piece.length + 1;
  }
  return whole;
}

const lastName = (e: Expr): string => (e.kind === 'name' || e.kind === 'member' ? e.name : '');

/** A dotted path as names and members, with the spans it has in the text. */
export function path(dotted: string, start: number): Expr {
  const [first = '', ...rest] = dotted.split('.');
  let end = start + first.length;
  let value: Expr = { kind: 'name', start, end, name: first.trim() };
  for (const piece of rest) {
    const nameSpan = { start: end + 1, end: end + 1 + piece.length };
    end = nameSpan.end;
    value = { kind: 'member', start, end, object: value, name: piece.trim(), nameSpan };
  }
  return value;
}
