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

/** Files that may extend a class of another file. */
const MAX_SUBCLASS_FILES = 8;
const MAX_SUBCLASSES = 4;

/** Classes that extend one, in its file and in those that import it, as far as they have something of that name. */
export function subclassesWith(evaluator: Evaluator, { cls, env }: Pick<ClassValue, 'cls' | 'env'>, name: string): readonly InstanceValue[] {
  const { program } = evaluator;
  const { path } = env.index.unit;
  const importers = program.importers(path).filter((p) => program.read(p)?.includes(`(${cls.name}`) && program.read(p)?.includes(name));
  const found: InstanceValue[] = [];
  for (const file of [path, ...importers.slice(0, MAX_SUBCLASS_FILES)]) {
    const index = program.unit(file);
    for (const info of index?.classes.values() ?? []) {
      if (!index || info.cls === cls || info.cls.bases.length === 0 || found.length >= MAX_SUBCLASSES) continue;
      if (!info.methods.has(name) && !info.attributes.has(name)) continue;
      const own: Env = { index, frame: info.frame.parent ?? info.frame };
      if (bases(evaluator, info.cls, own).some((b) => b.kind === 'class' && b.cls === cls))
        found.push({ kind: 'instance', cls: info.cls, env: own, at: evaluator.at(info.cls, own) });
    }
  }
  return found;
}

/** `raise NotImplementedError`, `...`, `pass`: what a subclass is there to fill in. */
export const isLeftOpen = ({ body, decorators }: Fn): boolean =>
  decorators.some((d) => /(^|\.)abstract(method|property)$/.test(dotted(d) ?? '')) ||
  (body.statements.length > 0 &&
    body.statements.every((s) => s.kind === 'raise' || (s.kind === 'expr' && /^(string|other)$/.test(s.value.kind))) &&
    body.statements.some((s) => s.kind === 'raise'));

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
