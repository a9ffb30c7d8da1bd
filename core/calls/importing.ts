/** What other files make of a file: that they import it, that a command of a framework runs what it holds. */
import type { Evaluator } from '../program/evaluate.ts';
import type { UnitIndex } from '../program/unit-index.ts';
import type { CallSpec } from '../sdks/sdk.ts';

/** Whether a file imports another one, itself or as a part of a package. */
export function importsFile(evaluator: Evaluator, unit: UnitIndex, target: UnitIndex): boolean {
  const { resolver } = evaluator.program;
  const { path, language } = unit.unit;
  return unit.imports.some((i) => {
    const found = resolver.resolve(path, language, i.module, i.level);
    if (found.kind === 'file' && found.path === target.unit.path) return true;
    return (
      found.kind === 'folder' &&
      i.names.some((n) => {
        const sub = resolver.submodule(found.path, n.imported);
        return sub.kind === 'file' && sub.path === target.unit.path;
      })
    );
  });
}

/** A command of the framework runs what the file holds, and no other code does. */
export function isHosted(evaluator: Evaluator, index: UnitIndex, { name, runners }: NonNullable<CallSpec['hosted']>): boolean {
  if (!index.root.definitions.has(name) || runners.some((r) => index.callsByName.has(r))) return false;
  const { program } = evaluator;
  return !program.importers(index.unit.path).some((path) => {
    const text = program.read(path) ?? '';
    if (program.isTest(path) || !runners.some((r) => text.includes(r))) return false;
    const unit = program.unit(path);
    return unit !== undefined && runners.some((r) => unit.callsByName.has(r)) && importsFile(evaluator, unit, index);
  });
}
