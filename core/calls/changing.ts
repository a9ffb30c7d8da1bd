/** What makes a value change, and how often. */

import { type Cause, STABILITIES, type Stability } from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { oncePer } from '../program/memo.ts';
import type { Value } from '../program/values.ts';
import { volatility, writesDateOnly } from '../program/volatile.ts';

export interface Change {
  readonly stability: Stability;
  readonly cause?: Cause;
}

const rank = (s: Stability): number => STABILITIES.indexOf(s);

const MAX_DEPTH = 4;

/** What was found of a value, by how deep it was met. */
type Found = WeakMap<Value, (Change | undefined)[]>;
const known = oncePer((_: Evaluator): Found => new WeakMap());

/** How often a value changes, and why; undefined when nothing in it is known to change. A history leads to the same values from each of its calls. */
export function changing(evaluator: Evaluator, value: Value, depth = 0): Change | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const found = known(evaluator);
  const byDepth = found.get(value) ?? [];
  if (depth in byDepth) return byDepth[depth];
  const change = changeOf(evaluator, value, depth);
  byDepth[depth] = change;
  found.set(value, byDepth);
  return change;
}

function changeOf(evaluator: Evaluator, value: Value, depth: number): Change | undefined {
  const worst = (values: readonly Value[]) =>
    values
      .map((v) => changing(evaluator, v, depth + 1))
      .reduce((a, b) => (!a ? b : !b ? a : rank(b.stability) > rank(a.stability) ? b : a), undefined as Change | undefined);
  switch (value.kind) {
    case 'unknown':
      return { stability: value.stability, ...(value.cause && { cause: value.cause }) };
    case 'text':
      return worst(value.parts);
    case 'choice':
      return worst(value.options);
    case 'array':
      return worst(value.items.map((i) => i.value));
    case 'object':
      return worst(value.expr.entries.slice(0, 40).map((e) => evaluator.evaluate(e.value, value.env)));
    case 'external': {
      const found = volatility(value);
      if (found) return { stability: found.stability, cause: { kind: found.kind, text: sourceText(evaluator, value), at: value.at, certain: true } };
      const made = value.calls.at(-1);
      const inner = made ? worst(made.call.args.map((a) => evaluator.evaluate(a.value, made.env))) : undefined;
      if (!inner?.cause?.certain) return undefined;
      const capped = value.limit && rank(value.limit) < rank(inner.stability) ? value.limit : inner.stability;
      return { ...inner, stability: inner.cause.kind === 'clock' && rank(capped) > rank('per-day') && writesDateOnly(value) ? 'per-day' : capped };
    }
    default:
      return undefined;
  }
}

/** What an expression that could not be followed most likely is, by its words. */
export function guess(evaluator: Evaluator, value: Value): Cause | undefined {
  if (value.kind !== 'external' && value.kind !== 'unknown' && value.kind !== 'instance') return undefined;
  const text = sourceText(evaluator, value);
  const kind: Cause['kind'] = /retriev|search|document|docs|chunk|context|passage|rag\b|fetch|read/i.test(text)
    ? 'retrieval'
    : /histor|messages|conversation|memory|turns/i.test(text)
      ? 'history'
      : 'input';
  return { kind, text, at: value.at, certain: false };
}

/** The source of a value in one line, for messages. */
export function sourceText(evaluator: Evaluator, value: Value): string {
  const unit = evaluator.program.unit(value.at.path);
  const text = unit?.unit.text.slice(value.at.start, value.at.end).replace(/\s+/g, ' ').trim() ?? '';
  const shown = text || (value.kind === 'external' ? value.signature : '');
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}
