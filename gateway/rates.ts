/** Waiting one's turn: calls are held back, by priority, so that the provider's own rate limits are not run into. What is decided is in `core/budget`. */
import {
  correct,
  dequeue,
  drain,
  enqueue,
  learn,
  NO_RATES,
  type Priority,
  type Queue,
  type RateNeed,
  type RateState,
  readyMs,
  take,
} from '../core/budget/index.ts';
import { rateObservation } from '../core/wire/index.ts';

/** Passed, or how long to wait before another try, ms. */
export type Turn = { readonly kind: 'go' } | { readonly kind: 'late'; readonly retryAfterMs: number };

interface Lane {
  rates: RateState;
  queue: Queue;
  readonly waiting: Map<string, (turn: Turn) => void>;
  timer: NodeJS.Timeout | undefined;
}

export interface TurnRequest {
  readonly id: string;
  /** Provider, key and model: what the provider limits together. */
  readonly lane: string;
  readonly need: RateNeed;
  readonly priority: Priority;
  /** Longest wait, ms. */
  readonly patienceMs: number;
}

const GO: Turn = { kind: 'go' };
const MAX_LANES = 500;

export const priorityOf = (text: string | undefined): Priority => (text === 'critical' || text === 'background' ? text : 'normal');

export class RateGate {
  readonly #lanes = new Map<string, Lane>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Resolves when the call may go, or at once when it would be too late. `gone` ends the waiting. */
  enter({ id, lane: name, need, priority, patienceMs }: TurnRequest, gone: (leave: () => void) => void): Turn | Promise<Turn> {
    const lane = this.#lanes.get(name);
    if (!lane) return GO;
    const now = this.#now();
    if (lane.queue.length === 0) {
      const taken = take(lane.rates, need, now);
      lane.rates = taken.state;
      if (taken.kind === 'granted') return GO;
    }
    return new Promise((resolve) => {
      lane.waiting.set(id, resolve);
      lane.queue = enqueue(lane.queue, { id, priority, need, queuedMs: now, deadlineMs: now + patienceMs });
      gone(() => {
        lane.queue = dequeue(lane.queue, id);
        lane.waiting.get(id)?.(GO);
        lane.waiting.delete(id);
      });
      this.#pump(lane, need);
    });
  }

  /** What a response's headers say. */
  learn(name: string, rawHeaders: readonly string[], status: number): void {
    const said = rawHeaders.some((header, i) => i % 2 === 0 && /ratelimit|^retry-after/i.test(header));
    if (!said) return;
    const headers: Record<string, string> = {};
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers[(rawHeaders[i] ?? '').toLowerCase()] = rawHeaders[i + 1] ?? '';
    const lane = this.#lane(name);
    lane.rates = learn(lane.rates, rateObservation(headers, status, this.#now()), this.#now());
  }

  /** What the call really used in place of what it was thought to. */
  leave(name: string, taken: RateNeed, used: RateNeed): void {
    const lane = this.#lanes.get(name);
    if (!lane) return;
    lane.rates = correct(lane.rates, taken, used, this.#now());
    if (lane.queue.length > 0) this.#pump(lane, taken);
  }

  /** How many calls wait, by priority. */
  get waiting(): Record<Priority, number> {
    const waiting = { critical: 0, normal: 0, background: 0 };
    for (const { queue } of this.#lanes.values()) for (const { priority } of queue) waiting[priority] += 1;
    return waiting;
  }

  close(): void {
    for (const lane of this.#lanes.values()) {
      clearTimeout(lane.timer);
      for (const resolve of lane.waiting.values()) resolve({ kind: 'late', retryAfterMs: 1_000 });
    }
    this.#lanes.clear();
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known) return known;
    const idle = [...this.#lanes].find(([, { queue }]) => queue.length === 0);
    if (this.#lanes.size >= MAX_LANES && idle) this.#lanes.delete(idle[0]);
    const made: Lane = { rates: NO_RATES, queue: [], waiting: new Map(), timer: undefined };
    this.#lanes.set(name, made);
    return made;
  }

  #pump(lane: Lane, need: RateNeed): void {
    clearTimeout(lane.timer);
    const now = this.#now();
    const { queue, rates, granted, expired, wakeMs } = drain(lane.queue, lane.rates, now);
    lane.queue = queue;
    lane.rates = rates;
    for (const id of granted) this.#answer(lane, id, GO);
    for (const id of expired) this.#answer(lane, id, { kind: 'late', retryAfterMs: Math.max(1, readyMs(rates, need, now) - now) });
    if (wakeMs !== undefined) lane.timer = setTimeout(() => this.#pump(lane, need), Math.max(1, wakeMs - now)).unref();
  }

  #answer(lane: Lane, id: string, turn: Turn): void {
    lane.waiting.get(id)?.(turn);
    lane.waiting.delete(id);
  }
}
