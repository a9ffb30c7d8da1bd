/**
 * Limits that several machines share. Each decision is one round trip; what it says is computed here from what stood in Redis, by `core/budget` itself. While
 * Redis cannot be reached, calls are denied (`closed`) or decided by this machine alone (`open`); what was spent meanwhile is charged when it is back.
 * Redis must not evict (`maxmemory-policy noeviction`), and keeps limits over its own restarts only with its append-only file on.
 */
import {
  type Amount,
  type AppliedLimit,
  type BudgetChange,
  type BudgetView,
  type Counter,
  calendarWindow,
  DEFAULT_WARN_AT,
  type EndedLease,
  extend,
  type Lease,
  type Limit,
  NO_CHANGE,
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
  type Window,
  ZERO,
} from '../../core/budget/index.ts';
import { charge } from './charge.ts';
import { MemoryStore } from './memory.ts';
import { RedisConnection, type RedisOptions, StoreAway } from './redis-client.ts';
import type { BudgetStore, FailMode, StoreDecision, StoreHealth, Unavailable } from './types.ts';
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
  readonly ok: boolean;
  readonly view: BudgetView;
  readonly list: readonly unknown[];
}

/** Counters remembered for deciding alone. */
const MAX_REMEMBERED = 5000;
/** How often a Redis that is away is looked for, ms. */
const PROBE_MS = 500;
const NOTHING_SETTLED: Settled = { kind: 'settled', beyond: ZERO, stopNow: [], standings: [] };

type Span = readonly [startMs: number, endMs: number];
type Calendar = Extract<Window, { readonly kind: 'calendar' }>;

/** Windows by the calendar, found anew only when one has ended: time zones take their time. */
class Spans {
  readonly #known = new Map<string, readonly Span[]>();

  /** The window at a time with its neighbours: Redis' clock may stand elsewhere than this machine's. */
  around(window: Calendar, nowMs: number): readonly Span[] {
    const key = `${window.timeZone} ${window.unit} ${window.weekStartsOn ?? ''}`;
    const known = this.#known.get(key);
    if (known?.[1] && nowMs >= known[1][0] && nowMs < known[1][1]) return known;
    const at = (ms: number): Span => {
      const { startMs, endMs } = calendarWindow(window, ms);
      return [startMs, endMs];
    };
    const here = at(nowMs);
    const spans = [at(here[0] - 1), here, at(here[1])];
    this.#known.set(key, spans);
    return spans;
  }
}

const spanMissing = (error: unknown): number | undefined => {
  const found = error instanceof Error ? /COSTLINT_SPAN (\d+)/.exec(error.message) : null;
  return found ? Number(found[1]) : undefined;
};

/** The script wrote this, so it is of these types. */
function answerOf(json: string): Answer {
  const { now, ok, counters, leases, ended, list } = JSON.parse(json) as {
    now: number;
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
  return { now, ok, view, list };
}

export class RedisStore implements BudgetStore {
  readonly kind = 'redis';
  readonly #redis: RedisConnection;
  readonly #failMode: FailMode;
  readonly #now: () => number;
  readonly #clock: (() => number) | undefined;
  /** Redis' clock less this machine's, ms. */
  #skew = 0;
  /** Limits of running leases, for extensions and for charges while Redis is away. */
  readonly #limits = new Map<string, readonly AppliedLimit[]>();
  /** Counters as last seen: where deciding alone begins. */
  readonly #lastSeen = new Map<string, Counter>();
  #alone: MemoryStore | undefined;
  readonly #spans = new Spans();
  readonly #texts = new WeakMap<Limit, string>();
  /** Denied for want of an answer, though Redis may have set the amount aside: to be given back. */
  readonly #unanswered = new Set<string>();
  readonly #waiting: WaitingCharges;
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
    this.#redis.onAway((why) => this.#isAway(why));
    this.#redis.onReady(() => {
      if (this.#awaySince !== undefined) void this.#isBack();
    });
  }

  static async open(options: RedisStoreOptions): Promise<RedisStore> {
    const store = new RedisStore(options);
    await store.#waiting.load();
    await store.#redis.connect();
    if (store.#redis.isReady) await store.#isBack();
    else store.#isAway(store.#why || 'not connected');
    return store;
  }

  async reserve(request: Reservation): Promise<StoreDecision> {
    return this.#decide(
      request.limits,
      { op: 'reserve', ...request },
      (view, now) => reserve(view, request, now),
      (alone) => alone.reserve(request),
      () => this.#limits.set(request.id, request.limits),
      () => this.#unanswered.add(request.id),
    );
  }

  async extend(id: string, more: Amount): Promise<StoreDecision> {
    return this.#decide(
      this.#limits.get(id) ?? [],
      { op: 'extend', id, amount: more },
      (view, now) => extend(view, id, more, now),
      (alone) => alone.extend(id, more),
    );
  }

  async settle(id: string, actual: Amount): Promise<Settled> {
    const limits = this.#limits.get(id);
    if (!limits) return this.#charged(id, [], actual, { op: 'settle', id, amount: actual }, (view, now) => settle(view, id, actual, now));
    // Redis does not know a lease that was given while it was away: then it is charged as it is.
    return this.charge(id, limits, actual);
  }

  async charge(id: string, limits: readonly AppliedLimit[], actual: Amount): Promise<Settled> {
    // A charge ends the lease of its id: a later settlement is a repeat, not spending that Redis has not heard of.
    this.#limits.delete(id);
    return this.#charged(id, limits, actual, { op: 'charge', id, amount: actual }, (view, now) => charge(view, id, limits, actual, now));
  }

  async release(id: string): Promise<void> {
    this.#limits.delete(id);
    await this.#alone?.release(id);
    // If Redis is away the lease ends by itself.
    await this.#ask([], { op: 'release', id }).catch(ignoreAway);
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
      return preflight(view, limits, need, now, margin);
    } catch (error) {
      ignoreAway(error);
      return this.#failMode === 'open' ? this.#store().preflight(limits, need, margin) : this.#unavailable();
    }
  }

  async standings(limits: readonly AppliedLimit[]): Promise<readonly Standing[]> {
    try {
      const { view, now } = await this.#ask(limits, { op: 'view' });
      return standingsOf(view, limits, now);
    } catch (error) {
      ignoreAway(error);
      return this.#store().standings(limits);
    }
  }

  async reset(counter: string): Promise<void> {
    await this.#ask([], { op: 'reset', counter });
    await this.#alone?.reset(counter);
  }

  async getState(name: string): Promise<string | undefined> {
    return this.#redis.get(`s:${name}`);
  }

  async setState(name: string, json: string | undefined): Promise<void> {
    await this.#redis.set(`s:${name}`, json);
  }

  get health(): StoreHealth {
    return { ok: this.#awaySince === undefined, mode: this.#failMode, message: this.#why, waiting: this.#waiting.size };
  }

  onHealth(listener: (health: StoreHealth) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    clearInterval(this.#probe);
    await this.#waiting.save();
    this.#redis.close();
  }

  /** Asks Redis, and computes from what stood there what to say. */
  async #decide(
    limits: readonly AppliedLimit[],
    ask: object,
    decide: (view: BudgetView, now: number) => { readonly change: BudgetChange; readonly decision: StoreDecision },
    alone: (store: MemoryStore) => Promise<StoreDecision>,
    granted: () => void = () => {},
    unanswered: () => void = () => {},
  ): Promise<StoreDecision> {
    try {
      const { ok, view, now } = await this.#ask(limits, ask);
      const { change, decision } = decide(view, now);
      if ((decision.kind === 'granted') !== ok) throw new Error('the script of the shared store decides otherwise than this version of Costlint');
      this.#see(change);
      if (ok) granted();
      return decision;
    } catch (error) {
      ignoreAway(error);
      if (this.#failMode === 'closed') {
        if (error instanceof StoreAway && error.sent) unanswered();
        return this.#unavailable();
      }
      granted();
      return { ...(await alone(this.#store())), alone: true } as StoreDecision;
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
      this.#see(change);
      await this.#alone?.release(id);
      return settled;
    } catch (error) {
      ignoreAway(error);
      if (limits.length === 0) return NOTHING_SETTLED;
      await this.#waiting.add({ id, limits, actual });
      return this.#failMode === 'open' ? this.#store().charge(id, limits, actual) : NOTHING_SETTLED;
    }
  }

  /** One round trip; a second one where the clocks stand a day apart. */
  async #ask(limits: readonly AppliedLimit[], ask: object, retried = false): Promise<Answer> {
    // Nobody waits for a Redis that is known to be away; `#isBack` looks whether it still is.
    if (this.#awaySince !== undefined && !this.#probing) throw new StoreAway(this.#why, false);
    const nowMs = this.#clock?.() ?? this.#now() + this.#skew;
    const places = limits.map(({ limit: { window }, counter }) =>
      window.kind === 'calendar' ? { counter, spans: this.#spans.around(window, nowMs) } : { counter },
    );
    const rest = {
      limits: places,
      now: this.#clock?.(),
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
      return answer;
    } catch (error) {
      const theirs = spanMissing(error);
      if (theirs !== undefined && !retried) {
        this.#skew = theirs - this.#now();
        return this.#ask(limits, ask, true);
      }
      if (error instanceof StoreAway) this.#isAway(error.message);
      throw error;
    }
  }

  #textOf(limit: Limit): string {
    const known = this.#texts.get(limit);
    if (known !== undefined) return known;
    const text = JSON.stringify(limit);
    this.#texts.set(limit, text);
    return text;
  }

  #see(change: BudgetChange): void {
    for (const [key, counter] of Object.entries(change.counters)) {
      this.#lastSeen.delete(key);
      this.#lastSeen.set(key, counter);
    }
    while (this.#lastSeen.size > MAX_REMEMBERED) this.#lastSeen.delete(this.#lastSeen.keys().next().value!);
  }

  /** Decides for this machine alone, from what was spent when Redis was last seen. What others set aside then is not known to return, so it is left out. */
  #store(): MemoryStore {
    if (this.#alone) return this.#alone;
    const counters = Object.fromEntries([...this.#lastSeen].map(([key, counter]) => [key, { ...counter, reserved: 0 }]));
    this.#alone = new MemoryStore({ now: () => this.#now() + this.#skew, state: { ...NO_CHANGE, counters, leases: {}, ended: {} } });
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
      ignoreAway(error);
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
    for (const id of this.#unanswered) {
      await this.#ask([], { op: 'release', id });
      this.#unanswered.delete(id);
    }
    if (this.#awaySince === undefined) return;
    this.#why = `away for ${Math.round((this.#now() - this.#awaySince) / 1000)} s`;
    this.#awaySince = undefined;
    clearInterval(this.#probe);
    this.#tell();
    this.#why = '';
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.health);
  }
}

function ignoreAway(error: unknown): void {
  if (!(error instanceof StoreAway)) throw error;
}
