/**
 * Agents that code hands to a server of the framework by a name, `new Mastra({ agents: { clerk } })`. The server runs them for whoever asks; they count where
 * no code of the workspace runs them itself.
 */
import { unitsAround } from '../program/around.ts';
import type { Evaluator } from '../program/evaluate.ts';
import type { CallInfo, UnitIndex } from '../program/unit-index.ts';
import type { Env, Value } from '../program/values.ts';
import { leafName } from '../program/visit.ts';
import type { CallSpec } from '../sdks/sdk.ts';

/** Whether a server gets what the call makes, and nothing else runs it. */
export function isRegistered({ call }: CallInfo, index: UnitIndex, evaluator: Evaluator, server: NonNullable<CallSpec['server']>): boolean {
  const isMade = (value: Value): boolean =>
    value.kind === 'choice' ? value.options.some(isMade) : value.kind === 'external' && value.calls.some((c) => c?.call === call);
  const units = unitsAround(evaluator.program, index);
  const runs = units.some((unit) =>
    server.runs.some((name) =>
      (unit.callsByName.get(name) ?? []).some(
        ({ call: { callee }, frame }) => callee.kind === 'member' && isMade(evaluator.evaluate(callee.object, { index: unit, frame })),
      ),
    ),
  );
  if (runs) return false;
  for (const unit of units) {
    for (const info of unit.callsByName.get(server.made) ?? []) {
      const env: Env = { index: unit, frame: info.frame };
      const agents = evaluator.argument({ call: info.call, env }, server.agents, undefined);
      const key = agents && keyOf(agents, evaluator, isMade);
      if (key !== undefined) return !isAskedFor(key, evaluator, unit, server);
    }
  }
  return false;
}

/** Under which name a table or list of agents holds it. */
function keyOf(agents: Value, evaluator: Evaluator, isMade: (value: Value) => boolean): string | undefined {
  if (agents.kind === 'array') return agents.items.some((i) => isMade(i.value)) ? '' : undefined;
  if (agents.kind !== 'object') return undefined;
  return agents.expr.entries.find((e) => isMade(evaluator.evaluate(e.value, agents.env)))?.key;
}

/** `mastra.getAgent('clerk')` in a file around the one with the server. */
function isAskedFor(key: string, { program }: Evaluator, home: UnitIndex, { asked }: NonNullable<CallSpec['server']>): boolean {
  if (asked === undefined) return false;
  const imported = home.imports.flatMap(({ module, level }) => {
    const found = program.resolver.resolve(home.unit.path, home.unit.language, module, level);
    return found.kind === 'file' ? [found.path] : [];
  });
  return [home.unit.path, ...imported, ...program.importers(home.unit.path)].some((file) => {
    const unit = program.read(file)?.includes(asked) ? program.unit(file) : undefined;
    return (unit?.calls ?? []).some(
      ({ call }) => leafName(call.callee)?.startsWith(asked) && call.args[0]?.value.kind === 'string' && call.args[0].value.value === key,
    );
  });
}
