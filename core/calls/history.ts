/** Lists of messages that grow from turn to turn. */
import type { CallSite } from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { contains, functionOf, type Mutation, reaching, type UnitIndex } from '../program/unit-index.ts';
import type { Level, Surroundings } from './loops.ts';

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
  const mutations = index.mutations.get(root) ?? [];
  const growth = mutations.find((m) => GROWTH.has(m.kind)) ?? mutations.find((m) => m.kind === 'replace' && m.value?.kind === 'array' && m.value.items.some((i) => i.kind === 'spread'));
  if (!growth) return undefined;
  const isAttribute = /^(self|this)\./.test(root);
  const definitions = reaching(root.split('.')[0] ?? root, level.info.frame, level.info.call.start);
  const definition = definitions.find((d) => d.kind !== 'add');
  const isModule = !root.includes('.') && definition !== undefined && functionOf(definition.frame) === undefined && functionOf(level.info.frame) !== undefined;
  const { session } = around;
  const inSession = session !== undefined && contains(session, growth.frame) && (isAttribute || !definition || !contains(session, definition.frame));
  const inRun = around.loops.some((l) => l.grows);
  if (!isAttribute && !isModule && !inSession && !inRun) return undefined;
  return {
    name: root,
    at: evaluator.at(definition?.span ?? growth.span, level.env),
    growsAt: evaluator.at(growth.span, level.env),
    trimmed: isTrimmed(index, root) || mutations.some((m) => m.kind === 'remove'),
    loop: isAttribute || isModule || inSession ? 'session' : 'run',
  };
}

const SHORTENS = 'trim|truncat|compact|summar|prune|shrink|limit|window|condense|reduce|clear|reset|cut|fit|compress|last|recent|evict|drop|keep';

const trimmed = new WeakMap<UnitIndex, Map<string, boolean>>();

/** The file shortens the list somewhere: a slice, a pop, a call whose name says so. */
function isTrimmed(index: UnitIndex, root: string): boolean {
  const known = trimmed.get(index) ?? new Map<string, boolean>();
  trimmed.set(index, known);
  const seen = known.get(root);
  if (seen !== undefined) return seen;
  const name = root.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const patterns = [
    `${name}\\s*\\[\\s*-?\\w*\\s*:`,
    `${name}\\.(slice|splice|pop|popleft|shift|clear)\\(`,
    `(?:${SHORTENS})\\w*\\([^)\\n]*${name}\\b`,
    `del\\s+${name}\\[`,
    `${name}\\s*=\\s*(?:await\\s+)?[\\w.]*(?:${SHORTENS})`,
    'maxlen\\s*=',
    'context_management|compaction_control|compactionControl|contextManagement',
  ];
  const found = new RegExp(patterns.join('|'), 'i').test(index.unit.text);
  known.set(root, found);
  return found;
}
