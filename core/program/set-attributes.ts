/** Attributes that a class takes over from a table: `for key, value in DEFAULTS.items(): setattr(self, key, value)`, `self.__dict__.update(options)`. */
import type { Expr } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { choice, isAbsent, reword } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import { classFrame, enclosing, functionOf } from './frames.ts';
import type { ClassInfo, Frame } from './unit-index.ts';
import type { Env, InstanceValue, Value } from './values.ts';

/** A table, and how the names of attributes are made from its keys. */
interface Source {
  readonly table: Expr;
  readonly frame: Frame;
  readonly keys: (attribute: string) => readonly string[];
  /** Variables of the environment win over what the table has. */
  readonly environment: boolean;
}

/** What the tables have under the name; undefined where the class takes over none, or none that has it. */
export function takenOver(evaluator: Evaluator, instance: InstanceValue, info: ClassInfo, name: string, span: Span): Value | undefined {
  const found = sourcesOf(instance, info).flatMap(({ table, frame, keys, environment }) => {
    const inside = functionOf(frame);
    const args = inside?.fn.name === '__init__' && instance.made ? new Map([[inside.fn, { ...instance.made }]]) : undefined;
    const env: Env = { index: instance.env.index, frame, self: instance, ...(args && { args }) };
    const value = evaluator.evaluate(table, env);
    return keys(name).flatMap((key) => {
      const entry = evaluator.property(value, key, span, env);
      return isAbsent(entry) ? [] : [reword(entry, environment ? 'env-default' : 'default')];
    });
  });
  return found.length > 0 ? choice(found, evaluator.at(span, instance.env)) : undefined;
}

function sourcesOf({ env: { index } }: InstanceValue, info: ClassInfo): readonly Source[] {
  const isOwn = (frame: Frame): boolean => classFrame(frame)?.cls === info.cls;
  const loops = (index.callsByName.get('setattr') ?? []).flatMap(({ call, frame }): readonly Source[] => {
    const loop = isOwn(frame) ? enclosing(frame, 'loop') : undefined;
    const [object, key] = call.args;
    const { iterable, target } = loop?.loop ?? {};
    if (!loop || !iterable || !isName(object?.value, 'self') || target?.kind !== 'array') return [];
    const [variable] = target.items;
    const keys = variable?.kind === 'name' && key ? keysBy(key.value, variable.name) : undefined;
    const table =
      iterable.kind === 'call' && iterable.callee.kind === 'member' && iterable.callee.name === 'items' ? iterable.callee.object : undefined;
    const written = index.unit.text.slice(loop.loop.start, loop.loop.end);
    return keys && table ? [{ table, frame: loop.parent ?? frame, keys, environment: /\b(environ|getenv)\b/.test(written) }] : [];
  });
  const updates = (index.mutations.get('self.__dict__') ?? []).flatMap(({ kind, key, value, frame }): readonly Source[] =>
    kind === 'extend' && key === undefined && value && isOwn(frame) ? [{ table: value, frame, keys: (name) => [name], environment: false }] : [],
  );
  return [...loops, ...updates];
}

const isName = (expr: Expr | undefined, name: string): boolean => expr?.kind === 'name' && expr.name === name;

/** The keys that give an attribute its name: `key` itself, `key.lower()`. */
function keysBy(expr: Expr, variable: string): Source['keys'] | undefined {
  if (isName(expr, variable)) return (name) => [name];
  const isCase =
    expr.kind === 'call' && expr.callee.kind === 'member' && /^(lower|upper)$/.test(expr.callee.name) && isName(expr.callee.object, variable);
  return isCase ? (name) => [name.toUpperCase(), name.toLowerCase()] : undefined;
}
