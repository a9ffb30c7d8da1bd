/** The call and the functions that lead to it, two levels up and further while there is but one caller, with the names that each level has for what is sent. */
import type { Expr, Fn } from '../frontends/source-unit.ts';
import type { Caller } from '../program/callers.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { contains, functionOf } from '../program/frames.ts';
import type { CallInfo, Frame, FrameOf, UnitIndex } from '../program/unit-index.ts';
import type { Env } from '../program/values.ts';
import { dotted, eachChild, placeOf } from '../program/visit.ts';

const MAX_LEVELS = 2;
/** Further up as long as there is but one caller: the call surely happens there. */
const MAX_SINGLE = 5;

/** A place where the call happens: the call itself, or a call of the function that holds it. */
export interface Level {
  readonly info: CallInfo;
  readonly env: Env;
  /** 0 for the call itself, 1 for a caller, 2 for a caller's caller. */
  readonly up: number;
  /** Names of lists that are sent as messages, as this level names them. */
  readonly roots: ReadonlySet<string>;
  /** Names of texts that are sent within messages. */
  readonly texts: ReadonlySet<string>;
  /** The level whose function this one calls. */
  readonly below?: Level;
  /** It is reached through an interface or base class: what fails there need not be this call. */
  readonly open?: true;
}

/** The call and the chain of callers around it. */
export function levelsOf(evaluator: Evaluator, info: CallInfo, env: Env, messages: Expr | undefined): readonly Level[] {
  const levels: Level[] = [];
  const seen = new Set<Fn>();
  const climb = (at: CallInfo, atEnv: Env, up: number, names: ReadonlySet<string>, texts: ReadonlySet<string>, below?: Level, open?: true): void => {
    const level: Level = { info: at, env: atEnv, up, roots: names, texts, ...(below && { below }), ...(open && { open }) };
    levels.push(level);
    const inside = outermost(at.frame, atEnv.index);
    const fn = inside?.fn;
    if (up >= MAX_SINGLE || !fn || seen.has(fn)) return;
    seen.add(fn);
    // What calls itself is a recursion, not a caller.
    const callers = evaluator.callersOf(fn, atEnv.index).filter((c) => !inside || !contains(inside, c.info.frame));
    if (up >= MAX_LEVELS && callers.length > 1) return;
    for (const caller of callers.slice(0, 4))
      climb(caller.info, caller.env, up + 1, renamed(names, inside, caller), renamed(texts, inside, caller), level, caller.open ?? level.open);
  };
  climb(info, env, 0, rootsOf(messages), textsOf(messages));
  return levels;
}

/** The function that others call: callbacks inside it count as part of it. */
export function outermost(frame: Frame, index: UnitIndex): FrameOf<'function'> | undefined {
  let fn = functionOf(frame);
  while (fn && fn.fn.name === '' && fn.parent && (fn.parent.kind === 'argument' || !index.fnNames.has(fn.fn))) {
    const outer = functionOf(fn.parent);
    if (!outer) break;
    fn = outer;
  }
  return fn;
}

/** Lists under the names that the caller gives them. */
function renamed(names: ReadonlySet<string>, frame: FrameOf<'function'>, caller: Caller): ReadonlySet<string> {
  const result = new Set<string>();
  for (const name of names) {
    const given = givenAs(name, frame.fn, caller);
    if (given) for (const root of given) result.add(root);
    else if (name.includes('.') || isFree(name, frame, caller)) result.add(name);
  }
  return result;
}

/** A name of the function around, in a function within it and where that one is called. */
function isFree(name: string, frame: FrameOf<'function'>, { info }: Caller): boolean {
  const around = functionOf(frame.parent);
  return around !== undefined && contains(around, info.frame) && !frame.scope.definitions.has(name);
}

/** What a caller calls that which a function knows as a parameter, as an entry of one, or as what a parameter is taken apart into. */
function givenAs(name: string, fn: Fn, { call }: Caller): Iterable<string> | undefined {
  const [head = '', ...path] = name.split('.');
  const params = fn.params.filter((p) => p.target.kind !== 'name' || !/^(self|cls)$/.test(p.target.name));
  const keys = params.map(({ target }) => (target.kind === 'name' ? (target.name === head ? [] : undefined) : keyOf(target, head)));
  const position = keys.findIndex((k) => k !== undefined);
  const arg = call.args.find((a) => a.name === head) ?? call.args.filter((a) => a.name === undefined)[position];
  if (position < 0 || !arg) return undefined;
  const [first, ...rest] = [...(keys[position] ?? []), ...path];
  if (first === undefined) return rootsOf(arg.value);
  const entry = arg.value.kind === 'object' ? arg.value.entries.findLast((e) => e.key === first)?.value : undefined;
  const within = (root: string): string => [root, ...rest].join('.');
  if (entry) return [...rootsOf(entry)].map(within);
  const whole = arg.value.kind === 'object' ? undefined : dotted(arg.value);
  return whole === undefined ? undefined : [[whole, first, ...rest].join('.')];
}

/** The key under which a pattern takes a name out of an object: `{ messages: history }`. */
function keyOf(pattern: Expr, name: string): readonly string[] | undefined {
  if (pattern.kind === 'binary' && pattern.op === '=') return keyOf(pattern.left, name);
  if (pattern.kind !== 'object') return undefined;
  const entry = pattern.entries.find(({ value }) => dotted(value.kind === 'binary' && value.op === '=' ? value.left : value) === name);
  return entry?.key === undefined ? undefined : [entry.key];
}

/** Dotted names of lists in a messages argument: `messages`, `self.history`, those spread into a literal. */
export function rootsOf(expr: Expr | undefined): ReadonlySet<string> {
  const roots = new Set<string>();
  const visit = (e: Expr): void => {
    const name = e.kind === 'name' || e.kind === 'member' || e.kind === 'index' ? placeOf(e) : undefined;
    if (name) {
      roots.add(name);
      if (e.kind !== 'index') return;
    }
    if (e.kind === 'object') {
      for (const entry of e.entries)
        if (entry.spread || entry.key === 'messages' || entry.key === 'input' || entry.key === 'contents') visit(entry.value);
      return;
    }
    // `messages.slice(-10)` sends the list itself, or a part of it.
    if (e.kind === 'call') {
      if (e.callee.kind === 'member') visit(e.callee.object);
      for (const arg of e.args) visit(arg.value);
      return;
    }
    eachChild(e, visit);
  };
  if (expr) visit(expr);
  return roots;
}

/** Dotted names of texts within messages: `{content: prompt}`, `{content: f"…{notes}"}`. */
function textsOf(expr: Expr | undefined): ReadonlySet<string> {
  const texts = new Set<string>();
  const content = (e: Expr): void => {
    if (e.kind === 'name' || e.kind === 'member') {
      const name = dotted(e);
      if (name) texts.add(name);
    } else if (e.kind !== 'call' && e.kind !== 'function') eachChild(e, content);
  };
  const visit = (e: Expr): void => {
    if (e.kind === 'object') {
      for (const entry of e.entries) if (entry.key !== undefined && /^(content|text|parts|prompt)$/.test(entry.key)) content(entry.value);
    } else if (e.kind === 'template' || e.kind === 'binary') content(e);
    else if (e.kind !== 'call' && e.kind !== 'function') eachChild(e, visit);
  };
  if (expr) visit(expr);
  return texts;
}
