/** Modules that Python code imports while it runs, and objects that hand on what is asked of them to such a module. */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import type { Evaluator } from './evaluate.ts';
import { externalImport } from './imports.ts';
import type { ClassInfo } from './unit-index.ts';
import type { Env, ExternalValue, InstanceValue, Value } from './values.ts';

/** `importlib.import_module('litellm')`: the module; undefined for other calls, and for a module that only the running program names. */
export function importedModule(evaluator: Evaluator, value: ExternalValue, expr: CallExpr, env: Env): Value | undefined {
  if (!/^(importlib:import_module|<global>:__import__)\(\)$/.test(`${value.module}:${value.signature}`)) return undefined;
  const [name] = expr.args;
  const module = name && evaluator.evaluate(name.value, env);
  if (module?.kind !== 'const' || typeof module.value !== 'string') return undefined;
  const at = evaluator.at(expr, env);
  const target = evaluator.program.isSdkModule(module.value, 'python')
    ? undefined
    : evaluator.program.resolver.resolve(env.index.unit.path, 'python', module.value, 0);
  const index = target?.kind === 'file' ? evaluator.program.unit(target.path) : undefined;
  return index ? { kind: 'module', index, at } : externalImport(module.value, '*', at);
}

/** `def __getattr__(self, name): return getattr(self._module, name)`: what the object does not have itself is that of another. Undefined without such a method. */
export function delegated(evaluator: Evaluator, instance: InstanceValue, info: ClassInfo, name: string, span: Span, env: Env): Value | undefined {
  const method = info.methods.get('__getattr__');
  if (!method) return undefined;
  const { index } = instance.env;
  const asked = method.def.fn.params.at(-1)?.target;
  const frame = index.frames.get(method.def.fn);
  if (asked?.kind !== 'name' || !frame) return undefined;
  for (const { value } of index.returns.get(method.def.fn) ?? []) {
    const owner = value && attributeOwner(value, asked.name);
    const found = owner && evaluator.member(evaluator.evaluate(owner, { index, frame, self: instance }), name, span, env);
    if (found && found.kind !== 'unknown') return found;
  }
  return undefined;
}

/** Of `getattr(owner, name)`, the owner. */
function attributeOwner(expr: Expr, name: string): Expr | undefined {
  if (expr.kind !== 'call' || expr.callee.kind !== 'name' || expr.callee.name !== 'getattr') return undefined;
  const [owner, asked] = expr.args;
  return asked?.value.kind === 'name' && asked.value.name === name ? owner?.value : undefined;
}
