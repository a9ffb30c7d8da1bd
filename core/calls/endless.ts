/** Loops that nothing ends: no statement leaves them, and nothing in them may wait for a person, a queue, a socket or a timer, or fail on purpose. */
import type { Block, CallExpr, LoopStmt } from '../frontends/source-unit.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { functionOf } from '../program/frames.ts';
import type { CallInfo, Frame } from '../program/unit-index.ts';
import type { Env } from '../program/values.ts';
import { leafName, visitBlock } from '../program/visit.ts';
import { familyOf, matchCalls } from '../sdks/registry.ts';
import { calledIn } from './repeats.ts';

/** Calls that come back at once and go on: texts, lists, numbers, lines of a log. What is not here may wait. */
const PLAIN =
  /^(print|log|info|debug|warn|warning|error|len|str|int|float|bool|list|dict|range|enumerate|zip|sorted|round|min|max|sum|isinstance|append|push|extend|add|strip|trim|split|join|format|lower|upper|replace|startswith|endswith|startsWith|endsWith|includes|items|keys|values|dumps|loads|parse|stringify|toString|slice)$/;
/** Functions of the program that are followed, one in another. */
const MAX_DEPTH = 3;

/** `while True:` around a call that no other statement ends. `billed`: the model call, where it stands in the loop itself. */
export function neverEnds(evaluator: Evaluator, loop: LoopStmt, frame: Frame, env: Env, billed: CallExpr): boolean {
  if (functionOf(frame)?.fn.isGenerator) return false;
  return goesOn(evaluator, loop.body, env, billed, 0);
}

/** Each way through the block comes to its end. A function may return: it is the loop around its call that must not. */
function goesOn(evaluator: Evaluator, body: Block, env: Env, billed: CallExpr, depth: number): boolean {
  let isOpen = true;
  visitBlock(body, {
    stmt: (s) => {
      if (s.kind === 'raise' || (s.kind === 'return' && depth === 0) || (s.kind === 'break' && depth === 0)) isOpen = false;
      // An inner loop may wait in its head, or take a long time about it.
      if (s.kind === 'loop' && (s.form === 'while' || s.isAsync || !isList(evaluator, s, env))) isOpen = false;
      // A lock, a limiter: a call in its place is looked at as one.
      if (s.kind === 'with' && s.items.some((item) => item.value.kind !== 'call')) isOpen = false;
      return isOpen;
    },
    expr: (e) => {
      if (e.kind === 'await' && e.value.kind !== 'call') isOpen = false;
      return isOpen;
    },
  });
  return isOpen && calledIn(env, body).every((info) => comesBack(evaluator, info, env, billed, depth));
}

function isList(evaluator: Evaluator, { form, iterable }: LoopStmt, env: Env): boolean {
  if (form !== 'each') return true;
  if (!iterable) return false;
  if (iterable.kind === 'call' && leafName(iterable.callee) === 'range') return true;
  return evaluator.evaluate(iterable, env).kind === 'array';
}

function comesBack(evaluator: Evaluator, { call, frame }: CallInfo, { index }: Env, billed: CallExpr, depth: number): boolean {
  const callee = evaluator.evaluate(call.callee, { index, frame });
  if (callee.kind === 'function') {
    const { fn, env } = callee;
    const inside = env.index.frames.get(fn);
    return (
      depth < MAX_DEPTH &&
      !fn.isGenerator &&
      inside !== undefined &&
      goesOn(evaluator, fn.body, { index: env.index, frame: inside }, billed, depth + 1)
    );
  }
  const specs = callee.kind === 'external' ? matchCalls(callee.module, callee.signature, familyOf(index.unit.language)).map(({ spec }) => spec) : [];
  // The tools of a framework's agent may wait for anything.
  if (specs.some(({ loop }) => loop !== undefined)) return false;
  // A request to an address that is no model's may be a long poll.
  if (call === billed || specs.some(({ billed: isBilled, url }) => isBilled !== false && url === undefined)) return true;
  return PLAIN.test(leafName(call.callee) ?? '');
}
