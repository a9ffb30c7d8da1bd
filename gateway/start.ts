/** Puts the gateway together and takes it apart again. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { GatewayEvent } from '../core/protocol/gateway.ts';
import type { TokenCounter } from '../core/tokens/index.ts';
import { hasherWith, textHasherWith } from '../workspace/salted-hash.ts';
import { actionsOf } from './actions.ts';
import { adminHandler } from './admin/index.ts';
import { Attributor } from './attribution.ts';
import { BeyondLog } from './beyond.ts';
import type { Core, Guard } from './core.ts';
import { isLoopback } from './door.ts';
import { Fingerprinter } from './fingerprint.ts';
import { Pools } from './forward.ts';
import { Gauges } from './gauges.ts';
import { timeOrderedId } from './ids.ts';
import type { Ledger } from './ledger/types.ts';
import { LimitBook } from './limits.ts';
import { Observed } from './observed.ts';
import type { GatewayOptions } from './options.ts';
import { Pauses, withPauses } from './pauses.ts';
import type { Publisher } from './publish/types.ts';
import { RateGate } from './rates.ts';
import { Reach } from './reach.ts';
import { Running } from './running.ts';
import { gatewayServer } from './server.ts';
import type { Sessions } from './sessions.ts';
import type { BudgetStore } from './store/types.ts';
import { upstreamOf, upstreamTable } from './upstreams.ts';
import { PriceBook } from './worst-case.ts';

/** What the gateway stands on; opened by `open.ts`, by hand in tests. */
export interface Parts {
  readonly store: BudgetStore;
  readonly ledger: Ledger;
  readonly publisher?: Publisher;
  readonly guard?: Guard;
  readonly sessions?: Sessions;
  /** With what was changed while the gateway ran; left out: the configuration alone, and nothing is kept. */
  readonly limits?: LimitBook;
  readonly pauses?: Pauses;
  /** Somebody with the token asks the gateway to stop. */
  readonly stop?: () => void;
  /** Further readers of all events: telemetry. */
  readonly sinks?: readonly ((event: GatewayEvent) => void)[];
  /** Text of `GET /metrics`. */
  readonly metrics?: () => string | Promise<string>;
  readonly adminToken?: string;
  readonly now?: () => number;
  readonly warn?: (message: string) => void;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  readonly adminToken: string;
  readonly core: Core;
  /** Takes no new calls, waits for running ones up to `drainMs`, ends the rest with an error, and closes. */
  close(): Promise<void>;
}

/** Listens. Throws where the options contradict each other or the port is taken. */
export async function startGateway(options: GatewayOptions, parts: Parts): Promise<Gateway> {
  if (!isLoopback(options.host) && options.token === undefined)
    throw new Error(`listening on ${options.host} lets other machines in: a token is required (--token)`);
  const core = coreOf(options, parts);
  const adminToken = parts.adminToken ?? randomBytes(24).toString('base64url');
  const server = gatewayServer({ core, adminToken, admin: adminHandler(core, parts) });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      core.running.close();
      reject(error);
    });
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const closed = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const gone = closed();
    core.rates?.close();
    core.gauges.close();
    server.closeIdleConnections();
    if (!(await core.running.drained(options.drainMs))) {
      core.running.stopAll({ kind: 'unavailable', message: 'Costlint: the gateway is stopping' });
      await core.running.drained(2_000);
    }
    core.running.close();
    await parts.publisher?.close('the gateway is stopping');
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 200).unref();
    await core.pools.close();
    await gone;
  };
  return {
    url: `http://${host}:${port}`,
    port,
    adminToken,
    core,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function coreOf(options: GatewayOptions, parts: Parts): Core {
  const { store, ledger, publisher, guard, sessions, sinks = [] } = parts;
  const { limits: limitBook = new LimitBook(options), pauses = new Pauses(), now = Date.now } = parts;
  const warn = parts.warn ?? (() => {});
  const hash = hasherWith(ledger.salt);
  const textHash = textHasherWith(ledger.salt);
  let counter: Promise<TokenCounter> | undefined;
  const emit = (event: GatewayEvent): void => {
    publisher?.emit(event);
    for (const sink of sinks) sink(event);
  };
  const gauges = new Gauges({ limits: () => limitBook.current, standings: (limits) => store.standings(limits), emit, now, warn });
  return {
    options,
    get limits() {
      return limitBook.current;
    },
    limitBook,
    pauses,
    gauges,
    upstreams: upstreamTable(Object.entries(options.upstreams).map(([name, url]) => upstreamOf(name, url))),
    attributor: new Attributor(hash, options.keyAliases),
    fingerprints: new Fingerprinter(textHash),
    observed: new Observed({ ledger, hash: textHash, warn }),
    beyond: new BeyondLog(warn, now),
    fingerprintSalt: Number.parseInt(hash('similarity').slice(0, 8), 16),
    prices: new PriceBook(options.prices, options.unknownPrice),
    pools: new Pools(options.upstreamTimeoutMs),
    reach: new Reach((health) => emit({ kind: 'health', id: timeOrderedId(), at: now(), part: 'upstream', ...health })),
    actions: actionsOf(options),
    store,
    ledger,
    running: new Running(store, options.leaseMs, (error) => warn(`store: ${String(error)}`)),
    counter: () => {
      counter ??= import('../core/tokens/index.ts').then(({ createCounter }) => createCounter());
      return counter;
    },
    emit,
    now,
    newId: () => timeOrderedId(),
    warn,
    ...(options.rateLimits ? { rates: new RateGate(now) } : {}),
    guard: withPauses(pauses, guard),
    ...(sessions ? { sessions } : {}),
  };
}
