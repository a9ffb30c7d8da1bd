/** All telemetry in one: an observer of events, the text of `/metrics`, and what has to be closed. */
import { randomUUID } from 'node:crypto';
import type { Limit } from '../../core/budget/index.ts';
import type { AlertEvent, GatewayEvent, GatewayState } from '../../core/protocol/gateway.ts';
import type { Ledger } from '../ledger/types.ts';
import { AlertWatch, historyOf } from './alerts.ts';
import { Metrics } from './metrics.ts';

const DAY = 24 * 3_600_000;
/** How far back the usual hour and the usual session are looked for, ms. */
const HISTORY_MS = 14 * DAY;

export interface TelemetryOptions {
  readonly ledger: Ledger;
  /** As they are now. */
  readonly limits: () => readonly Limit[];
  readonly state: () => GatewayState;
  /** Records and publishes an alert. */
  readonly emit: (alert: AlertEvent) => void;
  readonly version: string;
  readonly now?: () => number;
  /** OTLP endpoint; left out: nothing is sent. */
  readonly otlp?: string;
}

export interface Telemetry {
  readonly observe: (event: GatewayEvent) => void;
  readonly metrics: () => string;
  close(): Promise<void>;
}

export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { ledger, limits, state, emit, version, otlp, now = Date.now } = options;
  const since = now() - HISTORY_MS;
  const ended = ledger.sessions({ since, limit: 200 }).filter(({ status }) => status !== 'running' && status !== 'idle' && status !== 'paused');
  const costs = ended.map(({ totals }) => totals.nanoUsd).filter((nanoUsd) => nanoUsd > 0);
  const alerts = new AlertWatch({ emit, newId: randomUUID, limits, history: historyOf(ledger.hours(since), costs.reverse()) });
  const metrics = new Metrics({ state, sessionCosts: () => ledger.sessionCosts(now() - DAY) });
  // The SDK is loaded only where it is wanted.
  const sender = otlp === undefined ? undefined : (await import('./otlp.ts')).openOtlp({ endpoint: otlp, version });
  const observe = (event: GatewayEvent): void => {
    metrics.observe(event);
    alerts.observe(event);
    sender?.observe(event);
  };
  return { observe, metrics: () => metrics.render(), close: async () => sender?.close() };
}
