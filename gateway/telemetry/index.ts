/** What the gateway tells monitoring: metrics, alerts. Spans go out through `otlp.ts`, which is imported only where an endpoint is set. */
export { ALERT_TABLE, type AlertName, type AlertOptions, AlertWatch, historyOf } from './alerts.ts';
export { Metrics, type MetricsSource } from './metrics.ts';
export { openTelemetry, type Telemetry, type TelemetryOptions } from './open.ts';
