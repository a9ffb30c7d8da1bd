/** Gemini generateContent and streamGenerateContent (Developer API and Vertex AI), countTokens, embedContent, batchGenerateContent. */
import { withField } from './body-edit.ts';
import { bytesOf, denialWith, factsOf, STATUS } from './denial.ts';
import { errorOf } from './error-name.ts';
import { geminiFacts } from './facts-gemini.ts';
import { compact, count, isRecord, type Json, list, named, record, tokens } from './json.ts';
import { type EventReader, meterWith, type Shape } from './meter.ts';
import { estimated, metered, sumUsage, usageOf } from './metered.ts';
import { decoded, splitPath } from './path.ts';
import { Tally } from './tally.ts';
import type { DenialDetail, DenialKind, Metered, Operation, ResponseContext, WireApi, WireMatch } from './types.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  generateContent: 'generate',
  streamGenerateContent: 'generate',
  countTokens: 'count',
  computeTokens: 'count',
  embedContent: 'embed',
  batchEmbedContents: 'embed',
  predict: 'embed',
  batchGenerateContent: 'batch-create',
};

function match(method: string, target: string): WireMatch | undefined {
  const { path } = splitPath(target);
  const batch = method === 'GET' ? /\/v1(?:alpha|beta)?\/(batches\/[^/]+)$/.exec(path) : null;
  if (batch?.[1]) return { api: 'gemini-generate', operation: 'batch-results', stream: false, id: decoded(batch[1]) };
  const found = /\/(?:models|tunedModels|endpoints)\/([^/:]+):(\w+)$/.exec(path);
  if (!found || method !== 'POST' || /\/publishers\/(?!google\/)/.test(path)) return undefined;
  const [, model = '', verb = ''] = found;
  const operation = OPERATIONS[verb];
  if (operation === undefined) return undefined;
  const vertex = /\/projects\/[^/]+\/locations\/([^/]+)\//.exec(path);
  const isVertex = vertex !== null || path.includes('/publishers/google/');
  return {
    api: 'gemini-generate',
    operation,
    model: decoded(model),
    stream: verb === 'streamGenerateContent',
    ...(isVertex ? { route: 'vertex' as const } : {}),
    ...(vertex?.[1] ? { region: decoded(vertex[1]) } : {}),
  };
}

/** Cached tokens are inside the prompt; tool-use prompts and thoughts stand beside it and the candidates. */
function geminiUsage(usage: Json): Metered['usage'] {
  const prompt = tokens(usage.promptTokenCount);
  const cached = Math.min(prompt, tokens(usage.cachedContentTokenCount));
  return usageOf({
    uncachedInput: prompt - cached + tokens(usage.toolUsePromptTokenCount),
    cacheRead: cached,
    output: tokens(usage.candidatesTokenCount ?? usage.responseTokenCount) + tokens(usage.thoughtsTokenCount),
  });
}

/** Audio has rates of its own. Modalities come as names, or as numbers from older clients. */
function notesOf(usage: Json): string[] {
  const details = [...list(usage.promptTokensDetails), ...list(usage.candidatesTokensDetails)].map(record);
  const audio = details.some(({ modality, tokenCount }) => (modality === 'AUDIO' || modality === 4) && tokens(tokenCount) > 0);
  return audio ? ['audio tokens are priced as text here'] : [];
}

function tierOf(usage: Json): string | undefined {
  const tier = (named(usage.serviceTier) ?? named(usage.trafficType) ?? '').toLowerCase();
  if (tier.includes('priority')) return 'priority';
  return tier.includes('flex') ? 'flex' : undefined;
}

function outcomeOf(stop: string | undefined, toolCalls: readonly string[]): Metered['outcome'] {
  if (stop === 'MAX_TOKENS' || stop === '2') return 'truncated';
  if (stop !== undefined && /SAFETY|PROHIBITED|BLOCKLIST|SPII|RECITATION|LANGUAGE/.test(stop)) return 'refused';
  return toolCalls.length > 0 ? 'tool-use' : 'completed';
}

/** From version 3 on each search query is billed, before that each prompt that searched (ai.google.dev pricing). */
function searchUnits(model: string | undefined, queries: number): number {
  const version = Number(/gemini-(\d+(?:\.\d+)?)/.exec(model ?? '')?.[1] ?? 0);
  return version >= 3 || queries === 0 ? queries : 1;
}

/** Reads response objects one after the other; a whole body is a stream of one. The last usage wins: it is repeated and grows. */
class GeminiReader implements EventReader {
  readonly #context: Pick<ResponseContext, 'inputEstimate'>;
  readonly #tally = new Tally();
  #id: string | undefined;
  #model: string | undefined;
  #usage: Json | undefined;
  #stop: string | undefined;
  #blocked = false;
  #toolCalls: string[] = [];
  #queries = 0;
  /** The last candidate finished. With server-side tools the stream goes on behind a finish reason that came with a function call. */
  #finished = false;
  #error: string | undefined;

  constructor(context: Pick<ResponseContext, 'inputEstimate'>) {
    this.#context = context;
  }

  event(json: unknown): void {
    const chunk = record(json);
    if (chunk.error) this.#error = errorOf(chunk) ?? 'error';
    this.#id = named(chunk.responseId) ?? this.#id;
    this.#model = named(chunk.modelVersion) ?? this.#model;
    if (record(chunk.promptFeedback).blockReason !== undefined) this.#blocked = true;
    if (isRecord(chunk.usageMetadata)) this.#usage = { ...this.#usage, ...chunk.usageMetadata };
    for (const candidate of list(chunk.candidates)) this.#candidate(record(candidate));
  }

  #candidate(candidate: Json): void {
    const { finishReason } = candidate;
    this.#stop = named(finishReason) ?? (typeof finishReason === 'number' && finishReason > 0 ? String(finishReason) : this.#stop);
    this.#queries = Math.max(this.#queries, list(record(candidate.groundingMetadata).webSearchQueries).length);
    const parts = list(record(candidate.content).parts).map(record);
    const called = parts.some((part) => part.functionCall !== undefined || part.functionResponse !== undefined);
    this.#finished = finishReason !== undefined && finishReason !== 0 && !called;
    for (const part of parts) {
      this.#tally.add(part.text);
      const call = record(part.functionCall);
      const name = named(call.name);
      if (!name) continue;
      this.#toolCalls.push(name);
      this.#tally.call(name);
      this.#tally.input(call.args);
    }
  }

  bill(ended: boolean, cut: boolean): Metered {
    const usage = this.#usage;
    const searches = searchUnits(this.#model, this.#queries);
    const known = metered({
      source: usage ? 'exact' : 'none',
      billed: this.#error === undefined || !this.#tally.empty,
      outcome: this.#blocked ? 'refused' : outcomeOf(this.#stop, this.#toolCalls),
      model: this.#model,
      usage: usage ? sumUsage(geminiUsage(usage), { fees: { grounding: searches } }) : {},
      reasoning: usage ? count(usage.thoughtsTokenCount) : undefined,
      serverTools: this.#queries > 0 ? { googleSearch: this.#queries } : {},
      toolCalls: this.#toolCalls,
      serviceTier: usage ? tierOf(usage) : undefined,
      stopReason: this.#stop,
      responseId: this.#id,
      error: this.#error,
      notes: usage ? notesOf(usage) : [],
    });
    const whole = this.#blocked || this.#finished || (ended && !cut);
    if (usage && whole && this.#error === undefined) return known;
    if (this.#error !== undefined && this.#tally.empty) return { ...known, source: 'none', billed: false, outcome: 'failed' };
    const partial = estimated({ ...known, billed: true }, this.#context, this.#tally.tokens, usage !== undefined);
    return compact({ ...partial, outcome: this.#error !== undefined ? 'failed' : ended && !whole ? 'cut' : known.outcome });
  }
}

export function geminiWhole(json: unknown, match?: WireMatch): Metered {
  if (Array.isArray(json)) return wholeList(json);
  const body = record(json);
  if (body.error) return metered({ error: errorOf(json) ?? 'error' });
  if (body.usageMetadata === undefined && typeof body.totalTokens === 'number') {
    return metered({ source: 'exact', outcome: 'completed', counted: tokens(body.totalTokens) });
  }
  if (match?.operation === 'batch-create' || /^batches\//.test(String(body.name)))
    return metered({ outcome: 'pending', responseId: named(body.name) });
  if (match?.operation === 'embed' && body.usageMetadata === undefined) return embedded(body);
  return wholeList([json]);
}

function wholeList(values: readonly unknown[]): Metered {
  const reader = new GeminiReader({});
  for (const value of values) reader.event(value);
  const bill = reader.bill(true, false);
  return bill.source === 'exact' ? bill : { ...bill, notes: [...bill.notes, 'the response has no usage'] };
}

/** Vertex says the tokens of each embedding; the Developer API says none. */
function embedded(body: Json): Metered {
  const stats = list(body.predictions).map((one) => tokens(record(record(record(one).embeddings).statistics).token_count));
  const total = stats.reduce((sum, one) => sum + one, 0);
  if (total > 0) return metered({ source: 'exact', billed: true, outcome: 'completed', usage: usageOf({ uncachedInput: total }) });
  return metered({ billed: true, outcome: 'completed', notes: ['the response has no usage'] });
}

/** Results of a batch stand inside its operation object. */
function item(json: unknown): Metered | undefined {
  const responses = list(record(record(record(json).response).inlinedResponses).inlinedResponses ?? record(record(json).response).inlinedResponses);
  const lines = responses.length > 0 ? responses : [json];
  const bills = lines.map(record).filter((line) => isRecord(line.response) && isRecord(record(line.response).usageMetadata));
  if (bills.length === 0) return undefined;
  const single = bills.map((line) => geminiWhole(line.response));
  const usage = single.reduce((sum, one) => sumUsage(sum, one.usage), {});
  return { ...single[0]!, usage, batch: true, ...(named(bills[0]!.key) ? { customId: bills[0]!.key as string } : {}) };
}

const STATUSES: Readonly<Record<DenialKind, string>> = {
  budget: 'FAILED_PRECONDITION',
  breaker: 'FAILED_PRECONDITION',
  rate: 'RESOURCE_EXHAUSTED',
  unavailable: 'UNAVAILABLE',
  unauthorized: 'UNAUTHENTICATED',
  invalid: 'INVALID_ARGUMENT',
};

function errorBody(detail: DenialDetail): Json {
  const { kind, message, retryAfterMs } = detail;
  const retry = retryAfterMs === undefined || kind !== 'rate' ? [] : [retryInfo(retryAfterMs)];
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: `COSTLINT_${kind.toUpperCase()}`, domain: 'costlint' };
  return { error: { code: STATUS[kind], message, status: STATUSES[kind], details: [info, ...retry], costlint: factsOf(detail) } };
}

const retryInfo = (ms: number) => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${Math.ceil(ms / 1000)}s` });

/** In an event stream an event; in an array of objects its last element. */
function interrupt(detail: DenialDetail, shape: Shape): Uint8Array {
  const json = JSON.stringify(errorBody(detail));
  return bytesOf(shape === 'objects' ? `,\r\n${json}\r\n]` : `data: ${json}\r\n\r\n`);
}

export const geminiGenerate: WireApi = {
  id: 'gemini-generate',
  provider: 'google',
  match,
  facts: geminiFacts,
  usageOf: geminiWhole,
  meter: (context) =>
    meterWith(context, {
      whole: (json) => geminiWhole(json, context.match),
      events: (c) => new GeminiReader(c),
      item,
      interrupt,
      jsonStream: true,
    }),
  denial: (detail) => denialWith(detail, errorBody(detail)),
  withOutputCap: (body, cap) => withField(body, ['generationConfig', 'maxOutputTokens'], String(cap)),
};
