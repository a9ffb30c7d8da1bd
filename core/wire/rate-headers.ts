/** What response headers say about rate limits, at all providers that say it (provider pages as of 2026-08; OpenAI-compatible hosts follow OpenAI). */
import type { RateLimitSeen, RateObservation, RateUnit } from '../budget/rates.ts';
import { compact } from './json.ts';
import type { WireHeaders } from './types.ts';

type Read = (name: string) => string | undefined;

const reader =
  (headers: WireHeaders): Read =>
  (name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : value?.[0];
  };

const figure = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `6m0s`, `1.5s`, `20ms`, a number of seconds, an RFC 3339 or HTTP date: ms from now; undefined for anything else. */
export function durationMs(value: string | undefined, nowMs: number): number | undefined {
  const trimmed = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1000);
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length > 0 && parts.map(([whole]) => whole).join('') === trimmed) {
    return Math.ceil(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNIT_MS[unit!]!, 0));
  }
  const at = /^\d{4}-|GMT$/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

const ANTHROPIC: Readonly<Record<RateUnit, string>> = {
  requests: 'requests',
  inputTokens: 'input-tokens',
  outputTokens: 'output-tokens',
  tokens: 'tokens',
};

function limitsOf(read: Read, nowMs: number): RateObservation['limits'] {
  const limits: Partial<Record<RateUnit, RateLimitSeen>> = {};
  const put = (unit: RateUnit, limit?: string, remaining?: string, reset?: string): void => {
    const seen = compact({ limit: figure(limit), remaining: figure(remaining), resetMs: durationMs(reset, nowMs) });
    if (seen.limit !== undefined) limits[unit] = seen;
  };
  for (const [unit, name] of Object.entries(ANTHROPIC) as [RateUnit, string][]) {
    const of = (what: string): string | undefined => read(`anthropic-ratelimit-${name}-${what}`);
    put(unit, of('limit'), of('remaining'), of('reset'));
  }
  for (const unit of ['requests', 'tokens'] as const) {
    const of = (what: string): string | undefined => read(`x-ratelimit-${what}-${unit}`);
    put(unit, of('limit'), of('remaining'), of('reset'));
  }
  // Groq counts its requests per day under the same name: a window that is not a minute would starve the bucket.
  if ((limits.requests?.resetMs ?? 0) > 120_000) delete limits.requests;
  // The total and the parts are told apart; where the parts are known the total adds nothing.
  if (limits.inputTokens && limits.outputTokens) delete limits.tokens;
  return limits;
}

/** `retry-after-ms` before `retry-after`, as SDKs read them. A spending cap has neither and names itself in the error. */
export function rateObservation(headers: WireHeaders, status: number, nowMs: number, error?: string): RateObservation {
  const read = reader(headers);
  const exact = figure(read('retry-after-ms'));
  const retryAfterMs = status === 429 || status === 503 || status === 529 ? (exact ?? durationMs(read('retry-after'), nowMs)) : undefined;
  const spendCap = error === 'enforced_spend_limit_reached' || error === 'insufficient_quota' ? true : undefined;
  return compact({ limits: limitsOf(read, nowMs), retryAfterMs: spendCap ? undefined : retryAfterMs, spendCap });
}
