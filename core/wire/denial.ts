/** Refusals in the providers' shapes. All carry the same facts under `error.costlint` and tell SDKs not to retry, unless waiting helps. */
import { compact } from './json.ts';
import type { Denial, DenialDetail, DenialKind } from './types.ts';

/** 402: no SDK retries it; 429 with `retry-after` only where waiting helps; 503 where the gateway itself cannot decide. */
export const STATUS: Readonly<Record<DenialKind, number>> = {
  budget: 402,
  rate: 429,
  breaker: 402,
  unavailable: 503,
  unauthorized: 401,
  invalid: 400,
};

/** The facts of a refusal without the sentence and the kind's own words. */
export function factsOf({ message, retryAfterMs, ...detail }: DenialDetail): Readonly<Record<string, unknown>> {
  return compact({ ...detail, retryAfterMs });
}

/** `x-should-retry` is read by the Anthropic and OpenAI SDKs, `retry-after` by all. */
export function headersOf(detail: DenialDetail): Record<string, string> {
  const { kind, retryAfterMs } = detail;
  const waiting = kind === 'rate' && retryAfterMs !== undefined;
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8', 'x-should-retry': String(waiting) };
  if (retryAfterMs !== undefined && waiting) {
    headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000));
    headers['retry-after-ms'] = String(Math.ceil(retryAfterMs));
  }
  headers['x-costlint-denied'] = detail.limit === undefined ? kind : `${kind}; limit=${token(detail.limit)}`;
  if (detail.resetsAt !== undefined) headers['x-costlint-resets-at'] = detail.resetsAt;
  return headers;
}

/** Header values are visible ASCII. */
const token = (value: string): string => value.replace(/[^\x21-\x7e]/g, '?');

export const denialWith = (detail: DenialDetail, body: unknown, headers: Readonly<Record<string, string>> = {}): Denial => ({
  status: STATUS[detail.kind],
  headers: { ...headersOf(detail), ...headers },
  body: JSON.stringify(body),
});

const encoder = new TextEncoder();
export const bytesOf = (text: string): Uint8Array => encoder.encode(text);
export const sseEvent = (data: unknown, event?: string): string => `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
