/**
 * Agents that a server runs: LangGraph's from `langgraph.json`, a registry. The workspace makes and names them at the top level of a module, and nothing
 * in it uses that name, so there is no other call to show what they cost.
 */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { isTestPath } from '../program/test-paths.ts';
import type { UnitIndex } from '../program/unit-index.ts';
import { someExpr } from '../program/visit.ts';

/** True when the call makes such an agent. */
export function isLeftToServer(call: CallExpr, index: UnitIndex, evaluator: Evaluator): boolean {
  const { path, language } = index.unit;
  const exported = [...index.exports].filter(([, e]) => e.kind === 'value' && made(e.value) === call).map(([name]) => name);
  const name = nameOf(call, index);
  if (name !== undefined) {
    if (isUsed(name, index)) return false;
    for (const [as, e] of index.exports)
      if ((e.kind === 'local' && e.name === name) || (e.kind === 'value' && e.value.kind === 'name' && e.value.name === name)) exported.push(as);
    // What a Python module names can be had by that name.
    if (language === 'python' && !path.endsWith('.ipynb')) exported.push(name);
  }
  return exported.length > 0 && !isImported(exported, index, evaluator);
}

const made = (expr: Expr | undefined): Expr | undefined => (expr?.kind === 'await' ? expr.value : expr);

/** The name at the top level of the module that stands for what the call makes, and for nothing else. */
function nameOf(call: CallExpr, index: UnitIndex): string | undefined {
  for (const [name, definitions] of index.root.definitions) {
    const [only, more] = definitions;
    if (only && !more && only.frame.kind === 'module' && only.path.length === 0 && made(only.value) === call) return name;
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
  const isTest = (file: string): boolean => isTestPath(file.slice(program.root.length));
  return program.importers(path).some((importer) => {
    if (isTest(importer) && !isTest(path)) return false;
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
