/** Lists: their items with what is spread into them, and the methods that make a new list. */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Location } from '../model.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, Item, Value } from './values.ts';

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

/** Methods of lists that build a new list. */
export function listCall(evaluator: Evaluator, expr: CallExpr, env: Env, at: Location): Value | undefined {
  const { callee } = expr;
  if (callee.kind !== 'member' || !/^(concat|map|filter|slice|copy|flat|flatMap|reverse|toReversed|at|items|values)$/.test(callee.name))
    return undefined;
  const list = evaluator.evaluate(callee.object, env);
  if (list.kind !== 'array') return callee.name === 'map' ? mapped(evaluator, list, expr, env, at) : undefined;
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
