/** `a[b]` and `a.get(b)`: items of lists, entries of dicts, tables of constants, parts of clocks. */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Location, Span } from '../model.ts';
import { choice, reword } from './combine.ts';
import { environmentValue, isEnvironment } from './environment.ts';
import type { Evaluator } from './evaluate.ts';
import { heldAt, heldBy, objectsOf } from './held.ts';
import { oneOf } from './lists.ts';
import { sessionEntry } from './streamlit.ts';
import type { ConstValue, Env, ExternalValue, Value } from './values.ts';
import { placeOf } from './visit.ts';
import { volatility } from './volatile.ts';

/** The item or entry that an index picks; the date of a clock when it is cut to that. */
export function indexed(evaluator: Evaluator, expr: Expr & { kind: 'index' }, env: Env): Value {
  const object = evaluator.evaluate(expr.object, env);
  if (object.kind === 'external' && (isEnvironment(object) || object.signature === 'environ' || object.signature === 'env'))
    return environmentValue(evaluator, expr, env);
  const key = evaluator.evaluate(expr.index, env);
  if (key.kind === 'const' && typeof key.value === 'string')
    return object.kind === 'external'
      ? (sessionEntry(evaluator, object, key.value, expr, env) ?? { ...object, signature: `${object.signature}[]`, at: evaluator.at(expr, env) })
      : withOthers(evaluator, entryAt(evaluator, object, key.value, expr, env), object, key, expr, env);
  if (object.kind === 'array') {
    const i = key.kind === 'const' && typeof key.value === 'number' ? key.value : undefined;
    const item = i === undefined ? undefined : object.items.at(i);
    if (item && !object.items.some((x) => x.many)) return item.value;
    if (i === undefined && expr.index.kind === 'other') return { ...object, at: evaluator.at(expr, env) };
    const some = i === undefined && !object.items.some((x) => x.many) ? oneOf(evaluator, object, expr, env) : undefined;
    // `self.steps[i]` of a comprehension: one of the objects that it makes.
    const picked =
      some ??
      objectsOf(
        evaluator,
        object.items.map((x) => x.value),
        expr,
        env,
      );
    return picked ? reword(picked, 'constant') : evaluator.unknown('dynamic', expr, env);
  }
  const held = heldAt(evaluator, object, expr, env);
  if (held) return held;
  if (object.kind === 'external')
    return clockPart(evaluator, object, expr, env) ?? { ...object, signature: `${object.signature}[]`, at: evaluator.at(expr, env) };
  return (
    anyOf(evaluator, object, expr, env) ??
    evaluator.unknown('dynamic', expr, env, object.kind === 'unknown' && object.cause ? { cause: object.cause } : {})
  );
}

/** `table.get(key)` and `table.get(key, default)` of a dict. */
export function dictGet(evaluator: Evaluator, expr: CallExpr, env: Env, at: Location): Value | undefined {
  const [key, standard] = expr.args;
  if (expr.callee.kind !== 'member' || !/^(get|setdefault|pop)$/.test(expr.callee.name) || !key || key.name !== undefined) return undefined;
  if (expr.callee.name === 'setdefault') return heldBy(evaluator, { ...expr, callee: expr.callee }, expr, env);
  const table = evaluator.evaluate(expr.callee.object, env);
  const name = evaluator.evaluate(key.value, env);
  if (table.kind === 'external' && table.signature === 'Map()')
    return mapEntry(evaluator, table, name, expr, env) ?? heldBy(evaluator, { ...expr, callee: expr.callee }, expr, env);
  if (table.kind !== 'object') return standard && orElse(evaluator, table, standard.value, expr, env);
  if (name.kind !== 'const') {
    // `ALIASES.get(model, model)`: names that the table does not have stay as they are.
    if (standard && isSame(key.value, standard.value)) return name;
    const found = anyOf(evaluator, table, expr, env) ?? heldAt(evaluator, table, expr, env);
    return found && standard ? choice([found, evaluator.evaluate(standard.value, env)], at) : (found ?? evaluator.unknown('dynamic', expr, env));
  }
  const found = reword(evaluator.property(table, String(name.value), expr, env), 'constant');
  if (found.kind !== 'unknown') return withOthers(evaluator, found, table, name, expr, env);
  if (standard) return evaluator.fallback(found, standard.value, env, at);
  return found.why === 'absent' ? { kind: 'const', value: null, at, via: 'literal' } : found;
}

/** The entry of that name, or an object of an SDK that code puts there under a name that is only known later: `clients[name] = OpenAI()`. */
function entryAt(evaluator: Evaluator, table: Value, name: string, span: Span, env: Env): Value {
  const found = reword(evaluator.property(table, name, span, env), 'constant');
  return (found.kind === 'unknown' ? heldAt(evaluator, table, span, env) : undefined) ?? found;
}

/** `PROVIDERS[settings.provider]`: the class or function that a default picks, then those that another setting would. */
function withOthers(evaluator: Evaluator, found: Value, table: Value, key: ConstValue, span: Span, env: Env): Value {
  if ((found.kind !== 'class' && found.kind !== 'function') || !/default$/.test(key.via)) return found;
  const others = anyOf(evaluator, table, span, env);
  return others ? choice([found, others], evaluator.at(span, env)) : found;
}

/** Files of settings that the code does not show. */
const SETTINGS = /^(json|yaml|ruamel|toml|tomli|tomllib|omegaconf|configparser|confuse|dynaconf)(\.|$)/;

/** `config.get('model', 'gpt-5.4')` of a dict that is not known: something, or else the default. Undefined for what is no dict. */
function orElse(evaluator: Evaluator, table: Value, standard: Expr, span: Span, env: Env): Value | undefined {
  if (table.kind !== 'unknown' && !(table.kind === 'external' && SETTINGS.test(table.module))) return undefined;
  const value = evaluator.evaluate(standard, env);
  const object = objectsOf(evaluator, [value], span, env);
  if (object) return choice([evaluator.unknown('dynamic', span, env), object], evaluator.at(span, env));
  if (value.kind !== 'const' || value.value === null || value.value === '') return undefined;
  return evaluator.unknown('dynamic', span, env, { standard: value, ...(table.kind === 'unknown' && table.cause && { cause: table.cause }) });
}

const isSame = (a: Expr, b: Expr): boolean => placeOf(a) !== undefined && placeOf(a) === placeOf(b);

/** `new Map([['fast', small], …]).get(name)`. */
function mapEntry(evaluator: Evaluator, { calls }: ExternalValue, name: Value, span: Span, env: Env): Value | undefined {
  const made = calls[0];
  const pairs = made?.call.args[0] && evaluator.evaluate(made.call.args[0].value, made.env);
  if (pairs?.kind !== 'array') return undefined;
  const entries = pairs.items.flatMap(({ value: pair }) =>
    pair.kind === 'array' && pair.items.length === 2 ? [pair.items.map((i) => i.value)] : [],
  );
  if (entries.length !== pairs.items.length) return undefined;
  const [found] = entries.flatMap(([key, value]) =>
    name.kind === 'const' && key?.kind === 'const' && key.value === name.value && value ? [value] : [],
  );
  if (found || name.kind === 'const') return found;
  const all = oneOf(evaluator, { ...pairs, items: entries.flatMap(([, value]) => (value ? [{ value, many: false }] : [])) }, span, env);
  return all && reword(all, 'constant');
}

/** A table of constants looked up by a key that is only known later: one of its values. */
export function anyOf(evaluator: Evaluator, table: Value, span: Span, env: Env): Value | undefined {
  if (table.kind !== 'object' || table.added.length > 0) return undefined;
  const { entries } = table.expr;
  if (entries.length === 0 || entries.length > 12 || entries.some((e) => e.spread)) return undefined;
  const values = entries.map((e) => evaluator.evaluate(e.value, table.env));
  return reword(choice(values, evaluator.at(span, env)), 'constant');
}

/** `now.isoformat()[:10]`, `now.toISOString().split('T')[0]`: the date of a clock; other parts are as short-lived as the clock. */
function clockPart(evaluator: Evaluator, object: ExternalValue, expr: Expr & { kind: 'index' }, env: Env): Value | undefined {
  const changing = volatility(object);
  if (changing?.kind !== 'clock') return undefined;
  const written = env.index.unit.text.slice(expr.index.start, expr.index.end).trim();
  const length = /^0?\s*:\s*(\d+)$/.exec(written)?.[1];
  const isDate = length !== undefined ? Number(length) <= 10 : written === '0' && /split\(\)$/.test(object.signature);
  const stability = isDate ? 'per-day' : changing.stability;
  return evaluator.unknown('dynamic', expr, env, { stability, cause: evaluator.cause('clock', expr, env, true) });
}
