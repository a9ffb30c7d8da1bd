/** Names to the definitions that reach them, and definitions to values. */
import type { Span } from '../model.ts';
import { annotated, valueOfType } from './annotations.ts';
import { instanceAt } from './classes.ts';
import { capStability, choice, isNumber, isText, reword } from './combine.ts';
import { partOf } from './destructuring.ts';
import type { Evaluator } from './evaluate.ts';
import { functionOf } from './frames.ts';
import { externalImport } from './imports.ts';
import { oneOf } from './lists.ts';
import { withMutations } from './mutations.ts';
import { reaching } from './reaching.ts';
import { storedValue } from './stored.ts';
import type { Definition } from './unit-index.ts';
import type { Env, Value } from './values.ts';

/** Names of Python itself, which a star import does not bring. */
const BUILTINS =
  /^(str|int|float|bool|bytes|list|dict|tuple|set|frozenset|open|print|len|range|enumerate|zip|map|filter|sorted|reversed|min|max|sum|any|all|input|isinstance|getattr|setattr|hasattr|super|type|repr|iter|next|\w*(Error|Exception)|__\w+__)$/;

/** The value of a name where it is used. */
export function nameValue(evaluator: Evaluator, name: string, span: Span, env: Env): Value {
  const definitions = reaching(name, env.frame, span.start, env.index.unit.language === 'python', !env.index.unit.path.endsWith('.ipynb'));
  if (name === 'this' || ((name === 'self' || name === 'cls') && definitions.every((d) => d.kind === 'param'))) {
    const instance = instanceAt(evaluator, env);
    if (instance) return instance;
  }
  if (definitions.length > 0) return definedValue(evaluator, definitions, name, span, env);
  for (const stmt of env.index.imports) {
    if (!stmt.names.some((n) => n.imported === '*' && n.local === '*')) continue;
    const target = evaluator.program.resolver.resolve(env.index.unit.path, env.index.unit.language, stmt.module, stmt.level);
    const value = target.kind === 'file' ? evaluator.imports.exported(target.path, name) : undefined;
    if (value) return value;
    if (target.kind === 'package' && evaluator.program.isSdkModule(stmt.module) && !BUILTINS.test(name))
      return externalImport(stmt.module, name, evaluator.at(span, env));
  }
  return storedValue(evaluator, name, env) ?? { kind: 'external', module: '<global>', signature: name, calls: [], at: evaluator.at(span, env) };
}

/** The value of a name that has these definitions: one of them, with what `+=` and changes in place add. */
export function definedValue(evaluator: Evaluator, definitions: readonly Definition[], name: string, span: Span, env: Env): Value {
  const given = withoutDeclarations(definitions.filter((d) => d.kind !== 'add'));
  const options = onceMade(given, (d) => definitionValue(evaluator, d, env));
  const started = options.length === 0 ? evaluator.unknown('dynamic', span, env) : choice(options, evaluator.at(span, env));
  const base = extended(
    evaluator,
    started,
    definitions.filter((d) => d.kind === 'add'),
    span,
    env,
  );
  const first = definitions[0];
  return first ? withMutations(evaluator, base, name, first.frame, span, env) : base;
}

/** The values of definitions. `client: Client | None = None` until a function makes it: where the client is used, it is made. */
function onceMade(definitions: readonly Definition[], valueOf: (definition: Definition) => Value): readonly Value[] {
  const isMade = (v: Value): boolean => v.kind === 'external' || v.kind === 'instance';
  const values = definitions.map(valueOf);
  const set = values.filter((_, i) => definitions[i]?.outer);
  return set.some(isMade) ? [...values.filter((_, i) => !definitions[i]?.outer && definitions[i]?.value?.kind !== 'null'), ...set] : values;
}

/** A text with what `+=` puts behind it; a number that `+=` changes is not known. */
function extended(evaluator: Evaluator, base: Value, additions: readonly Definition[], span: Span, env: Env): Value {
  if (additions.length === 0) return base;
  if (isNumber(base)) return evaluator.unknown('dynamic', span, env);
  const texts = base.kind === 'choice' ? base.options : [base];
  if (!texts.every(isText)) return base;
  return {
    kind: 'text',
    at: base.at,
    parts: [
      base,
      ...additions.map((d) => (d.value ? definitionValue(evaluator, { ...d, kind: 'value' }, env) : evaluator.unknown('dynamic', d.span, env))),
    ],
  };
}

/** The value of one definition, seen from `env`. */
export function definitionValue(evaluator: Evaluator, def: Definition, env: Env): Value {
  const own: Env = { ...env, frame: def.frame };
  const value = assignedValue(evaluator, def, own);
  const inside = functionOf(env.frame);
  const outside = functionOf(def.frame);
  const settled = outside === undefined && inside !== undefined ? capStability(value, 'per-process') : value;
  return reword(settled, 'constant');
}

/** What a definition assigns, seen from inside its own frame. */
export function assignedValue(evaluator: Evaluator, def: Definition, env: Env): Value {
  switch (def.kind) {
    case 'import':
      return evaluator.imports.imported(def, env);
    case 'function':
      return def.fn ? { kind: 'function', fn: def.fn, env, at: evaluator.at(def.span, env) } : evaluator.unknown('dynamic', def.span, env);
    case 'class':
      return def.cls ? { kind: 'class', cls: def.cls, env, at: evaluator.at(def.span, env) } : evaluator.unknown('dynamic', def.span, env);
    case 'param':
      return evaluator.parameters.valueOf(def, env);
    case 'value':
    case 'add':
    case 'context': {
      if (!def.value) return valueOfType(evaluator, def.type, env) ?? evaluator.unknown(def.type ? 'dynamic' : 'absent', def.span, env);
      const value = partOf(evaluator, evaluator.evaluate(def.value, env), def, env);
      return annotated(evaluator, value, def.type, env);
    }
    case 'element': {
      if (!def.value) return evaluator.unknown('dynamic', def.span, env);
      const list = evaluator.evaluate(def.value, env);
      const loopCause = evaluator.cause('loop', def.span, env);
      return (
        oneOf(evaluator, list, def.span, env, (item) => partOf(evaluator, item, def, env)) ??
        evaluator.unknown('dynamic', def.span, env, { cause: loopCause })
      );
    }
    case 'other':
      return evaluator.unknown('dynamic', def.span, env);
  }
}

/** Declarations without a value do not count where another definition gives one: `let model;`. */
export function withoutDeclarations(definitions: readonly Definition[]): readonly Definition[] {
  const given = definitions.filter((d) => d.kind !== 'value' || d.value !== undefined);
  return given.length > 0 ? given : definitions;
}
