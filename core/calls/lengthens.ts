/** Lists that get longer while code runs. */
import { contains } from '../program/frames.ts';
import type { Frame, Mutation, UnitIndex } from '../program/unit-index.ts';
import { rootsOf } from './levels.ts';

const LENGTHENS = new Set<Mutation['kind']>(['append', 'extend', 'insert', 'add']);

/** A list that gets longer within a loop or function. */
export function lengthens(index: UnitIndex, root: string, within: Frame): boolean {
  return (index.mutations.get(root) ?? []).some((m) => contains(within, m.frame) && (LENGTHENS.has(m.kind) || isLonger(m, root)));
}

/** `messages = [...messages, answer]`. */
const isLonger = (m: Mutation, root: string): boolean =>
  m.kind === 'replace' &&
  m.value !== undefined &&
  rootsOf(m.value).has(root) &&
  (m.value.kind === 'array' || m.value.kind === 'binary' || m.value.kind === 'call');
