/**
 * How often a call repeats within one run: the framework's own loop, loops around it in its function, in the functions that call it (`levels.ts`),
 * recursion and self-scheduling. REPLs, polling, stream iteration and retries are told apart from agent loops.
 */
import type { CallExpr, Expr, LoopStmt } from '../frontends/source-unit.ts';
import { FEW_ITEMS, type LoopContext } from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { contains } from '../program/frames.ts';
import type { CallInfo, Frame, FrameOf, UnitIndex } from '../program/unit-index.ts';
import type { Env } from '../program/values.ts';
import { dotted, exprSome, leafName } from '../program/visit.ts';
import { boundOf, isEndless, sizeOf } from './bounds.ts';
import { lengthens } from './lengthens.ts';
import { type Level, outermost } from './levels.ts';
import { isRetry, isSession, recursion, schedule } from './repeats.ts';

export type LoopMeaning =
  | { readonly kind: 'agent'; readonly context: LoopContext }
  | { readonly kind: 'session' | 'retry' | 'ignored'; readonly frame: FrameOf<'loop'> };

export interface Surroundings {
  readonly loops: readonly LoopContext[];
  /** A loop in which a person answers between calls. */
  readonly session: FrameOf<'loop'> | undefined;
  readonly retries: readonly { readonly frame: FrameOf<'loop'>; readonly level: Level }[];
  readonly levels: readonly Level[];
}

/** Parts of one answer, or of the program itself. */
const FEW =
  /(^|[._])(tool_?calls|content|choices|candidates|parts|actions|steps|tools|models|providers|attempts|retries|agents|variants|sections|state\.\w+)(\(\))?$/i;

const ANSWER = /(^|[._])(tool_?calls|content|choices|candidates|parts)(\(\))?$/i;

export function surroundingsOf(evaluator: Evaluator, levels: readonly Level[]): Surroundings {
  const around = new Map(levels.map((level) => [level, aroundLevel(evaluator, level)] as const));
  const found = [...around.values()];
  // Several callers are several runs: the one that repeats most counts, not all of them together.
  const outermostLevels = levels.filter((level) => !levels.some((other) => other.below === level));
  const runs = outermostLevels.map((level) => dedupe(pathOf(level).flatMap((l) => around.get(l)?.loops ?? [])));
  const loops = runs.reduce((a, b) => (weight(b) > weight(a) ? b : a), runs[0] ?? []);
  const repeated = schedule(evaluator, levels[0]) ?? firstOf(levels, (level) => recursion(evaluator, level));
  return {
    loops: dedupe(repeated ? [...loops, repeated] : loops),
    session: found.find((f) => f.session)?.session,
    retries: found.flatMap((f) => f.retries),
    levels,
  };
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The call and its callers up to this one, innermost first. */
const pathOf = (level: Level): readonly Level[] => (level.below ? [...pathOf(level.below), level] : [level]);

/** How much a run repeats a call, to compare: loops without an end before those with one, growing before independent calls. */
const weight = (loops: readonly LoopContext[]): number =>
  loops.reduce(
    (sum, l) => sum + (l.bound.kind === 'none' ? 1e6 : l.grows ? 1e3 : 1) + (l.bound.kind === 'known' ? Math.min(l.bound.value, 900) / 1e3 : 0.02),
    0,
  );

/** The loops of one level, innermost first. */
function aroundLevel(evaluator: Evaluator, level: Level): Pick<Surroundings, 'loops' | 'session' | 'retries'> {
  const loops: LoopContext[] = [];
  const retries: { frame: FrameOf<'loop'>; level: Level }[] = [];
  let session: FrameOf<'loop'> | undefined;
  for (let frame: Frame | undefined = level.info.frame; frame && frame.kind !== 'module'; frame = frame.parent) {
    if (frame.kind === 'function' && frame === outermost(level.info.frame, level.env.index) && !isMapCallback(frame)) break;
    if (frame.kind === 'comprehension') {
      const bound = sizeOf(evaluator, frame.expr.loops[0]?.iterable, { ...level.env, frame: frame.parent ?? frame });
      loops.push({ kind: 'batch', bound, at: evaluator.at(frame.expr, level.env), grows: false });
    }
    if (frame.kind === 'function' && frame.fn.name === '' && isMapCallback(frame)) {
      const call = (frame.parent as FrameOf<'argument'>).call;
      loops.push({
        kind: 'batch',
        bound: sizeOf(evaluator, mappedOver(call), { ...level.env, frame: frame.parent ?? frame }),
        at: evaluator.at(call, level.env),
        grows: false,
      });
    }
    if (frame.kind === 'argument' && frame === level.info.frame && level.info.handed && MAPS.test(leafName(frame.call.callee) ?? '')) {
      loops.push({
        kind: 'batch',
        bound: sizeOf(evaluator, mappedOver(frame.call), { ...level.env, frame: frame.parent ?? frame }),
        at: evaluator.at(frame.call, level.env),
        grows: false,
      });
    }
    if (frame.kind !== 'loop') continue;
    const meaning = meaningOf(evaluator, frame, level);
    if (meaning.kind === 'agent') loops.push(meaning.context);
    else if (meaning.kind === 'session') session ??= frame;
    else if (meaning.kind === 'retry' && !level.open) retries.push({ frame, level });
  }
  return { loops, session, retries };
}

function dedupe(loops: readonly LoopContext[]): LoopContext[] {
  const seen = new Set<string>();
  return loops.filter((l) => {
    const key = `${l.at?.path}:${l.at?.start}`;
    return !seen.has(key) && seen.add(key);
  });
}

const MAPS =
  /^(map|forEach|flatMap|for_each|reduce|mapLimit|eachLimit|mapSeries|pMap|imap|imap_unordered|starmap|map_async|apply|progress_apply|parallel_apply)$/;
const isMapCallback = (frame: FrameOf<'function'>): boolean =>
  frame.parent?.kind === 'argument' && MAPS.test(leafName(frame.parent.call.callee) ?? '');

/** What a map goes over: `xs.map(f)`, `map(f, xs)`, `pool.map(f, xs)`. */
export function mappedOver(call: CallExpr): Expr | undefined {
  return call.args.filter((a) => a.name === undefined)[1]?.value ?? (call.callee.kind === 'member' ? call.callee.object : undefined);
}

function meaningOf(evaluator: Evaluator, frame: FrameOf<'loop'>, level: Level): LoopMeaning {
  const { loop } = frame;
  const grows = growsIn(frame, level);
  if (isRetry(frame, level.info)) return { kind: 'retry', frame };
  if (isSession(evaluator, frame, level)) return { kind: 'session', frame };
  if (loop.form === 'each' && loop.isAsync && isMessageStream(loop)) return { kind: 'session', frame };
  const at = evaluator.at(loop.head, level.env);
  const kind = level.up > 0 ? 'caller' : 'loop';
  const outside: Env = { ...level.env, frame: frame.parent ?? frame };
  if (loop.form === 'each' && !isEndless(evaluator, loop.iterable, outside)) {
    const bound = sizeOf(evaluator, loop.iterable, outside);
    // A counted loop over a list of independent items is a batch, whether it stands here or in a caller.
    const few = bound.kind === 'unknown' && loop.iterable && FEW.test(dotted(loop.iterable) ?? '') ? { note: FEW_ITEMS } : {};
    // What one answer consists of is soon done, though each part may add to the conversation.
    const isAnswer = bound.kind === 'unknown' && loop.iterable && ANSWER.test(dotted(loop.iterable) ?? '');
    if (!grows || isAnswer) return { kind: 'agent', context: { kind: 'batch', bound, at, grows: false, ...few } };
    return { kind: 'agent', context: { kind, bound, at, grows } };
  }
  const bound = boundOf(evaluator, frame, level, grows);
  // `for (let i = 0; i < rows.length; i++)` over independent items is a batch too.
  if (loop.form === 'count' && loop.test && loop.update && !grows && bound.kind !== 'none')
    return { kind: 'agent', context: { kind: 'batch', bound, at, grows } };
  return { kind: 'agent', context: { kind, bound, at, grows } };
}

function isMessageStream(loop: LoopStmt): boolean {
  const name = loop.iterable ? (dotted(loop.iterable) ?? '') : '';
  return /(websocket|socket|ws|rl|readline|stdin|consumer|queue|client|inbox|connection|receive_response\(\)|messages\(\)|iter_text\(\))/i.test(name);
}

/** True when a list or text that is sent gets longer from one turn of the loop to the next. */
function growsIn(frame: FrameOf<'loop'>, level: Level): boolean {
  const { index } = level.env;
  for (const root of level.roots) if (!startsAnew(index, root, frame, level.info) && lengthens(index, root, frame)) return true;
  for (const text of level.texts) {
    if (!startsAnew(index, text, frame, level.info) && (index.mutations.get(text) ?? []).some((m) => m.kind === 'add' && contains(frame, m.frame)))
      return true;
  }
  // The list of the object, or the one that is handed down, grows in the function that the loop calls.
  for (let below = level.below; below; below = below.below) {
    const inside = outermost(below.info.frame, below.env.index);
    for (const root of inside ? below.roots : []) {
      const isHandedDown = root.includes('.') || inside?.fn.params.some((p) => p.target.kind === 'name' && p.target.name === root);
      if (inside && isHandedDown && lengthens(below.env.index, root, inside)) return true;
    }
  }
  return false;
}

/** Each turn makes the list again before the call: `messages = []` in the loop. */
function startsAnew(index: UnitIndex, root: string, loop: FrameOf<'loop'>, info: CallInfo): boolean {
  return (index.mutations.get(root) ?? []).some(
    (m) =>
      m.kind === 'replace' &&
      m.value !== undefined &&
      contains(m.frame, info.frame) &&
      contains(loop, m.frame) &&
      m.span.start < info.call.start &&
      !exprSome(m.value, (e) => dotted(e) === root),
  );
}
