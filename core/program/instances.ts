/** Attributes and methods of objects of workspace classes. */
import type { Fn } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { valueOfType } from './annotations.ts';
import { bases, constructorOf, subclassesWith, superCallsIn } from './classes.ts';
import { capStability, choice, reword } from './combine.ts';
import { conventional } from './conventions.ts';
import { assignedValue, withoutDeclarations } from './definitions.ts';
import type { Evaluator } from './evaluate.ts';
import { functionOf } from './frames.ts';
import { delegated } from './lazy.ts';
import { withMutations } from './mutations.ts';
import { takenOver } from './set-attributes.ts';
import type { ClassInfo, Definition, Frame } from './unit-index.ts';
import type { ClassValue, Env, FunctionValue, InstanceValue, Value } from './values.ts';
import { dotted } from './visit.ts';

/** `self.x`: a method, or what the class and its bases assign. */
export function attribute(evaluator: Evaluator, instance: InstanceValue, name: string, span: Span, env: Env, depth = 0): Value {
  const info = instance.env.index.classes.get(instance.cls);
  const method = info?.methods.get(name);
  if (method) return methodValue(evaluator, method.def, method.frame, instance, env, span);
  const made = info && instance.cls.decorators.length > 0 ? conventional(evaluator, instance, info, name, span, env) : undefined;
  if (made) return made;
  const definitions = info?.attributes.get(name);
  if (definitions?.length && info) return attributeValue(evaluator, definitions, name, instance, info, span, env);
  if (depth < 5) {
    for (const base of bases(evaluator, instance.cls, instance.env)) {
      if (base.kind === 'class') {
        const value = attribute(evaluator, asBase(instance, base, info), name, span, env, depth + 1);
        if (value.kind !== 'unknown' || value.why !== 'absent') return value;
      }
      if (base.kind === 'external' && base.module !== '<global>') {
        const signature = `${base.signature}().${name}`;
        return { kind: 'external', module: base.module, signature, calls: [...base.calls, instance.made], at: evaluator.at(span, env) };
      }
    }
  }
  return (
    (info && (takenOver(evaluator, instance, info, name, span) ?? delegated(evaluator, instance, info, name, span, env))) ??
    evaluator.unknown('absent', span, env, { cause: evaluator.cause('state', span, env) })
  );
}

/** An instance seen as one of its base class: the arguments are those that its own constructor hands on. */
function asBase(instance: InstanceValue, base: ClassValue, info: ClassInfo | undefined): InstanceValue {
  const { made, ...rest } = instance;
  const as = { ...rest, cls: base.cls, env: base.env };
  const own = info && constructorOf(info);
  if (!own || !made) return made ? { ...as, made } : as;
  const handed = superCallsIn(instance.env.index, own)[0];
  if (!handed) return as;
  return {
    ...as,
    made: { call: handed.call, env: { index: instance.env.index, frame: handed.frame, args: new Map([[own, { ...made }]]) } },
  };
}

/** `Settings(model='x')` of a dataclass or model: a class without a constructor takes its fields as arguments. */
function field(evaluator: Evaluator, instance: InstanceValue, name: string, info: ClassInfo): Value | undefined {
  const { made } = instance;
  if (!made || constructorOf(info) || instance.env.index.unit.language !== 'python') return undefined;
  const fields = [...info.attributes.values()].filter((d) => d[0]?.type).map((d) => d[0]?.name);
  const position = fields.indexOf(name);
  const value = evaluator.argument(made, name, position < 0 ? undefined : position);
  return value && reword(value, 'constant');
}

function methodValue(
  evaluator: Evaluator,
  def: { readonly fn: Fn; readonly accessor?: 'get' | 'set' },
  frame: Frame,
  instance: InstanceValue,
  env: Env,
  span: Span,
): Value {
  const methodEnv: Env = { index: instance.env.index, frame, self: instance };
  const value: FunctionValue = { kind: 'function', fn: def.fn, env: methodEnv, self: instance, at: evaluator.at(span, env) };
  const isProperty = def.accessor === 'get' || def.fn.decorators.some((d) => /(^|\.)(property|cached_property)$/.test(dotted(d) ?? ''));
  return isProperty ? evaluator.returns(value, undefined) : value;
}

function attributeValue(
  evaluator: Evaluator,
  definitions: readonly Definition[],
  name: string,
  instance: InstanceValue,
  info: ClassInfo,
  span: Span,
  env: Env,
): Value {
  const given = field(evaluator, instance, name, info);
  if (given) return given;
  const options: Value[] = [];
  for (const def of withoutDeclarations(definitions)) {
    if (def.kind === 'add') continue;
    const inside = functionOf(def.frame);
    const inConstructor = inside?.fn.name === '__init__' || inside?.fn.name === 'constructor';
    const args = inConstructor && instance.made && inside ? new Map([[inside.fn, { ...instance.made }]]) : undefined;
    const defEnv: Env = { index: instance.env.index, frame: def.frame, self: instance, ...(args && { args }) };
    const value = def.value ? assignedValue(evaluator, { ...def, type: def.type }, defEnv) : valueOfType(evaluator, def.type, defEnv);
    if (!value || (value.kind === 'const' && value.value === null && definitions.length > 1)) continue;
    options.push(inside === undefined ? capStability(value, 'per-process') : inConstructor ? capStability(value, 'per-run') : value);
  }
  const known = options.filter((o) => o.kind !== 'unknown' || isHandedIn(o));
  const base = choice(known.length > 0 ? known : options, evaluator.at(span, env));
  const settled =
    options.length === 0
      ? (setBySubclasses(evaluator, instance, name, span, env) ??
        evaluator.unknown('dynamic', span, env, { cause: evaluator.cause('state', span, env) }))
      : reword(base, readsEnvironment(info) ? 'env-default' : 'constant');
  return withMutations(evaluator, settled, `self.${name}`, info.frame, span, env);
}

/** `model: str` of a base class, to which its subclasses give a value. */
function setBySubclasses(evaluator: Evaluator, instance: InstanceValue, name: string, span: Span, env: Env): Value | undefined {
  if (instance.made || instance.env.index.unit.language !== 'python') return undefined;
  const values = subclassesWith(evaluator, instance, name).map((sub) => evaluator.member(sub, name, span, env));
  return values.length > 0 && values.every((v) => v.kind === 'const') ? choice(values, evaluator.at(span, env)) : undefined;
}

/** What the caller of a constructor may hand in, in place of what the class makes itself: `if client is None: … else: self.client = client`. */
const isHandedIn = (value: Value): boolean => value.kind === 'unknown' && value.parameter !== undefined;

/** A class whose fields are filled from environment variables. */
function readsEnvironment(info: ClassInfo): boolean {
  return info.cls.bases.some((b) => /(^|\.)BaseSettings$/.test(dotted(b) ?? ''));
}
