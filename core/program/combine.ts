/** Values put together, compared and marked: several into one, how a constant travelled, how often it may change. Nothing here evaluates. */
import { type Location, STABILITIES, type Stability, type Via } from '../model.ts';
import type { ConstValue, Value } from './values.ts';
import { volatility } from './volatile.ts';

/** More possible values than this say no more than these. */
const MAX_OPTIONS = 12;

/** One value for several: equal constants fold, nested choices flatten. */
export function choice(options: readonly Value[], at: Location): Value {
  const flat = options.flatMap((o) => (o.kind === 'choice' ? o.options : [o]));
  const distinct: Value[] = [];
  for (const option of flat) {
    const same = distinct.some(
      (d) =>
        d === option ||
        (d.kind === 'const' && option.kind === 'const' && d.value === option.value) ||
        (isAbsent(d) && isAbsent(option)) ||
        (d.kind === 'class' && option.kind === 'class' && d.cls === option.cls) ||
        (d.kind === 'external' &&
          option.kind === 'external' &&
          d.module === option.module &&
          d.signature === option.signature &&
          d.calls.every((made, i) => made?.call === option.calls[i]?.call)),
    );
    if (!same) distinct.push(option);
    if (distinct.length === MAX_OPTIONS) break;
  }
  const only = distinct.length === 1 ? distinct[0] : undefined;
  return only ?? { kind: 'choice', options: distinct, at };
}

/** One value that all agree on; undefined when they differ or one is unknown. */
export function agree(values: readonly Value[]): Value | undefined {
  const first = values[0];
  if (!first) return undefined;
  if (values.length === 1) return first.kind === 'unknown' ? undefined : reword(first, 'constant');
  if (values.every((v) => v.kind === 'const' && first.kind === 'const' && v.value === first.value)) return reword(first, 'constant');
  if (values.every((v) => v.kind === 'external' && first.kind === 'external' && v.module === first.module && v.signature === first.signature))
    return first;
  if (values.every((v) => v.kind === 'object' && first.kind === 'object' && v.expr === first.expr)) return first;
  if (values.length <= 4 && values.every((v) => v.kind === 'const' && typeof v.value === 'string' && v.value.length < 100))
    return choice(values, first.at);
  return undefined;
}

const VIA_ORDER: readonly Via[] = ['literal', 'constant', 'import', 'default', 'env-default'];

/** Records how a constant travelled: the more telling way wins. */
export function reword(value: Value, via: Via): Value {
  if (value.kind === 'choice') return { ...value, options: value.options.map((o) => reword(o, via)) };
  if (value.kind !== 'const') return value;
  return VIA_ORDER.indexOf(via) > VIA_ORDER.indexOf(value.via) ? { ...value, via } : value;
}

/** The value as seen from code that runs more often than the definition: a clock read at import is fixed for the process. */
export function capStability(value: Value, limit: Stability): Value {
  const cap = (s: Stability): Stability => (STABILITIES.indexOf(s) > STABILITIES.indexOf(limit) ? limit : s);
  switch (value.kind) {
    case 'unknown':
      return { ...value, stability: cap(value.stability) };
    case 'text':
      return { ...value, parts: value.parts.map((p) => capStability(p, limit)) };
    case 'choice':
      return { ...value, options: value.options.map((o) => capStability(o, limit)) };
    case 'external': {
      const changing = volatility(value);
      if (!changing) return value.calls.length > 0 ? { ...value, limit: value.limit ? cap(value.limit) : limit } : value;
      return {
        kind: 'unknown',
        why: 'dynamic',
        stability: cap(changing.stability),
        cause: { kind: changing.kind, text: value.signature, at: value.at, certain: true },
        at: value.at,
      };
    }
    default:
      return value;
  }
}

/** A value that a helper returned, with the place where the helper was called. */
export function through(value: Value, at: Location): Value {
  switch (value.kind) {
    case 'unknown':
    case 'external':
      return { ...value, through: at };
    case 'text':
      return { ...value, parts: value.parts.map((p) => through(p, at)) };
    case 'choice':
      return { ...value, options: value.options.map((o) => through(o, at)) };
    default:
      return value;
  }
}

/** An option as it is where nothing else is given: `config.get('model', 'gpt-5.4')` is its default. */
export function standing(value: Value): Value {
  if (value.kind === 'choice') return value.options.some((o) => standing(o) !== o) ? choice(value.options.map(standing), value.at) : value;
  return value.kind === 'unknown' && value.standard ? reword(value.standard, 'default') : value;
}

/** Surely not given, as opposed to given and not known. */
export const isAbsent = (value: Value): boolean => value.kind === 'unknown' && value.why === 'absent';

export const isNumber = (v: Value): v is ConstValue & { value: number } => v.kind === 'const' && typeof v.value === 'number';
export const isText = (v: Value): boolean => v.kind === 'text' || (v.kind === 'const' && typeof v.value === 'string');

/** Source text on one line, for messages. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
