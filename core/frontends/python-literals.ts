/** Lowers string literals, f-strings and implicit concatenation. */
import type { Context } from './python-context.ts';
import { FIELD, KIND } from './python-kinds.ts';
import { cook, type StringForm, stringForm } from './python-strings.ts';
import type { Expr, StringExpr, TemplateExpr } from './source-unit.ts';

type Lower = (c: Context, row: number) => Expr;

/** A `string` or `concatenated_string` row. Anything with a hole is a template; its pieces keep the spans they have between the quotes. */
export function stringOrTemplate(c: Context, row: number, hole: Lower): StringExpr | TemplateExpr {
  const start = c.start[row] as number;
  const end = c.end[row] as number;
  const stop = c.next[row] as number;
  const single = c.kind[row] === KIND.string;
  if (single && row + 1 === stop) return { kind: 'string', start, end, value: plain(c, row) };
  const parts: Expr[] = [];
  if (single) pieces(c, row, hole, parts);
  else for (let i = row + 1; i < stop; i = c.next[i] as number) if (c.kind[i] === KIND.string) pieces(c, i, hole, parts);
  if (parts.every((piece) => piece.kind === 'string')) return { kind: 'string', start, end, value: parts.map((piece) => piece.value).join('') };
  return { kind: 'template', start, end, parts };
}

function plain(c: Context, row: number): string {
  const start = c.start[row] as number;
  const end = c.end[row] as number;
  const form = stringForm(c.text, start, end);
  return cook(c.text.slice(start + form.open, end - form.close), form);
}

/** Literal text and holes of one literal, in order; a hole's conversion and format are left out. */
function pieces(c: Context, row: number, hole: Lower, into: Expr[]): void {
  const form = stringForm(c.text, c.start[row] as number, c.end[row] as number);
  let at = (c.start[row] as number) + form.open;
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) {
    if (c.kind[i] !== KIND.interpolation) continue;
    literal(c, at, c.start[i] as number, form, into);
    const value = c.child(i, FIELD.expression);
    const span = c.span(i);
    into.push(value < 0 ? { kind: 'other', ...span, children: [] } : asHole(hole(c, value), span));
    at = span.end;
  }
  literal(c, at, (c.end[row] as number) - form.close, form, into);
}

/** A string constant in a hole (`{"a"}`) is a hole still: its span is the braces', and it is not mistaken for text between the quotes. */
const asHole = (value: Expr, braces: { start: number; end: number }): Expr => (value.kind === 'string' ? { ...value, ...braces } : value);

function literal(c: Context, start: number, end: number, form: StringForm, into: Expr[]): void {
  if (end > start) into.push({ kind: 'string', start, end, value: cook(c.text.slice(start, end), form) });
}
