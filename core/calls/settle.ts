/** How often a hole changes, seen from the loop that the call runs in. */

import type { LoopStmt } from '../frontends/source-unit.ts';
import { type Location, STABILITIES, type Stability } from '../model.ts';
import { contains, enclosing, functionOf } from '../program/frames.ts';
import { firstFrom, oncePer } from '../program/memo.ts';
import type { Frame, FrameOf, UnitIndex } from '../program/unit-index.ts';
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
  const frames = inOrder(index);
  // Functions lie within each other: those around a place are the last that begins before it, and what stands around that one.
  for (let frame: Frame | undefined = frames[firstFrom(frames, at.start + 1, startOf) - 1]; frame; frame = frame.parent)
    if (frame.kind === 'function' && at.end <= frame.fn.end && !contains(frame, info.frame)) return false;
  return true;
}

const startOf = ({ fn }: FrameOf<'function'>): number => fn.start;

const inOrder = oncePer((index: UnitIndex): readonly FrameOf<'function'>[] => [...index.frames.values()].sort((a, b) => startOf(a) - startOf(b)));
