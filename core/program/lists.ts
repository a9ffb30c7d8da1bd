/** Lists: their items with what is spread into them, and the methods that make a new list. */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Location, Span } from '../model.ts';
import { choice } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, Item, ObjectValue, Value } from './values.ts';

/** Lists and tables with more entries than this say little of one of them. */
const MAX_ENTRIES = 16;

/** An item of a list that is only chosen later: one of all of them, where all are known. */
export function oneOf(evaluator: Evaluator, list: Value, span: Span, env: Env, part = (item: Value): Value => item): Value | undefined {
  if (list.kind !== 'array' || list.items.length === 0 || list.items.length > MAX_ENTRIES) return undefined;
  const options = list.items.map((i) => part(i.value));
  return options.every((o) => o.kind !== 'unknown') ? choice(options, evaluator.at(span, env)) : undefined;
}

/** What one item of a list literal stands for: itself, or the items of what it spreads. */
export function items(evaluator: Evaluator, item: Expr, env: Env): readonly Item[] {
  if (item.kind !== 'spread') return [{ value: evaluator.evaluate(item, env), many: false }];
  const value = evaluator.evaluate(item.value, env);
  if (value.kind === 'array') return value.items;
  // `...(condition ? [x] : [])`: what may be there.
  if (value.kind === 'choice') return value.options.flatMap((o) => (o.kind === 'array' ? o.items : [{ value: o, many: true }]));
  if (value.kind === 'const') return [];
  return [{ value, many: true }];
}

/** Methods of lists that build a new list or pick an item, and lists of what a table has. */
export function listCall(evaluator: Evaluator, expr: CallExpr, env: Env, at: Location): Value | undefined {
  const { callee } = expr;
  if (
    callee.kind !== 'member' ||
    !/^(concat|map|filter|slice|copy|flat|flatMap|reverse|toReversed|at|find|findLast|keys|values|items|entries)$/.test(callee.name)
  )
    return undefined;
  const list = evaluator.evaluate(callee.object, env);
  const table = tableOf(evaluator, list, expr, env);
  if (table) return rows(evaluator, table, callee.name, at);
  if (list.kind !== 'array') return callee.name === 'map' ? mapped(evaluator, list, expr, env, at) : undefined;
  if (callee.name === 'keys' || callee.name === 'entries') return undefined;
  if (callee.name === 'find' || callee.name === 'findLast') return list.items.some((i) => i.many) ? undefined : oneOf(evaluator, list, expr, env);
  if (callee.name === 'concat')
    return {
      kind: 'array',
      at,
      items: [...list.items, ...expr.args.flatMap((a) => items(evaluator, { kind: 'spread', value: a.value, start: a.start, end: a.end }, env))],
    };
  if (callee.name === 'map') {
    const arg = expr.args[0];
    const fn = arg && evaluator.evaluate(arg.value, env);
    if (fn?.kind !== 'function') return { ...list, items: list.items.map((i) => ({ ...i, many: true })), at };
    return { kind: 'array', at, items: [{ value: evaluator.returns(fn, undefined), many: true }] };
  }
  return { ...list, at };
}

/** `rows.map((row) => …)` of a list that is not known: any number of what the function gives. */
function mapped(evaluator: Evaluator, list: Value, expr: CallExpr, env: Env, at: Location): Value | undefined {
  const fn = expr.args[0]?.value;
  if (fn?.kind !== 'function' || (list.kind !== 'unknown' && !(list.kind === 'external' && !evaluator.program.isSdkModule(list.module))))
    return undefined;
  return { kind: 'array', at, items: [{ value: evaluator.returns({ kind: 'function', fn: fn.fn, env, at }, undefined), many: true }] };
}

/** The table whose keys or values a call lists: `Object.values(table)`, `table.items()`. */
function tableOf(evaluator: Evaluator, owner: Value, expr: CallExpr, env: Env): ObjectValue | undefined {
  const [arg] = expr.args;
  const isGlobal = owner.kind === 'external' && owner.module === '<global>' && owner.signature === 'Object';
  const value = isGlobal && arg ? evaluator.evaluate(arg.value, env) : owner;
  return value.kind === 'object' && (isGlobal || expr.args.length === 0) ? value : undefined;
}

/** What a table lists, where all of it is known. */
function rows(evaluator: Evaluator, { expr, env, added }: ObjectValue, what: string, at: Location): Value | undefined {
  if (!/^(keys|values|items|entries)$/.test(what) || added.length > 0 || expr.entries.length > MAX_ENTRIES) return undefined;
  if (expr.entries.some((e) => e.spread || e.key === undefined)) return undefined;
  const list = (values: readonly Value[]): Value => ({ kind: 'array', at, items: values.map((value) => ({ value, many: false })) });
  return list(
    expr.entries.map((e): Value => {
      const key: Value = { kind: 'const', value: e.key ?? '', at: evaluator.at(e, env), via: 'constant' };
      if (what === 'keys') return key;
      const value = evaluator.evaluate(e.value, env);
      return what === 'values' ? value : list([key, value]);
    }),
  );
}
