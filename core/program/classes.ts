/** Classes of the workspace: their bases, their constructors, and the object that `self` and `this` stand for. */
import type { ClassStmt, Fn } from '../frontends/source-unit.ts';
import type { Evaluator } from './evaluate.ts';
import { classFrame, functionOf } from './frames.ts';
import type { CallInfo, ClassInfo, UnitIndex } from './unit-index.ts';
import type { ClassValue, Env, InstanceValue, Value } from './values.ts';
import { dotted } from './visit.ts';

/** The object that `self` or `this` is at a place; undefined outside classes. */
export function instanceAt(evaluator: Evaluator, env: Env): InstanceValue | undefined {
  const frame = classFrame(env.frame);
  if (!frame) return undefined;
  if (env.self && (env.self.cls === frame.cls || inherits(evaluator, env.self, frame.cls))) return env.self;
  return { kind: 'instance', cls: frame.cls, env: { index: env.index, frame: frame.parent ?? frame }, at: evaluator.at(frame.cls, env) };
}

function inherits(evaluator: Evaluator, instance: InstanceValue, base: ClassStmt, depth = 0): boolean {
  if (depth > 4) return false;
  return bases(evaluator, instance.cls, instance.env).some(
    (b) => b.kind === 'class' && (b.cls === base || inherits(evaluator, { ...instance, cls: b.cls, env: b.env }, base, depth + 1)),
  );
}

/** The base classes; type arguments are left out. */
export function bases(evaluator: Evaluator, cls: ClassStmt, env: Env): readonly Value[] {
  return cls.bases.map((base) => evaluator.evaluate(base.kind === 'index' ? base.object : base, env));
}

const MAX_GENERATIONS = 4;

/** The classes of the workspace that a class extends, the nearest first. */
export function ancestors(evaluator: Evaluator, cls: ClassStmt, env: Env, depth = 0): readonly ClassValue[] {
  if (depth >= MAX_GENERATIONS) return [];
  return bases(evaluator, cls, env).flatMap((base) =>
    base.kind === 'class' && base.cls !== cls ? [base, ...ancestors(evaluator, base.cls, base.env, depth + 1)] : [],
  );
}

export const constructorOf = (info: ClassInfo): Fn | undefined => (info.methods.get('__init__') ?? info.methods.get('constructor'))?.def.fn;

/** `super(…)`, `super().__init__(…)` in a constructor. */
export function superCallsIn(unit: UnitIndex, fn: Fn): readonly CallInfo[] {
  const calls = fn.name === 'constructor' ? unit.callsByName.get('super') : unit.callsByName.get('__init__');
  return (calls ?? []).filter(
    (c) =>
      functionOf(c.frame)?.fn === fn &&
      (c.call.callee.kind === 'name' || (c.call.callee.kind === 'member' && dotted(c.call.callee.object) === 'super()')),
  );
}
