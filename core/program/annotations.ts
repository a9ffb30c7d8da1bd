/** What type annotations tell where the value itself does not. */
import type { Expr } from '../frontends/source-unit.ts';
import type { Evaluator } from './evaluate.ts';
import { reaching } from './reaching.ts';
import type { Env, Value } from './values.ts';
import { dotted } from './visit.ts';

/** An instance of an outside or workspace class, when a type annotation names one. */
export function valueOfType(evaluator: Evaluator, type: Expr | undefined, env: Env): Value | undefined {
  if (!type) return undefined;
  if (type.kind === 'binary' && type.op === '|') return valueOfType(evaluator, type.left, env) ?? valueOfType(evaluator, type.right, env);
  if (type.kind === 'index') {
    const name = dotted(type.object);
    if (name === 'InstanceType' || name === 'ReturnType') return valueOfQuery(evaluator, name, type.index, env);
    return name && /(^|\.)(Optional|Annotated|Union|Final|ClassVar|Readonly|Required|NonNullable|Awaited|Promise|Awaitable|Coroutine)$/.test(name)
      ? valueOfType(evaluator, type.index, env)
      : valueOfType(evaluator, type.object, env);
  }
  if (type.kind === 'array') return type.items.map((t) => valueOfType(evaluator, t, env)).find((v) => v);
  if (type.kind !== 'name' && type.kind !== 'member') return undefined;
  const [alias, more] = type.kind === 'name' ? reaching(type.name, env.frame, type.start) : [];
  // `Client = Annotated[OpenAI, Depends(get_client)]`
  if (alias?.kind === 'value' && !more && alias.value?.kind === 'index') return valueOfType(evaluator, alias.value, { ...env, frame: alias.frame });
  const value = evaluator.evaluate(type, env);
  if (value.kind === 'external' && value.module !== '<global>' && value.signature !== '')
    return { ...value, signature: `${value.signature}()`, calls: [...value.calls, undefined] };
  const shape = type.kind === 'name' ? env.index.shapes.get(type.name) : undefined;
  if (shape && shape.kind === 'index') return valueOfType(evaluator, shape, { ...env, frame: env.index.module });
  if (value.kind === 'class') return { kind: 'instance', cls: value.cls, env: value.env, at: value.at };
  return undefined;
}

/** `InstanceType<typeof OpenAI>`, `ReturnType<typeof createContext>`. */
function valueOfQuery(evaluator: Evaluator, name: 'InstanceType' | 'ReturnType', query: Expr, env: Env): Value | undefined {
  if (query.kind !== 'unary' || query.op !== 'typeof') return undefined;
  const value = evaluator.evaluate(query.operand, env);
  if (name === 'InstanceType') return valueOfType(evaluator, query.operand, env);
  const made = value.kind === 'function' ? evaluator.returns(value, undefined) : undefined;
  return made?.kind === 'unknown' ? undefined : made;
}

/** A value that is not known by itself, by its type annotation. */
export function annotated(evaluator: Evaluator, value: Value, type: Expr | undefined, env: Env): Value {
  if (!type) return value;
  const isOpaque = value.kind === 'external' && evaluator.program.isSdkModule(value.module) === undefined;
  if (value.kind !== 'unknown' && !isOpaque && !(value.kind === 'const' && value.value === null)) return value;
  const typed = valueOfType(evaluator, type, env);
  if (!typed || (isOpaque && !(typed.kind === 'external' && evaluator.program.isSdkModule(typed.module)))) return value;
  return typed;
}
