/**
 * Agents that a server runs: LangGraph's from `langgraph.json`, a registry. The workspace makes and names them at the top level of a module, or a function
 * returns them, and nothing in it uses that name or calls that function, so there is no other call to show what they cost.
 */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { contains, enclosing, functionOf } from '../program/frames.ts';
import type { CallInfo, UnitIndex } from '../program/unit-index.ts';
import type { ExternalCall, Value } from '../program/values.ts';
import { leafName, someExpr } from '../program/visit.ts';

/** What is called on such an agent before the server gets it (`transparent` names alone); undefined when the call makes none. */
export function leftToServer(
  info: CallInfo,
  index: UnitIndex,
  evaluator: Evaluator,
  transparent: readonly string[],
): readonly ExternalCall[] | undefined {
  const after = (value: Value): readonly ExternalCall[] | undefined => behind(value, info.call, transparent);
  return returned(info, index, evaluator, after) ?? named(info.call, index, evaluator, after);
}

type After = (value: Value) => readonly ExternalCall[] | undefined;

/** The calls behind the one that made a value. */
function behind(value: Value, call: CallExpr, transparent: readonly string[]): readonly ExternalCall[] | undefined {
  for (const one of value.kind === 'choice' ? value.options : [value]) {
    const at = one.kind === 'external' ? one.calls.findIndex((c) => c?.call === call) : -1;
    if (at < 0 || one.kind !== 'external') continue;
    const more = one.calls.slice(at + 1);
    if (more.every((c) => c !== undefined && transparent.includes(leafName(c.call.callee) ?? ''))) return more.flatMap((c) => c ?? []);
  }
  return undefined;
}

/** `def graph(config): return create_agent(…)`: a function that nobody calls returns it, and does not run it itself. */
function returned(info: CallInfo, index: UnitIndex, evaluator: Evaluator, after: After): readonly ExternalCall[] | undefined {
  const inside = functionOf(info.frame);
  if (!inside || !/^[a-z]/i.test(inside.fn.name) || inside.fn.decorators.length > 0 || functionOf(inside.parent) || enclosing(inside.parent, 'class'))
    return undefined;
  const { fn } = inside;
  if (evaluator.callersOf(fn, index).length > 0) return undefined;
  const runs = index.calls.some(({ call: { callee }, frame }) => {
    if (callee.kind !== 'member' || !contains(inside, frame)) return false;
    const on = evaluator.evaluate(callee.object, { index, frame });
    return after(on) !== undefined && /^a?(invoke|stream|batch|run|generate)/i.test(callee.name);
  });
  if (runs || (isEmpty(info.call) && (index.returns.get(fn)?.length ?? 0) > 1)) return undefined;
  for (const { value, frame } of index.returns.get(fn) ?? []) {
    const found = value && after(evaluator.evaluate(value, { index, frame }));
    if (found) return found;
  }
  return undefined;
}

/** `create_agent("", tools=[])`: stands for the agent while the server only asks what there is. */
const isEmpty = ({ args }: CallExpr): boolean =>
  args.every(({ value }) => (value.kind === 'string' && value.value === '') || (value.kind === 'array' && value.items.length === 0));

/** `graph = create_agent(…)` at the top of a module, used by nothing. */
function named(call: CallExpr, index: UnitIndex, evaluator: Evaluator, after: After): readonly ExternalCall[] | undefined {
  const { path, language } = index.unit;
  const made = (expr: Expr | undefined) => expr && after(evaluator.evaluate(expr, { index, frame: index.module }));
  const exports = [...index.exports].flatMap(([name, e]) => (e.kind === 'value' && holds(e.value, call) ? [{ name, calls: made(e.value) }] : []));
  const exported = exports.flatMap(({ name, calls }) => (calls ? [name] : []));
  const name = nameOf(call, index);
  const [definition] = name === undefined ? [] : (index.root.definitions.get(name) ?? []);
  const calls = made(definition?.value) ?? exports.find((e) => e.calls)?.calls;
  if (name !== undefined) {
    if (isUsed(name, index)) return undefined;
    for (const [as, e] of index.exports)
      if ((e.kind === 'local' && e.name === name) || (e.kind === 'value' && e.value.kind === 'name' && e.value.name === name)) exported.push(as);
    // What a Python module names can be had by that name.
    if (language === 'python' && !path.endsWith('.ipynb')) exported.push(name);
  }
  return exported.length > 0 && !isImported(exported, index, evaluator) ? calls : undefined;
}

const holds = (expr: Expr, call: CallExpr): boolean => expr.start <= call.start && call.end <= expr.end;

/** The name at the top level of the module that stands for what the call makes, and for nothing else. */
function nameOf(call: CallExpr, index: UnitIndex): string | undefined {
  for (const [name, definitions] of index.root.definitions) {
    const [only, more] = definitions;
    if (only?.value && !more && only.frame.kind === 'module' && only.path.length === 0 && holds(only.value, call)) return name;
  }
  return undefined;
}

function isUsed(name: string, index: UnitIndex): boolean {
  const exports = new Set([...index.exports.values()].flatMap((e) => (e.kind === 'value' ? [e.value] : [])));
  return someExpr(index.unit.body, (e) => e.kind === 'name' && e.name === name && !exports.has(e));
}

/** Another file imports one of the names, or the whole module, for more than its type. Tests do not count. */
function isImported(names: readonly string[], index: UnitIndex, evaluator: Evaluator): boolean {
  const { program } = evaluator;
  const { path } = index.unit;
  return program.importersInUse(path).some((importer) => {
    const unit = program.unit(importer);
    if (!unit) return false;
    const gets = (name: string, module: string, level = 0): boolean => {
      const target = program.resolver.resolve(importer, unit.unit.language, module, level);
      if (target.kind === 'file') return target.path === path && (name === '*' || names.includes(name));
      if (target.kind !== 'folder') return false;
      const inner = program.resolver.submodule(target.path, name);
      return inner.kind === 'file' && inner.path === path;
    };
    return (
      unit.imports.some((i) => !i.typeOnly && i.names.some((n) => gets(n.imported, i.module, i.level))) ||
      [...unit.exports.values()].some((e) => e.kind === 'from' && gets(e.name, e.module)) ||
      unit.starExports.some((module) => gets('*', module))
    );
  });
}
