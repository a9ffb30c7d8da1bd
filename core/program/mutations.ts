/** Changes in place: what later statements put into a list or an object. */
import type { Span } from '../model.ts';
import type { Evaluator } from './evaluate.ts';
import { classFrame, contains, enclosing, functionOf } from './frames.ts';
import type { Frame, Mutation, UnitIndex } from './unit-index.ts';
import type { ArrayValue, Env, Item, ObjectValue, Value } from './values.ts';

/** Functions that are called for an effect, but not on what they are given. */
const READERS =
  /log|print|debug|info|warn|error|trace|dump|json|stringify|assert|check|valid|emit|send|write|save|put|post|append|push|track|record|freeze|console/i;

/** Adds to a list or object what later statements put into it. */
export function withMutations(evaluator: Evaluator, value: Value, name: string, scope: Frame, use: Span, env: Env): Value {
  if (value.kind !== 'array' && value.kind !== 'object') return value;
  const { index } = env.index.unit.path === value.at.path ? env : { index: evaluator.program.unit(value.at.path) ?? env.index };
  const roots = name.startsWith('self.') ? [name, `evaluator.${name.slice(5)}`] : [name];
  const mutations = roots.flatMap((root) => index.mutations.get(root) ?? []).filter((m) => m.kind !== 'replace' && sameOwner(m, scope, name));
  if (mutations.length === 0) return value;
  const before = mutations.filter((m) => m.span.start < use.start || functionOf(m.frame) !== functionOf(env.frame) || sharedLoop(m.frame, env.frame));
  if (value.kind === 'object') return filled(evaluator, value, before, use, env, index);
  const mutationEnv = (m: Mutation): Env => ({ ...env, index, frame: m.frame });
  return grown(evaluator, value, before, scope, use, env, mutationEnv);
}

/** A dict or object with what statements set in it: `d['k'] = v`, `d.update(k=v)`, `Object.assign(d, {k: v})`; a helper may set anything. */
function filled(evaluator: Evaluator, value: ObjectValue, mutations: readonly Mutation[], use: Span, env: Env, index: UnitIndex): Value {
  const added: ObjectValue['added'][number][] = [];
  for (const m of mutations) {
    const own: Env = { ...env, index, frame: m.frame };
    const certain = contains(m.frame, env.frame);
    if (m.kind === 'set') added.push({ key: m.key, value: m.value, env: own, certain });
    else if (m.kind === 'passed') {
      if (mayFill(evaluator, m, use, own)) added.push({ key: undefined, value: undefined, env: own, certain: false });
    } else if (m.kind === 'extend' || m.kind === 'add') {
      const merged = m.value && evaluator.evaluate(m.value, own);
      if (m.key !== undefined) added.push({ key: m.key, value: m.value, env: own, certain });
      else if (merged?.kind === 'object' && merged.added.length === 0 && merged.expr.entries.every((e) => e.key !== undefined)) {
        for (const e of merged.expr.entries) added.push({ key: e.key, value: e.value, env: merged.env, certain });
      } else added.push({ key: undefined, value: m.value, env: own, certain: false });
    }
  }
  return added.length > 0 ? { ...value, added: [...value.added, ...added] } : value;
}

/** `addCap(params)` may set something: a helper here that sets a key of that parameter, or one from outside that is called for its effect. */
function mayFill(evaluator: Evaluator, m: Mutation, use: Span, env: Env): boolean {
  const call = m.value;
  if (call?.kind !== 'call' || (call.start <= use.start && call.end >= use.end)) return false;
  const callee = evaluator.evaluate(call.callee, env);
  if (callee.kind === 'function') {
    const names = callee.fn.params.map((p) => (p.target.kind === 'name' ? p.target.name : ''));
    const inside = callee.env.index.frames.get(callee.fn);
    return names.some((name) =>
      (callee.env.index.mutations.get(name) ?? []).some((x) => x.kind !== 'replace' && inside && contains(inside, x.frame)),
    );
  }
  if (callee.kind !== 'external' || evaluator.program.isSdkModule(callee.module)) return false;
  return !READERS.test(callee.signature);
}

function grown(
  evaluator: Evaluator,
  value: ArrayValue,
  mutations: readonly Mutation[],
  scope: Frame,
  use: Span,
  env: Env,
  mutationEnv: (m: Mutation) => Env,
): Value {
  const items: Item[] = [...value.items];
  for (const m of mutations) {
    if (!m.value || m.kind === 'remove' || m.kind === 'passed') continue;
    const inner = evaluator.evaluate(m.value, mutationEnv(m));
    const here = functionOf(m.frame) === functionOf(env.frame) && sharedLoop(m.frame, env.frame);
    const later = here && m.span.start > use.start;
    const repeated = !here && (enclosing(m.frame, 'loop') !== enclosing(scope, 'loop') || functionOf(m.frame) !== functionOf(scope));
    const add = (item: Value, many: boolean) => items.push({ value: item, many: many || repeated, ...(later && { later }) });
    if (m.kind === 'append' || m.kind === 'insert' || m.kind === 'set') add(inner, false);
    else if (inner.kind === 'array') for (const i of inner.items) add(i.value, i.many);
    else add(inner, true);
  }
  return { ...value, items };
}

function sameOwner(m: Mutation, scope: Frame, name: string): boolean {
  if (name.startsWith('self.')) return classFrame(m.frame)?.cls === (scope.kind === 'class' ? scope.cls : classFrame(scope)?.cls);
  const owner = functionOf(scope);
  return owner === undefined || contains(owner, m.frame);
}

function sharedLoop(a: Frame, b: Frame): boolean {
  for (let f: Frame | undefined = a; f; f = f.parent) if (f.kind === 'loop' && contains(f, b)) return true;
  return false;
}
