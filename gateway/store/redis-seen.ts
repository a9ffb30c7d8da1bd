/**
 * What this gateway knows of the shared books, for when they are lost: each counter and state as it last saw it, and the leases of what it runs. All but leases are also
 * written into the journal, so that a Redis and a gateway which start again together still know what was spent.
 */
import * as z from 'zod';
import type { AppliedLimit, BudgetChange, Counter, Lease } from '../../core/budget/index.ts';
import type { Journal } from './waiting.ts';

/** Counters remembered. */
const MAX_REMEMBERED = 5000;
/** Of these so many are written down: the last used ones. */
const MAX_WRITTEN = 500;
/** Written at most so often, ms: what is spent in between is known only while the process lives. */
const WRITE_MS = 2000;
const NAME = 'seen-counters';
const writtenSchema = z.object({
  place: z.string(),
  epoch: z.string(),
  counters: z.array(z.tuple([z.string(), z.unknown()])),
  states: z.array(z.tuple([z.string(), z.string()])),
});

interface Running {
  readonly limits: readonly AppliedLimit[];
  readonly lease: Lease;
}

export class SeenBooks {
  /** The marker of the books, as last seen. */
  epoch: string | undefined;
  readonly #counters = new Map<string, Counter>();
  readonly #states = new Map<string, string>();
  readonly #running = new Map<string, Running>();
  readonly #journal: Journal | undefined;
  readonly #place: string;
  #timer: NodeJS.Timeout | undefined;

  /** `place` tells one Redis from another. */
  constructor(place: string, journal: Journal | undefined) {
    this.#place = place;
    this.#journal = journal;
  }

  get counters(): readonly (readonly [key: string, counter: Counter])[] {
    return [...this.#counters];
  }

  /** Limits that were set, pauses, the breaker: names and JSON. */
  get states(): readonly (readonly [name: string, json: string])[] {
    return [...this.#states];
  }

  /** Holds first: calls draw on them. */
  leasesAt(nowMs: number): readonly Lease[] {
    const leases = [...this.#running.values()].map(({ lease }) => lease);
    return [...leases.filter(({ kind, expiresMs }) => kind === 'hold' && expiresMs > nowMs), ...leases.filter(({ kind }) => kind === 'call')];
  }

  see(counters: BudgetChange['counters']): void {
    for (const [key, counter] of counters) {
      this.#counters.delete(key);
      this.#counters.set(key, counter);
    }
    while (this.#counters.size > MAX_REMEMBERED) this.#counters.delete(this.#counters.keys().next().value!);
    this.#writeLater();
  }

  seeState(name: string, json: string | undefined): void {
    if (this.#states.get(name) === json) return;
    if (json === undefined) this.#states.delete(name);
    else this.#states.set(name, json);
    this.#writeLater();
  }

  #writeLater(): void {
    if (!this.#journal) return;
    this.#timer ??= setTimeout(() => void this.write().catch(() => {}), WRITE_MS).unref();
  }

  runs(limits: readonly AppliedLimit[], lease: Lease): void {
    // Nobody says of holds that they are over.
    if (lease.kind === 'hold')
      for (const [id, { lease: old }] of this.#running) if (old.kind === 'hold' && old.expiresMs < lease.madeMs) this.#running.delete(id);
    this.#running.set(lease.id, { limits, lease });
  }
  limitsOf(id: string): readonly AppliedLimit[] | undefined {
    return this.#running.get(id)?.limits;
  }
  ended(id: string): void {
    this.#running.delete(id);
  }

  async load(): Promise<void> {
    const json = await this.#journal?.getState(NAME);
    const parsed = json ? writtenSchema.safeParse(JSON.parse(json)) : undefined;
    if (!parsed?.success || parsed.data.place !== this.#place) return;
    this.epoch = parsed.data.epoch;
    // Written below, so they are of their type.
    for (const [key, counter] of parsed.data.counters) this.#counters.set(key, counter as Counter);
    for (const [name, state] of parsed.data.states) this.#states.set(name, state);
  }

  async write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.epoch) return;
    const books = { place: this.#place, epoch: this.epoch, counters: this.counters.slice(-MAX_WRITTEN), states: this.states };
    await this.#journal?.changeState(NAME, () => JSON.stringify(books));
  }
}
