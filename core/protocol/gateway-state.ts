/** The gateway's state, kept current by its events: the same in the gateway, which sends it as a snapshot, and in every reader, which goes on from there. */
import { FleetingMap } from '../fleeting-map.ts';
import type { CallEvent, CallStarted, DeniedEvent, GatewayEvent, GatewayMessage, GatewayState, SessionSummary, Totals, Usage } from './gateway.ts';

const MAX_SESSIONS = 200;
const MAX_RECENT = 100;
const MAX_ALERTS = 50;
/** Counters of sessions come and go; those of the account are in every call. */
const MAX_LIMITS = 500;

export const NO_TOTALS: Totals = { calls: 0, nanoUsd: 0, unpriced: 0, tokens: {}, denied: 0, failed: 0 };

const tokenClasses = ['uncachedInput', 'cacheRead', 'cacheWrite5m', 'cacheWrite30m', 'cacheWrite1h', 'cacheWrite12h', 'output'] as const;

function addTokens(a: Usage, b: Usage): Usage {
  const sum: Usage = { ...a };
  for (const name of tokenClasses) if (b[name]) sum[name] = (a[name] ?? 0) + b[name];
  return sum;
}

/** Sums with one more call. What is not billed counts only as failed or denied. */
export function withCall(totals: Totals, event: CallEvent | DeniedEvent): Totals {
  if (event.kind === 'denied') return { ...totals, denied: totals.denied + 1 };
  const failed = totals.failed + (event.outcome === 'failed' ? 1 : 0);
  if (!event.billed) return { ...totals, failed };
  const { cost } = event;
  return {
    ...totals,
    failed,
    calls: totals.calls + 1,
    nanoUsd: totals.nanoUsd + (cost.kind === 'known' ? cost.nanoUsd : cost.atLeast),
    unpriced: totals.unpriced + (cost.kind === 'known' ? 0 : 1),
    tokens: addTokens(totals.tokens, event.usage),
  };
}

const byKey = <T>(list: readonly T[], key: (one: T) => string): FleetingMap<string, T> => new FleetingMap(list.map((one) => [key(one), one]));

/** Puts a value last, and takes the first out where there are too many. */
function renew<T>(map: FleetingMap<string, T>, key: string, value: T, max: number): void {
  map.renew(key, value);
  if (map.size > max) map.delete(map.first ?? '');
}

export class LiveState {
  readonly #base: GatewayState;
  #today: Totals;
  #todaySince: number;
  /** Oldest first. */
  readonly #sessions: FleetingMap<string, SessionSummary>;
  readonly #running: FleetingMap<string, CallStarted>;
  readonly #limits: FleetingMap<string, GatewayState['limits'][number]>;
  readonly #breakers: FleetingMap<string, GatewayState['breakers'][number]>;
  readonly #health: FleetingMap<string, GatewayState['health'][number]>;
  readonly #recent: CallEvent[];
  readonly #alerts: GatewayState['alerts'][number][];

  constructor(state: GatewayState) {
    this.#base = state;
    this.#today = state.today;
    this.#todaySince = state.todaySince;
    this.#sessions = byKey([...state.sessions].reverse(), ({ session }) => session);
    this.#running = byKey(state.running, ({ id }) => id);
    this.#limits = byKey(state.limits, ({ counter }) => counter);
    this.#breakers = byKey(state.breakers, ({ scope }) => scope);
    this.#health = byKey(state.health, ({ part }) => part);
    this.#recent = [...state.recent].reverse();
    this.#alerts = [...state.alerts].reverse();
  }

  apply(event: GatewayEvent): void {
    switch (event.kind) {
      case 'call-started':
        this.#running.set(event.id, event);
        break;
      case 'call':
        this.#running.delete(event.id);
        this.#recent.push(event);
        if (this.#recent.length > MAX_RECENT) this.#recent.shift();
        this.#count(event);
        break;
      case 'denied':
        this.#running.delete(event.id);
        this.#count(event);
        break;
      case 'session':
        this.#setStatus(event.session, event.status, event.via);
        break;
      case 'limit':
        if (event.state === 'removed') this.#forgetLimit(event.standing.limit);
        else renew(this.#limits, event.standing.counter, event.standing, MAX_LIMITS);
        break;
      case 'standings':
        for (const standing of event.standings) renew(this.#limits, standing.counter, standing, MAX_LIMITS);
        break;
      case 'breaker':
        if (event.state === 'closed') this.#breakers.delete(event.scope);
        else this.#breakers.set(event.scope, event);
        break;
      case 'alert':
        this.#alerts.push(event);
        if (this.#alerts.length > MAX_ALERTS) this.#alerts.shift();
        break;
      case 'health':
        if (event.ok) this.#health.delete(event.part);
        else this.#health.set(event.part, event);
        break;
      case 'call-progress':
        break;
    }
  }

  /** A new day has begun. */
  startDay(todaySince: number): void {
    this.#today = NO_TOTALS;
    this.#todaySince = todaySince;
  }

  get todaySince(): number {
    return this.#todaySince;
  }

  get state(): GatewayState {
    return {
      gateway: this.#base.gateway,
      today: this.#today,
      todaySince: this.#todaySince,
      sessions: [...this.#sessions.values()].reverse(),
      running: [...this.#running.values()],
      recent: [...this.#recent].reverse(),
      limits: [...this.#limits.values()],
      breakers: [...this.#breakers.values()],
      alerts: [...this.#alerts].reverse(),
      health: [...this.#health.values()],
    };
  }

  #count(event: CallEvent | DeniedEvent): void {
    if (event.at >= this.#todaySince) this.#today = withCall(this.#today, event);
    const known = this.#sessions.get(event.session);
    renew(this.#sessions, event.session, this.#sessionAfter(known, event), MAX_SESSIONS);
  }

  #sessionAfter(known: SessionSummary | undefined, event: CallEvent | DeniedEvent): SessionSummary {
    const endAt = event.kind === 'call' ? Math.round(event.at + event.durationMs) : event.at;
    const ended = known?.status === 'looped' || known?.status === 'stopped' || known?.status === 'paused';
    const model = event.kind === 'call' ? (event.servedModel ?? event.model) : undefined;
    return {
      session: event.session,
      agent: event.agent ?? known?.agent,
      parent: event.parent ?? known?.parent,
      project: event.project ?? known?.project,
      client: event.client ?? known?.client,
      model: model ?? known?.model,
      // What the breaker, a limit or a person has stopped stays so, whatever the client still tries.
      status: ended ? known.status : 'running',
      via: ended ? known.via : undefined,
      firstAt: Math.min(known?.firstAt ?? event.at, event.at),
      lastAt: Math.max(known?.lastAt ?? endAt, endAt),
      totals: withCall(known?.totals ?? NO_TOTALS, event),
    };
  }

  #forgetLimit(limit: string): void {
    for (const [counter, standing] of this.#limits) if (standing.limit === limit) this.#limits.delete(counter);
  }

  #setStatus(session: string, status: SessionSummary['status'], via: string): void {
    const known = this.#sessions.get(session);
    if (known) this.#sessions.set(session, { ...known, status, via });
  }
}

/** A reader's side: follows messages, and says when some are missing (then connect again). */
export class GatewayFollower {
  #live: LiveState | undefined;
  #seq = 0;

  /** False: increments are missing. */
  take(message: GatewayMessage): boolean {
    if (message.type === 'snapshot') this.#live = new LiveState(message.state);
    else if (message.type === 'event') {
      if (!this.#live || message.seq !== this.#seq + 1) return false;
      this.#live.apply(message.event);
    }
    this.#seq = message.seq;
    return true;
  }

  get state(): GatewayState | undefined {
    return this.#live?.state;
  }
}
