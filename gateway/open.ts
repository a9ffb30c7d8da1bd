/** The whole gateway in one call: files, limits, socket, discovery file, server. What `costlint gateway` and the extension start. */
import { randomBytes } from 'node:crypto';
import type { Limit } from '../core/budget/types.ts';
import { DISCOVERY_FILE, GATEWAY_PROTOCOL, type GatewayEvent, type HealthEvent, type LedgerEvent } from '../core/protocol/gateway.ts';
import { LiveState } from '../core/protocol/gateway-state.ts';
import { limitsFor } from './attribution.ts';
import { Elsewhere } from './elsewhere.ts';
import { BreakerGuard } from './guard.ts';
import { LimitBook } from './limits.ts';
import type { GatewayOptions } from './options.ts';
import { Pauses } from './pauses.ts';
import { startProblem } from './plain.ts';
import {
  defaultStateFolder,
  EventPublisher,
  listenOn,
  midnightIn,
  removeDiscovery,
  socketPath,
  startingState,
  writeDiscovery,
} from './publish/index.ts';
import { Sessions } from './sessions.ts';
import { type Gateway, startGateway } from './start.ts';
import { type Keep, openKeep, openKeepInMemory } from './store/open.ts';
import { openTelemetry } from './telemetry/index.ts';

export interface OpenGateway extends Pick<Gateway, 'url' | 'port' | 'adminToken' | 'close' | 'core'> {
  readonly folder: string;
  readonly socket: string;
  readonly discovery: string;
  /** Why it listens elsewhere than people expect. */
  readonly note?: string;
  /** Resolves when somebody with the token asks it to stop. */
  readonly stopAsked: Promise<void>;
}

export interface Surroundings {
  readonly version: string;
  readonly warn: (message: string) => void;
  /** The port was not asked for: the next ones will do where it is taken. */
  readonly anyPort?: boolean;
}

/** How many ports after the first are tried. */
const MORE_PORTS = 20;
const SWEEP_MS = 60_000;
const DAY = 24 * 3_600_000;

export async function openGateway(options: GatewayOptions, { version, warn, anyPort = false }: Surroundings): Promise<OpenGateway> {
  const folder = options.stateDir ?? defaultStateFolder();
  const plainly = (error: unknown): never => {
    throw startProblem(error, { ...options, folder, more: anyPort ? MORE_PORTS : 0 });
  };
  const keep = await keepOf(options, folder).catch(plainly);
  const undo: (() => unknown)[] = [() => keep.close()];
  try {
    const startedAt = Date.now();
    const { ledger, store } = keep;
    const midnight = midnightIn(options.timeZone);
    const self = { version, pid: process.pid, startedAt, url: '' };
    const live = new LiveState(startingState(ledger, self, midnight(startedAt)));
    const publisher = new EventPublisher({ live, midnight });
    const socket = socketPath(folder);
    const listening = await listenOn(socket, publisher);
    undo.push(() => new Promise((resolve) => listening.close(resolve)));
    undo.push(() => publisher.close('the gateway is stopping'));
    const sinks: ((event: GatewayEvent) => void)[] = [];
    const record = (event: LedgerEvent): void => {
      publisher.emit(event);
      for (const sink of sinks) sink(event);
      ledger.append(event).catch((error: unknown) => warn(`ledger: ${String(error)}`));
    };
    const sessions = new Sessions({ emit: record, newId });
    const guard =
      options.breaker === false ? undefined : await BreakerGuard.open({ options, store, sessions, emit: record, newId, now: Date.now, warn });
    const tellHealth =
      (part: HealthEvent['part']) =>
      ({ ok, message }: { readonly ok: boolean; readonly message: string }): void =>
        record({ kind: 'health', id: newId(), at: Date.now(), part, ok, message });
    store.onHealth(tellHealth('store'));
    // The store in the ledger's own file tells of it already.
    if (store.kind !== 'sqlite') ledger.onHealth(tellHealth('ledger'));
    if (store.kind === 'redis' && !store.health.ok) warn(awayAtStart(options));
    const elsewhere = new Elsewhere();
    const limits = await LimitBook.open(options, store, warn, (change) => elsewhere.limit(change));
    const pauses = await Pauses.open(store, (change) => elsewhere.held(change));
    let stop = (): void => {};
    const stopAsked = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const adminToken = randomBytes(24).toString('base64url');
    const telemetry = await openTelemetry({
      ledger,
      limits: () => limits.current,
      state: () => publisher.state(),
      emit: record,
      version,
      ...(options.otlp ? { otlp: options.otlp } : {}),
    });
    undo.push(() => telemetry.close());
    sinks.push((event) => sessions.observe(event), telemetry.observe);
    const start = (port: number): Promise<Gateway> =>
      startGateway(
        { ...options, port },
        {
          ...{ store, ledger, publisher, adminToken, warn, sinks, sessions, limits, pauses, stop },
          metrics: telemetry.metrics,
          ...(guard ? { guard } : {}),
        },
      );
    const gateway = await onFreePort(start, options.port, anyPort).catch(plainly);
    // When the last calls have ended.
    undo.push(async () => guard?.save());
    undo.push(() => gateway.close());
    guard?.attach(gateway.core.running);
    elsewhere.attach(gateway.core, publisher);
    for (const event of guard?.stillOpen() ?? []) publisher.emit(event);
    self.url = gateway.url;
    // Readers see the account's limits before its first call.
    gateway.core.gauges.touch(limitsFor(limits.current.filter(isSeenAtOnce), { session: '-' }, undefined));
    await gateway.core.gauges.tell();
    writeDiscovery(folder, {
      protocol: GATEWAY_PROTOCOL,
      version,
      pid: process.pid,
      startedAt,
      host: options.host,
      port: gateway.port,
      socket,
      token: adminToken,
      salt: ledger.salt,
    });
    undo.push(() => removeDiscovery(folder));
    const prune = (): void => {
      ledger.prune(Date.now() - options.keepDays * DAY).catch((error: unknown) => warn(`ledger: ${String(error)}`));
    };
    prune();
    const timers = [setInterval(() => sessions.sweep(Date.now()), SWEEP_MS).unref(), setInterval(prune, DAY).unref()];
    undo.push(() => {
      for (const timer of timers) clearInterval(timer);
    });
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => {
      closing ??= undoAll(undo);
      return closing;
    };
    const { url, port, core } = gateway;
    const note = options.port === 0 || port === options.port ? {} : { note: otherPort(options.port, gateway) };
    return { url, port, adminToken, core, close, folder, socket, discovery: DISCOVERY_FILE, stopAsked, ...note };
  } catch (error) {
    await undoAll(undo);
    throw error;
  }
}

const otherPort = (wanted: number, { port, url }: Pick<Gateway, 'port' | 'url'>): string =>
  `port ${wanted} is taken by another program: listening on ${port}; base URL ${url}`;

function awayAtStart({ store, storeGone }: GatewayOptions): string {
  const { host } = new URL(store);
  const until = storeGone === 'closed' ? 'calls are denied' : 'calls pass by the limits that this gateway knows alone';
  return `Redis at ${host} cannot be reached: ${until} until it is back (--store-gone ${storeGone}); it is looked for all the time`;
}

const isSeenAtOnce = ({ layer }: Limit): boolean => layer === 'account';

const newId = (): string => crypto.randomUUID();

/** Closes what was opened, the last first; one that fails does not keep the others open. */
async function undoAll(undo: (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of undo.splice(0).reverse()) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

async function keepOf({ store, storeGone }: GatewayOptions, folder: string): Promise<Keep> {
  if (store === 'memory') return openKeepInMemory();
  if (store === 'sqlite') return openKeep(folder);
  if (!/^rediss?:\/\//.test(store)) throw new Error(`store "${store}": memory, sqlite or redis://…`);
  const { RedisStore } = await import('./store/redis.ts');
  return openKeep(folder, { store: (local) => RedisStore.open({ url: store, failMode: storeGone, journal: local }) });
}

async function onFreePort(start: (port: number) => Promise<Gateway>, port: number, anyPort: boolean): Promise<Gateway> {
  for (let next = port; ; next++) {
    try {
      return await start(next);
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || !anyPort || next >= port + MORE_PORTS) throw error;
    }
  }
}
