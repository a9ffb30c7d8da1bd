/** Bedrock Converse and InvokeModel, with their streams. Their paths are the same for all regions; the host names the region. */
import { anthropicWhole } from './anthropic-bill.ts';
import { AnthropicReader } from './anthropic-messages.ts';
import { withField } from './body-edit.ts';
import { bytesOf, denialWith, factsOf } from './denial.ts';
import { errorOf } from './error-name.ts';
import { encodeFrame } from './event-stream.ts';
import { bedrockFacts } from './facts-bedrock.ts';
import { compact, count, isRecord, type Json, list, named, parsed, record, text, tokens } from './json.ts';
import { type EventReader, meterWith } from './meter.ts';
import { estimated, metered, usageOf } from './metered.ts';
import { hasUsage, openaiUsage } from './openai-shared.ts';
import { decoded, splitPath } from './path.ts';
import { CALL_TOKENS, Tally } from './tally.ts';
import type { DenialDetail, DenialKind, Metered, ResponseContext, WireApi, WireMatch } from './types.ts';

function match(method: string, target: string): WireMatch | undefined {
  const found = /\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream|count-tokens)$/.exec(splitPath(target).path);
  if (!found || method !== 'POST') return undefined;
  const [, id = '', verb = ''] = found;
  const operation = verb === 'count-tokens' ? 'count' : 'generate';
  return { api: 'bedrock-converse', operation, model: decoded(id), stream: verb.endsWith('-stream'), route: 'bedrock' };
}

/** Cache tokens stand beside `inputTokens`; the ending of the names differs between Converse and InvokeModel. */
function converseUsage(usage: Json): Metered['usage'] {
  const written = count(usage.cacheWriteInputTokens) ?? tokens(usage.cacheWriteInputTokenCount);
  const hour = list(usage.cacheDetails)
    .map(record)
    .filter(({ ttl }) => ttl === '1h')
    .reduce((sum, one) => sum + tokens(one.inputTokens), 0);
  const long = Math.min(written, hour);
  return usageOf({
    uncachedInput: tokens(usage.inputTokens ?? usage.inputTokenCount),
    cacheRead: count(usage.cacheReadInputTokens) ?? tokens(usage.cacheReadInputTokenCount),
    cacheWrite5m: written - long,
    cacheWrite1h: long,
    output: tokens(usage.outputTokens ?? usage.outputTokenCount),
  });
}

function outcomeOf(stop: string | undefined): Metered['outcome'] {
  if (stop === 'tool_use') return 'tool-use';
  if (stop === 'max_tokens' || stop === 'model_context_window_exceeded') return 'truncated';
  return stop === 'guardrail_intervened' || stop === 'content_filtered' || stop === 'refusal' ? 'refused' : 'completed';
}

function tierOf(value: unknown): string | undefined {
  const tier = text(record(value).type) ?? text(value);
  return tier === undefined || tier === 'default' || tier === 'reserved' ? undefined : tier;
}

interface Conversation {
  readonly usage: Json | undefined;
  readonly stop: string | undefined;
  readonly toolCalls: readonly string[];
  readonly tier: unknown;
}

const bill = ({ usage, stop, toolCalls, tier }: Conversation): Metered =>
  metered({
    source: usage ? 'exact' : 'none',
    billed: true,
    outcome: outcomeOf(stop),
    usage: usage ? converseUsage(usage) : {},
    toolCalls,
    serviceTier: tierOf(tier),
    stopReason: stop,
    notes: usage ? [] : ['the response has no usage'],
  });

const toolNames = (content: unknown): string[] => list(content).flatMap((block) => named(record(record(block).toolUse).name) ?? []);

/** InvokeModel answers in each vendor's own shape. */
function invoked(body: Json): Metered | undefined {
  if (isRecord(body.usage) && body.usage.input_tokens !== undefined) return anthropicWhole(body);
  if (hasUsage(body.usage) && body.usage.prompt_tokens !== undefined) {
    return metered({
      source: 'exact',
      billed: true,
      outcome: 'completed',
      usage: openaiUsage(body.usage, named(body.model)),
      responseId: named(body.id),
    });
  }
  const llama = { inputTokens: body.prompt_token_count, outputTokens: body.generation_token_count };
  if (count(llama.inputTokens) !== undefined) return bill({ usage: llama, stop: named(body.stop_reason), toolCalls: [], tier: undefined });
  if (count(body.inputTextTokenCount) === undefined) return undefined;
  const output = list(body.results).reduce<number>((sum, one) => sum + tokens(record(one).tokenCount), 0);
  return bill({ usage: { inputTokens: body.inputTextTokenCount, outputTokens: output }, stop: undefined, toolCalls: [], tier: undefined });
}

/** InvokeModel says its counts in headers, too. */
function fromHeaders(context: ResponseContext): Json | undefined {
  const read = (name: string): number | undefined => {
    const value = context.headers?.[`x-amzn-bedrock-${name}-token-count`];
    return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const inputTokens = read('input');
  if (inputTokens === undefined) return undefined;
  return {
    inputTokens,
    outputTokens: read('output'),
    cacheReadInputTokens: read('cache-read-input'),
    cacheWriteInputTokens: read('cache-write-input'),
  };
}

function whole(json: unknown, context?: ResponseContext): Metered {
  const body = record(json);
  if (count(body.inputTokens) !== undefined && body.usage === undefined && body.output === undefined) {
    return metered({ source: 'exact', outcome: 'completed', counted: tokens(body.inputTokens) });
  }
  const { output, usage } = body;
  if (isRecord(output) || (isRecord(usage) && usage.inputTokens !== undefined)) {
    const toolCalls = toolNames(record(record(output).message).content);
    return bill({ usage: hasUsage(usage) ? usage : undefined, stop: named(body.stopReason), toolCalls, tier: body.serviceTier });
  }
  const own = invoked(body);
  if (own) return own;
  const told = context && fromHeaders(context);
  if (told) return bill({ usage: told, stop: undefined, toolCalls: [], tier: undefined });
  if (body.message !== undefined || body.__type !== undefined) return metered({ error: errorOf(json) ?? 'error' });
  return bill({ usage: undefined, stop: undefined, toolCalls: [], tier: undefined });
}

/** Events of ConverseStream; chunks of InvokeModelWithResponseStream hold the vendor's own events in base64. */
class BedrockReader implements EventReader {
  readonly #context: ResponseContext;
  readonly #tally = new Tally();
  #vendor: AnthropicReader | undefined;
  #usage: Json | undefined;
  #metrics: Json | undefined;
  #stop: string | undefined;
  #tier: unknown;
  #toolCalls: string[] = [];
  #error: string | undefined;

  constructor(context: ResponseContext) {
    this.#context = context;
  }

  event(json: unknown, name: string): void {
    const event = record(json);
    if (name.startsWith('!')) this.#error = name.slice(1);
    else if (typeof event.bytes === 'string') this.#chunk(record(parsed(fromBase64(event.bytes))));
    else this.#message(name, event);
  }

  #chunk(event: Json): void {
    const metrics = event['amazon-bedrock-invocationMetrics'];
    if (isRecord(metrics)) this.#metrics = metrics;
    if (typeof event.type === 'string') {
      this.#vendor ??= new AnthropicReader(this.#context);
      this.#vendor.event(event);
      return;
    }
    for (const [name, value] of Object.entries(event)) this.#message(name, record(value));
    this.#tally.add(event.generation ?? event.outputText);
    this.#stop = named(event.stop_reason) ?? named(event.completionReason) ?? this.#stop;
  }

  #message(name: string, event: Json): void {
    if (name === 'contentBlockStart') {
      const tool = named(record(record(event.start).toolUse).name);
      if (tool) {
        this.#toolCalls.push(tool);
        this.#tally.call(tool, CALL_TOKENS.claude);
      }
    } else if (name === 'contentBlockDelta') {
      const delta = record(event.delta);
      for (const part of [delta.text, record(delta.reasoningContent).text]) this.#tally.add(part);
      this.#tally.input(record(delta.toolUse).input);
    } else if (name === 'messageStop') this.#stop = named(event.stopReason) ?? this.#stop;
    else if (name === 'metadata') {
      if (hasUsage(event.usage)) this.#usage = event.usage;
      this.#tier = event.serviceTier ?? this.#tier;
    }
  }

  bill(ended: boolean, cut: boolean): Metered {
    if (this.#vendor) {
      const own = this.#vendor.bill(ended, cut);
      const told: Metered = own.source === 'exact' || !this.#metrics ? own : { ...own, source: 'exact', usage: converseUsage(this.#metrics) };
      return this.#error === undefined ? told : { ...told, error: this.#error, ...(told.source === 'exact' ? {} : { outcome: 'failed' }) };
    }
    const usage = this.#usage ?? this.#metrics;
    const known = {
      ...bill({ usage, stop: this.#stop, toolCalls: this.#toolCalls, tier: this.#tier }),
      ...(this.#error ? { error: this.#error } : {}),
    };
    if (usage) return known;
    if (this.#error !== undefined && this.#tally.empty) return { ...known, billed: false, outcome: 'failed', notes: [] };
    const partial = estimated({ ...known, notes: [] }, this.#context, this.#tally.tokens, false);
    return compact({ ...partial, outcome: this.#error !== undefined ? 'failed' : ended ? 'cut' : known.outcome });
  }
}

function fromBase64(value: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(value), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}

/** None of these is in the AWS SDKs' lists of errors to retry, but the one for rates. */
const EXCEPTIONS: Readonly<Record<DenialKind, string>> = {
  budget: 'ServiceQuotaExceededException',
  breaker: 'ServiceQuotaExceededException',
  rate: 'ThrottlingException',
  unavailable: 'ServiceUnavailableException',
  unauthorized: 'AccessDeniedException',
  invalid: 'ValidationException',
};

const errorBody = (detail: DenialDetail): Json => ({
  __type: EXCEPTIONS[detail.kind],
  message: detail.message,
  error: { costlint: factsOf(detail) },
});

/** An exception frame; streams know `throttlingException` and `validationException` among a few. */
function interrupt(detail: DenialDetail): Uint8Array {
  const type = detail.kind === 'rate' ? 'throttlingException' : 'validationException';
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' };
  return encodeFrame(headers, bytesOf(JSON.stringify({ message: detail.message, costlint: factsOf(detail) })));
}

export const bedrockConverse: WireApi = {
  id: 'bedrock-converse',
  provider: 'bedrock',
  match,
  facts: bedrockFacts,
  usageOf: (json) => whole(json),
  meter: (context) => meterWith(context, { whole: (json) => whole(json, context), events: (c) => new BedrockReader(c), interrupt }),
  denial: (detail) => denialWith(detail, errorBody(detail), { 'x-amzn-errortype': EXCEPTIONS[detail.kind] }),
  withOutputCap: (body, cap) => withField(body, ['inferenceConfig', 'maxTokens'], String(cap)),
};
