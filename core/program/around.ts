/** What frameworks do with what a file makes stands in the files that import it. */
import type { Evaluator } from './evaluate.ts';
import { functionOf } from './frames.ts';
import type { Definition, UnitIndex } from './unit-index.ts';
import type { Env, Value } from './values.ts';
import type { ProgramView } from './view.ts';

/** The unit, those that import it, and those that import it from a file that only passes it on. Tests count for tests alone. */
export function unitsAround(program: ProgramView, index: UnitIndex): readonly UnitIndex[] {
  const { path } = index.unit;
  const near = program.importersInUse(path);
  const beyond = near.filter((file) => /\bexport\b.*\bfrom\b/.test(program.read(file) ?? '')).flatMap((file) => program.importers(file));
  return [index, ...[...new Set([...near, ...beyond])].flatMap((file) => (file === path ? [] : (program.unit(file) ?? [])))];
}

/** What a framework hands to a function that it is given: `createStep({ execute: async ({ mastra }) => … })`. The one that the workspace makes, if it does. */
export function handedIn(evaluator: Evaluator, def: Definition, env: Env): Value | undefined {
  const around = functionOf(def.frame)?.parent;
  const name = def.path.at(-1);
  if (around?.kind !== 'argument' || typeof name !== 'string' || def.param !== functionOf(def.frame)?.fn.params[0]) return undefined;
  const callee = evaluator.evaluate(around.call.callee, { index: env.index, frame: around.parent ?? around });
  const made = callee.kind === 'external' ? evaluator.program.handedBy(callee.module, callee.signature, name) : undefined;
  if (callee.kind !== 'external' || made === undefined) return undefined;
  for (const unit of unitsAround(evaluator.program, env.index))
    for (const { call, frame } of unit.callsByName.get(made) ?? []) {
      const value = evaluator.evaluate(call, { index: unit, frame });
      if (value.kind === 'external' && value.signature === `${made}()` && evaluator.program.isSdkModule(value.module)) return value;
    }
  return { kind: 'external', module: callee.module, signature: `${made}()`, calls: [undefined], at: evaluator.at(def.span, env) };
}
