/** Calls that wait for their turn at a rate limit: by priority, then by arrival; one that would come too late is told so at once. */
import { type RateNeed, type RateState, readyMs, take } from './rates.ts';

export type Priority = 'critical' | 'normal' | 'background';
const RANK: Readonly<Record<Priority, number>> = { critical: 0, normal: 1, background: 2 };

export interface Waiting {
  readonly id: string;
  readonly priority: Priority;
  readonly need: RateNeed;
  readonly queuedMs: number;
  /** Later than this is too late, ms since the epoch. */
  readonly deadlineMs: number;
}

/** In the order in which they are served. */
export type Queue = readonly Waiting[];

/** A call behind those of its priority and before the lower ones. */
export function enqueue(queue: Queue, waiting: Waiting): Queue {
  const at = queue.findIndex(({ priority }) => RANK[priority] > RANK[waiting.priority]);
  return at < 0 ? [...queue, waiting] : [...queue.slice(0, at), waiting, ...queue.slice(at)];
}

/** The client went away. */
export const dequeue = (queue: Queue, id: string): Queue => queue.filter((one) => one.id !== id);

export interface Drained {
  readonly queue: Queue;
  readonly rates: RateState;
  readonly granted: readonly string[];
  /** Their deadline has passed or cannot be met. */
  readonly expired: readonly string[];
  /** When to look again; undefined: nobody waits. */
  readonly wakeMs?: number;
}

/** Serves whoever may go now. The first in line is never passed by a smaller one behind it. */
export function drain(queue: Queue, rates: RateState, nowMs: number): Drained {
  const [granted, expired, rest]: [string[], string[], Waiting[]] = [[], [], []];
  let state = rates;
  let wakeMs: number | undefined;
  for (const one of queue) {
    const ready = readyMs(state, one.need, nowMs);
    if (one.deadlineMs < nowMs || ready > one.deadlineMs) expired.push(one.id);
    else if (rest.length > 0) rest.push(one);
    else {
      const taken = take(state, one.need, nowMs);
      if (taken.kind === 'wait') {
        rest.push(one);
        wakeMs = taken.untilMs;
      } else granted.push(one.id);
      state = taken.state;
    }
  }
  const next = rest.reduce((least, { deadlineMs }) => Math.min(least, deadlineMs), wakeMs ?? Number.POSITIVE_INFINITY);
  return { queue: rest, rates: state, granted, expired, ...(rest.length > 0 ? { wakeMs: next } : {}) };
}
