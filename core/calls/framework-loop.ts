/** The loop that an SDK or framework runs by itself around one call, and what bounds it. */
import { known, type LoopContext, unknown } from '../model.ts';
import type { Value } from '../program/values.ts';
import { familyOf, isMade, isMadeAnywhere } from '../sdks/registry.ts';
import type { LoopSpec } from '../sdks/sdk.ts';
import { numberOf } from './bounds.ts';
import { isGiven, locate, optionOf, type Subject } from './locate.ts';
import type { Match } from './match.ts';
import { boundByVersion, versionOf } from './versions.ts';

/** The loop that the SDK or framework runs by itself. */
export function frameworkLoop(match: Match, subject: Subject, tools: Value | undefined): LoopContext | undefined {
  const { spec, info, env } = match;
  const { loop, fields } = spec;
  if (!loop) return undefined;
  const at = subject.evaluator.at(info.call, env);
  const withoutTools =
    !tools ||
    (tools.kind === 'unknown' && tools.why === 'absent') ||
    (tools.kind === 'const' && tools.value === null) ||
    (tools.kind === 'array' && tools.items.every(({ value }) => isServed(value, loop, match)));
  if (loop.needsTools && withoutTools) return undefined;
  if (loop.needsCallables && !(tools?.kind === 'array' && tools.items.some(({ value }) => isCallable(value, match)))) return undefined;
  const off = locate(subject, loop.off);
  if (off?.kind === 'const' && off.value === true) return undefined;
  const option = loop.option ?? (typeof fields.bound === 'string' ? fields.bound : undefined);
  const byCondition = [fields.stop].flat().some((where) => where?.split('.').at(-1) === option);
  const base = { kind: 'framework' as const, at, grows: true, ...(option && { option, ...(byCondition && { byCondition: true as const }) }) };
  const perCall = loop.perCall ?? 1;
  const scaled = (n: number) => Math.max(1, Math.ceil(n / perCall)) + (loop.beside ?? 0);
  const given = locate(subject, fields.bound);
  const stop = locate(subject, fields.stop);
  const ended = stop && isGiven(stop) && loop.stops ? stopped(base, stop, loop.stops, subject, loop.beside ?? 0) : undefined;
  if (given && isGiven(given)) {
    const value = numberOf(given);
    // Whichever comes first ends the loop.
    if (ended?.bound.kind === 'known' && !(value !== undefined && scaled(value) < ended.bound.value)) return finish(ended);
    if (value === undefined)
      return {
        ...base,
        bound: given.kind === 'external' && /inf/i.test(given.signature) ? { kind: 'none', at: given.at } : unknown('dynamic', given.at),
        at: given.at,
      };
    if (!Number.isFinite(value) || (value === 0 && loop.zeroMeansNone)) return { ...base, bound: { kind: 'none', at: given.at }, at: given.at };
    return finish({ ...base, bound: known(scaled(value), given.at, given.kind === 'const' ? given.via : 'constant'), at: given.at });
  }
  if (given?.kind === 'const' && given.value === null) return { ...base, bound: { kind: 'none', at: given.at }, at: given.at };
  if (ended) return finish(ended);
  const hidden = loop.needsTools === true && tools?.kind === 'unknown' && tools.why === 'spread';
  if (hidden || (given?.kind === 'unknown' && given.why === 'spread') || (stop?.kind === 'unknown' && stop.why === 'spread'))
    return { ...base, bound: unknown('spread', at) };
  const { fallback } = loop;
  if (fallback === 'none') return { ...base, bound: { kind: 'none', at }, ...(loop.note && { note: loop.note }) };
  if (typeof fallback === 'number') return finish({ ...base, bound: known(scaled(fallback), at, 'default'), ...(loop.note && { note: loop.note }) });
  const version = versionOf((path) => subject.evaluator.program.read(path), env.index.unit.path, subject.evaluator.program.root, fallback.package);
  const { bound, note } = boundByVersion(fallback, version);
  return { ...base, bound: bound === 'none' ? { kind: 'none', at } : known(scaled(bound), at, 'default'), note };
}

/** A tool that the provider runs itself. */
const isServed = (tool: Value, { servedTools }: LoopSpec, { env }: Match): boolean =>
  servedTools !== undefined &&
  tool.kind === 'external' &&
  isMadeAnywhere(servedTools, tool.module, tool.signature, familyOf(env.index.unit.language));

function isCallable(value: Value, { bound, spec, env }: Match): boolean {
  if (value.kind === 'function') return true;
  const callables = spec.loop?.callables;
  return (
    callables !== undefined && value.kind === 'external' && isMade(bound, callables, value.module, value.signature, familyOf(env.index.unit.language))
  );
}

/** A bound of one step is no loop. */
const finish = (loop: LoopContext): LoopContext | undefined => (loop.bound.kind === 'known' && loop.bound.value <= 1 ? undefined : loop);

/** The bound that stop conditions give; undefined when they leave it to the fallback. */
function stopped(
  base: Omit<LoopContext, 'bound'>,
  stop: Value,
  stops: NonNullable<LoopSpec['stops']>,
  subject: Subject,
  beside: number,
): LoopContext | undefined {
  const conditions = stop.kind === 'array' ? stop.items.map((i) => i.value) : stop.kind === 'chain' ? stop.parts : [stop];
  let endless = conditions.length > 0;
  for (const condition of conditions) {
    if (condition.kind !== 'external') {
      endless = false;
      continue;
    }
    const made = condition.calls.at(-1);
    const name = condition.signature.slice(condition.signature.lastIndexOf('.') + 1);
    const counted = stops.counted.find((c) => (c.split(').')[0] ?? c).replace(/\)?$/, ')') === name);
    if (counted && made) {
      const option = counted.split(').')[1];
      const first = made.call.args[0];
      const steps = option ? optionOf(subject, made, option) : first && subject.evaluator.evaluate(first.value, made.env);
      if (!option || (steps && isGiven(steps))) {
        const value = steps && numberOf(steps);
        return {
          ...base,
          at: condition.at,
          bound:
            value !== undefined && Number.isFinite(value)
              ? known(value + beside, condition.at, 'literal')
              : value === undefined
                ? unknown('dynamic', condition.at)
                : { kind: 'none', at: condition.at },
        };
      }
    }
    endless &&= stops.endless.includes(name);
  }
  // Conditions that could not be followed may bound the loop.
  if (stops.otherwise === 'fallback')
    return conditions.some((c) => c.kind === 'unknown' || c.kind === 'choice') ? { ...base, bound: unknown('dynamic', stop.at) } : undefined;
  return endless ? { ...base, at: stop.at, bound: { kind: 'none', at: stop.at } } : { ...base, at: stop.at, bound: unknown('dynamic', stop.at) };
}
