/** Lowers Python's simple statements: those without a block. Each pushes any number of neutral statements. */
import { type Context, oneOrArray } from './python-context.ts';
import { expr, items, optional, other, part } from './python-expr.ts';
import { FIELD, KIND, type KindName } from './python-kinds.ts';
import { annotationOf } from './python-params.ts';
import type { AssignStmt, Expr, ImportName, ImportStmt, Stmt } from './source-unit.ts';

export type LowerStatement = (c: Context, row: number, out: Stmt[]) => void;

/** `return a, b` returns a tuple. */
function tuple(c: Context, row: number): Expr | undefined {
  const values = items(c, row);
  return values.length === 0 ? undefined : oneOrArray(values, c.end[row] as number);
}

const expression: LowerStatement = (c, row, out) => {
  const only = row + 1;
  const kind = c.kind[only] as number;
  if (only < (c.next[row] as number) && (kind === KIND.assignment || kind === KIND.augmented_assignment)) {
    // What follows an assignment inside the same node can only be an error.
    for (let i = only; i < (c.next[row] as number); i = c.next[i] as number) {
      if (c.kind[i] === KIND.assignment) assignment(c, i, out);
      else if (c.kind[i] === KIND.augmented_assignment) augmented(c, i, out);
      else looseExpressions(c, i, out);
    }
    return;
  }
  const value = tuple(c, row);
  if (value) out.push({ kind: 'expr', ...c.span(row), value });
};

/** The expressions in a row that is no statement, each as a statement. */
export function looseExpressions(c: Context, row: number, out: Stmt[]): void {
  for (const value of other(c, row).children) out.push({ kind: 'expr', start: value.start, end: value.end, value });
}

/** `a = b = value` becomes `b = value`, then `a = b`: the value stands once, and what is counted in it counts once. */
const assignment: LowerStatement = (c, row, out) => {
  const span = c.span(row);
  const left = c.child(row, FIELD.left);
  const right = c.child(row, FIELD.right);
  const type = annotationOf(c, row, expr);
  const value = right < 0 ? undefined : assigned(c, right, out);
  const target = left < 0 ? undefined : expr(c, left);
  if (target) out.push(assign(c, { kind: 'assign', ...span, target, op: '=', ...(value ? { value } : {}), ...(type ? { type } : {}) }));
  else if (value) out.push({ kind: 'expr', ...span, value });
};

const assign = (c: Context, statement: AssignStmt): AssignStmt => (c.inClass ? { ...statement, declares: 'field' } : statement);

/** The value of an assignment; for a further assignment its own statements come first, and its target is the value. */
function assigned(c: Context, right: number, out: Stmt[]): Expr {
  if (c.kind[right] === KIND.assignment) assignment(c, right, out);
  else if (c.kind[right] === KIND.augmented_assignment) augmented(c, right, out);
  else return expr(c, right);
  return part(c, right, FIELD.left);
}

const augmented: LowerStatement = (c, row, out) => {
  const right = c.child(row, FIELD.right);
  const value = right < 0 ? undefined : assigned(c, right, out);
  const written = c.operator(row);
  const op = written === '+=' || written === '|=' ? written : 'other';
  out.push({ kind: 'assign', ...c.span(row), target: part(c, row, FIELD.left), op, ...(value ? { value } : {}) });
};

const returned: LowerStatement = (c, row, out) => {
  const value = tuple(c, row);
  out.push({ kind: 'return', ...c.span(row), ...(value ? { value } : {}) });
};

const raise: LowerStatement = (c, row, out) => {
  const [first] = c.parts(row).filter((i) => c.field[i] !== FIELD.cause);
  out.push({ kind: 'raise', ...c.span(row), ...(first === undefined ? {} : { value: expr(c, first) }) });
};

/** `assert`, `del`, Python 2's `print x` and `exec x`: only what they evaluate is kept. */
const evaluated: LowerStatement = (c, row, out) => {
  const children = items(c, row);
  const { start, end } = c.span(row);
  if (children.length > 0) out.push({ kind: 'expr', start, end, value: { kind: 'other', start, end, children } });
};

const jump =
  (kind: 'break' | 'continue'): LowerStatement =>
  (c, row, out) => {
    out.push({ kind, ...c.span(row) });
  };

const typeAlias: LowerStatement = (c, row, out) => {
  const written = part(c, row, FIELD.left);
  const target = written.kind === 'index' ? written.object : written;
  const value = optional(c, row, FIELD.right);
  out.push(assign(c, { kind: 'assign', ...c.span(row), target, op: '=', ...(value ? { value } : {}) }));
};

/** Names of an import list: `[imported, local]` with their rows. */
function importNames(c: Context, row: number): { imported: string; alias?: string; row: number }[] {
  const names: { imported: string; alias?: string; row: number }[] = [];
  for (let i = row + 1; i < (c.next[row] as number); i = c.next[i] as number) {
    if (c.field[i] !== FIELD.name) continue;
    const aliased = c.kind[i] === KIND.aliased_import;
    const name = aliased ? c.child(i, FIELD.name) : i;
    const alias = aliased ? c.child(i, FIELD.alias) : -1;
    if (name >= 0) names.push({ imported: dotted(c, name), row: i, ...(alias < 0 ? {} : { alias: c.slice(alias) }) });
  }
  return names;
}

const dotted = (c: Context, row: number): string => c.slice(row).replace(/\\\r?\n|\s+/g, '');

const importModules: LowerStatement = (c, row, out) => {
  const span = c.span(row);
  const statement = (module: string, names: readonly ImportName[]): ImportStmt => ({
    kind: 'import',
    ...span,
    module,
    level: 0,
    names,
    typeOnly: false,
  });
  for (const { imported, alias, row: at } of importNames(c, row)) {
    const first = imported.split('.')[0] as string;
    if (alias !== undefined) out.push(statement(imported, [{ ...c.span(at), imported: '*', local: alias }]));
    else out.push(statement(first, [{ ...c.span(at), imported: '*', local: first }]));
    if (alias === undefined && first !== imported) out.push(statement(imported, []));
  }
};

const importFrom: LowerStatement = (c, row, out) => {
  const source = c.child(row, FIELD.module_name);
  if (source < 0 && c.kind[row] !== KIND.future_import_statement) return;
  const module = source < 0 ? '__future__' : dotted(c, source);
  const level = module.length - module.replace(/^\.+/, '').length;
  const names: ImportName[] = importNames(c, row).map((n) => ({ ...c.span(n.row), imported: n.imported, local: n.alias ?? n.imported }));
  const star = c.childOfKind(row, KIND.wildcard_import);
  if (star >= 0) names.push({ ...c.span(star), imported: '*', local: '*' });
  out.push({ kind: 'import', ...c.span(row), module, level, names, typeOnly: false });
};

/** `global client, model` is a leaf: the names are in its text. */
const outer =
  (isGlobal: boolean): LowerStatement =>
  (c, row, out) => {
    const [, ...names] = c.text.slice(c.start[row], c.end[row]).match(/[^\s,\\]+/g) ?? [];
    out.push({ kind: 'outer', ...c.span(row), names, isGlobal });
  };

const ignored: LowerStatement = () => {};

export const SIMPLE_STATEMENTS: Partial<Record<KindName, LowerStatement>> = {
  expression_statement: expression,
  assignment,
  augmented_assignment: augmented,
  return_statement: returned,
  raise_statement: raise,
  assert_statement: evaluated,
  delete_statement: evaluated,
  print_statement: evaluated,
  exec_statement: evaluated,
  break_statement: jump('break'),
  continue_statement: jump('continue'),
  pass_statement: ignored,
  global_statement: outer(true),
  nonlocal_statement: outer(false),
  type_alias_statement: typeAlias,
  import_statement: importModules,
  import_from_statement: importFrom,
  future_import_statement: importFrom,
};
