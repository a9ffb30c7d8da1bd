/** What every request handler of the gateway shares. */
import type { Limit, Standing } from '../core/budget/types.ts';
import type { GatewayEvent, GatewayStanding } from '../core/protocol/gateway.ts';
import type { TokenCounter } from '../core/tokens/index.ts';
import type { Actions } from './actions.ts';
import type { Attributor } from './attribution.ts';
import type { BeyondLog } from './beyond.ts';
import type { Fingerprinter } from './fingerprint.ts';
import type { Pools } from './forward.ts';
import type { Gauges } from './gauges.ts';
import type { Ledger } from './ledger/types.ts';
import type { LimitBook } from './limits.ts';
import type { Observed } from './observed.ts';
import type { GatewayOptions } from './options.ts';
import type { Pauses } from './pauses.ts';
import type { RateGate } from './rates.ts';
import type { Reach } from './reach.ts';
import type { Running } from './running.ts';
import type { Sessions } from './sessions.ts';
import type { BudgetStore } from './store/types.ts';
import type { UpstreamTable } from './upstreams.ts';
import type { PriceBook } from './worst-case.ts';

/** What observes and is asked before a call, beside limits: circuit breaker and rate limits. */
export interface Guard {
  /** A reason to deny, or undefined. */
  check(call: GuardedCall): GuardDenial | undefined;
  observe(event: GatewayEvent): void;
  /** A call that was let in is over, however it went: for those of which no event told. */
  leave?(id: string): void;
  /** Closes what is open for a scope, `all` for all; the scopes that were. */
  reset?(scope: string): readonly string[];
  /** A person stops a session: its calls are denied until it is reset. */
  stop?(session: string): void;
  /** The client says that a session gets on. */
  progress?(session: string): void;
  /** Limits on sessions were raised or taken away: what was stopped for having used up one is let in again, and judged anew. */
  raised?(): void;
}

export interface GuardedCall {
  /** Of its events. */
  readonly id: string;
  readonly session: string;
  readonly key?: string | undefined;
  /** How the session is known. */
  readonly via?: string | undefined;
  /** What is new in the request, so that near-identical ones are alike; worked out only when asked for. */
  readonly fingerprint?: () => string | undefined;
}

export interface GuardDenial {
  /** `rate`: coming again helps. */
  readonly kind: 'breaker' | 'rate';
  readonly message: string;
  readonly limit: string;
  readonly retryAfterMs?: number;
}

export interface Core {
  readonly options: GatewayOptions;
  /** As they are now: a person may change them while the gateway runs (`limitBook`). */
  readonly limits: readonly Limit[];
  readonly limitBook: LimitBook;
  readonly pauses: Pauses;
  readonly gauges: Gauges;
  readonly upstreams: UpstreamTable;
  readonly attributor: Attributor;
  readonly fingerprints: Fingerprinter;
  readonly observed: Observed;
  readonly beyond: BeyondLog;
  /** For similarity hashes. */
  readonly fingerprintSalt: number;
  readonly prices: PriceBook;
  readonly pools: Pools;
  readonly reach: Reach;
  /** What may be done to calls beside metering and limiting them. */
  readonly actions: Actions;
  readonly store: BudgetStore;
  readonly ledger: Ledger;
  readonly running: Running;
  readonly guard?: Guard;
  readonly sessions?: Sessions;
  readonly rates?: RateGate;
  /** Loads the tokenizer at the first need. */
  readonly counter: () => Promise<TokenCounter>;
  readonly emit: (event: GatewayEvent) => void;
  /** ms since the epoch. */
  readonly now: () => number;
  /** A new id, unique for ever. */
  readonly newId: () => string;
  /** Something went wrong that no client is told of. */
  readonly warn: (message: string) => void;
}

export const standingForWire = ({ limit, counter, spent, reserved, resetsMs }: Standing): GatewayStanding => ({
  limit: limit.id,
  layer: limit.layer,
  counter,
  unit: limit.unit,
  max: limit.max,
  spent,
  reserved,
  ...(resetsMs === undefined ? {} : { resetsAt: resetsMs }),
  ...(limit.warnAt === undefined ? {} : { warnAt: limit.warnAt }),
  action: limit.action,
});
