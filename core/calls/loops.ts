/**
 * How often a call repeats within one run: the framework's own loop, loops around it in its function, in the functions that call it (two levels up),
 * recursion and self-scheduling. REPLs, polling, stream iteration and retries are told apart from agent loops.
 */
import type { Block, Expr, Fn, LoopStmt, Stmt } from '../frontends/source-unit.ts';
import { known, type Known, type Location, type LoopContext, unknown } from '../model.ts';
import type { Caller, Evaluator } from '../program/evaluate.ts';
import { type CallInfo, contains, enclosing, type Frame, type FrameOf, functionOf } from '../program/unit-index.ts';
import type { Env, Value } from '../program/values.ts';
import { dotted, eachChild, leafName, someExpr, visitBlock, visitExpr } from '../program/visit.ts';

/** A place where the call happens: the call itself, or a call of the function that holds it. */
export interface Level {
  readonly info: CallInfo;
  readonly env: Env;
  /** 0 for the call itself, 1 for a caller, 2 for a caller's caller. */
  readonly up: number;
  /** Names of lists that are sent as messages, as this level names them. */
  readonly roots: ReadonlySet<string>;
}

export type LoopMeaning = { readonly kind: 'agent'; readonly context: LoopContext } | { readonly kind: 'session' | 'retry' | 'ignored'; readonly frame: FrameOf<'loop'> };

export interface Surroundings {
  readonly loops: readonly LoopContext[];
  /** A loop in which a person answers between calls. */
  readonly session: FrameOf<'loop'> | undefined;
  readonly retries: readonly { readonly frame: FrameOf<'loop'>; readonly level: Level }[];
  readonly levels: readonly Level[];
}

const MAX_LEVELS = 2;

/** The call and the chain of callers around it. */
export function levelsOf(evaluator: Evaluator, info: CallInfo, env: Env, roots: ReadonlySet<string>): readonly Level[] {
  const levels: Level[] = [];
  const seen = new Set<Fn>();
  const climb = (at: CallInfo, atEnv: Env, up: number, names: ReadonlySet<string>): void => {
    levels.push({ info: at, env: atEnv, up, roots: names });
    const inside = outermost(at.frame);
    const fn = inside?.fn;
    if (up >= MAX_LEVELS || !fn || seen.has(fn)) return;
    seen.add(fn);
    for (const caller of evaluator.callersOf(fn, atEnv.index).slice(0, 4)) climb(caller.info, caller.env, up + 1, renamed(names, fn, caller));
  };
  climb(info, env, 0, roots);
  return levels;
}

/** The function that others call: callbacks inside it count as part of it. */
function outermost(frame: Frame): FrameOf<'function'> | undefined {
  let fn = functionOf(frame);
  while (fn && fn.fn.name === '' && fn.parent) {
    const outer = functionOf(fn.parent);
    if (!outer) break;
    fn = outer;
  }
  return fn;
}

/** Lists under the names that the caller gives them. */
function renamed(names: ReadonlySet<string>, fn: Fn, caller: Caller): ReadonlySet<string> {
  const result = new Set<string>();
  const params = fn.params.map((p) => (p.target.kind === 'name' ? p.target.name : '')).filter((n) => n !== 'self' && n !== 'cls');
  for (const name of names) {
    if (name.includes('.')) result.add(name);
    const position = params.indexOf(name);
    if (position < 0) continue;
    const arg = caller.call.args.find((a) => a.name === name) ?? caller.call.args.filter((a) => a.name === undefined)[position];
    if (arg) for (const root of rootsOf(arg.value)) result.add(root);
  }
  return result;
}

/** Dotted names of lists in a messages argument: `messages`, `self.history`, those spread into a literal. */
export function rootsOf(expr: Expr | undefined): ReadonlySet<string> {
  const roots = new Set<string>();
  const visit = (e: Expr): void => {
    const name = e.kind === 'name' || e.kind === 'member' ? dotted(e) : undefined;
    if (name) {
      roots.add(name);
      return;
    }
    if (e.kind === 'object') {
      for (const entry of e.entries) if (entry.spread || entry.key === 'messages' || entry.key === 'input' || entry.key === 'contents') visit(entry.value);
      return;
    }
    eachChild(e, visit);
  };
  if (expr) visit(expr);
  return roots;
}

export function surroundingsOf(evaluator: Evaluator, levels: readonly Level[]): Surroundings {
  const loops: LoopContext[] = [];
  const retries: { frame: FrameOf<'loop'>; level: Level }[] = [];
  let session: FrameOf<'loop'> | undefined;
  for (const level of levels) {
    for (let frame: Frame | undefined = level.info.frame; frame && frame.kind !== 'module'; frame = frame.parent) {
      if (frame.kind === 'function' && frame === outermost(level.info.frame)) break;
      if (frame.kind === 'comprehension') {
        const bound = sizeOf(evaluator, frame.expr.loops[0]?.iterable, { ...level.env, frame: frame.parent ?? frame });
        loops.push({ kind: 'batch', bound, at: evaluator.at(frame.expr, level.env), grows: false });
      }
      if (frame.kind === 'function' && frame.fn.name === '' && isMapCallback(frame)) {
        const call = (frame.parent as FrameOf<'argument'>).call;
        const over = call.callee.kind === 'member' ? call.callee.object : undefined;
        loops.push({ kind: 'batch', bound: sizeOf(evaluator, over, { ...level.env, frame: frame.parent ?? frame }), at: evaluator.at(call, level.env), grows: false });
      }
      if (frame.kind !== 'loop') continue;
      const meaning = meaningOf(evaluator, frame, level);
      if (meaning.kind === 'agent') loops.push(meaning.context);
      else if (meaning.kind === 'session') session ??= frame;
      else if (meaning.kind === 'retry') retries.push({ frame, level });
    }
  }
  const repeated = recursion(evaluator, levels[0]) ?? schedule(evaluator, levels[0]);
  if (repeated) loops.push(repeated);
  return { loops: dedupe(loops), session, retries, levels };
}

function dedupe(loops: readonly LoopContext[]): LoopContext[] {
  const seen = new Set<string>();
  return loops.filter((l) => {
    const key = `${l.at?.path}:${l.at?.start}`;
    return !seen.has(key) && seen.add(key);
  });
}

const isMapCallback = (frame: FrameOf<'function'>): boolean => frame.parent?.kind === 'argument' && /^(map|forEach|flatMap|for_each|reduce|mapLimit|eachLimit|mapSeries)$/.test(leafName(frame.parent.call.callee) ?? '');

/** Calls that wait for a person or another system to speak next. */
const ASKS = /^(input|prompt|question|ask|readline|read_line|readLine|receive|recv|receive_json|receive_text|receive_str|receive_bytes|raw_input|prompt_async|get_user_input|getUserInput|user_input|getInput|get_input|text_input|chat_input|Prompt|consume|poll|brpop|blpop|get_message|getMessage|next_message|listen|getline|keypress)$/;
const ASK_OBJECTS = /(rl|readline|queue|websocket|socket|ws|stdin|console|consumer|stream|inbox|terminal|session|prompt|inquirer|click|typer|questionary)$/i;

function asks(block: Block): boolean {
  return someExpr(block, (e) => {
    if (e.kind !== 'call') return false;
    const name = leafName(e.callee) ?? '';
    if (e.callee.kind === 'name') return /^(input|prompt|ask|readline|raw_input|question|text|select|confirm|getUserInput|get_user_input|user_input|get_input|getInput|getline|readInput|read_input|promptUser|askUser|ask_user|wait_for_input|prompt_user|get_multiline_input)$/.test(name);
    const object = e.callee.kind === 'member' ? (dotted(e.callee.object) ?? '') : '';
    return (ASKS.test(name) && ASK_OBJECTS.test(object)) || /^(question|prompt_async|receive_text|receive_json|recv|readline|get_user_input|getUserInput|user_input|get_input|ask_user|askUser|ask)$/.test(name) || (name === 'get' && /queue|inbox|channel/i.test(object));
  });
}

function meaningOf(evaluator: Evaluator, frame: FrameOf<'loop'>, level: Level): LoopMeaning {
  const { loop } = frame;
  if (isRetry(frame, level.info)) return { kind: 'retry', frame };
  if (asks(loop.body) || (loop.test && exprSome(loop.test, (e) => e.kind === 'call' && /^(input|question|ask|prompt)$/.test(leafName(e.callee) ?? '')))) return { kind: 'session', frame };
  if (loop.form === 'each' && loop.isAsync && isMessageStream(loop)) return { kind: 'session', frame };
  const grows = growsIn(frame, level);
  const at = evaluator.at(loop.head, level.env);
  const kind = level.up > 0 ? 'caller' : 'loop';
  if (loop.form === 'each') {
    const bound = sizeOf(evaluator, loop.iterable, { ...level.env, frame: frame.parent ?? frame });
    // A counted loop over a list of independent items is a batch, whether it stands here or in a caller.
    if (!grows) return { kind: 'agent', context: { kind: 'batch', bound, at, grows: false } };
    return { kind: 'agent', context: { kind, bound, at, grows } };
  }
  const bound = boundOf(evaluator, frame, level, grows);
  return { kind: 'agent', context: { kind, bound, at, grows } };
}

function isMessageStream(loop: LoopStmt): boolean {
  const name = loop.iterable ? (dotted(loop.iterable) ?? '') : '';
  return /(websocket|socket|ws|rl|readline|stdin|consumer|queue|client|inbox|connection|receive_response\(\)|messages\(\)|iter_text\(\))/i.test(name);
}

const exprSome = (expr: Expr, test: (e: Expr) => boolean): boolean => {
  let found = false;
  visitExpr(expr, { expr: (e) => (found ||= test(e), !found) });
  return found;
};

/** A loop that only repeats when the call fails: success leaves it, and a handler stays in it. */
function isRetry(frame: FrameOf<'loop'>, info: CallInfo): boolean {
  const attempt = enclosing(info.frame, 'try');
  if (!attempt || !contains(frame, attempt) || enclosing(attempt.parent, 'loop') !== frame) {
    const target = frame.loop.target;
    const name = target?.kind === 'name' ? target.name : '';
    return /^(attempt|retry|retries|try_?num|tries|_attempt)$/i.test(name) && attempt !== undefined;
  }
  const leaves = (block: Block): boolean => block.statements.some((s) => s.kind === 'return' || s.kind === 'break' || (s.kind === 'with' && leaves(s.body)) || (s.kind === 'block' && leaves(s.body)));
  const after = frame.loop.body.statements.slice(frame.loop.body.statements.indexOf(attempt.stmt) + 1);
  const success = leaves(attempt.stmt.body) || after.some((s) => s.kind === 'break' || s.kind === 'return') || mayLeave(attempt.stmt.body);
  const stays = attempt.stmt.handlers.some((h) => !h.body.statements.some((s) => s.kind === 'return' || s.kind === 'break') && (h.body.statements.at(-1)?.kind !== 'raise' || h.body.statements.some((s) => s.kind === 'if')));
  const name = frame.loop.target?.kind === 'name' ? frame.loop.target.name : frame.loop.test ? (dotted(frame.loop.test.kind === 'binary' ? frame.loop.test.left : frame.loop.test) ?? '') : '';
  const counted = /attempt|retr|tries|try/i.test(name);
  return stays && (counted ? true : success && leaves(attempt.stmt.body));
}

/** `if ok: return` in the body. */
const mayLeave = (block: Block): boolean => block.statements.some((s) => s.kind === 'if' && s.branches.some((b) => b.body.statements.some((x) => x.kind === 'return' || x.kind === 'break')));

/** True when a list that is sent as messages gets longer inside the loop. */
function growsIn(frame: FrameOf<'loop'>, level: Level): boolean {
  const { index } = level.env;
  for (const root of level.roots) {
    for (const m of index.mutations.get(root) ?? []) {
      if (!contains(frame, m.frame)) continue;
      if (m.kind === 'append' || m.kind === 'extend' || m.kind === 'insert' || m.kind === 'add') return true;
      if (m.kind === 'replace' && m.value && rootsOf(m.value).has(root) && (m.value.kind === 'array' || m.value.kind === 'binary' || m.value.kind === 'call')) return true;
    }
  }
  return false;
}

/** How many items an iterable has, when the code shows it. */
export function sizeOf(evaluator: Evaluator, iterable: Expr | undefined, env: Env): Known<number> {
  if (!iterable) return unknown('dynamic');
  const at = evaluator.at(iterable, env);
  if (iterable.kind === 'call') {
    const name = leafName(iterable.callee);
    const args = iterable.args.map((a) => numberOf(evaluator.evaluate(a.value, env)));
    if (name === 'range' && args.length > 0) {
      const [first, second, step] = args;
      const size = args.length === 1 ? first : first !== undefined && second !== undefined ? Math.ceil((second - first) / (step ?? 1)) : second !== undefined && args.length === 2 ? second : undefined;
      return size === undefined ? unknown('dynamic', at) : Number.isFinite(size) ? known(Math.max(0, size), at, 'constant') : unknown('dynamic', at);
    }
    if ((name === 'enumerate' || name === 'tqdm' || name === 'list' || name === 'entries' || name === 'sorted' || name === 'zip' || name === 'reversed' || name === 'trange') && iterable.args[0]) {
      if (name === 'trange') return args[0] === undefined ? unknown('dynamic', at) : known(args[0], at, 'constant');
      return sizeOf(evaluator, iterable.args[0].value, env);
    }
    if (name === 'from' && iterable.args[0]?.value.kind === 'object') {
      const length = numberOf(evaluator.property(evaluator.evaluate(iterable.args[0].value, env), 'length', iterable, env));
      if (length !== undefined) return known(length, at, 'constant');
    }
  }
  const value = evaluator.evaluate(iterable, env);
  if (value.kind === 'array' && !value.items.some((i) => i.many)) return known(value.items.length, value.at, iterable.kind === 'array' ? 'literal' : 'constant');
  if (value.kind === 'object' && iterable.kind !== 'object' && value.added.length === 0 && value.expr.entries.every((e) => !e.spread)) return known(value.expr.entries.length, value.at, 'constant');
  return unknown('dynamic', at);
}

export const numberOf = (value: Value): number | undefined => (value.kind === 'const' && typeof value.value === 'number' ? value.value : undefined);

/** Words with which code reads the model's decision to go on. */
const DECIDES = /tool_calls|toolCalls|tool_use|stop_reason|stopReason|function_call|functionCall|finish_reason|finishReason|tool_result/;

/** The bound of a while or counting loop: a comparison in its test, or one inside that leaves it. */
function boundOf(evaluator: Evaluator, frame: FrameOf<'loop'>, level: Level, grows: boolean): LoopContext['bound'] {
  const { loop } = frame;
  const env: Env = { ...level.env, frame };
  const fromTest = loop.test ? compared(evaluator, loop.test, env, loop) : undefined;
  if (fromTest) return fromTest;
  let inner: Known<number> | undefined;
  let guarded = false;
  visitBlock(loop.body, {
    functions: false,
    stmt: (stmt: Stmt) => {
      if (stmt.kind !== 'if' || inner) return true;
      for (const branch of stmt.branches) {
        if (!branch.test || !leavesLoop(branch.body)) continue;
        inner ??= compared(evaluator, branch.test, env, loop);
        guarded ||= exprSome(branch.test, (e) => e.kind === 'binary' && /^(<|<=|>|>=)$/.test(e.op));
      }
      return true;
    },
  });
  if (inner) return inner;
  const at = evaluator.at(loop.head, level.env);
  if (guarded) return unknown('dynamic', at);
  const endless = !loop.test || (loop.test.kind === 'boolean' && loop.test.value) || (loop.test.kind === 'number' && loop.test.value !== 0);
  const text = level.env.index.unit.text.slice(loop.start, loop.end);
  const agentic = grows || DECIDES.test(text);
  // A loop over a queue or a flag that something else sets: not known, and not the model's to decide.
  if (!agentic) return unknown('dynamic', at);
  if (endless) return { kind: 'none', at };
  const test = loop.test as Expr;
  const counted = exprSome(test, (e) => e.kind === 'binary' && /^(<|<=|>|>=|!=)$/.test(e.op)) || exprSome(test, (e) => (e.kind === 'name' || e.kind === 'member') && /step|turn|iter|round|count|budget|remaining|limit|max|depth|attempt|hop/i.test(e.name));
  return counted ? unknown('dynamic', at) : { kind: 'none', at };
}

function leavesLoop(block: Block): boolean {
  return block.statements.some((s) => s.kind === 'break' || s.kind === 'return' || s.kind === 'raise' || (s.kind === 'if' && s.branches.some((b) => leavesLoop(b.body))));
}

/** A comparison of a counter with a number, anywhere in a condition. `unknown` when the other side is no constant. */
function compared(evaluator: Evaluator, test: Expr, env: Env, loop: LoopStmt): Known<number> | undefined {
  let found: Known<number> | undefined;
  visitExpr(test, {
    expr: (e) => {
      if (found || e.kind !== 'binary' || !/^(<|<=|>|>=|==)$/.test(e.op)) return true;
      for (const [counter, limit] of [
        [e.left, e.right],
        [e.right, e.left],
      ] as const) {
        const name = dotted(counter.kind === 'binary' ? counter.left : counter.kind === 'unary' ? counter.operand : counter);
        if (!name || !counts(name, loop)) continue;
        if (e.op === '==' && limit.kind !== 'number' && limit.kind !== 'binary') continue;
        const value = numberOf(evaluator.evaluate(limit, env));
        const at = evaluator.at(limit, env);
        found = value !== undefined && Number.isFinite(value) ? (value === 0 ? unknown('dynamic', at) : known(value, at, limit.kind === 'number' ? 'literal' : 'constant')) : value === undefined ? unknown('dynamic', at) : undefined;
        if (found) return false;
      }
      return true;
    },
  });
  return found;
}

/** True when the loop counts with this name: it is incremented, decremented or re-measured inside it. */
function counts(name: string, loop: LoopStmt): boolean {
  if (/^len\(\)$/.test(name)) return true;
  let found = loop.update !== undefined && exprSome(loop.update, (e) => (e.kind === 'unary' && dotted(e.operand) === name) || (e.kind === 'binary' && dotted(e.left) === name));
  if (found) return true;
  if (/(^|[._])(steps?|turns?|iterations?|iter|rounds?|attempts?|retries|count|counter|depth|hops?|n_calls|num_\w+|i)$/i.test(name)) found = true;
  visitBlock(loop.body, {
    functions: false,
    stmt: (s) => {
      if (s.kind === 'assign' && dotted(s.target) === name) found = true;
      return !found;
    },
    expr: (e) => {
      if (e.kind === 'unary' && (e.op === '++' || e.op === '--') && dotted(e.operand) === name) found = true;
      if (e.kind === 'binary' && e.op === '=' && dotted(e.left) === name) found = true;
      return !found;
    },
  });
  return found;
}

/** A function that calls itself around the model call. */
function recursion(evaluator: Evaluator, level: Level | undefined): LoopContext | undefined {
  const frame = level && outermost(level.info.frame);
  if (!level || !frame) return undefined;
  const { index } = level.env;
  const name = index.fnNames.get(frame.fn) ?? frame.fn.name;
  for (const info of name ? (index.callsByName.get(name) ?? []) : []) {
    if (!contains(frame, info.frame)) continue;
    const callee = evaluator.evaluate(info.call.callee, { index, frame: info.frame });
    if (callee.kind !== 'function' || callee.fn !== frame.fn || isInHandler(info.frame, frame)) continue;
    const limited = fnSome(frame.fn, (e) => e.kind === 'binary' && /^(<|<=|>|>=)$/.test(e.op) && /depth|level|step|turn|iter|attempt|retr|count|remaining|budget|hop/i.test(`${dotted(e.left) ?? ''} ${dotted(e.right) ?? ''}`));
    const structural = exprSome(info.call, (e) => e.kind === 'name' && /depth|level|breadth|node|child|sub/i.test(e.name));
    const grows = level.roots.size > 0 && info.call.args.some((a) => [...rootsOf(a.value)].some((r) => level.roots.has(r)));
    const at = evaluator.at(info.call, level.env);
    return { kind: 'recursion', bound: limited || structural || !grows ? unknown('dynamic', at) : { kind: 'none', at }, at, grows };
  }
  return undefined;
}

/** A retry by calling oneself again from an except block. */
const isInHandler = (frame: Frame, limit: Frame): boolean => {
  for (let f: Frame | undefined = frame; f && f !== limit; f = f.parent) if (f.kind === 'handler') return true;
  return false;
};

function fnSome(fn: Fn, test: (e: Expr) => boolean): boolean {
  return someExpr(fn.body, test);
}

const SCHEDULERS = ['setTimeout', 'setImmediate', 'setInterval', 'nextTick', 'call_later', 'call_soon', 'create_task', 'queueMicrotask', 'apply_async', 'enqueue'];

/** A function that hands itself to a timer or queue. */
function schedule(evaluator: Evaluator, level: Level | undefined): LoopContext | undefined {
  const frame = level && outermost(level.info.frame);
  if (!level || !frame) return undefined;
  const { index } = level.env;
  const name = index.fnNames.get(frame.fn) ?? frame.fn.name;
  if (!name) return undefined;
  for (const info of SCHEDULERS.flatMap((s) => index.callsByName.get(s) ?? [])) {
    if (!contains(frame, info.frame)) continue;
    const itself = info.call.args.some((a) => exprSome(a.value, (e) => leafName(e) === name && (e.kind === 'name' || (e.kind === 'member' && e.object.kind === 'name' && /^(this|self)$/.test(e.object.name)))));
    const at: Location = evaluator.at(info.call, level.env);
    if (itself) return { kind: 'schedule', bound: unknown('dynamic', at), at, grows: false };
  }
  return undefined;
}
