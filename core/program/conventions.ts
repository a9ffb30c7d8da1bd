/** Attributes that a decorator of a framework gives to a class: settings from a file, lists of what decorated methods make. */
import type { Span } from '../model.ts';
import type { Evaluator } from './evaluate.ts';
import { dirname, join } from './resolve.ts';
import type { ClassInfo } from './unit-index.ts';
import type { Env, InstanceValue, Value } from './values.ts';
import { dotted } from './visit.ts';

/** The attribute as the framework makes it; undefined for classes without such a decorator and for other attributes. */
export function conventional(evaluator: Evaluator, instance: InstanceValue, info: ClassInfo, name: string, span: Span, env: Env): Value | undefined {
  for (const decorator of instance.cls.decorators) {
    const made = evaluator.evaluate(decorator.kind === 'call' ? decorator.callee : decorator, instance.env);
    const convention = made.kind === 'external' ? evaluator.program.conventionOf(made.module, made.signature) : undefined;
    if (!convention) continue;
    const file = convention.files[name];
    if (file !== undefined) return settings(evaluator, info, name, file, instance, span, env);
    const maker = convention.collected[name];
    if (maker !== undefined) return collected(evaluator, instance, info, maker, span, env);
  }
  return undefined;
}

/** What the file says that the class names, or the one it has by convention. */
function settings(evaluator: Evaluator, info: ClassInfo, name: string, standard: string, instance: InstanceValue, span: Span, env: Env): Value {
  const written = info.attributes.get(name)?.find((d) => d.value)?.value;
  const value = written && evaluator.evaluate(written, { ...instance.env, frame: info.frame });
  const path = value?.kind === 'const' && typeof value.value === 'string' ? value.value : written ? undefined : standard;
  const index = path === undefined ? undefined : evaluator.program.unit(join(dirname(instance.env.index.unit.path), path));
  const root = index?.exports.get('default');
  return index && root?.kind === 'value' ? evaluator.evaluate(root.value, { index, frame: index.module }) : evaluator.unknown('config', span, env);
}

/** What the methods with the decorator return, in order. */
function collected(evaluator: Evaluator, instance: InstanceValue, info: ClassInfo, maker: string, span: Span, env: Env): Value | undefined {
  const at = evaluator.at(span, env);
  const methods = [...info.methods.values()].filter(({ def }) => def.fn.decorators.some((d) => leaf(dotted(d)) === maker));
  if (methods.length === 0) return undefined;
  const items = methods.map(({ def, frame }) => {
    const methodEnv: Env = { index: instance.env.index, frame, self: instance };
    return { value: evaluator.returns({ kind: 'function', fn: def.fn, env: methodEnv, self: instance, at }, undefined), many: false };
  });
  return { kind: 'array', items, at };
}

const leaf = (name: string | undefined): string | undefined => name?.slice(name.lastIndexOf('.') + 1);
