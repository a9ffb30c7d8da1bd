/** How often a hole changes, seen from the loop that the call runs in. */
import { type Location, STABILITIES, type Stability } from '../model.ts';
import { contains, enclosing, functionOf } from '../program/frames.ts';
import type { CallInfo } from '../program/unit-index.ts';
import type { Env } from '../program/values.ts';

/** Holes made outside the loop that the call runs in change per run, not per call. */
export function settler(info: CallInfo, env: Env): (stability: Stability, at: Location) => Stability {
  const fn = functionOf(info.frame);
  const loop = enclosing(info.frame, 'loop');
  const inLoop = loop && functionOf(loop) === fn ? loop.loop : undefined;
  // What stands in another function may be called from within the loop.
  const aroundLoop = (at: Location): boolean => {
    for (const [other, frame] of env.index.frames) if (at.start >= other.start && at.end <= other.end && !contains(frame, info.frame)) return false;
    return true;
  };
  return (stability, at) => {
    if (!inLoop || STABILITIES.indexOf(stability) <= STABILITIES.indexOf('per-run')) return stability;
    const outside = at.path === env.index.unit.path && (at.end <= inLoop.start || at.start >= inLoop.end);
    return outside && aroundLoop(at) ? 'per-run' : stability;
  };
}
