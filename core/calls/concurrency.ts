/** Calls that are started many at a time, and hand-written retries around a call. */
import type { CallExpr, Expr, Fn } from '../frontends/source-unit.ts';
import { type CallSite, type Known, known, type Location, unknown } from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { enclosing, functionOf } from '../program/frames.ts';
import { oncePer } from '../program/memo.ts';
import { reaching } from '../program/reaching.ts';
import type { CallInfo, Frame, FrameOf } from '../program/unit-index.ts';
import type { Env } from '../program/values.ts';
import { dotted, exprSome, leafName, someExpr, visitBlock } from '../program/visit.ts';
import { numberOf, sizeOf } from './bounds.ts';
import type { Level } from './levels.ts';
import { mappedOver, type Surroundings } from './loops.ts';

const GATHERS = /^(gather|all|allSettled|as_completed|wait|any|race)$/;
const GATHER_OBJECTS = /^(asyncio|Promise|anyio|tqdm_asyncio|trio|futures|concurrent\.futures|tqdm\.asyncio)(\.|$)/;
const STARTERS = /^(create_task|ensure_future|start_soon|submit|spawn|run_in_executor)$/;
const POOL_MAPS = /^(map|flatMap|imap|imap_unordered|starmap|map_async)$/;
const LIMITERS = /sem|limit|throttle|pool|bottleneck|queue|rate|concurren/i;

type Fanout = NonNullable<CallSite['fanout']>;

/** How the call, or a call of the function that holds it, is started many times at once. */
export function fanoutOf(evaluator: Evaluator, levels: readonly Level[]): Fanout | undefined {
  const limited = levels.some((level) => isLimited(evaluator, level));
  for (const level of levels) {
    const found = fanoutAt(evaluator, level, limited);
    if (found) return found;
  }
  return undefined;
}

function fanoutAt(evaluator: Evaluator, level: Level, limited: boolean): Fanout | undefined {
  let items: { expr: Expr | undefined; at: Location } | undefined;
  for (let frame: Frame | undefined = level.info.frame; frame; frame = frame.parent) {
    if (frame.kind === 'function' && frame.fn.name !== '') break;
    if (frame.kind === 'comprehension') items ??= { expr: frame.expr.loops[0]?.iterable, at: evaluator.at(frame.expr, level.env) };
    if (frame.kind === 'function' && frame.parent?.kind === 'argument' && /^(map|flatMap)$/.test(leafName(frame.parent.call.callee) ?? '')) {
      items ??= { expr: mappedOver(frame.parent.call), at: evaluator.at(frame.parent.call, level.env) };
    }
    if (frame.kind === 'argument' && frame === level.info.frame && level.info.handed && POOL_MAPS.test(leafName(frame.call.callee) ?? '')) {
      items ??= { expr: mappedOver(frame.call), at: evaluator.at(frame.call, level.env) };
      if (isPool(frame.call)) return build(evaluator, level, items.expr, items.at, true);
    }
    if (items && frame.kind === 'argument' && isGather(frame.call))
      return build(evaluator, level, items.expr, evaluator.at(frame.call, level.env), limited);
    if (frame.kind === 'loop' && frame.loop.form !== 'while' && startsTask(level.info, frame)) {
      return gathered(level, frame) ? build(evaluator, level, frame.loop.iterable, evaluator.at(frame.loop.head, level.env), limited) : undefined;
    }
  }
  if (items && collectedLater(level, items.at)) return build(evaluator, level, items.expr, items.at, limited);
  return undefined;
}

/** `executor.map(work, xs)`: as many at once as the pool has workers. */
const isPool = (call: CallExpr): boolean => call.callee.kind === 'member' && /pool|executor/i.test(dotted(call.callee.object) ?? '');

const isGather = (call: CallExpr): boolean => {
  const name = leafName(call.callee) ?? '';
  const object = call.callee.kind === 'member' ? (dotted(call.callee.object) ?? '') : '';
  return GATHERS.test(name) && (name === 'gather' || name === 'as_completed' || name === 'allSettled' || GATHER_OBJECTS.test(object));
};

function startsTask(info: CallInfo, loop: FrameOf<'loop'>): boolean {
  for (let frame: Frame | undefined = info.frame; frame && frame !== loop; frame = frame.parent) {
    if (frame.kind === 'argument' && STARTERS.test(leafName(frame.call.callee) ?? '')) return true;
    if (frame.kind === 'argument' && /^(append|push)$/.test(leafName(frame.call.callee) ?? '') && info.call.kind === 'call')
      return !hasAwait(loop, info);
  }
  return false;
}

/** `tasks.append(await f(x))` runs one after the other. */
const hasAwait = (loop: FrameOf<'loop'>, info: CallInfo): boolean => {
  let found = false;
  visitBlock(loop.loop.body, {
    expr: (e) => {
      found ||= e.kind === 'await' && e.start <= info.call.start && e.end >= info.call.end;
      return !found;
    },
  });
  return found;
};

/** The tasks that a loop collects are awaited together somewhere in the same function. */
function gathered(level: Level, frame: Frame): boolean {
  const fn = functionOf(frame);
  for (let f: Frame | undefined = frame; f; f = f.parent)
    if (f.kind === 'with' && f.stmt.items.some((i) => /TaskGroup|nursery|task_group/i.test(dotted(i.value) ?? ''))) return true;
  return fn ? gathers(fn.fn) : level.env.index.calls.some((c) => isGather(c.call));
}

const gathers = oncePer((fn: Fn): boolean => someExpr(fn.body, (e) => e.kind === 'call' && isGather(e)));

/** `tasks = [f(x) for x in xs]` and later `gather(*tasks)`. */
function collectedLater(level: Level, at: Location): boolean {
  const { stmt, frame } = level.env.index.calls.find((c) => c.call.start === at.start && c.call.end === at.end) ?? level.info;
  const target = stmt.kind === 'assign' && stmt.target.kind === 'name' ? stmt.target.name : undefined;
  if (!target || stmt.start > at.start) return false;
  return level.env.index.calls.some(
    (c) =>
      isGather(c.call) && functionOf(c.frame) === functionOf(frame) && c.call.args.some((a) => a.value.kind === 'name' && a.value.name === target),
  );
}

function build(evaluator: Evaluator, level: Level, iterable: Expr | undefined, at: Location, limited: boolean): Fanout | undefined {
  // Without anything to go over it is one task, or a loop of another kind.
  if (!iterable) return undefined;
  const items = sizeOf(evaluator, iterable, level.env);
  const text = level.env.index.unit.text.slice(iterable.start, iterable.end).replace(/\s+/g, ' ');
  const sliced = /\[\s*:\s*\w+\s*\]|\.slice\(\s*0?\s*,/.test(text);
  const bounded: Fanout['bounded'] =
    limited || sliced || isChunk(iterable, level) ? unknown('dynamic', at) : items.kind === 'known' ? items : { kind: 'none' };
  return { at, bounded, over: text.length > 40 ? `${text.slice(0, 37)}…` : text, items };
}

/** `xs[i:i + 10]`, directly or in a variable: a few at a time. */
function isChunk(iterable: Expr | undefined, level: Level): boolean {
  if (iterable?.kind === 'name') {
    const [definition] = reaching(iterable.name, level.info.frame, iterable.start);
    return definition?.kind === 'value' && definition.value?.kind !== 'name' && isChunk(definition.value, level);
  }
  if (iterable?.kind === 'index') return iterable.index.kind === 'other';
  return iterable?.kind === 'call' && leafName(iterable.callee) === 'slice';
}

/** A semaphore, limiter or pool stands around the call. */
function isLimited(evaluator: Evaluator, { info, env }: Level): boolean {
  for (let frame: Frame | undefined = info.frame; frame; frame = frame.parent) {
    const here = { ...env, frame };
    if (frame.kind === 'with' && frame.stmt.items.some((i) => isLimiter(evaluator, i.value, here))) return true;
    if (frame.kind === 'argument' && isLimiter(evaluator, frame.call.callee, here)) return true;
    if (frame.kind === 'function') {
      if (takesTurns(frame.fn)) return true;
      if (frame.fn.decorators.some((d) => LIMITERS.test(dotted(d) ?? ''))) return true;
    }
  }
  return false;
}

const takesTurns = oncePer((fn: Fn): boolean =>
  someExpr(fn.body, (e) => e.kind === 'call' && /^(acquire|removeTokens|schedule|wait_for_slot|waitForSlot)$/.test(leafName(e.callee) ?? ''), false),
);

/** By its name, or by what made it: `self.gate = asyncio.Semaphore(8)`, `const run = pLimit(4)`. */
function isLimiter(evaluator: Evaluator, expr: Expr, env: Env): boolean {
  if (LIMITERS.test(dotted(expr) ?? '')) return true;
  if (expr.kind !== 'name' && expr.kind !== 'member' && expr.kind !== 'call') return false;
  const value = evaluator.evaluate(expr, env);
  const options = value.kind === 'choice' ? value.options : [value];
  return options.some(
    (v) => v.kind === 'external' && v.module !== '<global>' && /\(\)/.test(v.signature) && LIMITERS.test(`${v.module}:${v.signature}`),
  );
}

/** The nearest hand-written retry loop. */
export function retryOf(evaluator: Evaluator, around: Surroundings): CallSite['retry'] {
  const found = around.retries[0];
  if (!found || asksOtherwise(found.level)) return undefined;
  const { loop } = found.frame;
  const at = evaluator.at(loop.head, found.level.env);
  const backoff = someExpr(loop.body, (e) => e.kind === 'call' && /sleep|delay|wait|backoff|setTimeout|pause|jitter/i.test(leafName(e.callee) ?? ''));
  return { at, attempts: attemptsOf(evaluator, found.frame, found.level), backoff: backoff || mayWait(found.level) };
}

/** A handler awaits something before the next attempt, `await hooks.failed(error)`: the wait may be in there. */
const mayWait = ({ info }: Level): boolean =>
  (enclosing(info.frame, 'try')?.stmt.handlers ?? []).some(({ body }) => someExpr(body, (e) => e.kind === 'await' && e.value.kind === 'call'));

/** A handler shortens or completes what is sent before the next attempt: it is not the same call again, and waiting would not mend it. */
function asksOtherwise({ info }: Level): boolean {
  const changed = new Set<string>();
  for (const handler of enclosing(info.frame, 'try')?.stmt.handlers ?? [])
    visitBlock(handler.body, {
      stmt: (s) => {
        const target = s.kind === 'assign' ? dotted(s.target) : undefined;
        if (target) changed.add(target);
        return true;
      },
      expr: (e) => {
        const list = e.kind === 'call' && e.callee.kind === 'member' && GROWS.test(e.callee.name) ? dotted(e.callee.object) : undefined;
        if (list) changed.add(list);
        return true;
      },
    });
  return changed.size > 0 && info.call.args.some((a) => exprSome(a.value, (e) => changed.has(dotted(e) ?? '')));
}

const GROWS = /^(push|unshift|splice|append|extend|insert|pop)$/;

function attemptsOf(evaluator: Evaluator, frame: FrameOf<'loop'>, level: Level): Known<number> | { readonly kind: 'none' } {
  const { loop } = frame;
  const env = { ...level.env, frame };
  if (loop.form === 'each') return sizeOf(evaluator, loop.iterable, env);
  const { test } = loop;
  if (test?.kind === 'binary') {
    const limit = numberOf(evaluator.evaluate(test.right, env));
    return limit !== undefined ? known(limit, evaluator.at(test.right, env), 'constant') : unknown('dynamic', evaluator.at(test, env));
  }
  const endless = !test || (test.kind === 'boolean' && test.value) || test.kind === 'number';
  const counted = enclosing(level.info.frame, 'try') && someExpr(loop.body, (e) => e.kind === 'binary' && /^(<|<=|>|>=)$/.test(e.op));
  return endless && !counted ? { kind: 'none' } : unknown('dynamic', evaluator.at(loop.head, env));
}
