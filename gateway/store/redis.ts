/**
 * Limits that several machines share. Each decision is one round trip; what it says is computed here from what stood in Redis, by `core/budget` itself. While
 * Redis cannot be reached, calls are denied (`closed`) or decided by this machine alone (`open`); what was spent meanwhile is charged when it is back.
 * Redis must not evict (`maxmemory-policy noeviction`), and keeps limits over its own restarts only with its append-only file on. A Redis that comes back empty is
 * noticed by a marker that is gone; each gateway then writes back what it knows (`redis-seen.ts`) before anything is decided.
 */
import { randomUUID } from 'node:crypto';
import {
  type Amount,
  type AppliedLimit,
  type BudgetChange,
  type BudgetView,
  type Counter,
  DEFAULT_WARN_AT,
  type EndedLease,
  extend,
  type Lease,
  type Limit,
  type PreflightAnswer,
  preflight,
  type Reservation,
  ROLLING_STEPS,
  rememberMs,
  reserve,
  type Settled,
  type Standing,
  settle,
  standingsOf,
  ZERO,
} from '../../core/budget/index.ts';
import { charge } from './charge.ts';
import { MemoryStore } from './memory.ts';
import { RedisConnection, type RedisOptions, StoreAway } from './redis-client.ts';
import { SeenBooks } from './redis-seen.ts';
import { Spans } from './redis-spans.ts';
import { SharedStates } from './redis-states.ts';
import type { BudgetStore, FailMode, StateChange, StateListener, StoreDecision, StoreHealth, Unavailable } from './types.ts';
import { type Journal, WaitingCharges } from './waiting.ts';

export interface RedisStoreOptions extends RedisOptions {
  /** Default `closed`. */
  readonly failMode?: FailMode;
  readonly now?: () => number;
  /** Tests: this clock in place of Redis'. */
  readonly clock?: () => number;
  /** Where charges wait that Redis has not taken, so that they outlive this process. */
  readonly journal?: Journal;
}

/** What the script answers: its time, and what stood there before. */
interface Answer {
  readonly now: number;
  /** Marker of the books. */
  readonly epoch: string;
  readonly ok: boolean;
  readonly view: BudgetView;
  readonly list: readonly unknown[];
}

/** How often a Redis that is away is looked for, ms. */
const PROBE_MS = 500;
/** Leases that are given back when Redis is back; those beyond it end by themselves. */
const MAX_UNRELEASED = 10_000;
const NOTHING_SETTLED: Settled = { kind: 'settled', beyond: ZERO, stopNow: [], standings: [] };

const spanMissing = (error: unknown): number | undefined => {
  const found = error instanceof Error ? /COSTLINT_SPAN (\d+)/.exec(error.message) : null;
  return found ? Number(found[1]) : undefined;
};

/** The books are not those that this gateway knows: Redis has lost them, or another gateway noticed that first. */
const areOtherBooks = (error: unknown): boolean => error instanceof Error && error.message.includes('COSTLINT_EPOCH');

/** The script wrote this, so it is of these types. */
function answerOf(json: string): Answer {
  const { now, epoch, ok, counters, leases, ended, list } = JSON.parse(json) as {
    now: number;
    epoch: string;
    ok: boolean;
    counters: Record<string, Counter | null>;
    leases: Record<string, Lease | null>;
    ended: Record<string, EndedLease | null>;
    list: unknown[];
  };
  const view: BudgetView = {
    counter: (key) => counters[key] ?? undefined,
    lease: (id) => leases[id] ?? undefined,
    ended: (id) => ended[id] ?? undefined,
  };
  return { now, epoch, ok, view, list };
}

export class RedisStore implements BudgetStore {
  readonly kind = 'redis';
  readonly #redis: RedisConnection;
  readonly #failMode: FailMode;
  readonly #now: () => number;
  readonly #clock: (() => number) | undefined;
  /** Redis' clock less this machine's, ms. */
  #skew = 0;
  /** Where deciding alone begins, and what is written back into a Redis that lost it. */
  readonly #seen: SeenBooks;
  /** Marker that books get which have none. */
  #founding: string = randomUUID();
  #restoring: Promise<void> | undefined;
  /** That the books were lost, and what became of it: said in `health` until the end of the process. */
  #notice = '';
  #alone: MemoryStore | undefined;
  readonly #spans = new Spans();
  readonly #texts = new WeakMap<Limit, string>();
  /** What Redis may hold for calls that were denied for want of its answer, or that are over: to be given back. */
  readonly #unreleased = new Set<string>();
  #later: NodeJS.Timeout | undefined;
  readonly #waiting: WaitingCharges;
  readonly #states: SharedStates;
  #awaySince: number | undefined;
  #probe: NodeJS.Timeout | undefined;
  #probing = false;
  #why = '';
  readonly #listeners: ((health: StoreHealth) => void)[] = [];

  private constructor(options: RedisStoreOptions) {
    this.#redis = new RedisConnection(options);
    this.#failMode = options.failMode ?? 'closed';
    this.#now = options.now ?? Date.now;
    this.#clock = options.clock;
    this.#waiting = new WaitingCharges(options.journal);
    const { host, pathname } = new URL(options.url);
    this.#seen = new SeenBooks(`${host}${pathname} ${options.name ?? ''}`, options.journal);
    this.#states = new SharedStates({ redis: this.#redis, seen: this.#seen, touch: () => this.#ask([], { op: 'view' }) });
    this.#redis.onAway((why) => this.#isAway(why));
    this.#redis.onReady(() => {
      if (this.#awaySince !== undefined) void this.#isBack();
    });
  }

  static async open(options: RedisStoreOptions): Promise<RedisStore> {
    const store = new RedisStore(options);
    await store.#waiting.load();
    await store.#seen.load();
    await store.#redis.connect();
    if (store.#redis.isReady) await store.#isBack();
    else store.#isAway(store.#why || `no connection to ${store.#redis.address}`);
    return store;
  }

  async reserve(request: Reservation): Promise<StoreDecision> {
    return this.#decide(
      request.limits,
      { op: 'reserve', ...request },
      (view, now) => reserve(view, request, now),
      async (alone) => alone.reserve(request),
      (lease) => this.#seen.runs(request.limits, lease),
      () => this.#releaseLater(request.id),
    );
  }

  async extend(id: string, more: Amount): Promise<StoreDecision> {
    const limits = this.#seen.limitsOf(id) ?? [];
    return this.#decide(
      limits,
      { op: 'extend', id, amount: more },
      (view, now) => extend(view, id, more, now),
      (alone) => alone.extend(id, more),
      (lease) => this.#seen.runs(limits, lease),
    );
  }

  async settle(id: string, actual: Amount): Promise<Settled> {
    const limits = this.#seen.limitsOf(id);
    if (!limits) return this.#charged(id, [], actual, { op: 'settle', id, amount: actual }, (view, now) => settle(view, id, actual, now));
    // Redis does not know a lease that was given while it was away: then it is charged as it is.
    return this.charge(id, limits, actual);
  }

  async charge(id: string, limits: readonly AppliedLimit[], actual: Amount): Promise<Settled> {
    // A charge ends the lease of its id: a later settlement is a repeat, not spending that Redis has not heard of.
    this.#seen.ended(id);
    return this.#charged(id, limits, actual, { op: 'charge', id, amount: actual }, (view, now) => charge(view, id, limits, actual, now));
  }

  async release(id: string): Promise<void> {
    this.#seen.ended(id);
    await this.#alone?.release(id);
    await this.#ask([], { op: 'release', id }).catch((error: unknown) => {
      ignoreAway(error);
      this.#releaseLater(id);
    });
  }

  async heartbeat(ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    try {
      const { list } = await this.#ask([], { op: 'heartbeat', ids });
      const deadAlone = new Set((await this.#alone?.heartbeat(ids)) ?? ids);
      return ids.filter((id) => list.includes(id) && deadAlone.has(id));
    } catch (error) {
      ignoreAway(error);
      await this.#alone?.heartbeat(ids);
      return [];
    }
  }

  async expire(): Promise<readonly Lease[]> {
    const alone = (await this.#alone?.expire()) ?? [];
    try {
      const { list } = await this.#ask([], { op: 'expire' });
      return [...alone, ...(list as Lease[])];
    } catch (error) {
      ignoreAway(error);
      return alone;
    }
  }

  async preflight(limits: readonly AppliedLimit[], need: Amount, margin?: number): Promise<PreflightAnswer | Unavailable> {
    try {
      const { view, now } = await this.#ask(limits, { op: 'view', sweep: true });
      this.#see(
        view,
        limits.map(({ counter }) => counter),
      );
      return preflight(view, limits, need, now, margin);
    } catch (error) {
      ignoreAway(error);
      return this.#failMode === 'open' ? this.#store().preflight(limits, need, margin) : this.#unavailable();
    }
  }

  async standings(limits: readonly AppliedLimit[]): Promise<readonly Standing[]> {
    try {
      const { view, now } = await this.#ask(limits, { op: 'view' });
      this.#see(
        view,
        limits.map(({ counter }) => counter),
      );
      return standingsOf(view, limits, now);
    } catch (error) {
      ignoreAway(error);
      return this.#store().standings(limits);
    }
  }

  async reset(counter: string): Promise<void> {
    const { view } = await this.#ask([], { op: 'reset', counter });
    const had = view.counter(counter);
    if (had) this.#seen.see([[counter, { ...had, spent: 0, warned: false, resets: had.resets + 1, ...(had.steps ? { steps: [] } : {}) }]]);
    await this.#alone?.reset(counter);
  }

  getState(name: string): Promise<string | undefined> {
    return this.#states.get(name);
  }

  changeState(name: string, change: StateChange): Promise<string | undefined> {
    return this.#states.change(name, change);
  }

  watchState(name: string, listener: StateListener): void {
    this.#states.watch(name, listener);
  }

  get health(): StoreHealth {
    return {
      ok: this.#awaySince === undefined,
      mode: this.#failMode,
      message: [this.#why, this.#notice].filter(Boolean).join('; '),
      waiting: this.#waiting.size,
    };
  }

  onHealth(listener: (health: StoreHealth) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    clearInterval(this.#probe);
    clearTimeout(this.#later);
    this.#states.close();
    await this.#waiting.save();
    await this.#seen.write();
    this.#redis.close();
  }

  /** Asks Redis, and computes from what stood there what to say. */
  async #decide(
    limits: readonly AppliedLimit[],
    ask: object,
    decide: (view: BudgetView, now: number) => { readonly change: BudgetChange; readonly decision: StoreDecision },
    alone: (store: MemoryStore) => Promise<StoreDecision>,
    granted: (lease: Lease) => void,
    unanswered: () => void = () => {},
  ): Promise<StoreDecision> {
    try {
      const { ok, view, now } = await this.#ask(limits, ask);
      const { change, decision } = decide(view, now);
      if ((decision.kind === 'granted') !== ok) throw new Error('the script of the shared store decides otherwise than this version of Costlint');
      this.#seen.see(change.counters);
      if (decision.kind === 'granted') granted(decision.lease);
      return decision;
    } catch (error) {
      ignoreAway(error);
      if (this.#failMode === 'closed') {
        if (error instanceof StoreAway && error.sent) unanswered();
        return this.#unavailable();
      }
      const decision = await alone(this.#store());
      if (decision.kind === 'unavailable') return decision;
      if (decision.kind === 'granted') granted(decision.lease);
      return { ...decision, alone: true };
    }
  }

  /** Spends; what Redis cannot take now waits until it can. */
  async #charged(
    id: string,
    limits: readonly AppliedLimit[],
    actual: Amount,
    ask: object,
    compute: (view: BudgetView, now: number) => { readonly change: BudgetChange; readonly settled: Settled },
  ): Promise<Settled> {
    try {
      const { view, now } = await this.#ask(limits, ask);
      const { change, settled } = compute(view, now);
      this.#seen.see(change.counters);
      await this.#alone?.release(id);
      return settled;
    } catch (error) {
      ignoreAway(error);
      if (limits.length === 0) return NOTHING_SETTLED;
      await this.#waiting.add({ id, limits, actual });
      return this.#failMode === 'open' ? this.#store().charge(id, limits, actual) : NOTHING_SETTLED;
    }
  }

  /** One round trip; a second one where the clocks stand a day apart, or Redis has lost its books. */
  async #ask(limits: readonly AppliedLimit[], ask: object, again = 2): Promise<Answer> {
    // Nobody waits for a Redis that is known to be away; `#isBack` looks whether it still is.
    if (this.#awaySince !== undefined && !this.#probing) throw new StoreAway(this.#why, false);
    if (this.#restoring) await this.#restoring;
    const { epoch } = this.#seen;
    try {
      return await this.#send(limits, ask);
    } catch (error) {
      const theirs = spanMissing(error);
      if (theirs !== undefined && again > 0) this.#skew = theirs - this.#now();
      else if (areOtherBooks(error) && again > 0) await this.#restored(epoch);
      else throw error;
      return this.#ask(limits, ask, again - 1);
    }
  }

  async #send(limits: readonly AppliedLimit[], ask: object): Promise<Answer> {
    const nowMs = this.#clock?.() ?? this.#now() + this.#skew;
    const places = limits.map(({ limit: { window }, counter }) =>
      window.kind === 'calendar' ? { counter, spans: this.#spans.around(window, nowMs) } : { counter },
    );
    const rest = {
      limits: places,
      now: this.#clock?.(),
      epoch: this.#seen.epoch,
      founding: this.#founding,
      rollingSteps: ROLLING_STEPS,
      warnAt: DEFAULT_WARN_AT,
      rememberMs: { expired: rememberMs({ how: 'expired', atMs: 0, shares: [] }), settled: rememberMs({ how: 'settled', atMs: 0, shares: [] }) },
    };
    try {
      const answer = answerOf(
        await this.#redis.run(
          { ...ask, ...rest },
          limits.map(({ limit }) => this.#textOf(limit)),
        ),
      );
      this.#skew = answer.now - this.#now();
      this.#seen.epoch = answer.epoch;
      if (answer.epoch === this.#founding) this.#founding = randomUUID();
      return answer;
    } catch (error) {
      if (error instanceof StoreAway) this.#isAway(error.message);
      throw error;
    }
  }

  /** Once for all calls that notice it; those that noticed it late find it done. */
  #restored(known: string | undefined): Promise<void> {
    if (this.#seen.epoch !== known) return Promise.resolve();
    this.#restoring ??= this.#restore().finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  async #restore(): Promise<void> {
    const lost = 'the shared store has lost its limits (it was emptied, or came back without its append-only file)';
    this.#tell({ ...this.health, ok: false, message: lost });
    const { counters } = this.#seen;
    const leases = this.#seen.leasesAt(this.#now() + this.#skew);
    const { view } = await this.#send([], { op: 'restore', counters, leases });
    this.#see(
      view,
      counters.map(([key]) => key),
    );
    await this.#states.restore();
    const restored = `${counters.length} windows and ${leases.length} reservations were written back as this gateway last saw them`;
    this.#notice = `${lost} at ${new Date(this.#now()).toISOString()}: ${restored}; what only other gateways knew comes back when they next ask`;
    if (this.#awaySince === undefined) this.#tell();
  }

  #textOf(limit: Limit): string {
    const known = this.#texts.get(limit);
    if (known !== undefined) return known;
    const text = JSON.stringify(limit);
    this.#texts.set(limit, text);
    return text;
  }

  #see(view: BudgetView, keys: readonly string[]): void {
    const counters = keys.flatMap((key) => {
      const counter = view.counter(key);
      return counter ? [[key, counter] as const] : [];
    });
    this.#seen.see(counters);
  }

  /** Decides for this machine alone, from what was spent when Redis was last seen. What others set aside then is not known to return, so it is left out. */
  #store(): MemoryStore {
    if (this.#alone) return this.#alone;
    const counters = Object.fromEntries(this.#seen.counters.map(([key, counter]) => [key, { ...counter, reserved: 0 }]));
    this.#alone = new MemoryStore({ now: () => this.#now() + this.#skew, state: { counters, leases: {}, ended: {} } });
    return this.#alone;
  }

  #unavailable(): Unavailable {
    return { kind: 'unavailable', message: `the shared store of limits cannot be reached (${this.#why}), and calls are denied while it is away` };
  }

  #isAway(why: string): void {
    this.#why = why;
    if (this.#awaySince !== undefined) return;
    this.#awaySince = this.#now();
    this.#alone = undefined;
    this.#probe = setInterval(() => void this.#isBack(), PROBE_MS).unref();
    this.#tell();
  }

  async #isBack(): Promise<void> {
    if (this.#probing || !this.#redis.isReady) return;
    this.#probing = true;
    try {
      await this.#ask([], { op: 'view' });
      await this.#replay();
    } catch (error) {
      // Whatever it is, the next look comes soon: nobody waits for this one who could be told.
      this.#why = error instanceof Error ? error.message : String(error);
    } finally {
      this.#probing = false;
    }
  }

  /** Charges what waited. Ids make a repeat harmless. */
  async #replay(): Promise<void> {
    for (const { id, limits, actual } of this.#waiting.all) {
      await this.#ask(limits, { op: 'charge', id, amount: actual });
      this.#waiting.remove(id);
    }
    await this.#waiting.save();
    await this.#states.replay();
    for (const id of this.#unreleased) {
      await this.#ask([], { op: 'release', id });
      this.#unreleased.delete(id);
    }
    if (this.#awaySince === undefined) return;
    this.#why = `away for ${Math.round((this.#now() - this.#awaySince) / 1000)} s`;
    this.#awaySince = undefined;
    clearInterval(this.#probe);
    this.#tell();
    this.#why = '';
  }

  /** Unless this process ends before: then the lease ends by itself. */
  #releaseLater(id: string): void {
    if (this.#unreleased.size < MAX_UNRELEASED) this.#unreleased.add(id);
    // Also where Redis is not thought to be away any more.
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      void this.#isBack();
    }, PROBE_MS).unref();
  }

  #tell(health: StoreHealth = this.health): void {
    for (const listener of this.#listeners) listener(health);
  }
}

function ignoreAway(error: unknown): void {
  if (!(error instanceof StoreAway)) throw error;
}
