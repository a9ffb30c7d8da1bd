/** Questions about what stands around a node. */
import type { Frame, FrameOf } from './unit-index.ts';

/** The nearest frame of a kind, the given one included. */
export function enclosing<K extends Frame['kind']>(frame: Frame | undefined, kind: K): FrameOf<K> | undefined {
  for (let f = frame; f; f = f.parent) if (f.kind === kind) return f as FrameOf<K>;
  return undefined;
}

/** The class whose method (or body) the frame lies in; functions nested in methods count, nested classes start anew. */
export function classFrame(frame: Frame | undefined): FrameOf<'class'> | undefined {
  return enclosing(frame, 'class');
}

/** True when `outer` is `inner` or stands around it. */
export function contains(outer: Frame, inner: Frame | undefined): boolean {
  for (let f = inner; f; f = f.parent) if (f === outer) return true;
  return false;
}

/** The function frame a frame runs in; undefined at module or class level. */
export function functionOf(frame: Frame | undefined): FrameOf<'function'> | undefined {
  for (let f = frame; f; f = f.parent) {
    if (f.kind === 'function') return f;
    if (f.kind === 'class') return undefined;
  }
  return undefined;
}
