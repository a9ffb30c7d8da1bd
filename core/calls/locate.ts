/** Reads what a locator of an SDK description points at, seen from one billed call. */
import type { Span } from '../model.ts';
import { choice } from '../program/combine.ts';
import type { Evaluator } from '../program/evaluate.ts';
import type { Env, ExternalCall, ExternalValue, Value } from '../program/values.ts';
import { leafName } from '../program/visit.ts';
import type { BoundSdk } from '../sdks/registry.ts';
import type { Locator } from '../sdks/sdk.ts';

/** A billed call, with what was found about its callee. */
export interface Subject {
  readonly evaluator: Evaluator;
  readonly bound: BoundSdk;
  /** The call itself. */
  readonly made: ExternalCall;
  /** What is called, with the calls that made it. */
  readonly callee: ExternalValue;
}

type Where = Locator | readonly Locator[] | undefined;

/** The value at the first locator that is not absent; `unknown('absent')` when all are, undefined when there is no locator. */
export function locate(subject: Subject, where: Where): Value | undefined {
  if (where === undefined) return undefined;
  let absent: Value | undefined;
  let hidden: Value | undefined;
  for (const locator of typeof where === 'string' ? [where] : where) {
    const value = locateOne(subject, locator);
    if (value.kind !== 'unknown') return value;
    if (value.why === 'absent') absent ??= value;
    else if (value.why !== 'spread') return value;
    else hidden ??= value;
  }
  return hidden ?? absent;
}

/** The same of lists: an empty one says nothing of the next place, `tools=[], handoffs=[clerk]`. */
export function locateFilled(subject: Subject, where: Where): Value | undefined {
  const places = typeof where === 'string' ? [where] : (where ?? []);
  const isEmpty = (value: Value): boolean => (value.kind === 'array' && value.items.length === 0) || (value.kind === 'const' && value.value === null);
  return locate(
    subject,
    places.filter((place, i) => i === places.length - 1 || !isEmpty(locateOne(subject, place))),
  );
}

/** Locators are written in descriptions: each is read once. */
const parsed = new Map<Locator, readonly string[]>();

/** Where to look and the steps from there; '' for the call itself. */
function partsOf(locator: Locator): readonly string[] {
  const known = parsed.get(locator);
  if (known) return known;
  const parts = locator.startsWith('@') ? locator.slice(1).split('.') : ['', ...locator.split('.')];
  parsed.set(locator, parts);
  return parts;
}

function locateOne(subject: Subject, locator: Locator): Value {
  const [root, ...steps] = partsOf(locator);
  const { evaluator, made } = subject;
  const absent: Value = evaluator.unknown('absent', made.call, made.env);
  if (root === '') return follow(subject, optionOf(subject, made, steps[0] ?? '') ?? absent, steps.slice(1));
  if (root !== undefined && /^\d+$/.test(root)) {
    const arg = made.call.args.filter((a) => a.name === undefined)[Number(root)];
    if (!arg) return absent;
    return follow(subject, arg.spread ? evaluator.unknown('spread', arg, made.env) : evaluator.evaluate(arg.value, made.env), steps);
  }
  if (root === 'decorated') return decorated(subject, steps[0] ?? '', absent);
  if (root === 'on') return follow(subject, givenTo(subject, steps[0] ?? '', absent), steps.slice(1));
  return receiver(subject, root ?? '', steps, absent);
}

/**
 * `@decorated.tool|tool_plain`: the functions that the receiver registers by decorators, `@agent.tool`, in the file that makes it. Absent when there
 * are none there.
 */
function decorated(subject: Subject, names: string, absent: Value): Value {
  const { evaluator, callee } = subject;
  const made = callee.calls.at(-1);
  if (!made) return absent;
  const { index } = made.env;
  const wanted = names.split('|');
  const items: { value: Value; many: boolean }[] = [];
  for (const [fn, frame] of index.frames) {
    for (const decorator of fn.decorators) {
      const named = decorator.kind === 'call' ? decorator.callee : decorator;
      if (named.kind !== 'member' || !wanted.includes(named.name)) continue;
      const owner = evaluator.evaluate(named.object, { index, frame: frame.parent ?? frame });
      if (owner.kind !== 'external' || owner.calls.at(-1)?.call !== made.call) continue;
      items.push({ value: { kind: 'function', fn, env: { index, frame: frame.parent ?? frame }, at: evaluator.at(fn, made.env) }, many: false });
    }
  }
  return items.length > 0 ? { kind: 'array', items, at: evaluator.at(made.call, made.env) } : absent;
}

/** `@on.append#0`: what the file that makes the receiver gives to its method, call by call. */
function givenTo(subject: Subject, step: string, absent: Value): Value {
  const { evaluator, callee } = subject;
  const made = callee.calls.at(-1);
  if (!made) return absent;
  const { index } = made.env;
  const items: { value: Value; many: boolean }[] = [];
  for (const info of index.callsByName.get(step.split('#')[0] ?? '') ?? []) {
    if (info.call.callee.kind !== 'member') continue;
    const env: Env = { index, frame: info.frame };
    const owner = evaluator.evaluate(info.call.callee.object, env);
    if (owner.kind !== 'external' || owner.calls.at(-1)?.call !== made.call) continue;
    const value = optionOf(subject, { call: info.call, env }, `#${step.split('#')[1] ?? 0}`);
    if (value) items.push({ value, many: false });
  }
  return items.length > 0 ? { kind: 'array', items, at: evaluator.at(made.call, made.env) } : absent;
}

/** Options of the calls that made the receiver, the nearest first. */
function receiver(subject: Subject, root: string, steps: readonly string[], absent: Value): Value {
  const { callee } = subject;
  const transparent = subject.bound.binding.transparent ?? [];
  const dynamic = subject.evaluator.unknown('dynamic', subject.made.call, subject.made.env);
  let result = absent;
  let seen = false;
  for (let i = callee.calls.length - 1; i >= 0; i--) {
    const call = callee.calls[i];
    // A client known only by its type: what made it is elsewhere.
    if (!call) return root === 'receiver' || !seen ? dynamic : result;
    const name = leafName(call.call.callee);
    if (root !== 'receiver' && name !== root) continue;
    seen = true;
    if (steps.length === 0) return subject.evaluator.evaluate(call.call, call.env);
    const step = steps[0] ?? '';
    const value = optionOf(
      subject,
      call,
      root === 'receiver' && name !== undefined && transparent.includes(name) ? (step.split('#')[0] ?? step) : step,
    );
    if (!value) continue;
    const found = follow(subject, value, steps.slice(1));
    if (found.kind !== 'unknown' || found.why !== 'absent') return found;
    result = found;
  }
  return result;
}

/** An option of a call: `name` or `name#position`. */
export function optionOf(subject: Pick<Subject, 'evaluator'>, made: ExternalCall, step: string): Value | undefined {
  const [name = '', position] = step.split('#');
  const { evaluator } = subject;
  if (made.env.index.unit.language === 'python' || position === undefined)
    return evaluator.argument(made, name, position === undefined ? undefined : Number(position));
  const arg = made.call.args.filter((a) => a.name === undefined)[Number(position)];
  const value = arg && !arg.spread ? evaluator.evaluate(arg.value, made.env) : undefined;
  // One of several texts is no object that has options.
  if (value?.kind === 'choice' && value.options.some((o) => o.kind === 'const' && typeof o.value === 'string')) return value;
  const named = name ? evaluator.argument(made, name, undefined) : undefined;
  if (named && (named.kind !== 'unknown' || named.why === 'dynamic')) return named;
  return value && !(value.kind === 'object' && name) ? value : named;
}

function follow(subject: Subject, value: Value, steps: readonly string[]): Value {
  let current = value;
  for (const step of steps) current = into(subject, current, step);
  return current;
}

/** `{getAgent}`: the name that the code gives to that call of the receiver: `mastra.getAgent('weather')`. */
function keyed(subject: Subject, step: string): string | undefined {
  const name = /^\{(\w+)\}$/.exec(step)?.[1];
  if (!name) return step;
  const key = receiver(subject, name, ['#0'], subject.evaluator.unknown('dynamic', subject.made.call, subject.made.env));
  return key.kind === 'const' && typeof key.value === 'string' ? key.value : undefined;
}

/** Calls that turn a body into text or bytes: what they are given is what is sent. */
const SERIALIZED = /(^|\.)(dumps|JSON\.stringify|stringify|encode|from)\(\)$/;

function into(subject: Subject, value: Value, written: string): Value {
  const { evaluator, made } = subject;
  const step = keyed(subject, written);
  if (step === undefined) return evaluator.unknown('dynamic', made.call, made.env);
  const at: Span = made.call;
  const env: Env = made.env;
  if (value.kind === 'choice')
    return choice(
      value.options.map((o) => into(subject, o, step)),
      value.at,
    );
  if (value.kind === 'array') {
    const item = /^\d+$/.test(step) ? value.items[Number(step)] : undefined;
    return item ? item.value : evaluator.unknown(value.items.some((i) => i.many) ? 'dynamic' : 'absent', at, env);
  }
  if (value.kind === 'external' && value.signature.endsWith('()')) {
    const body = SERIALIZED.test(value.signature) ? value.calls.at(-1) : undefined;
    const serialized = body?.call.args[0];
    if (body && serialized) return into(subject, evaluator.evaluate(serialized.value, body.env), written);
    // An item of a list that something outside makes.
    if (/^\d+$/.test(step)) return evaluator.unknown('dynamic', at, env);
    for (let i = value.calls.length - 1; i >= 0; i--) {
      const call = value.calls[i];
      if (!call) return evaluator.unknown('dynamic', at, env);
      const found = optionOf(subject, call, step);
      if (found) return found;
    }
    return evaluator.unknown('absent', at, env);
  }
  if (value.kind === 'unknown' && value.why !== 'absent')
    return { ...value, why: value.why === 'spread' ? 'spread' : 'dynamic', standard: undefined };
  if (value.kind === 'function') return evaluator.unknown('dynamic', at, env);
  return evaluator.property(value, step.split('#')[0] ?? step, at, env);
}

/** True when something was given: not absent, not null, not false. */
export const isGiven = (value: Value | undefined): boolean =>
  value !== undefined &&
  !(value.kind === 'unknown' && (value.why === 'absent' || value.why === 'spread')) &&
  !(value.kind === 'const' && (value.value === null || value.value === false));
