/** What every request handler of the gateway shares. */
import type { Limit, Standing } from '../core/budget/types.ts';
import type { GatewayEvent, GatewayStanding } from '../core/protocol/gateway.ts';
import type { TokenCounter } from '../core/tokens/index.ts';
import type { Attributor, Fingerprinter } from './attribution.ts';
import type { Pools } from './forward.ts';
import type { Ledger } from './ledger/types.ts';
import type { GatewayOptions } from './options.ts';
import type { RateGate } from './rates.ts';
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
  /** Closes what is open for a scope, `all` for all; the scopes that were. */
  reset?(scope: string): readonly string[];
  /** A person stops a session: its calls are denied until it is reset. */
  stop?(session: string): void;
  /** The client says that a session gets on. */
  progress?(session: string): void;
}

export interface GuardedCall {
  readonly session: string;
  readonly key?: string | undefined;
  /** How the session is known. */
  readonly via?: string | undefined;
  /** What is new in the request, so that near-identical ones are alike; worked out only when asked for. */
  readonly fingerprint?: () => string | undefined;
}

export interface GuardDenial {
  readonly kind: 'breaker';
  readonly message: string;
  readonly limit: string;
  readonly retryAfterMs?: number;
}

export interface Core {
  readonly options: GatewayOptions;
  readonly limits: readonly Limit[];
  readonly upstreams: UpstreamTable;
  readonly attributor: Attributor;
  readonly fingerprints: Fingerprinter;
  /** For similarity hashes. */
  readonly fingerprintSalt: number;
  readonly prices: PriceBook;
  readonly pools: Pools;
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
});
