/** Destructuring: the part of a value that a pattern picks. */
import { choice } from './combine.ts';
import type { Evaluator } from './evaluate.ts';
import type { Definition } from './unit-index.ts';
import type { Env, Value } from './values.ts';

/** Follows a destructuring path into a value. */
export function partOf(evaluator: Evaluator, value: Value, def: Definition, env: Env): Value {
  // `model, cap = BIG if big else SMALL`: the part of each.
  if (value.kind === 'choice' && def.path.length > 0 && value.options.every((o) => o.kind === 'array' || o.kind === 'object')) {
    const parts = value.options.map((option) => partOf(evaluator, option, def, env));
    // `return None, None` of a helper that found nothing.
    const given = parts.filter((p) => p.kind !== 'const' || p.value !== null);
    return choice(given.length > 0 ? given : parts, value.at);
  }
  let current = value;
  for (const step of def.path) {
    if (typeof step === 'string' && step !== '*' && step !== '?')
      current = current.kind === 'external' ? evaluator.member(current, step, def.span, env) : evaluator.property(current, step, def.span, env);
    else if (typeof step === 'number' && current.kind === 'array' && current.items[step] && !current.items[step].many)
      current = current.items[step].value;
    else if (current.kind === 'external' && typeof step === 'number') current = { ...current, signature: `${current.signature}[]` };
    else return evaluator.unknown('dynamic', def.span, env);
  }
  return def.path.length > 0 && def.fallback && (current.kind === 'unknown' || current.kind === 'external')
    ? evaluator.fallback(current, def.fallback, env, evaluator.at(def.span, env))
    : current;
}
