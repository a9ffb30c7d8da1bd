/** Fixtures of pytest: parameters of tests that functions of the same name fill, in the test's file or a `conftest.py` above it. */
import type { Fn } from '../frontends/source-unit.ts';
import { choice } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import { foldersUp } from './resolve.ts';
import type { Definition, UnitIndex } from './unit-index.ts';
import type { Env, Value } from './values.ts';
import { dotted } from './visit.ts';

/** More cases than this say no more than these. */
const MAX_CASES = 12;

/** What the fixture of a test's parameter returns; undefined for what is no test. */
export function fixtureFor(evaluator: Evaluator, def: Definition, fn: Fn, env: Env): Value | undefined {
  const { index } = env;
  const { path, language } = index.unit;
  if (language !== 'python' || !(/^test_/.test(fn.name) || isFixture(fn)) || !evaluator.program.isTest(path)) return undefined;
  const listed = parametrized(evaluator, def, fn, env);
  if (listed) return listed;
  for (const unit of candidates(evaluator, index)) {
    for (const found of unit.root.definitions.get(def.name) ?? []) {
      if (!found.fn || found.fn === fn || !isFixture(found.fn)) continue;
      return evaluator.returns(
        { kind: 'function', fn: found.fn, env: { index: unit, frame: found.frame }, at: evaluator.at(def.span, env) },
        undefined,
      );
    }
  }
  return undefined;
}

/** `@pytest.mark.parametrize("model", ["a", "b"])`: one of these. */
function parametrized(evaluator: Evaluator, def: Definition, fn: Fn, env: Env): Value | undefined {
  for (const decorator of fn.decorators) {
    if (decorator.kind !== 'call' || !/(^|\.)parametrize$/.test(dotted(decorator.callee) ?? '')) continue;
    const [names, values] = decorator.args.map((a) => evaluator.evaluate(a.value, { ...env, frame: def.frame.parent ?? def.frame }));
    const list = names?.kind === 'const' ? String(names.value).split(/\s*,\s*/) : [];
    const at = list.indexOf(def.name);
    if (at < 0 || values?.kind !== 'array' || values.items.length === 0 || values.items.length > MAX_CASES) continue;
    const cases = values.items.map(({ value }) => (list.length > 1 && value.kind === 'array' ? value.items[at]?.value : value));
    if (cases.every((c) => c?.kind === 'const')) return choice(cases as Value[], evaluator.at(def.span, env));
  }
  return undefined;
}

const isFixture = (fn: Fn): boolean => fn.decorators.some((d) => /(^|\.)fixture$/.test(dotted(d.kind === 'call' ? d.callee : d) ?? ''));

function* candidates(evaluator: Evaluator, index: UnitIndex): Iterable<UnitIndex> {
  yield index;
  const { program } = evaluator;
  for (const folder of foldersUp(index.unit.path, program.root)) {
    const unit = program.read(`${folder}/conftest.py`) === undefined ? undefined : program.unit(`${folder}/conftest.py`);
    if (unit && unit !== index) yield unit;
  }
}
