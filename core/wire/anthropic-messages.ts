/** Anthropic Messages, also as Vertex AI serves it: usage of bodies and streams, token counts, message batches. */
import { withField } from './body-edit.ts';
import { bytesOf, denialWith, factsOf, sseEvent } from './denial.ts';
import { anthropicFacts } from './facts-anthropic.ts';
import { compact, count, isRecord, type Json, list, named, record, text, tokens } from './json.ts';
import { type EventReader, errorOf, meterWith } from './meter.ts';
import { estimated, metered, usageOf } from './metered.ts';
import { decoded, splitPath } from './path.ts';
import { CALL_TOKENS, Tally } from './tally.ts';
import type { DenialDetail, DenialKind, Metered, MeteredPart, Operation, ResponseContext, WireApi, WireMatch } from './types.ts';

function match(method: string, target: string): WireMatch | undefined {
  const { path } = splitPath(target);
  const of = (operation: Operation, more: Partial<WireMatch> = {}): WireMatch => ({ api: 'anthropic-messages', operation, ...more });
  if (method === 'POST' && path.endsWith('/messages')) return of('generate');
  if (method === 'POST' && path.endsWith('/messages/count_tokens')) return of('count', { stream: false });
  const batch = /\/messages\/batches(?:\/([^/]+))?(\/results|\/cancel)?$/.exec(path);
  if (batch) return of(batchOperation(method, batch[1], batch[2]), { stream: false, ...(batch[1] ? { id: decoded(batch[1]) } : {}) });
  const vertex = /\/(?:locations\/([^/]+)\/)?publishers\/anthropic\/models\/([^/:]+):(streamRawPredict|rawPredict)$/.exec(path);
  if (!vertex || method !== 'POST') return undefined;
  const [, region, id = '', verb] = vertex;
  const model = decoded(id);
  const place = { route: 'vertex' as const, ...(region ? { region: decoded(region) } : {}) };
  return model === 'count-tokens'
    ? of('count', { stream: false, ...place })
    : of('generate', { model, stream: verb === 'streamRawPredict', ...place });
}

function batchOperation(method: string, id: string | undefined, tail: string | undefined): Operation {
  if (tail === '/results') return 'batch-results';
  return method === 'POST' && id === undefined ? 'batch-create' : 'free';
}

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
    fees: { 'web-search': searches },
  });
}

/**
 * What `usage.iterations` adds: compaction and advisor turns are outside the top-level figures; where a fallback model answered, each attempt that produced
 * something is billed at its own model's rate.
 */
function partsOf(usage: Json, model: string | undefined): { readonly parts: MeteredPart[]; readonly own?: Metered['usage'] } {
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

/** Tiers in pricing's words. A priority commitment has no price per token: the list price stands in. */
function tierOf(usage: Json): Pick<Metered, 'serviceTier' | 'batch' | 'notes'> {
  const notes = usage.service_tier === 'priority' ? ['served from a priority commitment; priced at the list price'] : [];
  if (usage.service_tier === 'batch') return { batch: true, notes };
  return usage.speed === 'fast' ? { serviceTier: 'fast', notes } : { notes };
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

interface Message {
  readonly id: string | undefined;
  readonly model: string | undefined;
  readonly usage: Json;
  readonly stop: string | undefined;
  readonly toolCalls: readonly string[];
  /** Whether any output came. */
  readonly produced: boolean;
}

/** A refusal before any output reports tokens that are not billed (platform.claude.com, 2026-08). */
function bill({ id, model, usage, stop, toolCalls, produced }: Message): Metered {
  const outcome = outcomeOf(stop);
  const { parts, own } = partsOf(usage, model);
  const region = text(usage.inference_geo);
  return metered({
    source: 'exact',
    billed: outcome !== 'refused' || produced,
    outcome,
    model,
    usage: own ?? anthropicUsage(usage),
    parts,
    reasoning: count(record(usage.output_tokens_details).thinking_tokens),
    serverTools: serverTools(usage),
    toolCalls,
    ...tierOf(usage),
    ...(region && region !== 'global' && region !== 'not_available' ? { region } : {}),
    stopReason: stop,
    responseId: id,
  });
}

const toolName = (block: unknown): string[] => (record(block).type === 'tool_use' ? [text(record(block).name) ?? 'tool'] : []);

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
  return bill({
    id: named(body.id),
    model: named(body.model),
    usage: body.usage,
    stop: named(body.stop_reason),
    toolCalls: content.flatMap(toolName),
    produced: content.length > 0,
  });
}

/** The last value of each usage field wins; the split of cache writes comes only at the start. */
export class AnthropicReader implements EventReader {
  readonly #context: Pick<ResponseContext, 'inputEstimate'>;
  readonly #tally = new Tally();
  #id: string | undefined;
  #model: string | undefined;
  #usage: Record<string, unknown> = {};
  #started = false;
  #final = false;
  #stop: string | undefined;
  #blocks = 0;
  #toolCalls: string[] = [];
  #error: string | undefined;

  constructor(context: Pick<ResponseContext, 'inputEstimate'>) {
    this.#context = context;
  }

  event(json: unknown): void {
    const event = record(json);
    if (event.type === 'message_start') this.#start(record(event.message));
    else if (event.type === 'content_block_start') this.#block(record(event.content_block));
    else if (event.type === 'content_block_delta') this.#delta(record(event.delta));
    else if (event.type === 'message_delta') this.#end(event);
    else if (event.type === 'error' || event.error) this.#error = errorOf(event) ?? 'error';
  }

  #start(message: Json): void {
    this.#started = true;
    this.#id = named(message.id);
    this.#model = named(message.model);
    this.#merge(message.usage);
    this.#stop = named(message.stop_reason) ?? this.#stop;
  }

  #block(block: Json): void {
    if (block.type !== 'fallback') this.#blocks++;
    this.#toolCalls.push(...toolName(block));
    this.#tally.add(block.text);
    if (block.name !== undefined) this.#tally.call(block.name, CALL_TOKENS.claude);
  }

  #delta(delta: Json): void {
    this.#tally.add(delta.text);
    this.#tally.add(delta.thinking);
    this.#tally.input(delta.partial_json);
  }

  #end(event: Json): void {
    this.#merge(event.usage);
    this.#stop = named(record(event.delta).stop_reason) ?? this.#stop;
    if (this.#stop !== undefined && isRecord(event.usage)) this.#final = true;
  }

  #merge(usage: unknown): void {
    for (const [name, value] of Object.entries(record(usage))) if (value !== null && value !== undefined) this.#usage[name] = value;
  }

  bill(ended: boolean, cut: boolean): Metered {
    const produced = this.#blocks > 0;
    const known = bill({ id: this.#id, model: this.#model, usage: this.#usage, stop: this.#stop, toolCalls: this.#toolCalls, produced });
    if (this.#final) return this.#error === undefined ? known : { ...known, error: this.#error };
    // An error before any output is not billed: nothing was produced (overloaded_error and the like).
    if (this.#error !== undefined && !produced)
      return { ...known, source: this.#started ? 'estimated' : 'none', billed: false, outcome: 'failed', error: this.#error };
    const partial = estimated({ ...known, billed: true }, this.#context, this.#tally.tokens, this.#started);
    const outcome = this.#error === undefined ? 'cut' : 'failed';
    return compact({ ...partial, outcome: ended || cut ? outcome : known.outcome, error: this.#error });
  }
}

/** `{custom_id, result: {type: 'succeeded', message}}`; errored, canceled and expired ones are not billed. */
function item(json: unknown): Metered | undefined {
  const line = record(json);
  const result = record(line.result);
  if (line.result === undefined) return undefined;
  const customId = text(line.custom_id);
  if (result.type !== 'succeeded') {
    return metered({
      outcome: result.type === 'errored' ? 'failed' : 'cancelled',
      batch: true,
      customId,
      error: errorOf(result) ?? text(result.type),
    });
  }
  return compact({ ...anthropicWhole(result.message), batch: true, customId });
}

const TYPES: Readonly<Record<DenialKind, string>> = {
  budget: 'billing_error',
  breaker: 'billing_error',
  rate: 'rate_limit_error',
  unavailable: 'api_error',
  unauthorized: 'authentication_error',
  invalid: 'invalid_request_error',
};

const errorBody = (detail: DenialDetail) => ({
  type: 'error',
  error: { type: TYPES[detail.kind], message: detail.message, costlint: factsOf(detail) },
  request_id: null,
});

export const anthropicMessages: WireApi = {
  id: 'anthropic-messages',
  provider: 'anthropic',
  match,
  facts: anthropicFacts,
  usageOf: anthropicWhole,
  meter: (context) =>
    meterWith(context, {
      whole: anthropicWhole,
      events: (c) => new AnthropicReader(c),
      item,
      interrupt: (detail) => bytesOf(sseEvent(errorBody(detail), 'error')),
    }),
  denial: (detail) => denialWith(detail, errorBody(detail)),
  withOutputCap: (body, cap) => withField(body, ['max_tokens'], String(cap)),
};
