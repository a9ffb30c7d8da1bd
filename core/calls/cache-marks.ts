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

/** Cache marks in a file that the call was derived from. */
export function filesMentionMarks(program: ProgramView, paths: readonly string[]): boolean {
  return paths
    .filter((p) => /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|py)$/.test(p))
    .slice(0, 20)
    .some((p) => {
      const index = program.unit(p);
      return index !== undefined && mentionsMarks(index);
    });
}

const marked = new WeakMap<UnitIndex, boolean>();

/** The words of cache marks stand somewhere in the file. */
export function mentionsMarks(index: UnitIndex): boolean {
  const seen = marked.get(index);
  if (seen !== undefined) return seen;
  const found = /cache_?control|cache_?point|prompt_?cach/i.test(index.unit.text);
  marked.set(index, found);
  return found;
}
