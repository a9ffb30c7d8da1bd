/** What a file that uses an SDK hands to others: clients, models, agents, functions that return one, classes that hold one. */
import type { ClassStmt, ImportStmt } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { Evaluator } from '../program/evaluate.ts';
import { PYTHON_LAZY_IMPORT } from '../program/import-names.ts';
import type { UnitIndex } from '../program/unit-index.ts';
import type { Env, FunctionValue, Value } from '../program/values.ts';
import type { ProgramView } from '../program/view.ts';
import { familyOf, isSdkModule } from '../sdks/registry.ts';

/** Steps of evaluation per file: what a file shares is mostly plain to see. */
const MAX_WORK = 3000;

/** Names of top-level definitions that other files can make billed calls with. Only what mentions an SDK import is evaluated, and callers are not looked for. */
export function sharedNames(index: UnitIndex, program: ProgramView, received: ReadonlySet<string>): ReadonlySet<string> {
  const evaluator = new Evaluator(program, { callers: false, work: MAX_WORK });
  const names = new Set<string>();
  const mention = mentions(index, received);
  const env: Env = { index, frame: index.module };
  for (const [name, definitions] of index.root.definitions) {
    for (const definition of definitions) {
      const span = definition.value ?? definition.fn ?? definition.cls;
      if (span ? !mention(span, names) : definition.kind !== 'import') continue;
      const value = evaluator.definition(definition, env);
      const isOne =
        value.kind === 'class'
          ? isSharedClass(value.cls, index, evaluator, (s) => mention(s, names))
          : isShared(value, evaluator, 0) || (value.kind === 'instance' && (names.has(value.cls.name) || received.has(value.cls.name)));
      if (isOne) names.add(name);
    }
  }
  for (const [name, entry] of index.exports)
    if (
      entry.kind === 'from' ||
      (entry.kind === 'value' && mention(entry.value, names) && isShared(evaluator.evaluate(entry.value, env), evaluator, 0))
    )
      names.add(name === 'default' ? '' : name);
  for (const [name, entry] of index.exports) if (entry.kind === 'local' && names.has(entry.name)) names.add(name === 'default' ? '' : name);
  for (const module of index.starExports) if (module) names.add('');
  return names;
}

/** Tests whether a stretch of text mentions an SDK import, something received from another file, or something that is already known to be shared. */
function mentions(index: UnitIndex, received: ReadonlySet<string>): (span: Span, known: ReadonlySet<string>) => boolean {
  const family = familyOf(index.unit.language);
  const fromSdk = (stmt: ImportStmt, imported: string) =>
    !stmt.typeOnly && (isSdkModule(stmt.module, family) ?? isSdkModule(`${stmt.module}.${imported}`, family)) !== undefined;
  const isReceived = (imported: string) => received.has('') || imported === '*' || received.has(imported);
  const locals = index.imports.flatMap((i) =>
    i.names.filter((n) => n.local !== '*' && (fromSdk(i, n.imported) || (received.size > 0 && isReceived(n.imported)))).map((n) => n.local),
  );
  const { text } = index.unit;
  const isLazy = text.includes('import_module(');
  return (span, known) => {
    const part = text.slice(span.start, span.end);
    return (
      locals.some((n) => part.includes(n)) ||
      [...known].some((n) => n !== '' && part.includes(n)) ||
      (isLazy && [...part.matchAll(PYTHON_LAZY_IMPORT)].some(([, module = '']) => isSdkModule(module, family) !== undefined))
    );
  };
}

/** One of its attributes is an SDK object, or it extends an SDK class. */
function isSharedClass(cls: ClassStmt, index: UnitIndex, evaluator: Evaluator, mention: (span: Span) => boolean): boolean {
  const info = index.classes.get(cls);
  if (!info) return false;
  const env: Env = { index, frame: info.frame };
  if (cls.bases.some((b) => isShared(evaluator.evaluate(b, env), evaluator, 0))) return true;
  const values = [...info.attributes.values()].flatMap((definitions) => definitions.filter((d) => d.kind === 'value' && d.value && mention(d.value)));
  return values.some((d) => {
    const value = d.value && evaluator.evaluate(d.value, { ...env, frame: d.frame });
    return value !== undefined && (isShared(value, evaluator, 0) || isModule(value));
  });
}

/** The module of an SDK, which the object loads when it is first used. */
const isModule = (value: Value): boolean => value.kind === 'external' && value.signature === '' && isSdkModule(value.module) !== undefined;

function isShared(value: Value, evaluator: Evaluator, depth: number): boolean {
  switch (value.kind) {
    case 'external':
      return isSdkModule(value.module) !== undefined && value.signature !== '';
    case 'chain':
      return value.parts.some((p) => isShared(p, evaluator, depth));
    case 'choice':
      return value.options.some((o) => isShared(o, evaluator, depth));
    case 'function':
      return depth < 2 && returnsShared(value, evaluator, depth + 1);
    case 'object':
      return depth < 2 && value.expr.entries.slice(0, 30).some((e) => isShared(evaluator.evaluate(e.value, value.env), evaluator, depth + 1));
    default:
      return false;
  }
}

/** A factory returns what it makes: texts, lists and sums need no look. */
function returnsShared({ fn, env }: FunctionValue, evaluator: Evaluator, depth: number): boolean {
  const typed = fn.returnType && evaluator.typed(fn.returnType, env);
  if (typed && isShared(typed, evaluator, depth)) return true;
  const returns = env.index.returns.get(fn) ?? [];
  return returns.some(
    ({ value, frame }) =>
      value &&
      /^(call|name|member|await|conditional)$/.test(value.kind) &&
      isShared(evaluator.evaluate(value, { index: env.index, frame }), evaluator, depth),
  );
}
