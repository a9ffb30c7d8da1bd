/** What a file that uses an SDK hands to others: clients, models, agents, functions that return one, classes that hold one. */
import type { ClassStmt } from '../frontends/source-unit.ts';
import { Evaluator, type ProgramView } from '../program/evaluate.ts';
import type { UnitIndex } from '../program/unit-index.ts';
import type { Env, Value } from '../program/values.ts';
import { isSdkModule } from '../sdks/registry.ts';

/** Names of top-level definitions that other files can make billed calls with. */
export function sharedNames(index: UnitIndex, program: ProgramView): ReadonlySet<string> {
  const evaluator = new Evaluator(program);
  const names = new Set<string>();
  const env: Env = { index, frame: index.module };
  for (const [name, definitions] of index.root.definitions) {
    for (const definition of definitions) {
      const value = evaluator.definition(definition, env);
      if (isShared(value, evaluator, 0)) names.add(name);
      if (value.kind === 'class') for (const attribute of sharedAttributes(value.cls, index, evaluator)) names.add(attribute);
    }
  }
  for (const [name, entry] of index.exports) if (entry.kind === 'from' || (entry.kind === 'value' && isShared(evaluator.evaluate(entry.value, env), evaluator, 0))) names.add(name === 'default' ? '' : name);
  for (const module of index.starExports) if (module) names.add('');
  return names;
}

/** The class name, when one of its attributes is an SDK object or it extends an SDK class. */
function sharedAttributes(cls: ClassStmt, index: UnitIndex, evaluator: Evaluator): readonly string[] {
  const info = index.classes.get(cls);
  if (!info) return [];
  const env: Env = { index, frame: info.frame };
  const held = [...info.attributes.values()].some((definitions) => definitions.some((d) => d.value !== undefined && d.kind === 'value' && isShared(evaluator.evaluate(d.value, { ...env, frame: d.frame }), evaluator, 0)));
  const extended = cls.bases.some((b) => isShared(evaluator.evaluate(b, env), evaluator, 0));
  return held || extended ? [cls.name] : [];
}

function isShared(value: Value, evaluator: Evaluator, depth: number): boolean {
  switch (value.kind) {
    case 'external':
      return isSdkModule(value.module) !== undefined && value.signature !== '';
    case 'chain':
      return value.parts.some((p) => isShared(p, evaluator, depth));
    case 'choice':
      return value.options.some((o) => isShared(o, evaluator, depth));
    case 'function':
      return depth < 2 && isShared(evaluator.returns(value, undefined), evaluator, depth + 1);
    case 'object':
      return depth < 2 && value.expr.entries.slice(0, 30).some((e) => isShared(evaluator.evaluate(e.value, value.env), evaluator, depth + 1));
    default:
      return false;
  }
}
