/** What OpenAI's APIs and the many hosts that speak them have in common. */
import { bytesOf, denialWith, factsOf, sseEvent } from './denial.ts';
import { count, isRecord, type Json, record, text, tokens } from './json.ts';
import { usageOf } from './metered.ts';
import type { Denial, DenialDetail, DenialKind, Metered } from './types.ts';

/** Prompt figures as hosts spell them. */
interface Prompt {
  readonly total: number;
  readonly cached: number;
  readonly written30m: number;
  readonly written12h: number;
}

function firstCount(...values: unknown[]): number {
  for (const value of values) {
    const found = tokens(value);
    if (found > 0) return found;
  }
  return 0;
}

function promptOf(usage: Json): Prompt {
  const details = record(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const lives = record(details.cache_write_tokens_details);
  const written = firstCount(details.cache_write_tokens, usage.cache_creation_input_tokens);
  const written12h = Math.min(written, tokens(lives.ttl_12h_tokens));
  return {
    total: tokens(usage.prompt_tokens ?? usage.input_tokens),
    cached: firstCount(details.cached_tokens, usage.prompt_cache_hit_tokens, usage.cached_tokens, usage.num_cached_tokens),
    written30m: written - written12h,
    written12h,
  };
}

/** Reasoning tokens wherever the host puts them. */
export function reasoningOf(usage: Json): number | undefined {
  const details = record(usage.completion_tokens_details ?? usage.output_tokens_details);
  return count(details.reasoning_tokens) ?? count(usage.reasoning_tokens);
}

/**
 * Token classes of a usage object. In OpenAI's own figures the prompt includes cached tokens and the completion includes reasoning. Hosts that keep them apart
 * show it in their total, which is then believed: xAI's reasoning, Hyper's cached tokens, Gemini's thoughts behind its OpenAI-compatible endpoint (recorded
 * responses, 2025–2026).
 */
export function openaiUsage(usage: Json, model: string | undefined): Metered['usage'] {
  const prompt = promptOf(usage);
  const completion = tokens(usage.completion_tokens ?? usage.output_tokens);
  const reasoning = reasoningOf(usage) ?? 0;
  const rest = restOf(usage);
  const apart = rest > 0 && rest === prompt.cached && prompt.cached !== reasoning;
  const outside = rest > 0 && (rest === reasoning || (!apart && /gemini/i.test(model ?? ''))) ? rest : 0;
  const written = prompt.written30m + prompt.written12h;
  const isClaude = /claude/i.test(model ?? '');
  return usageOf({
    uncachedInput: Math.max(0, prompt.total - (apart ? 0 : prompt.cached) - written),
    cacheRead: apart ? prompt.cached : Math.min(prompt.cached, prompt.total),
    // A Claude model behind such an API writes for 5 minutes unless told otherwise; the figure does not say.
    ...(isClaude ? { cacheWrite5m: written } : { cacheWrite30m: prompt.written30m, cacheWrite12h: prompt.written12h }),
    output: completion + outside,
    ...feesOf(usage),
  });
}

function feesOf(usage: Json): Pick<Metered['usage'], 'fees'> {
  const searches = tokens(record(usage.server_tool_use_details ?? usage.server_tool_use).web_search_requests);
  return searches > 0 ? { fees: { 'web-search': searches } } : {};
}

/** Tokens of the total that neither the prompt nor the completion has. */
function restOf(usage: Json): number {
  const parts = tokens(usage.prompt_tokens ?? usage.input_tokens) + tokens(usage.completion_tokens ?? usage.output_tokens);
  return (count(usage.total_tokens) ?? parts) - parts;
}

export function usageNotes(usage: Json, model: string | undefined): string[] {
  const [input, output] = [record(usage.prompt_tokens_details), record(usage.completion_tokens_details)];
  const audio = tokens(input.audio_tokens) + tokens(output.audio_tokens) > 0 ? ['audio tokens are priced as text here'] : [];
  const rest = restOf(usage);
  const explained = rest <= 0 || rest === promptOf(usage).cached || rest === reasoningOf(usage) || /gemini/i.test(model ?? '');
  return explained ? audio : [...audio, `the host's total has ${rest} tokens that its parts do not: they are not counted`];
}

/** `default`, `auto` and the like are left out. */
export function tierOf(value: unknown): string | undefined {
  const tier = text(value);
  return tier === undefined || ['default', 'auto', 'standard', 'on_demand', ''].includes(tier) ? undefined : tier;
}

const TYPES: Readonly<Record<DenialKind, readonly [type: string, code: string]>> = {
  budget: ['insufficient_quota', 'budget_exceeded'],
  breaker: ['insufficient_quota', 'circuit_breaker_open'],
  rate: ['requests', 'rate_limit_exceeded'],
  unavailable: ['server_error', 'gateway_unavailable'],
  unauthorized: ['invalid_request_error', 'invalid_api_key'],
  invalid: ['invalid_request_error', 'invalid_request'],
};

export function openaiError(detail: DenialDetail): Json {
  const [type, code] = TYPES[detail.kind];
  return { message: detail.message, type, param: null, code, costlint: factsOf(detail) };
}

export const openaiDenial = (detail: DenialDetail): Denial => denialWith(detail, { error: openaiError(detail) });

/** Both OpenAI SDKs raise on a chunk that has `error`. */
export const openaiInterrupt = (detail: DenialDetail, event?: string): Uint8Array => bytesOf(sseEvent({ error: openaiError(detail) }, event));

export function hasUsage(value: unknown): value is Json {
  if (!isRecord(value)) return false;
  for (const name in value) if (typeof value[name] === 'number') return true;
  return false;
}

/** A line of OpenAI's batch output: `{custom_id, response: {status_code, body}, error}`. */
export function batchLine(json: unknown, whole: (body: unknown) => Metered): Metered | undefined {
  const line = record(json);
  const response = record(line.response);
  if (!isRecord(response.body)) return undefined;
  const customId = text(line.custom_id);
  return { ...whole(response.body), batch: true, ...(customId === undefined ? {} : { customId }) };
}
