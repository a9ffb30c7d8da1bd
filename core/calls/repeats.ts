/** Loops that are no agent loops: a person answers in between, a call is tried again; and repetition without a loop: recursion, timers. */
import type { Block, CallExpr, Expr, Fn } from '../frontends/source-unit.ts';
import { type Location, type LoopContext, type Span, unknown } from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { contains, enclosing } from '../program/frames.ts';
import { firstFrom, oncePer } from '../program/memo.ts';
import type { CallInfo, Frame, FrameOf, UnitIndex } from '../program/unit-index.ts';
import type { Env } from '../program/values.ts';
import { dotted, exprSome, leafName, someExpr } from '../program/visit.ts';
import { lengthens } from './lengthens.ts';
import { type Level, outermost, rootsOf } from './levels.ts';

/** Calls that wait for a person or another system to speak next. */
const ASKS =
  /^(input|prompt|question|ask|readline|read_line|readLine|receive|recv|receive_json|receive_text|receive_str|receive_bytes|raw_input|prompt_async|get_user_input|getUserInput|user_input|getInput|get_input|text_input|chat_input|Prompt|consume|poll|brpop|blpop|get_message|getMessage|next_message|listen|getline|keypress)$/;
const ASK_OBJECTS =
  /(rl|readline|queue|websocket|socket|ws|stdin|console|consumer|stream|inbox|terminal|session|prompt|inquirer|click|typer|questionary)$/i;

const MAX_ASK_DEPTH = 2;

/** True when the loop waits for a person: it reads input by itself, or calls a function of the workspace that does. The model call is not asked. */
export function isSession(evaluator: Evaluator, frame: FrameOf<'loop'>, level: Level): boolean {
  const { loop } = frame;
  return calledIn(level.env, loop).some((info) => !leadsTo(info.call, level.info.call) && asksPerson(evaluator, info, level.env, 0));
}

/** Calls within a span, in the order of the text. */
export function calledIn({ index }: Pick<Env, 'index'>, span: Span): readonly CallInfo[] {
  const calls = inOrder(index);
  const found: CallInfo[] = [];
  for (let i = firstFrom(calls, span.start, ({ call }) => call.start); i < calls.length; i++) {
    const info = calls[i] as CallInfo;
    if (info.call.start > span.end) break;
    if (info.call.end <= span.end) found.push(info);
  }
  return found;
}

const inOrder = oncePer((index: UnitIndex): readonly CallInfo[] => [...index.calls].sort((a, b) => a.call.start - b.call.start));

const leadsTo = (call: CallExpr, target: CallExpr): boolean => call === target || call.callee === target.callee;

function asksPerson(evaluator: Evaluator, info: CallInfo, env: Env, depth: number): boolean {
  const callee = evaluator.evaluate(info.call.callee, { index: env.index, frame: info.frame });
  if (callee.kind !== 'function') return asks(info.call);
  const inner: Env = { index: callee.env.index, frame: info.frame };
  return depth < MAX_ASK_DEPTH && calledIn(inner, callee.fn.body).some((c) => asksPerson(evaluator, c, inner, depth + 1));
}

function asks(e: CallExpr): boolean {
  const name = leafName(e.callee) ?? '';
  if (e.callee.kind === 'name')
    return /^(input|prompt|ask|readline|raw_input|question|text|select|confirm|getUserInput|get_user_input|user_input|get_input|getInput|getline|readInput|read_input|promptUser|askUser|ask_user|wait_for_input|prompt_user|get_multiline_input)$/.test(
      name,
    );
  const object = e.callee.kind === 'member' ? (dotted(e.callee.object) ?? '') : '';
  return (
    (ASKS.test(name) && ASK_OBJECTS.test(object)) ||
    /^(question|prompt_async|receive_text|receive_json|recv|readline|get_user_input|getUserInput|user_input|get_input|ask_user|askUser|ask)$/.test(
      name,
    ) ||
    (name === 'get' && /queue|inbox|channel/i.test(object))
  );
}

/** A loop that only repeats when the call fails: success leaves it, and a handler stays in it. */
export function isRetry(frame: FrameOf<'loop'>, info: CallInfo): boolean {
  const attempt = enclosing(info.frame, 'try');
  if (!attempt || !contains(frame, attempt) || enclosing(attempt.parent, 'loop') !== frame) {
    // An answer that is checked behind the call and asked for again did not fail: waiting would not help.
    return false;
  }
  // Asked again because of what the model answered: nothing failed that waiting would mend.
  if (attempt.stmt.handlers.some((h) => h.type && /Guardrail|Tripwire|Validation|Parse|Parser|JSONDecode|Output/i.test(dotted(h.type) ?? '')))
    return false;
  const after = frame.loop.body.statements.slice(frame.loop.body.statements.indexOf(attempt.stmt) + 1);
  const success = leaves(attempt.stmt.body) || after.some((s) => s.kind === 'break' || s.kind === 'return') || mayLeave(attempt.stmt.body);
  const stays = attempt.stmt.handlers.some(
    (h) =>
      !h.body.statements.some((s) => s.kind === 'return' || s.kind === 'break') &&
      (h.body.statements.at(-1)?.kind !== 'raise' || h.body.statements.some((s) => s.kind === 'if')),
  );
  const counted = /attempt|retr|tries|try/i.test(counterOf(frame));
  return stays && (counted ? true : success && leaves(attempt.stmt.body));
}

const leaves = (block: Block): boolean =>
  block.statements.some(
    (s) => s.kind === 'return' || s.kind === 'break' || (s.kind === 'with' && leaves(s.body)) || (s.kind === 'block' && leaves(s.body)),
  );

/** The name a loop counts with, or ''. */
function counterOf({ loop }: FrameOf<'loop'>): string {
  if (loop.target?.kind === 'name') return loop.target.name;
  return loop.test ? (dotted(loop.test.kind === 'binary' ? loop.test.left : loop.test) ?? '') : '';
}

/** `if ok: return` in the body. */
const mayLeave = (block: Block): boolean =>
  block.statements.some((s) => s.kind === 'if' && s.branches.some((b) => b.body.statements.some((x) => x.kind === 'return' || x.kind === 'break')));

/** A function that calls itself around the model call. */
export function recursion(evaluator: Evaluator, level: Level | undefined): LoopContext | undefined {
  const frame = level && outermost(level.info.frame, level.env.index);
  if (!level || !frame) return undefined;
  const { index } = level.env;
  const name = index.fnNames.get(frame.fn) ?? frame.fn.name;
  for (const info of name ? (index.callsByName.get(name) ?? []) : []) {
    if (!contains(frame, info.frame) && !isCalledFrom(evaluator, frame, outermost(info.frame, index), level.env)) continue;
    const callee = evaluator.evaluate(info.call.callee, { index, frame: info.frame });
    if (callee.kind !== 'function' || callee.fn !== frame.fn || isInHandler(info.frame, frame) || countsTries(info.call)) continue;
    const limited = fnSome(
      frame.fn,
      (e) =>
        e.kind === 'binary' &&
        /^(<|<=|>|>=)$/.test(e.op) &&
        /depth|level|step|turn|iter|attempt|retr|count|remaining|budget|hop/i.test(`${dotted(e.left) ?? ''} ${dotted(e.right) ?? ''}`),
    );
    const structural = exprSome(info.call, (e) => e.kind === 'name' && /depth|level|breadth|node|child|sub/i.test(e.name));
    const roots = [...level.roots];
    // The list is handed on, or the object keeps it.
    const grows =
      info.call.args.some((a) => [...rootsOf(a.value)].some((r) => level.roots.has(r))) ||
      roots.some((r) => r.includes('.') && lengthens(index, r, frame));
    const at = evaluator.at(info.call, level.env);
    return { kind: 'recursion', bound: limited || structural || !grows ? unknown('dynamic', at) : { kind: 'none', at }, at, grows };
  }
  return undefined;
}

/** `return ask(question, retries - 1)`: the same once more. */
const countsTries = (call: CallExpr): boolean =>
  call.args.some((a) =>
    exprSome(a.value, (e) => e.kind === 'binary' && /^[+-]$/.test(e.op) && /(retr(y|ies)|attempts?|tries)(left|count)?$/i.test(dotted(e.left) ?? '')),
  );

/** `think` calls `act`, and `act` calls `think`. */
function isCalledFrom(evaluator: Evaluator, frame: FrameOf<'function'>, other: FrameOf<'function'> | undefined, env: Env): boolean {
  const name = other && (env.index.fnNames.get(other.fn) ?? other.fn.name);
  if (!other || !name) return false;
  return (env.index.callsByName.get(name) ?? []).some((c) => {
    if (!contains(frame, c.frame) || isInHandler(c.frame, frame)) return false;
    const callee = evaluator.evaluate(c.call.callee, { index: env.index, frame: c.frame });
    return callee.kind === 'function' && callee.fn === other.fn;
  });
}

/** A retry by calling oneself again from an except block. */
const isInHandler = (frame: Frame, limit: Frame): boolean => {
  for (let f: Frame | undefined = frame; f && f !== limit; f = f.parent) if (f.kind === 'handler') return true;
  return false;
};

function fnSome(fn: Fn, test: (e: Expr) => boolean): boolean {
  return someExpr(fn.body, test);
}

const SCHEDULERS = [
  'setTimeout',
  'setImmediate',
  'setInterval',
  'nextTick',
  'call_later',
  'call_soon',
  'create_task',
  'queueMicrotask',
  'apply_async',
  'enqueue',
];

/** A function that hands itself to a timer or queue. */
export function schedule(evaluator: Evaluator, level: Level | undefined): LoopContext | undefined {
  const frame = level && outermost(level.info.frame, level.env.index);
  if (!level || !frame) return undefined;
  const { index } = level.env;
  const name = index.fnNames.get(frame.fn) ?? frame.fn.name;
  if (!name) return undefined;
  for (const info of SCHEDULERS.flatMap((s) => index.callsByName.get(s) ?? [])) {
    if (!contains(frame, info.frame)) continue;
    const itself = info.call.args.some((a) =>
      exprSome(
        a.value,
        (e) =>
          leafName(e) === name && (e.kind === 'name' || (e.kind === 'member' && e.object.kind === 'name' && /^(this|self)$/.test(e.object.name))),
      ),
    );
    const at: Location = evaluator.at(info.call, level.env);
    if (itself) return { kind: 'schedule', bound: unknown('dynamic', at), at, grows: false };
  }
  return undefined;
}
