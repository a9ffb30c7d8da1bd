/** Operators: sums of texts and lists, defaults, arithmetic, paths, chains. */
import type { Expr } from '../frontends/source-unit.ts';
import type { Location } from '../model.ts';
import { choice, isNumber, isText, reword } from './combine.ts';
import { merged } from './copies.ts';
import type { Evaluator } from './evaluate.ts';
import { templateText } from './strings.ts';
import type { Env, Value } from './values.ts';

/** The value of a binary operator. */
export function binary(evaluator: Evaluator, expr: Expr & { kind: 'binary' }, env: Env): Value {
  const at = evaluator.at(expr, env);
  if (expr.op === '=') return evaluator.evaluate(expr.right, env);
  const left = evaluator.evaluate(expr.left, env);
  if (expr.op === '??' || expr.op === 'or') return fallback(evaluator, left, expr.right, env, at);
  const right = evaluator.evaluate(expr.right, env);
  if (expr.op === 'and') return right;
  if (expr.op === '+') {
    if (left.kind === 'array' && right.kind === 'array') return { kind: 'array', items: [...left.items, ...right.items], at };
    if (left.kind === 'array' || right.kind === 'array') {
      const side = (v: Value) => (v.kind === 'array' ? v.items : [{ value: v, many: true }]);
      return { kind: 'array', items: [...side(left), ...side(right)], at };
    }
    if (isNumber(left) && isNumber(right)) return { kind: 'const', value: left.value + right.value, at, via: left.via };
    if (isText(left) || isText(right)) return { kind: 'text', parts: [left, right], at };
    return evaluator.unknown('dynamic', expr, env);
  }
  // pathlib: `Path(__file__).parent / 'prompts'` is still a path.
  if (expr.op === '/' && left.kind === 'external' && /^(pathlib\.)?Path\(\)/.test(left.signature))
    return { ...left, signature: 'Path().joinpath()', calls: left.calls.slice(0, 2), at };
  if (expr.op === '%' && isText(left)) return templateText(left, 'percent', percentArguments(evaluator, expr.right, right, env), at);
  if (expr.op === '|') {
    if (left.kind === 'object' && right.kind === 'object') return merged([expr.left, expr.right], expr, env, at);
    if (left.kind === 'external' || right.kind === 'external' || left.kind === 'chain')
      return { kind: 'chain', parts: left.kind === 'chain' ? [...left.parts, right] : [left, right], at };
    if (left.kind === 'object' || right.kind === 'object') return merged([expr.left, expr.right], expr, env, at);
  }
  if (isNumber(left) && isNumber(right)) {
    const value = arithmetic(expr.op, left.value, right.value);
    if (value !== undefined) return { kind: 'const', value, at, via: left.via };
  }
  return evaluator.unknown('dynamic', expr, env);
}

/** `a ?? b`, `a or b`: the left one when known, otherwise the right one as a default. */
export function fallback(evaluator: Evaluator, left: Value, rightExpr: Expr, env: Env, at: Location): Value {
  if (left.kind === 'const' && left.value !== null && left.value !== '') return left;
  const right = evaluator.evaluate(rightExpr, env);
  if (left.kind === 'const' || (left.kind === 'unknown' && left.why === 'absent')) return reword(right, 'default');
  if (left.kind === 'external' && /^(env|environ|Deno\.env)\b/.test(left.signature)) return reword(right, 'env-default');
  if (left.kind === 'unknown') {
    if (right.kind === 'const' && right.value !== null && right.value !== '') return reword(right, left.why === 'config' ? 'env-default' : 'default');
    if (right.kind === 'const' || right.kind === 'unknown') return left;
    if (right.kind === 'array') return right.items.length === 0 ? left : right;
    // What is given wins over the default, and may hold anything.
    if (right.kind === 'object') return right.expr.entries.length === 0 ? left : choice([left, right], at);
    return right;
  }
  return right.kind === 'const' && (right.value === null || right.value === '') ? left : choice([left, reword(right, 'default')], at);
}

/** The value of a unary operator: a negative number, or what is not known. */
export function unary(evaluator: Evaluator, expr: Expr & { kind: 'unary' }, env: Env): Value {
  const operand = evaluator.evaluate(expr.operand, env);
  if (expr.op === '-' && isNumber(operand)) return { ...operand, value: -operand.value };
  return evaluator.unknown('dynamic', expr, env, operand.kind === 'unknown' && operand.cause ? { cause: operand.cause } : {});
}

function arithmetic(op: string, a: number, b: number): number | undefined {
  switch (op) {
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : a / b;
    case '**':
      return a ** b;
    default:
      return undefined;
  }
}

/** What fills `%s` (a tuple or one value) or `%(name)s` (a dict). */
function percentArguments(evaluator: Evaluator, expr: Expr, value: Value, env: Env): readonly Value[] | ReadonlyMap<string, Value> {
  if (expr.kind === 'array') return expr.items.map((item) => evaluator.evaluate(item, env));
  if (value.kind !== 'object') return [value];
  return new Map(value.expr.entries.filter((e) => e.key !== undefined).map((e) => [e.key as string, evaluator.evaluate(e.value, value.env)]));
}
