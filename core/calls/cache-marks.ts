/** Cache marks as code writes them: on a block or message, or somewhere in the files that a call is made of. */
import type { CacheMark } from '../model.ts';
import type { UnitIndex } from '../program/unit-index.ts';
import type { Value } from '../program/values.ts';
import type { ProgramView } from '../program/view.ts';
import type { SegmentContext } from './segments.ts';

/** The mark that a block, message or tool carries. */
export function markOf({ evaluator, at }: SegmentContext, value: Value): CacheMark | undefined {
  if (value.kind !== 'object') return undefined;
  const get = (key: string) => evaluator.property(value, key, at, value.env);
  const direct = get('cache_control');
  const nested = ['providerOptions', 'experimental_providerMetadata', 'providerMetadata'].map(get).find((v) => v.kind === 'object');
  const anthropic = nested ? evaluator.property(nested, 'anthropic', at, value.env) : undefined;
  const found =
    direct.kind === 'object'
      ? direct
      : anthropic?.kind === 'object'
        ? ['cacheControl', 'cache_control'].map((k) => evaluator.property(anthropic, k, at, value.env)).find((v) => v.kind === 'object')
        : undefined;
  if (!found) return undefined;
  const ttl = evaluator.property(found, 'ttl', at, value.env);
  const life =
    ttl.kind === 'const' && (ttl.value === '1h' || ttl.value === '5m')
      ? ttl.value
      : ttl.kind === 'unknown' && ttl.why === 'absent'
        ? '5m'
        : 'unknown';
  return { ttl: life, at: found.at };
}

/** Cache marks in files that the call was derived from, other than those `beside`. */
export function filesMentionMarks(program: ProgramView, paths: readonly string[], beside: readonly CacheMark[]): boolean {
  return paths
    .filter((p) => /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|py)$/.test(p))
    .slice(0, 20)
    .some((p) => {
      const index = program.unit(p);
      return index !== undefined && mentionsMarks(index, beside);
    });
}

const WORDS = /cache_?control|cache_?point|prompt_?cach/gi;
/** `"cache_control": ` before what it is given. */
const MAX_KEY = 40;

/** Offsets, by file: each is asked about for every call that reads it. */
const mentions = new WeakMap<UnitIndex, readonly number[]>();

/** The words of cache marks stand somewhere in the file, and not as the key of a mark that is in `beside`. */
export function mentionsMarks(index: UnitIndex, beside: readonly CacheMark[]): boolean {
  const { path, text } = index.unit;
  const found = mentions.get(index) ?? [...text.matchAll(WORDS)].map((match) => match.index);
  mentions.set(index, found);
  return found.some((offset) => !beside.some(({ at }) => at.path === path && offset >= at.start - MAX_KEY && offset < at.end));
}
