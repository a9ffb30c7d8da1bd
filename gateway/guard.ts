/** The circuit breakers of the gateway: one a session, one an API key, one for everything. What they decide is in `core/budget/breaker`. */
import {
  admit,
  type BreakerEvent,
  type BreakerSettings,
  type BreakerState,
  breakerStep,
  DEFAULT_BREAKER,
  distance,
  reopensMs,
  type Trip,
} from '../core/budget/index.ts';
import { formatUsd } from '../core/format.ts';
import type { CallEvent, DeniedEvent, BreakerEvent as GatewayBreakerEvent, GatewayEvent, LedgerEvent } from '../core/protocol/gateway.ts';
import { ACCOUNT, BreakerStates, type StoredStates, statesIn } from './breaker-states.ts';
import type { Guard, GuardDenial, GuardedCall } from './core.ts';
import { type GatewayOptions, nanoOf } from './options.ts';
import type { Running } from './running.ts';
import type { Sessions } from './sessions.ts';
import type { BudgetStore } from './store/types.ts';

export interface GuardParts {
  readonly options: GatewayOptions;
  readonly store: Pick<BudgetStore, 'getState' | 'changeState' | 'watchState'>;
  readonly sessions: Sessions;
  readonly emit: (event: LedgerEvent) => void;
  readonly newId: () => string;
  readonly now: () => number;
  readonly warn?: (message: string) => void;
}

/** Name of the stored state. */
const STATE = 'breakers';
/** A loop goes round in so many different requests at most. */
const LATEST = 8;

/** The person's settings over the defaults. */
export function breakerSettings(options: GatewayOptions): BreakerSettings {
  if (typeof options.breaker === 'boolean') return DEFAULT_BREAKER;
  const { rateFactor, usdPerHour, noProgressUsd, repeats, toolCalls, failures, minHours, minSessions } = options.breaker;
  return {
    ...DEFAULT_BREAKER,
    ...(rateFactor === undefined ? {} : { rateFactor }),
    ...(usdPerHour === undefined ? {} : { absolutePerHour: nanoOf(usdPerHour) }),
    ...(noProgressUsd === undefined ? {} : { noProgress: nanoOf(noProgressUsd) }),
    ...(toolCalls === undefined ? {} : { toolCalls }),
    repeats: { ...DEFAULT_BREAKER.repeats, ...(repeats === undefined ? {} : { count: repeats }) },
    failures: { ...DEFAULT_BREAKER.failures, ...(failures === undefined ? {} : { count: failures }) },
    enough: { hours: minHours ?? DEFAULT_BREAKER.enough.hours, sessions: minSessions ?? DEFAULT_BREAKER.enough.sessions },
  };
}

const sessionScope = (session: string): string => `session:${session}`;
const sessionOf = (scope: string): string | undefined => (scope.startsWith('session:') ? scope.slice('session:'.length) : undefined);
const keyScope = (key: string): string => `key:${key}`;

export class BreakerGuard implements Guard {
  readonly #parts: GuardParts;
  readonly #settings: BreakerSettings;
  readonly #states: BreakerStates;
  /** The latest fingerprints of each session, and whether the last request was unlike those before. */
  readonly #asked = new Map<string, { readonly latest: string[]; fresh: boolean }>();
  /** Calls that were let in to see whether it is over, and the scopes that they try. */
  readonly #probes = new Map<string, readonly string[]>();
  #running: Running | undefined;

  constructor(parts: GuardParts, stored: StoredStates = {}) {
    this.#parts = parts;
    this.#settings = breakerSettings(parts.options);
    this.#states = new BreakerStates(stored, (scope, wasOpen) => this.#forgotten(scope, wasOpen));
    // What had used up its limit is judged anew: the limits of this start may be higher.
    for (const [scope, { trip }] of this.#states.open()) if (trip?.reason === 'exhausted') this.#step(scope, { kind: 'reset' });
  }

  /** With the state of the last run: what was open stays open. */
  static async open(parts: GuardParts): Promise<BreakerGuard> {
    const guard = new BreakerGuard(parts, statesIn(await parts.store.getState(STATE)));
    parts.store.watchState(STATE, (json) => guard.#learn(statesIn(json)));
    return guard;
  }

  /** Running streams of a scope that trips are ended where ceilings act at once. */
  attach(running: Running): void {
    this.#running = running;
  }

  check(call: GuardedCall): GuardDenial | undefined {
    const now = this.#parts.now();
    const admitted: [string, BreakerState][] = [];
    const probed: string[] = [];
    for (const scope of scopesOf(call)) {
      const { state, admission } = admit(this.#settings, this.#states.get(scope), now);
      if (admission.kind === 'refused') return this.#denial(scope, admission.trip, admission.retryMs);
      admitted.push([scope, state]);
      if (admission.probe) probed.push(scope);
    }
    for (const [scope, state] of admitted) this.#states.put(scope, state);
    if (probed.length > 0) this.#probes.set(call.id, probed);
    // A session that was only derived from key, program or process may be many tasks that ask alike.
    const fingerprint = call.via === 'key' || call.via === 'process' ? undefined : call.fingerprint?.();
    if (fingerprint === undefined) return undefined;
    const scope = sessionScope(call.session);
    this.#remember(call.session, fingerprint);
    this.#step(scope, { kind: 'request', fingerprint });
    const { phase, trip } = this.#states.get(scope);
    return phase === 'open' ? this.#denial(scope, trip, reopensMs(this.#settings, this.#states.get(scope))) : undefined;
  }

  observe(event: GatewayEvent): void {
    if (event.kind === 'call') this.#call(event);
    else if (event.kind === 'denied') this.#denied(event);
  }

  leave(id: string): void {
    const probed = this.#probes.get(id) ?? [];
    this.#probes.delete(id);
    for (const scope of probed) this.#step(scope, { kind: 'ended' });
  }

  reset(scope: string): readonly string[] {
    const open = this.#states.open().filter(([name]) => scope === 'all' || scope === name || name === sessionScope(scope));
    for (const [name] of open) {
      this.#step(name, { kind: 'reset' });
      this.#tell(name, 'closed', 'reset', 'a person closed it');
    }
    this.#save();
    return open.map(([name]) => name);
  }

  raised(): void {
    const used = this.#states.open().filter(([, { phase, trip }]) => phase === 'open' && trip?.reason === 'exhausted');
    for (const [name] of used) {
      this.#step(name, { kind: 'reset' });
      this.#tell(name, 'closed', 'reset', 'its limit was raised');
    }
    if (used.length > 0) this.#save();
  }

  stop(session: string): void {
    this.#step(sessionScope(session), { kind: 'trip' });
  }

  /** The client says that it gets on. */
  progress(session: string): void {
    this.#step(sessionScope(session), { kind: 'progress' });
  }

  /** What is open from the run before, for readers that have not seen it open. */
  stillOpen(): GatewayBreakerEvent[] {
    const { newId, now } = this.#parts;
    return this.#states.open().flatMap(([scope, state]) => {
      const { phase, trip } = state;
      if (phase === 'closed' || !trip) return [];
      const until = reopensMs(this.#settings, state);
      const session = scope.startsWith('session:') ? { session: scope.slice('session:'.length) } : {};
      const more = { ...session, ...(until === undefined ? {} : { until }) };
      return [{ kind: 'breaker', id: newId(), at: now(), scope, state: phase, cause: trip.reason, message: sentence(scope, trip), ...more }];
    });
  }

  async save(): Promise<void> {
    await this.#parts.store.changeState(STATE, (json) => {
      this.#learn(statesIn(json));
      return JSON.stringify(this.#states.kept());
    });
  }

  /** What tripped at another gateway, or was closed there, is so here as well. */
  #learn(theirs: StoredStates): void {
    for (const { scope, trip } of this.#states.learn(theirs)) {
      const session = sessionOf(scope);
      if (!trip) this.#tell(scope, 'closed', 'reset', 'it was closed at another gateway');
      // Of sessions that make their calls elsewhere nothing is said here.
      else if (session === undefined || this.#parts.sessions.knows(session)) this.#announce(scope, trip, this.#parts.now());
    }
  }

  #call(event: CallEvent): void {
    const scopes = scopesOf(event);
    const now = this.#parts.now();
    const [account, session] = scopes;
    const nanoUsd = event.cost.kind === 'known' ? event.cost.nanoUsd : (event.cost.assumed ?? event.cost.atLeast);
    const spent: BreakerEvent = { kind: 'spend', nanoUsd };
    this.#step(account, spent, now);
    this.#step(session, spent, now);
    // Its results were asked for long ago, by many calls that know nothing of each other.
    if (event.operation === 'batch-results') return;
    if (event.toolCalls) this.#step(session, { kind: 'tool-calls', count: event.toolCalls.length }, now);
    const failed = event.status >= 400 || event.outcome === 'failed';
    const result: BreakerEvent = { kind: event.outcome === 'cut' || event.status === 0 ? 'ended' : failed ? 'failure' : 'success' };
    const probed = this.#probes.get(event.id);
    this.#probes.delete(event.id);
    // While a few calls try whether it is over, what others tell is of the time before.
    for (const scope of scopes) if (this.#states.get(scope).phase !== 'half-open' || probed?.includes(scope)) this.#step(scope, result, now);
    // An answer is progress, unless it answers what was asked before: two agents that greet each other for ever do complete.
    if (event.outcome === 'completed' && this.#asked.get(event.session)?.fresh) this.#step(session, { kind: 'progress' });
  }

  #denied(event: DeniedEvent): void {
    this.leave(event.id);
    // Where waiting helps, the limit itself holds until then.
    const gone =
      event.retryAfterMs === undefined &&
      event.by?.find(({ layer, spent, max, resetsAt }) => layer === 'session' && spent >= max && resetsAt === undefined);
    if (gone) this.#step(sessionScope(event.session), { kind: 'exhausted', spent: gone.spent, max: gone.max });
  }

  #remember(session: string, fingerprint: string): void {
    const latest = this.#asked.get(session)?.latest ?? [];
    const fresh = latest.every((one) => distance(one, fingerprint) > this.#settings.repeats.distance);
    this.#asked.set(session, { latest: [...latest, fingerprint].slice(-LATEST), fresh });
  }

  #forgotten(scope: string, wasOpen: boolean): void {
    const session = sessionOf(scope);
    if (session !== undefined) this.#asked.delete(session);
    if (wasOpen) this.#tell(scope, 'closed', 'forgotten', 'it is the oldest of too many');
  }

  #step(scope: string, event: BreakerEvent, now = this.#parts.now()): void {
    const before = this.#states.get(scope);
    const { state, trip } = breakerStep(this.#settings, before, event, now);
    if (state !== before) this.#states.put(scope, state);
    if (trip) this.#tripped(scope, trip, now);
    else if (before.phase === 'half-open' && state.phase === 'closed') {
      this.#tell(scope, 'closed', 'recovered', 'calls succeed again');
      this.#save();
    }
  }

  #tripped(scope: string, trip: Trip, now: number): void {
    this.#announce(scope, trip, now);
    this.#save();
  }

  #announce(scope: string, trip: Trip, now: number): void {
    const message = sentence(scope, trip);
    this.#tell(scope, 'open', trip.reason, message, reopensMs(this.#settings, this.#states.get(scope)));
    const session = sessionOf(scope);
    if (session) this.#parts.sessions.end(session, LOOPS.has(trip.reason) ? 'looped' : 'stopped', 'breaker', now, message);
    if (this.#parts.options.atCeiling === 'now' || trip.reason === 'manual') {
      const detail = {
        kind: 'breaker' as const,
        message: `Costlint ended this stream: ${message}`,
        limit: trip.reason,
        ...(session ? { session } : {}),
      };
      if (session) this.#running?.stopSession(session, detail);
      else if (scope === ACCOUNT) this.#running?.stopAll(detail);
    }
  }

  #tell(scope: string, state: 'open' | 'closed', cause: string, message: string, until?: number): void {
    const session = scope.startsWith('session:') ? { session: scope.slice('session:'.length) } : {};
    const { emit, newId, now } = this.#parts;
    emit({ kind: 'breaker', id: newId(), at: now(), scope, state, cause, message, ...session, ...(until === undefined ? {} : { until }) });
  }

  #save(): void {
    this.save().catch((error: unknown) => this.#parts.warn?.(`breaker: ${String(error)}`));
  }

  #denial(scope: string, trip: Trip | undefined, retryMs: number | undefined): GuardDenial {
    const why = trip ? sentence(scope, trip) : `${scope} was stopped`;
    const reset = trip?.reason === 'exhausted' ? 'raise or reset that limit: POST /costlint/limits/set or /reset' : 'POST /costlint/breaker/reset';
    const again = retryMs === undefined ? `To go on, ${reset}.` : `Calls are let through again at ${new Date(retryMs).toISOString()}.`;
    const wait = retryMs === undefined ? {} : { retryAfterMs: Math.max(0, retryMs - this.#parts.now()) };
    return { kind: 'breaker', limit: trip?.reason ?? 'breaker', message: `Costlint stopped this call: ${why}. ${again}`, ...wait };
  }
}

const LOOPS: ReadonlySet<string> = new Set(['no-progress', 'repeats', 'tool-loop', 'failures']);

type Scopes = [account: string, session: string, ...key: string[]];
const scopesOf = ({ session, key }: { readonly session: string; readonly key?: string | undefined }): Scopes => [
  ACCOUNT,
  sessionScope(session),
  ...(key ? [keyScope(key)] : []),
];

function sentence(scope: string, { reason, seen, allowed, basis }: Trip): string {
  const usual = basis === 'relative' ? ', measured against its usual hour' : '';
  const sentences: Readonly<Record<Trip['reason'], string>> = {
    exhausted: `${scope} has used up its limit`,
    'spend-rate': `${scope} ${spentBeyond(seen, allowed, 'within an hour')}${usual}`,
    'no-progress': `${scope} ${spentBeyond(seen, allowed, 'without getting on')}`,
    repeats: `${scope} asked the same ${seen} times`,
    'tool-loop': `${scope} called ${seen} tools without an answer, more than ${allowed}`,
    failures: `${seen} calls of ${scope} failed within a minute`,
    manual: `a person stopped ${scope}`,
  };
  return sentences[reason];
}

/** Both amounts in nano-dollars; where they read the same, "$0.20, more than $0.20" would be nonsense. */
function spentBeyond(seen: number, allowed: number, how: string): string {
  const [spent, limit] = [formatUsd(seen), formatUsd(allowed)];
  return spent === limit ? `spent a little more than ${limit} ${how}` : `spent ${spent} ${how}, more than ${limit}`;
}
