/** What code puts on an object from outside and reads from it again: `app.state.client = OpenAI()` of FastAPI, `Settings.llm = …`, `bot.llm = …`. */
import type { Span } from '../model.ts';
import { agree } from './combine.ts';
import { nameValue } from './definitions.ts';
import type { Evaluator } from './evaluate.ts';
import { objectsOf } from './held.ts';
import { oncePer } from './memo.ts';
import type { Mutation, UnitIndex } from './unit-index.ts';
import type { Env, ExternalValue, Value } from './values.ts';

/** Files that import a router are asked for what the application keeps. */
const MAX_IMPORTERS = 4;
const STATE = /(^|\.)state$/;

const isApplication = ({ module, signature }: ExternalValue): boolean => /^(fastapi|starlette)(\.|$)/.test(module) && STATE.test(signature);

/** Attributes and entries that the file sets on what has a name, by attribute. */
const setsOf = oncePer((index: UnitIndex): ReadonlyMap<string, readonly Mutation[]> => {
  const sets = new Map<string, Mutation[]>();
  for (const [root, mutations] of index.mutations) {
    if (/^(self|this|cls)(\.|$)/.test(root) || /[[(]/.test(root)) continue;
    for (const m of mutations) if (m.kind === 'set' && m.key !== undefined && m.value) sets.set(m.key, [...(sets.get(m.key) ?? []), m]);
  }
  return sets;
});

/** The client, model or object that was put there, or the constant; undefined where the code puts nothing there. */
export function keptOn(evaluator: Evaluator, owner: ExternalValue, name: string, span: Span, env: Env): Value | undefined {
  const values: Value[] = [];
  for (const index of filesOf(evaluator, owner, name, env)) {
    for (const m of setsOf(index).get(name) ?? []) {
      const at: Env = { index, frame: m.frame };
      if (m.value && isSame(owner, ownerOf(evaluator, m, at))) values.push(evaluator.evaluate(m.value, at));
    }
  }
  if (values.length === 0) return undefined;
  const object = objectsOf(evaluator, values, span, env);
  return object ?? (values.every((v) => v.kind === 'const') && !evaluator.program.isSdkModule(owner.module) ? agree(values) : undefined);
}

/** The file that reads it, the one that made the object, and of an application those that start it. */
function filesOf({ program }: Evaluator, owner: ExternalValue, name: string, { index }: Env): ReadonlySet<UnitIndex> {
  const files = new Set([index, ...owner.calls.flatMap((made) => made?.env.index ?? [])]);
  if (!isApplication(owner)) return files;
  const written = `.state.${name} =`;
  const starters = program.importers(index.unit.path).filter((path) => program.read(path)?.includes(written));
  for (const path of starters.slice(0, MAX_IMPORTERS)) {
    const unit = program.unit(path);
    if (unit) files.add(unit);
  }
  return files;
}

/** What the attribute is set on. */
function ownerOf(evaluator: Evaluator, { root, span }: Mutation, env: Env): Value {
  const [base = '', ...path] = root.split('.');
  return path.reduce((value, step) => evaluator.member(value, step, span, env), nameValue(evaluator, base, span, env));
}

/** The same object as far as the code tells: made by the same call, or only known by its type. The state of an application is one, whoever asks for it. */
function isSame(a: ExternalValue, b: Value): boolean {
  if (b.kind !== 'external') return false;
  if (isApplication(a) && isApplication(b)) return true;
  const [ours, theirs] = [a.calls.at(-1), b.calls.at(-1)];
  return a.module === b.module && a.signature === b.signature && (ours === undefined || theirs === undefined || ours.call === theirs.call);
}
