/** Where calls lie on a time line. */
import type { CallEvent } from '../../core/protocol/gateway.ts';

const MAX_LANES = 6;

/** The lane of each call, which are in the order of their beginning: the first that is free then. */
export function lanesOf(calls: readonly Pick<CallEvent, 'at' | 'durationMs'>[]): readonly number[] {
  const freeAt: number[] = [];
  return calls.map(({ at, durationMs }) => {
    const free = freeAt.findIndex((end) => end <= at);
    const lane = free >= 0 ? free : Math.min(freeAt.length, MAX_LANES - 1);
    freeAt[lane] = Math.max(freeAt[lane] ?? 0, at + durationMs);
    return lane;
  });
}
