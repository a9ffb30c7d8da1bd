/**
 * Spans and metrics by OTLP over HTTP (JSON), with OpenTelemetry's own SDK. Headers, such as a key, come from `OTEL_EXPORTER_OTLP_HEADERS`. Losing some of them is better than
 * slowing a call: queues are bounded, and what fails to be sent is dropped.
 */
import { type Attributes as ApiAttributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { CallEvent, DeniedEvent, GatewayEvent } from '../../core/protocol/gateway.ts';
import { type Attributes, callAttributes, commonAttributes, deniedAttributes, operationOf, tokensOf } from './semantic.ts';

export interface OtlpOptions {
  /** `http://127.0.0.1:4318`; `/v1/traces` and `/v1/metrics` are added. */
  readonly endpoint: string;
  readonly version: string;
  /** Between two exports of metrics, ms. Default 60,000. */
  readonly metricsEveryMs?: number;
  /** Between two exports of spans, ms. Default 5,000. */
  readonly spansEveryMs?: number;
}

export interface Otlp {
  observe(event: GatewayEvent): void;
  /** Sends what waits. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Bounds that the conventions recommend: tokens, seconds. */
const TOKEN_BOUNDS = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];
const SECOND_BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TIMEOUT_MS = 3000;

/** A receiver that does not answer does not keep the gateway from ending. */
const CLOSE_MS = 2000;

function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const own = (attributes: Attributes): ApiAttributes => ({ ...attributes });

export function openOtlp({ endpoint, version, metricsEveryMs = 60_000, spansEveryMs = 5_000 }: OtlpOptions): Otlp {
  const base = endpoint.replace(/\/+$/, '');
  const resource = resourceFromAttributes({ 'service.name': 'costlint-gateway', 'service.version': version });
  const spans = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: `${base}/v1/traces`, timeoutMillis: TIMEOUT_MS }),
    scheduledDelayMillis: spansEveryMs,
  });
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: `${base}/v1/metrics`, timeoutMillis: TIMEOUT_MS }),
    exportIntervalMillis: metricsEveryMs,
    exportTimeoutMillis: Math.min(TIMEOUT_MS, metricsEveryMs),
  });
  const tracing = new TracerProvider({ resource, spanProcessors: [spans] });
  const metering = new MeterProvider({ resource, readers: [reader] });
  const tracer = tracing.getTracer('costlint', version);
  const record = instruments(metering, version);

  const observe = (event: GatewayEvent): void => {
    if (event.kind !== 'call' && event.kind !== 'denied') return;
    const isCall = event.kind === 'call';
    const attributes = isCall ? callAttributes(event) : deniedAttributes(event);
    const name = [operationOf(event), event.model].filter(Boolean).join(' ');
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, root: true, startTime: event.at, attributes: own(attributes) });
    if (attributes['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: String(attributes['error.type']) });
    span.end(isCall ? event.at + event.durationMs : event.at);
    record(event);
  };
  const flush = async (): Promise<void> => {
    await Promise.allSettled([spans.forceFlush(), reader.forceFlush()]);
  };
  const close = (): Promise<void> => atMost(CLOSE_MS, Promise.allSettled([tracing.shutdown(), metering.shutdown()]));
  return { observe, flush, close };
}

/** Counters of the newer conventions, histograms of the older ones, and money. */
function instruments(metering: MeterProvider, version: string): (event: CallEvent | DeniedEvent) => void {
  const meter = metering.getMeter('costlint', version);
  const counter = (kind: string) => meter.createCounter(`gen_ai.client.inference.usage.${kind}`, { unit: '{token}' });
  const counters = {
    input: counter('input_tokens'),
    output: counter('output_tokens'),
    cacheRead: counter('cache_read.input_tokens'),
    cacheWrite: counter('cache_write.input_tokens'),
  };
  const reasoning = counter('reasoning.output_tokens');
  const tokens = meter.createHistogram('gen_ai.client.token.usage', { unit: '{token}', advice: { explicitBucketBoundaries: TOKEN_BOUNDS } });
  const duration = meter.createHistogram('gen_ai.client.operation.duration', { unit: 's', advice: { explicitBucketBoundaries: SECOND_BOUNDS } });
  const cost = meter.createCounter('costlint.cost', { unit: 'USD', description: 'What billed calls cost, as far as their price is known.' });
  const denied = meter.createCounter('costlint.denied', { unit: '{call}' });

  return (event) => {
    const common = own(commonAttributes(event));
    if (event.kind === 'denied') {
      denied.add(1, { ...common, 'costlint.denied': event.reason });
      return;
    }
    const failed = event.outcome === 'failed' || event.status >= 400;
    duration.record(event.durationMs / 1000, failed ? { ...common, 'error.type': event.error ?? String(event.status) } : common);
    if (!event.billed) return;
    const used = tokensOf(event);
    for (const [name, instrument] of Object.entries(counters)) {
      const amount = used[name as keyof typeof counters];
      if (amount > 0) instrument.add(amount, common);
    }
    if (event.reasoning) reasoning.add(event.reasoning, common);
    tokens.record(used.input, { ...common, 'gen_ai.token.type': 'input' });
    tokens.record(used.output, { ...common, 'gen_ai.token.type': 'output' });
    const nanoUsd = event.cost.kind === 'known' ? event.cost.nanoUsd : event.cost.atLeast;
    cost.add(nanoUsd / 1e9, { ...common, ...(event.project ? { 'costlint.project': event.project } : {}) });
  };
}
