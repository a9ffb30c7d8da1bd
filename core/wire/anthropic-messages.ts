/** Anthropic Messages, also as Vertex AI serves it: streams, token counts, message batches. */
import { anthropicWhole, billOf, toolName } from './anthropic-bill.ts';
import { withField } from './body-edit.ts';
import { bytesOf, denialWith, factsOf, sseEvent } from './denial.ts';
import { errorOf } from './error-name.ts';
import { anthropicFacts } from './facts-anthropic.ts';
import { compact, isRecord, type Json, named, record, text } from './json.ts';
import { type EventReader, meterWith } from './meter.ts';
import { estimated, metered } from './metered.ts';
import { decoded, splitPath } from './path.ts';
import { CALL_TOKENS, Tally } from './tally.ts';
import type { DenialDetail, DenialKind, Metered, Operation, ResponseContext, WireApi, WireMatch } from './types.ts';

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
    const known = billOf({ id: this.#id, model: this.#model, usage: this.#usage, stop: this.#stop, toolCalls: this.#toolCalls, produced });
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
