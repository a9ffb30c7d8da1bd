/** How many times a loop runs: the size of what it iterates over, the number it counts to, or nothing at all. */
import type { Block, CallExpr, Expr, LoopStmt, Stmt } from '../frontends/source-unit.ts';
import { type Known, known, type LoopContext, unknown } from '../model.ts';
import { standing } from '../program/combine.ts';
import type { Evaluator } from '../program/evaluate.ts';
import type { FrameOf } from '../program/unit-index.ts';
import type { Env, Value } from '../program/values.ts';
import { dotted, exprSome, leafName, someExpr, visitBlock, visitExpr } from '../program/visit.ts';
import { neverEnds } from './endless.ts';
import type { Level } from './levels.ts';

/** How many items an iterable has, when the code shows it. */
export function sizeOf(evaluator: Evaluator, iterable: Expr | undefined, env: Env): Known<number> {
  if (!iterable) return unknown('dynamic');
  const at = evaluator.at(iterable, env);
  if (iterable.kind === 'call') {
    const name = leafName(iterable.callee);
    const args = iterable.args.map((a) => numberOf(evaluator.evaluate(a.value, env)));
    if (name === 'range' && args.length > 0) {
      const [first, second, step] = args;
      const size =
        args.length === 1
          ? first
          : first !== undefined && second !== undefined
            ? Math.ceil((second - first) / (step ?? 1))
            : second !== undefined && args.length === 2
              ? second
              : undefined;
      return size === undefined ? unknown('dynamic', at) : Number.isFinite(size) ? known(Math.max(0, size), at, 'constant') : unknown('dynamic', at);
    }
    if (name === 'zip') {
      const sizes = iterable.args.flatMap((a) => {
        const size = sizeOf(evaluator, a.value, env);
        return size.kind === 'known' ? [size.value] : [];
      });
      return sizes.length > 0 ? known(Math.min(...sizes), at, 'constant') : unknown('dynamic', at);
    }
    if (
      (name === 'enumerate' ||
        name === 'tqdm' ||
        name === 'list' ||
        name === 'entries' ||
        name === 'sorted' ||
        name === 'reversed' ||
        name === 'trange') &&
      iterable.args[0]
    ) {
      if (name === 'trange') return args[0] === undefined ? unknown('dynamic', at) : known(args[0], at, 'constant');
      return sizeOf(evaluator, iterable.args[0].value, env);
    }
    if (name === 'from' && iterable.args[0]?.value.kind === 'object') {
      const length = numberOf(evaluator.property(evaluator.evaluate(iterable.args[0].value, env), 'length', iterable, env));
      if (length !== undefined) return known(length, at, 'constant');
    }
  }
  const part = partOf(evaluator, iterable, env);
  if (part) return part;
  // `xs.entries()`, `d.items()`: as many as the list or dict itself.
  if (
    iterable.kind === 'call' &&
    iterable.callee.kind === 'member' &&
    iterable.args.length === 0 &&
    /^(entries|items|keys|values)$/.test(iterable.callee.name)
  )
    return sizeOf(evaluator, iterable.callee.object, env);
  const value = evaluator.evaluate(iterable, env);
  if (value.kind === 'array' && !value.items.some((i) => i.many))
    return known(value.items.length, value.at, iterable.kind === 'array' ? 'literal' : 'constant');
  if (value.kind === 'object' && iterable.kind !== 'object' && value.added.length === 0 && value.expr.entries.every((e) => !e.spread))
    return known(value.expr.entries.length, value.at, 'constant');
  return unknown('dynamic', at);
}

/** `xs[:5]`, `xs.slice(0, 5)`: at most five. */
function partOf(evaluator: Evaluator, iterable: Expr, env: Env): Known<number> | undefined {
  const at = evaluator.at(iterable, env);
  let list: Expr | undefined;
  let limit: number | undefined;
  if (iterable.kind === 'index' && iterable.index.kind === 'other') {
    const text = env.index.unit.text.slice(iterable.index.start, iterable.index.end);
    const end = /^\s*0?\s*:\s*(\w+)\s*$/.exec(text)?.[1];
    const written = iterable.index.children.at(-1);
    list = iterable.object;
    limit = end === undefined || !written ? undefined : numberOf(evaluator.evaluate(written, env));
  } else if (iterable.kind === 'call' && leafName(iterable.callee) === 'slice' && iterable.callee.kind === 'member') {
    const [from, to] = iterable.args.map((a) => numberOf(evaluator.evaluate(a.value, env)));
    list = iterable.callee.object;
    limit = from === 0 && iterable.args.length === 2 ? to : undefined;
  }
  if (!list) return undefined;
  if (limit === undefined || limit < 0) return unknown('dynamic', at);
  const whole = sizeOf(evaluator, list, env);
  return known(whole.kind === 'known' ? Math.min(whole.value, limit) : limit, at, 'constant');
}

/** True for an iterable that has no end. */
export function isEndless(evaluator: Evaluator, iterable: Expr | undefined, env: Env): boolean {
  const value = iterable && evaluator.evaluate(iterable, env);
  return value?.kind === 'external' && value.module === 'itertools' && /^(count|cycle|repeat)\(\)$/.test(value.signature);
}

export function numberOf(given: Value): number | undefined {
  const value = standing(given);
  return value.kind === 'const' && typeof value.value === 'number' ? value.value : undefined;
}

/** Words with which code reads the model's decision to go on. */
const DECIDES = /tool_calls|toolCalls|tool_use|stop_reason|stopReason|function_call|functionCall|finish_reason|finishReason|tool_result/;

/** The bound of a while or counting loop: a comparison in its test, or one inside that leaves it. */
export function boundOf(evaluator: Evaluator, frame: FrameOf<'loop'>, level: Level, grows: boolean): LoopContext['bound'] {
  const { loop } = frame;
  const env: Env = { ...level.env, frame };
  const fromTest =
    (loop.form === 'count' ? countedSteps(evaluator, loop, env) : undefined) ??
    (loop.test ? (compared(evaluator, loop.test, env, loop) ?? countedDown(evaluator, loop.test, env, loop)) : undefined);
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
        guarded ||= exprSome(
          branch.test,
          (e) => (e.kind === 'binary' && /^(<|<=|>|>=)$/.test(e.op)) || (e.kind === 'call' && limits(evaluator, e, env)),
        );
      }
      return true;
    },
  });
  if (inner) return inner;
  const at = evaluator.at(loop.head, level.env);
  // A check that stands in a function of its own.
  guarded ||=
    someStmt(loop.body, (s) => s.kind === 'expr' && s.value.kind === 'call' && limits(evaluator, s.value, env)) ||
    (loop.test !== undefined && exprSome(loop.test, (e) => e.kind === 'call' && limits(evaluator, e, env)));
  if (guarded) return unknown('dynamic', at);
  const endless = !loop.test || (loop.test.kind === 'boolean' && loop.test.value) || (loop.test.kind === 'number' && loop.test.value !== 0);
  const text = level.env.index.unit.text.slice(loop.start, loop.end);
  const agentic = grows || DECIDES.test(text);
  if (endless && neverEnds(evaluator, loop, frame, env, level.info.call)) return { kind: 'none', at, never: true };
  // A loop over a queue or a flag that something else sets: not known, and not the model's to decide.
  if (!agentic) return unknown('dynamic', at);
  if (endless) return { kind: 'none', at };
  const test = loop.test as Expr;
  const isEver = (e: Expr): boolean => isEndlessNumber(evaluator, e, env);
  const counted = exprSome(test, (e) =>
    e.kind === 'binary'
      ? /^(<|<=|>|>=|!=)$/.test(e.op) && !isEver(e.left) && !isEver(e.right) && !asksModel(e)
      : (e.kind === 'name' || e.kind === 'member') &&
        /step|turn|iter|round|count|budget|remaining|limit|max|depth|attempt|hop/i.test(e.name) &&
        !isEver(e),
  );
  return counted ? unknown('dynamic', at) : { kind: 'none', at };
}

/** `while len(history) < max_turns` where that is `float("inf")` by default. */
const isEndlessNumber = (evaluator: Evaluator, expr: Expr, env: Env): boolean =>
  /^(call|name|member)$/.test(expr.kind) && numberOf(evaluator.evaluate(expr, env)) === Number.POSITIVE_INFINITY;

/** `reply.tool_calls.length > 0`: whether the model wants to go on, not how often it may. */
const asksModel = ({ left, right }: Expr & { kind: 'binary' }): boolean =>
  (right.kind === 'number' || right.kind === 'string' || right.kind === 'null') && DECIDES.test(dotted(left) ?? '');

function someStmt(block: Block, test: (stmt: Stmt) => boolean): boolean {
  let found = false;
  visitBlock(block, {
    functions: false,
    stmt: (s) => {
      found ||= test(s);
      return !found;
    },
  });
  return found;
}

/** `self.check_limit()`: a function that compares something and ends the run, or one whose name says so. */
function limits(evaluator: Evaluator, call: CallExpr, env: Env): boolean {
  const name = leafName(call.callee) ?? '';
  const callee = evaluator.evaluate(call.callee, env);
  if (callee.kind === 'function')
    return someExpr(
      callee.fn.body,
      (e) => e.kind === 'binary' && /^(<|<=|>|>=)$/.test(e.op) && COUNTERS.test(`${dotted(e.left) ?? ''} ${dotted(e.right) ?? ''}`),
    );
  return /limit|exceed|budget|quota|should_?stop|max_?(steps|turns|iter)/i.test(name);
}

const COUNTERS = /step|turn|iter|round|count|calls|budget|remaining|limit|max|depth|attempt|hop|cost|token/i;

/** `for (let i = 0; i < 10; i++)`: from where it starts to where it ends, by its step. */
function countedSteps(evaluator: Evaluator, loop: LoopStmt, env: Env): Known<number> | undefined {
  const init = loop.init?.find((s) => s.kind === 'assign');
  const { test, update } = loop;
  if (init?.kind !== 'assign' || !init.value || test?.kind !== 'binary' || !update) return undefined;
  const name = dotted(init.target);
  if (!name || dotted(test.left) !== name) return undefined;
  const start = numberOf(evaluator.evaluate(init.value, env));
  const end = numberOf(evaluator.evaluate(test.right, env));
  const step =
    update.kind === 'unary'
      ? 1
      : update.kind === 'binary' && update.right.kind === 'binary'
        ? numberOf(evaluator.evaluate(update.right.right, env))
        : update.kind === 'binary'
          ? numberOf(evaluator.evaluate(update.right, env))
          : undefined;
  if (start === undefined || end === undefined || !step || !Number.isFinite(end)) return undefined;
  const distance = Math.abs(end - start) + (/=/.test(test.op) ? 1 : 0);
  return known(Math.ceil(distance / Math.abs(step)), evaluator.at(test.right, env), test.right.kind === 'number' ? 'literal' : 'constant');
}

/** `while left > 0`, `while (left--)`: what the counter starts with. */
function countedDown(evaluator: Evaluator, test: Expr, env: Env, loop: LoopStmt): Known<number> | undefined {
  const counter =
    test.kind === 'unary' && test.op === '--'
      ? test.operand
      : test.kind === 'binary' && test.right.kind === 'number' && test.right.value === 0 && /^(>|>=|!=)$/.test(test.op)
        ? test.left
        : test;
  const plain = counter.kind === 'unary' && counter.op === '--' ? counter.operand : counter;
  const name = dotted(plain);
  if (!name || (plain.kind !== 'name' && plain.kind !== 'member')) return undefined;
  if (plain === test && !counts(name, loop, false)) return undefined;
  const start = numberOf(evaluator.evaluate(plain, env));
  return start !== undefined && start > 0 && Number.isFinite(start) ? known(start, evaluator.at(plain, env), 'constant') : undefined;
}

function leavesLoop(block: Block): boolean {
  return block.statements.some(
    (s) => s.kind === 'break' || s.kind === 'return' || s.kind === 'raise' || (s.kind === 'if' && s.branches.some((b) => leavesLoop(b.body))),
  );
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
        const measured = lengthOf(counter);
        const name = dotted(counter.kind === 'binary' ? counter.left : counter.kind === 'unary' ? counter.operand : counter);
        if (measured ? e.op === '==' || !growsInLoop(measured, env, loop) : !name || !counts(name, loop)) continue;
        if (isEndlessNumber(evaluator, counter, env)) continue;
        if (e.op === '==' && limit.kind !== 'number' && limit.kind !== 'binary') continue;
        if (limit.kind === 'number' && limit.value === 0) {
          found = countedDown(evaluator, e, env, loop) ?? unknown('dynamic', evaluator.at(limit, env));
          return false;
        }
        const amount = name ? amountOf(evaluator, name, loop, env) : 1;
        const value = amount === undefined ? undefined : scaledBy(numberOf(evaluator.evaluate(limit, env)), amount);
        const at = evaluator.at(limit, env);
        found =
          value !== undefined && Number.isFinite(value)
            ? value === 0
              ? unknown('dynamic', at)
              : known(value, at, limit.kind === 'number' ? 'literal' : 'constant')
            : value === undefined
              ? unknown('dynamic', at)
              : undefined;
        if (found) return false;
      }
      return true;
    },
  });
  return found;
}

/** What each turn adds to the counter: 1 for `i += 1`; undefined where that is measured, like the cost of the turn in `spent += cost(reply)`. */
function amountOf(evaluator: Evaluator, name: string, loop: LoopStmt, env: Env): number | undefined {
  const added: Expr[] = [];
  const add = (value: Expr | undefined): void => {
    if (value?.kind === 'binary' && /^[+-]$/.test(value.op) && dotted(value.left) === name) added.push(value.right);
  };
  visitBlock(loop.body, {
    functions: false,
    stmt: (s) => {
      if (s.kind === 'assign' && s.value && dotted(s.target) === name) s.op === '=' ? add(s.value) : added.push(s.value);
      return true;
    },
    expr: (e) => {
      if (e.kind === 'binary' && e.op === '=' && dotted(e.left) === name) add(e.right);
      return true;
    },
  });
  const amounts = added.map((e) => numberOf(evaluator.evaluate(e, env)));
  if (amounts.some((n) => n === undefined || n === 0)) return undefined;
  return Math.max(1, ...amounts.map((n) => Math.abs(n ?? 1)));
}

const scaledBy = (limit: number | undefined, amount: number): number | undefined => (limit === undefined ? undefined : Math.ceil(limit / amount));

/** The list whose length an expression is: `len(xs)`, `xs.length`. */
function lengthOf(expr: Expr): string | undefined {
  if (expr.kind === 'call' && expr.callee.kind === 'name' && expr.callee.name === 'len') return expr.args[0] && dotted(expr.args[0].value);
  return expr.kind === 'member' && (expr.name === 'length' || expr.name === 'size') ? dotted(expr.object) : undefined;
}

const growsInLoop = (list: string, env: Env, loop: LoopStmt): boolean =>
  (env.index.mutations.get(list) ?? []).some(
    (m) => /^(append|extend|insert|add|set)$/.test(m.kind) && m.span.start >= loop.start && m.span.end <= loop.end,
  );

/** True when the loop counts with this name: it is incremented, decremented or re-measured inside it. */
function counts(name: string, loop: LoopStmt, byName = true): boolean {
  let found =
    loop.update !== undefined &&
    exprSome(loop.update, (e) => (e.kind === 'unary' && dotted(e.operand) === name) || (e.kind === 'binary' && dotted(e.left) === name));
  if (found) return true;
  if (byName && /(^|[._])(steps?|turns?|iterations?|iter|rounds?|attempts?|retries|count|counter|depth|hops?|n_calls|num_\w+|i)$/i.test(name))
    found = true;
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
