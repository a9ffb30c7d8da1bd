/** What people have set and what has tripped, shared by the gateways of one Redis: each change is read, made and written as one step, and the others learn of it within a second. */
import { type RedisConnection, StoreAway } from './redis-client.ts';
import type { SeenBooks } from './redis-seen.ts';
import type { StateChange, StateListener } from './types.ts';

/** How often changes of other gateways are looked for, ms. */
export const WATCH_MS = 1000;
/** Another gateway changed the same state in between: then it is read again. */
const ATTEMPTS = 20;
/** Changes that wait for Redis; beyond it the oldest are forgotten by Redis, not by this gateway. */
const MAX_WAITING = 1000;

interface Parts {
  readonly redis: Pick<RedisConnection, 'get' | 'swap' | 'setIfMissing' | 'isReady'>;
  readonly seen: Pick<SeenBooks, 'states' | 'seeState'>;
  /** Asks the books anything: books that were lost are written back by that. */
  readonly touch: () => Promise<unknown>;
}

/** After a change of this gateway: what others made of it until the next look is news, also where it is what was before. */
const UNTOLD = Symbol('untold');

interface Watched {
  readonly listener: StateListener;
  told: string | undefined | typeof UNTOLD;
}

export class SharedStates {
  readonly #parts: Parts;
  readonly #watched = new Map<string, Watched>();
  #waiting: { readonly name: string; readonly change: StateChange }[] = [];
  /** Reading and changing take turns, so that no look brings back what was before an own change. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Own changes that Redis does not have yet: until then nobody is told what it has. */
  #pending = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** While Redis is away: as this gateway last saw it. */
  get(name: string): Promise<string | undefined> {
    return this.#inTurn(() => this.#read(name)).catch((error: unknown) => this.#known(ifAway(error, name)));
  }

  /** What it became. A change that Redis does not take now is made here, and there when it is back. */
  async change(name: string, change: StateChange): Promise<string | undefined> {
    this.#pending++;
    try {
      return await this.#inTurn(() => this.#swap(name, change));
    } catch (error) {
      const after = change(this.#known(ifAway(error, name)));
      this.#parts.seen.seeState(name, after);
      this.#waiting = [...this.#waiting, { name, change }].slice(-MAX_WAITING);
      return after;
    } finally {
      this.#pending--;
      const watched = this.#watched.get(name);
      if (watched) watched.told = UNTOLD;
    }
  }

  watch(name: string, listener: StateListener): void {
    this.#watched.set(name, { listener, told: this.#known(name) });
    this.#timer ??= setInterval(() => void this.#look(), WATCH_MS).unref();
  }

  /** Makes the changes that waited. */
  replay(): Promise<void> {
    return this.#inTurn(async () => {
      for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
        await this.#swap(next.name, next.change);
        this.#waiting.shift();
      }
    });
  }

  /** Writes what this gateway knows into a Redis that has lost it. */
  async restore(): Promise<void> {
    for (const [name, json] of this.#parts.seen.states) await this.#parts.redis.setIfMissing(`s:${name}`, json);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (!this.#parts.redis.isReady) return;
    for (const [name, watched] of this.#watched) {
      try {
        // One that timed out may have been the only thing that Redis was slow at.
        if (this.#waiting.length > 0) await this.replay();
        const now = await this.#inTurn(() => this.#read(name));
        if (now === watched.told || this.#pending > 0 || this.#waiting.length > 0) continue;
        watched.told = now;
        watched.listener(now);
      } catch (error) {
        ifAway(error, name);
      }
    }
  }

  async #swap(name: string, change: StateChange): Promise<string | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await this.#read(name);
      const after = change(before);
      if (after !== before && !(await this.#parts.redis.swap(`s:${name}`, before, after))) continue;
      this.#parts.seen.seeState(name, after);
      return after;
    }
    throw new StoreAway(`${name} is changed by other gateways all the time`, false);
  }

  async #read(name: string): Promise<string | undefined> {
    const json = await this.#parts.redis.get(`s:${name}`);
    if (json === undefined && this.#known(name) !== undefined) {
      // Deleted by another gateway, or lost with the books: then asking anything brings it back.
      await this.#parts.touch();
      const now = await this.#parts.redis.get(`s:${name}`);
      this.#parts.seen.seeState(name, now);
      return now;
    }
    this.#parts.seen.seeState(name, json);
    return json;
  }

  #known(name: string): string | undefined {
    return this.#parts.seen.states.find(([known]) => known === name)?.[1];
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

/** Gives the name back where the store is away; anything else is an error. */
function ifAway(error: unknown, name: string): string {
  if (!(error instanceof StoreAway)) throw error;
  return name;
}
