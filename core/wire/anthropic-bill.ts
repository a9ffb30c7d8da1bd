/** What an Anthropic message bills: the usage object of an answer, as the API, its clouds and the logs of Claude Code have it. */
import { errorOf } from './error-name.ts';
import { compact, count, isRecord, type Json, list, named, record, text, tokens } from './json.ts';
import { metered, usageOf } from './metered.ts';
import type { Metered, MeteredPart } from './types.ts';

/** Token classes of a usage object. Writes that the split does not name bought 5 minutes. */
export function anthropicUsage(usage: Json): Metered['usage'] {
  const split = record(usage.cache_creation);
  const total = count(usage.cache_creation_input_tokens) ?? tokens(split.ephemeral_5m_input_tokens) + tokens(split.ephemeral_1h_input_tokens);
  const hour = Math.min(total, tokens(split.ephemeral_1h_input_tokens));
  const searches = tokens(record(usage.server_tool_use).web_search_requests);
  return usageOf({
    uncachedInput: tokens(usage.input_tokens),
    cacheRead: tokens(usage.cache_read_input_tokens),
    cacheWrite5m: total - hour,
    cacheWrite1h: hour,
    output: tokens(usage.output_tokens),
    ...(searches > 0 ? { fees: { 'web-search': searches } } : {}),
  });
}

/**
 * What `usage.iterations` adds: compaction and advisor turns are outside the top-level figures; where a fallback model answered, each attempt that produced
 * something is billed at its own model's rate.
 */
function partsOf(usage: Json, model: string | undefined): { readonly parts: readonly MeteredPart[]; readonly own?: Metered['usage'] } {
  if (usage.iterations === undefined) return { parts: [] };
  const iterations = list(usage.iterations).filter(isRecord);
  const part = (one: Json): MeteredPart =>
    compact({ kind: text(one.type) ?? 'unknown', model: named(one.model) ?? model, usage: anthropicUsage(one) });
  const outside = iterations.filter(({ type }) => type !== 'message' && type !== 'fallback_message').map(part);
  const served = iterations.find(({ type }) => type === 'fallback_message');
  if (!served) return { parts: outside };
  const declined = iterations.filter((one) => one.type === 'message' && tokens(one.output_tokens) > 0);
  const attempts = declined.map((one) => compact({ kind: 'declined', model: named(one.model), usage: anthropicUsage(one) }));
  return { parts: [...outside, ...attempts], own: anthropicUsage(served) };
}

/** Where the price of a usage differs from the list's standard one, in pricing's words. */
function tierOf(usage: Json): Pick<Metered, 'serviceTier' | 'batch' | 'region'> {
  const region = text(usage.inference_geo);
  const place = region && region !== 'global' && region !== 'not_available' ? { region } : {};
  if (usage.service_tier === 'batch') return { batch: true, ...place };
  return usage.speed === 'fast' ? { serviceTier: 'fast', ...place } : place;
}

function outcomeOf(stop: string | undefined): Metered['outcome'] {
  if (stop === 'tool_use') return 'tool-use';
  if (stop === 'max_tokens' || stop === 'model_context_window_exceeded') return 'truncated';
  if (stop === 'refusal') return 'refused';
  if (stop === 'compaction') return 'paused';
  return stop === 'pause_turn' ? 'paused' : 'completed';
}

function serverTools(usage: Json): Record<string, number> {
  const uses = Object.entries(record(usage.server_tool_use)).filter((entry): entry is [string, number] => tokens(entry[1]) > 0);
  return Object.fromEntries(uses);
}

/** What of a message is money. */
export type Billed = Pick<Metered, 'billed' | 'usage' | 'parts' | 'serviceTier' | 'batch' | 'region'>;

/** `produced`: whether any output came. A refusal before any output reports tokens that are not billed (platform.claude.com, 2026-08). */
export function anthropicBilled(usage: Json, model: string | undefined, stop: string | undefined, produced: boolean): Billed {
  const { parts, own } = partsOf(usage, model);
  return { billed: stop !== 'refusal' || produced, usage: own ?? anthropicUsage(usage), parts, ...tierOf(usage) };
}

export interface Message {
  readonly id: string | undefined;
  readonly model: string | undefined;
  readonly usage: Json;
  readonly stop: string | undefined;
  readonly toolCalls: readonly string[];
  readonly produced: boolean;
}

export function billOf({ id, model, usage, stop, toolCalls, produced }: Message): Metered {
  return metered({
    ...anthropicBilled(usage, model, stop, produced),
    source: 'exact',
    outcome: outcomeOf(stop),
    model,
    reasoning: count(record(usage.output_tokens_details).thinking_tokens),
    serverTools: serverTools(usage),
    toolCalls,
    // A priority commitment has no price per token: the list price stands in.
    notes: usage.service_tier === 'priority' ? ['served from a priority commitment; priced at the list price'] : [],
    stopReason: stop,
    responseId: id,
  });
}

export const toolName = (block: unknown): string[] => (record(block).type === 'tool_use' ? [text(record(block).name) ?? 'tool'] : []);

/** A whole message, an error, a token count or a batch object. */
export function anthropicWhole(json: unknown): Metered {
  const body = record(json);
  if (body.type === 'error' || body.error) return metered({ error: errorOf(json) ?? 'error', responseId: named(body.id) });
  if (body.type === 'message_batch') return metered({ outcome: 'pending', responseId: named(body.id) });
  if (body.usage === undefined && typeof body.input_tokens === 'number') {
    return metered({ source: 'exact', outcome: 'completed', counted: tokens(body.input_tokens) });
  }
  if (!isRecord(body.usage)) return metered({ outcome: 'completed', notes: ['the response has no usage'], responseId: named(body.id) });
  const content = list(body.content);
  return billOf({
    id: named(body.id),
    model: named(body.model),
    usage: body.usage,
    stop: named(body.stop_reason),
    toolCalls: content.flatMap(toolName),
    produced: content.length > 0,
  });
}
