/** Objects made from other objects: merged, copied with changes, without some of their keys; and attributes read by a name in a text. */
import type { CallExpr, Expr, ObjectEntry } from '../frontends/source-unit.ts';
import type { Location, Span } from '../model.ts';
import { constructorOf } from './classes.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, ExternalCall, InstanceValue, ObjectValue, Value } from './values.ts';

/** `{...a, ...b}` where code merges objects in another way. */
export function merged(parts: readonly Expr[], span: Span, env: Env, at: Location): ObjectValue {
  const entries: ObjectEntry[] = parts.map((value) => ({ start: value.start, end: value.end, value, spread: true }));
  return { kind: 'object', expr: { kind: 'object', start: span.start, end: span.end, entries }, env, added: [], at };
}

/** `settings.model_copy(update={…})`, `replace(settings, model=…)`, `getattr(settings, 'model', default)`; undefined for other calls. */
export function copyCall(evaluator: Evaluator, expr: CallExpr, env: Env, at: Location): Value | undefined {
  const { callee, args } = expr;
  if (callee.kind === 'member') {
    if (callee.name === 'model_copy' || callee.name === '_replace') {
      const original = evaluator.evaluate(callee.object, env);
      const update = callee.name === '_replace' ? args : updateOf(expr);
      return original.kind === 'instance' && update ? changed(original, { ...expr, args: update }, env, at) : undefined;
    }
    if (callee.name === 'assign' && callee.object.kind === 'name' && callee.object.name === 'Object' && args[0]?.value.kind === 'object')
      return args.some((a) => a.spread)
        ? undefined
        : merged(
            args.map((a) => a.value),
            expr,
            env,
            at,
          );
  }
  const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
  const [first] = args;
  if ((name === 'replace' || name === 'evolve') && first && first.name === undefined && args.slice(1).every((a) => a.name !== undefined)) {
    const original = evaluator.evaluate(first.value, env);
    return original.kind === 'instance' ? changed(original, { ...expr, args: args.slice(1) }, env, at) : undefined;
  }
  return callee.kind === 'name' && name === 'getattr' ? read(evaluator, expr, env, at) : undefined;
}

/** The entries that `model_copy(update=…)` sets, as keyword arguments. */
function updateOf(expr: CallExpr): CallExpr['args'] | undefined {
  const update = expr.args.find((a) => a.name === 'update');
  if (!update) return [];
  return [{ start: update.start, end: update.end, spread: '**', value: update.value }];
}

/** The same object made with other arguments; undefined where a constructor decides what they mean. */
function changed(original: InstanceValue, call: CallExpr, env: Env, at: Location): Value | undefined {
  const info = original.env.index.classes.get(original.cls);
  if (!info || constructorOf(info)) return undefined;
  const made: ExternalCall = { call, env, ...(original.made && { over: original.made }) };
  return { ...original, made, at };
}

/** `getattr(object, 'name')`, with a default where the object may not have it. */
function read(evaluator: Evaluator, expr: CallExpr, env: Env, at: Location): Value | undefined {
  const [object, name, standard] = expr.args;
  if (!object || name?.value.kind !== 'string') return undefined;
  const found = evaluator.member(evaluator.evaluate(object.value, env), name.value.value, expr, env);
  return standard && (found.kind === 'unknown' || found.kind === 'external') ? evaluator.fallback(found, standard.value, env, at) : found;
}

/** `{k: v for k, v in params.items() if k != 'stream'}`: the dict it goes over, without the keys it leaves out. */
export function filteredDict(evaluator: Evaluator, expr: Expr & { kind: 'comprehension' }, env: Env, at: Location): Value | undefined {
  const [loop, ...more] = expr.loops;
  const { element } = expr;
  if (!loop || more.length > 0 || element.kind !== 'array' || loop.target.kind !== 'array' || env.index.unit.text[expr.start] !== '{')
    return undefined;
  const { iterable } = loop;
  if (iterable.kind !== 'call' || iterable.callee.kind !== 'member' || iterable.callee.name !== 'items' || iterable.args.length > 0) return undefined;
  const [key, value] = loop.target.items.map(nameOf);
  if (!key || key !== nameOf(element.items[0]) || !value || value !== nameOf(element.items[1])) return undefined;
  const without: string[] = [];
  for (const condition of expr.conditions) {
    const left = leftOut(evaluator, condition, key, value, env);
    if (!left) return undefined;
    without.push(...left);
  }
  const dict = merged([iterable.callee.object], expr, env, at);
  const nothing: Expr = { kind: 'null', start: expr.start, end: expr.start };
  return { ...dict, added: without.map((name) => ({ key: name, value: nothing, env, certain: true })) };
}

/** Keys that a condition leaves out; none for one that asks for the value; undefined where it could not be read. */
function leftOut(evaluator: Evaluator, condition: Expr, key: string, value: string, env: Env): readonly string[] | undefined {
  if (nameOf(condition) === value) return [];
  if (condition.kind === 'binary' && condition.op === '!=') {
    if (nameOf(condition.left) === value && condition.right.kind === 'null') return [];
    if (nameOf(condition.left) === key && condition.right.kind === 'string') return [condition.right.value];
  }
  const inner = condition.kind === 'unary' && condition.op === 'not' ? condition.operand : undefined;
  if (inner?.kind !== 'binary' || inner.op !== 'in' || nameOf(inner.left) !== key) return undefined;
  const names = evaluator.evaluate(inner.right, env);
  if (names.kind !== 'array') return undefined;
  const texts = names.items.map((i) => (i.value.kind === 'const' && typeof i.value.value === 'string' && !i.many ? i.value.value : undefined));
  return texts.every((t) => t !== undefined) ? texts : undefined;
}

const nameOf = (expr: Expr | undefined): string | undefined => (expr?.kind === 'name' ? expr.name : undefined);
