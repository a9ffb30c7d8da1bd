/** Comparison operators in the neutral form's spelling. */
import { nothing } from './python-context.ts';
import type { Expr } from './source-unit.ts';

const COMMON_SPELLING: Readonly<Record<string, string>> = { is: '==', 'is not': '!=', '<>': '!=', 'not in': 'in' };

/** One comparison; `not in` is a negated `in`. */
export function compare(written: string, left: Expr, right: Expr): Expr {
  const op = /\s/.test(written) ? written.split(/\s+/).join(' ') : written;
  const { start } = left;
  const { end } = right;
  const pair: Expr = { kind: 'binary', start, end, op: COMMON_SPELLING[op] ?? op, left, right };
  return op === 'not in' ? { kind: 'unary', start, end, op: 'not', operand: pair } : pair;
}

/** `a < b < c` as `a < b and b < c`. */
export function compareAll(first: Expr, rest: readonly Expr[], ops: readonly string[]): Expr {
  const pairs = rest.map((right, i) => {
    const left = i === 0 ? first : (rest[i - 1] as Expr);
    return compare(ops[i] ?? '', i === 0 || isPlain(left) ? left : nothing(left.end), right);
  });
  return pairs.reduce((left, right) => ({ kind: 'binary', start: first.start, end: right.end, op: 'and', left, right }));
}

/** A value may stand in two places only when nothing in it is counted. */
const isPlain = (e: Expr): boolean => e.kind === 'name' || e.kind === 'number' || e.kind === 'string' || (e.kind === 'member' && isPlain(e.object));
