/** Lists of messages that grow from turn to turn. */
import type { CallSite } from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { classFrame, contains, functionOf } from '../program/frames.ts';
import { reaching } from '../program/reaching.ts';
import type { Mutation, UnitIndex } from '../program/unit-index.ts';
import { dotted, exprSome } from '../program/visit.ts';
import { isKept } from './kept.ts';
import type { Level } from './levels.ts';
import type { Surroundings } from './loops.ts';

/** The history that the call sends, when the code appends to it and it outlives one call. */
export function historyOf(evaluator: Evaluator, around: Surroundings): CallSite['history'] {
  for (const level of around.levels) {
    for (const root of level.roots) {
      const found = grows(evaluator, around, level, root);
      if (found) return found;
    }
  }
  return undefined;
}

const GROWTH = new Set<Mutation['kind']>(['append', 'extend', 'insert', 'add']);

function grows(evaluator: Evaluator, around: Surroundings, level: Level, root: string): CallSite['history'] {
  const { index } = level.env;
  const isAttribute = /^(self|this)\./.test(root);
  const base = root.split(/[.[]/)[0] ?? root;
  const definitions = reaching(base, level.info.frame, level.info.call.start);
  // A list of the same name in another function, or of another class that shares nothing with this one, is another list.
  const own = classFrame(level.info.frame)?.cls;
  const isOurs = (m: Mutation): boolean => {
    const other = classFrame(m.frame)?.cls;
    return !own || !other || other === own || other.bases.length > 0 || own.bases.length > 0;
  };
  const isSame = (m: Mutation) => (isAttribute ? isOurs(m) : reaching(base, m.frame, m.span.end).some((d) => definitions.includes(d)));
  const all = (index.mutations.get(root) ?? []).filter(isSame);
  // What a constructor or the module itself fills once does not grow.
  const mutations = all.filter((m) => (isAttribute ? !/^(__init__|constructor)$/.test(functionOf(m.frame)?.fn.name ?? '') : true));
  const growths = mutations.filter((m) => GROWTH.has(m.kind));
  const growth =
    growths.find((m) => functionOf(m.frame)) ??
    growths[0] ??
    mutations.find((m) => m.kind === 'replace' && m.value?.kind === 'array' && m.value.items.some((i) => i.kind === 'spread'));
  if (!growth) return undefined;
  const definition = definitions.find((d) => d.kind !== 'add');
  const startsAnew = madeHere(all, root, level) || (isAttribute && madeAbove(all, root, level, around.levels));
  const isShared = (isAttribute && !startsAnew) || (isKept(root, level) && (root === base || !startsAnew));
  const isModule =
    !root.includes('.') &&
    definition !== undefined &&
    functionOf(definition.frame) === undefined &&
    functionOf(level.info.frame) !== undefined &&
    functionOf(growth.frame) !== undefined;
  const { session } = around;
  const inSession = session !== undefined && contains(session, growth.frame) && (isShared || !definition || !contains(session, definition.frame));
  const inRun = around.loops.some((l) => l.grows);
  if (!isShared && !isModule && !inSession && !inRun) return undefined;
  return {
    name: root,
    at: evaluator.at(definition?.span ?? growth.span, level.env),
    growsAt: evaluator.at(growth.span, level.env),
    trimmed: isTrimmed(index, root) || mutations.some((m) => m.kind === 'remove'),
    loop: isShared || isModule || inSession ? 'session' : 'run',
  };
}

/** The function that sends the list makes it first. */
function madeHere(mutations: readonly Mutation[], root: string, level: Level): boolean {
  const { frame, call } = level.info;
  return mutations.some(
    (m) =>
      m.kind === 'replace' &&
      m.value &&
      functionOf(m.frame) === functionOf(frame) &&
      contains(m.frame, frame) &&
      m.span.start < call.start &&
      !exprSome(m.value, (e) => dotted(e) === root),
  );
}

/** Whoever starts the call makes the list first: `self.messages = []` in `run`, before the loop whose steps send it. */
function madeAbove(mutations: readonly Mutation[], root: string, level: Level, levels: readonly Level[]): boolean {
  const chain = (from: Level | undefined): readonly Level[] => (from ? [from, ...chain(from.below)] : []);
  const starts = levels.filter((l) => !levels.some((other) => other.below === l)).map(chain);
  const ours = starts.filter((c) => c.includes(level)).map((c) => c.slice(0, c.indexOf(level)));
  return ours.length > 0 && ours.every((c) => c.some((l) => l.env.index === level.env.index && madeHere(mutations, root, l)));
}

const SHORTENS = 'trim|truncat|compact|summar|prune|shrink|limit|window|condense|reduce|clear|reset|cut|fit|compress|last|recent|evict|drop|keep';

const trimmed = new WeakMap<UnitIndex, Map<string, boolean>>();

/** The file shortens the list somewhere: a slice, a pop, a call whose name says so. */
function isTrimmed(index: UnitIndex, root: string): boolean {
  const known = trimmed.get(index) ?? new Map<string, boolean>();
  trimmed.set(index, known);
  const seen = known.get(root);
  if (seen !== undefined) return seen;
  // `state.messages` is also written `state["messages"]`.
  const name = root.replace(/[*+?^${}()|[\]\\]/g, '\\$&').replace(/\.(\w+)/g, `(?:\\.$1|\\[["']$1["']\\])`);
  const patterns = [
    // A slice, but for copies of the whole: `history[:]`, `history[::-1]`.
    `${name}\\s*\\[(?!\\s*::?\\s*(?:-1\\s*)?\\])[^\\]"'\\n]*:`,
    `${name}\\.(slice|splice|pop|popleft|shift|clear)\\(`,
    `(?:${SHORTENS})\\w*\\([^)\\n]*${name}\\b`,
    `del\\s+${name}\\[`,
    `(?:this|self)\\.\\w*(?:${SHORTENS})\\w*(?:hist|messag|context|memor|convers)\\w*\\s*\\(`,
    `${name}\\s*=\\s*(?:await\\s+)?[\\w.]*(?:${SHORTENS})`,
    'maxlen\\s*=',
    'context_management|compaction_control|compactionControl|contextManagement',
  ];
  const found = new RegExp(patterns.join('|'), 'i').test(index.unit.text);
  known.set(root, found);
  return found;
}
