/** Conditions that the code itself answers: `createModel('openai')` takes one branch of the switch in it. */
import type { Expr } from '../frontends/source-unit.ts';
import { isAbsent } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Frame, Return, Scope } from './unit-index.ts';
import type { Env } from './values.ts';

type Plain = string | number | boolean | null;

/** Whether a test holds; undefined where that is only known while the program runs. */
export function decided(evaluator: Evaluator, test: Expr, env: Env): boolean | undefined {
  if (test.kind === 'unary' && (test.op === '!' || test.op === 'not')) {
    const operand = decided(evaluator, test.operand, env);
    return operand === undefined ? undefined : !operand;
  }
  if (test.kind !== 'binary') {
    const value = plainOf(evaluator, test, env);
    return value === undefined ? undefined : Boolean(value);
  }
  const { op } = test;
  if (op === 'and' || op === 'or') {
    const sides = [decided(evaluator, test.left, env), decided(evaluator, test.right, env)];
    return sides.includes(op === 'or') ? op === 'or' : sides.includes(undefined) ? undefined : op === 'and';
  }
  if (op !== '==' && op !== '===' && op !== '!=' && op !== '!==') return undefined;
  const left = plainOf(evaluator, test.left, env);
  const right = plainOf(evaluator, test.right, env);
  return left === undefined || right === undefined ? undefined : (left === right) === (op === '==' || op === '===');
}

/** A constant that nothing else may be; null for what is surely not given. */
function plainOf(evaluator: Evaluator, expr: Expr, env: Env): Plain | undefined {
  let root = expr;
  while (root.kind === 'member') root = root.object;
  if (root.kind === 'name' ? !isSetOnce(root.name, env.frame) : !/^(string|number|boolean|null)$/.test(root.kind)) return undefined;
  const value = evaluator.evaluate(expr, env);
  if (value.kind === 'const') return value.via === 'default' || value.via === 'env-default' ? undefined : value.value;
  return isAbsent(value) ? null : undefined;
}

function isSetOnce(name: string, { scope: inner }: Frame): boolean {
  for (let scope: Scope | undefined = inner; scope; scope = scope.parent) {
    const definitions = scope.definitions.get(name);
    if (definitions) return definitions.length === 1;
  }
  return false;
}

/** Of the returns of a function those that its arguments do not exclude. */
export function reachable(evaluator: Evaluator, returns: readonly Return[], env: Env): readonly Return[] {
  if (returns.length < 2) return returns;
  const possible: Return[] = [];
  for (const one of returns) {
    const taken = isTaken(evaluator, one.frame, env);
    if (taken !== false) possible.push(one);
    // What stands behind is not reached.
    if (taken === true) break;
  }
  return possible.length > 0 ? possible : returns;
}

/** Whether all branches around a place, up to the function, are taken. */
function isTaken(evaluator: Evaluator, inner: Frame, env: Env): boolean | undefined {
  let isSure = true;
  for (let frame: Frame | undefined = inner; frame && frame.kind !== 'function'; frame = frame.parent) {
    if (frame.kind === 'block' || frame.kind === 'with' || frame.kind === 'argument') continue;
    if (frame.kind !== 'branch') {
      isSure = false;
      continue;
    }
    const { branches } = frame.stmt;
    const around: Env = { ...env, frame: frame.parent ?? frame };
    for (const [i, { test }] of branches.slice(0, frame.index + 1).entries()) {
      const holds = test === undefined ? true : decided(evaluator, test, around);
      const wanted = i === frame.index;
      if (holds === undefined) isSure = false;
      else if (holds !== wanted) return false;
    }
  }
  return isSure ? true : undefined;
}
