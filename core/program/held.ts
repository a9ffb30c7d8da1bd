/** Clients, chats and agents that a table holds, by a key that is only known while the program runs: `chats[user]`, `sessions.get(id)`. */
import type { CallExpr, Expr } from '../frontends/source-unit.ts';
import type { Span } from '../model.ts';
import { choice } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Env, ExternalValue, Value } from './values.ts';
import { placeOf } from './visit.ts';

/** Of these values the objects of an SDK or of the workspace; other values say nothing of what is found. */
export function objectsOf(evaluator: Evaluator, values: readonly Value[], span: Span, env: Env): Value | undefined {
  const flat = values.flatMap((v) => (v.kind === 'choice' ? v.options : [v]));
  const objects = flat.filter((v) => v.kind === 'instance' || (v.kind === 'external' && evaluator.program.isSdkModule(v.module) !== undefined));
  return objects.length > 0 ? choice(objects, evaluator.at(span, env)) : undefined;
}

/** `chats[user]` of a dict that statements fill, or of a `defaultdict`. */
export function heldAt(evaluator: Evaluator, table: Value, span: Span, env: Env): Value | undefined {
  if (table.kind === 'external') return made(evaluator, table, span, env);
  if (table.kind !== 'object') return undefined;
  const values = table.added.flatMap((a) => (a.value ? [evaluator.evaluate(a.value, a.env)] : []));
  return objectsOf(evaluator, values, span, env);
}

/** `defaultdict(lambda: model.start_chat())`. */
function made(evaluator: Evaluator, { module, signature, calls }: ExternalValue, span: Span, env: Env): Value | undefined {
  const last = calls.at(-1);
  const factory = module === 'collections' && signature === 'defaultdict()' ? last?.call.args[0] : undefined;
  const value = factory && last && evaluator.evaluate(factory.value, last.env);
  return value?.kind === 'function' ? objectsOf(evaluator, [evaluator.returns(value, undefined)], span, env) : undefined;
}

/** `chats.setdefault(user, model.start_chat())`, `chats.get(user)`, `sessions.get(id)` of a Map. */
export function heldBy(
  evaluator: Evaluator,
  { callee, args }: CallExpr & { readonly callee: Expr & { kind: 'member' } },
  span: Span,
  env: Env,
): Value | undefined {
  if (callee.name === 'setdefault') return args[1] && objectsOf(evaluator, [evaluator.evaluate(args[1].value, env)], span, env);
  if (callee.name !== 'get') return undefined;
  const table = evaluator.evaluate(callee.object, env);
  return table.kind === 'external' && /^(Weak)?Map\(\)$/.test(table.signature)
    ? ofMap(evaluator, callee.object, span, env)
    : heldAt(evaluator, table, span, env);
}

function ofMap(evaluator: Evaluator, map: Expr, span: Span, env: Env): Value | undefined {
  const place = placeOf(map);
  const values = (env.index.callsByName.get('set') ?? []).flatMap(({ call, frame }) => {
    const isSame = call.callee.kind === 'member' && place !== undefined && placeOf(call.callee.object) === place;
    return isSame && call.args[1] ? [evaluator.evaluate(call.args[1].value, { ...env, frame })] : [];
  });
  return objectsOf(evaluator, values, span, env);
}
