/** `/metrics`: what calls cost and used, how long they took, how limits stand. Money in USD, times in seconds, as Prometheus has them. */
import type { CallEvent, GatewayEvent, GatewayState } from '../../core/protocol/gateway.ts';
import type { SessionCosts } from '../ledger/types.ts';
import { type Buckets, Counter, Gauge, Histogram, type Labels, type Metric, type One } from './prometheus.ts';

const NANO = 1e9;
const DURATIONS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const tokenClasses = ['uncachedInput', 'cacheRead', 'cacheWrite5m', 'cacheWrite30m', 'cacheWrite1h', 'cacheWrite12h', 'output'] as const;

export interface MetricsSource {
  /** As it is when `/metrics` is read. */
  readonly state: () => GatewayState;
  readonly sessionCosts?: () => SessionCosts;
}

/** The series that calls of one kind count in: found once, since every call counts in eight of them. */
interface CallSeries {
  readonly of: Labels;
  readonly calls: One<number>;
  readonly duration: One<Buckets>;
  firstByte?: One<Buckets>;
  cost?: One<number>;
  readonly tokens: Partial<Record<(typeof tokenClasses)[number], One<number>>>;
}

/** Kinds of calls that are remembered: beyond it they are found anew. */
const MAX_KINDS = 1000;

export class Metrics {
  readonly #calls = new Counter('costlint_calls_total', 'Calls that ended, also those that cost nothing.');
  readonly #cost = new Counter('costlint_cost_usd_total', 'What billed calls cost, as far as their price is known, USD.', NANO);
  readonly #unpriced = new Counter('costlint_unpriced_calls_total', 'Billed calls whose price is not wholly known.');
  readonly #tokens = new Counter('costlint_tokens_total', 'Tokens of billed calls by class; each token is in one class.');
  readonly #beyond = new Counter(
    'costlint_beyond_reserved_usd_total',
    'Cost that had not been set aside: input that requests do not show, USD.',
    NANO,
  );
  readonly #denied = new Counter('costlint_denied_total', 'Calls that were not let through.');
  readonly #alerts = new Counter('costlint_alerts_total', 'Alerts.');
  readonly #trips = new Counter('costlint_breaker_trips_total', 'How often a circuit breaker opened.');
  readonly #duration = new Histogram('costlint_call_duration_seconds', 'From request to end of response.', DURATIONS);
  readonly #firstByte = new Histogram('costlint_first_byte_seconds', 'From request to the first byte of the response.', DURATIONS);
  readonly #all: readonly Metric[];
  readonly #kinds = new Map<string, CallSeries>();

  constructor(source: MetricsSource) {
    this.#all = [
      this.#calls,
      this.#cost,
      this.#unpriced,
      this.#tokens,
      this.#beyond,
      this.#denied,
      this.#alerts,
      this.#trips,
      this.#duration,
      this.#firstByte,
      ...gaugesOf(source),
    ];
  }

  observe(event: GatewayEvent): void {
    if (event.kind === 'call') this.#observeCall(event);
    else if (event.kind === 'denied') this.#denied.add({ reason: event.reason, provider: event.provider });
    else if (event.kind === 'alert') this.#alerts.add({ alert: event.alert, level: event.level });
    else if (event.kind === 'breaker' && event.state === 'open') this.#trips.add({ cause: event.cause });
  }

  /** In the text format. */
  render(): string {
    return this.#all.map((metric) => metric.render()).join('');
  }

  #observeCall(call: CallEvent): void {
    const series = this.#seriesOf(call);
    const { of, tokens } = series;
    series.calls.value += 1;
    this.#duration.observe(series.duration, call.durationMs / 1000);
    if (call.firstByteMs !== undefined) {
      series.firstByte ??= this.#firstByte.at(of);
      this.#firstByte.observe(series.firstByte, call.firstByteMs / 1000);
    }
    if (!call.billed) return;
    const { cost, usage } = call;
    series.cost ??= this.#cost.at({ ...of, project: call.project ?? '', agent: call.agent ?? '' });
    series.cost.value += cost.kind === 'known' ? cost.nanoUsd : cost.atLeast;
    if (cost.kind === 'unknown') this.#unpriced.add(of);
    for (const name of tokenClasses) {
      if (!usage[name]) continue;
      const one = tokens[name] ?? this.#tokens.at({ ...of, class: name });
      tokens[name] = one;
      one.value += usage[name];
    }
    if (call.beyond && call.beyond.nanoUsd > 0) this.#beyond.add({ provider: call.provider }, call.beyond.nanoUsd);
  }

  #seriesOf({ provider, servedModel, model = '', outcome, source, project = '', agent = '' }: CallEvent): CallSeries {
    const served = servedModel ?? model;
    const key = `${provider}\u0000${served}\u0000${outcome}\u0000${source}\u0000${project}\u0000${agent}`;
    const known = this.#kinds.get(key);
    if (known) return known;
    if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    const of: Labels = { provider, model: served };
    const made: CallSeries = { of, calls: this.#calls.at({ ...of, outcome, metered: source }), duration: this.#duration.at(of), tokens: {} };
    this.#kinds.set(key, made);
    return made;
  }
}

function gaugesOf({ state, sessionCosts }: MetricsSource): Metric[] {
  const limits = (pick: (limit: GatewayState['limits'][number]) => number) => () =>
    state().limits.map((limit): readonly [Labels, number] => {
      const { limit: id, layer, counter, unit } = limit;
      return [{ limit: id, layer, counter, unit: unit === 'nanoUsd' ? 'usd' : unit }, pick(limit) / (unit === 'nanoUsd' ? NANO : 1)];
    });
  const costs = (pick: (cost: { readonly sessions: number; readonly nanoUsd: number; readonly median: number }) => number) => () =>
    Object.entries(sessionCosts?.() ?? {}).map(([status, cost]): readonly [Labels, number] => [{ status }, pick(cost)]);
  return [
    new Gauge('costlint_running_calls', 'Calls on their way.', () => [[{}, state().running.length]]),
    new Gauge('costlint_today_usd', 'Spent since midnight, as far as prices are known, USD.', () => [[{}, state().today.nanoUsd / NANO]]),
    new Gauge(
      'costlint_limit_max',
      'Limits; money in USD.',
      limits(({ max }) => max),
    ),
    new Gauge(
      'costlint_limit_spent',
      'Spent in the current window.',
      limits(({ spent }) => spent),
    ),
    new Gauge(
      'costlint_limit_reserved',
      'Set aside for running calls.',
      limits(({ reserved }) => reserved),
    ),
    new Gauge('costlint_breaker_open', '1: calls are stopped, 0.5: some are let through to try.', () =>
      state().breakers.map(({ scope, state: phase }) => [{ scope }, phase === 'open' ? 1 : 0.5]),
    ),
    new Gauge(
      'costlint_sessions',
      'Sessions of the last day by how they ended.',
      costs(({ sessions }) => sessions),
    ),
    new Gauge('costlint_session_cost_usd_mean', 'Cost of a session of the last day, USD; `done` is the cost of completed ones.', costs(mean)),
    new Gauge(
      'costlint_session_cost_usd_median',
      'The session in the middle, USD.',
      costs(({ median }) => median / NANO),
    ),
    new Gauge('costlint_failing', '1: a part of the gateway fails.', () => state().health.map(({ part }) => [{ part }, 1])),
  ];
}

const mean = ({ sessions, nanoUsd }: { readonly sessions: number; readonly nanoUsd: number }): number => nanoUsd / sessions / NANO;
