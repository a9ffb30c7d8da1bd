/** How often a hole changes, seen from the loop that the call runs in. */

import type { LoopStmt } from '../frontends/source-unit.ts';
import { type Location, STABILITIES, type Stability } from '../model.ts';
import { contains, enclosing, functionOf } from '../program/frames.ts';
import type { Level } from './levels.ts';

/** Holes made outside the loop that the call runs in, also where a caller has that loop, change per run, not per call. */
export const settler =
  (levels: readonly Level[]) =>
  (stability: Stability, at: Location): Stability =>
    STABILITIES.indexOf(stability) > STABILITIES.indexOf('per-run') && levels.some((level) => isMadeBefore(level, at)) ? 'per-run' : stability;

function isMadeBefore(level: Level, at: Location): boolean {
  if (!standsIn(level, at)) return false;
  // Handed down into a loop.
  for (let below = level.below; below; below = below.below) if (loopOf(below)) return true;
  const loop = loopOf(level);
  return loop !== undefined && (at.end <= loop.start || at.start >= loop.end);
}

const loopOf = ({ info }: Level): LoopStmt | undefined => {
  const loop = enclosing(info.frame, 'loop');
  return loop && functionOf(loop) === functionOf(info.frame) ? loop.loop : undefined;
};

/** In the function of the level, or around it. What stands in another function may be called from within the loop. */
function standsIn({ info, env: { index } }: Level, at: Location): boolean {
  if (at.path !== index.unit.path) return false;
  for (const [fn, frame] of index.frames) if (at.start >= fn.start && at.end <= fn.end && !contains(frame, info.frame)) return false;
  return true;
}
