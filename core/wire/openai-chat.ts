/** OpenAI Chat Completions and the hosts that speak it; also the older completions. */
import { fieldSpan, withField } from './body-edit.ts';
import { errorOf } from './error-name.ts';
import { chatFacts } from './facts-openai.ts';
import { compact, type Json, list, named, record, text } from './json.ts';
import { type EventReader, meterWith } from './meter.ts';
import { estimated, metered } from './metered.ts';
import { batchLine, hasUsage, openaiDenial, openaiInterrupt, openaiUsage, reasoningOf, tierOf, usageNotes } from './openai-shared.ts';
import { decoded, splitPath } from './path.ts';
import { CALL_TOKENS, Tally } from './tally.ts';
import type { Metered, ResponseContext, WireApi, WireMatch } from './types.ts';
import { UsageStripper } from './usage-stripper.ts';

function match(method: string, target: string): WireMatch | undefined {
  const { path } = splitPath(target);
  const found = /(?:\/deployments\/([^/]+))?\/(?:chat\/)?completions(?:\/([^/]+))?$/.exec(path);
  const isBatchOutput = method === 'GET' && /\/files\/([^/]+)\/content$/.exec(path);
  if (isBatchOutput) return { api: 'openai-chat', operation: 'batch-results', stream: false, id: decoded(isBatchOutput[1]!) };
  if (/\/batches$/.test(path) && method === 'POST' && !path.endsWith('/messages/batches')) {
    return { api: 'openai-chat', operation: 'batch-create', stream: false };
  }
  if (!found) return undefined;
  const [, deployment, id] = found;
  if (id !== undefined) return { api: 'openai-chat', operation: method === 'GET' ? 'retrieve' : 'free', stream: false, id: decoded(id) };
  if (method !== 'POST') return undefined;
  return { api: 'openai-chat', operation: 'generate', ...(deployment ? { model: decoded(deployment), route: 'azure' as const } : {}) };
}

function outcomeOf(reason: string | undefined): Metered['outcome'] {
  if (reason === 'tool_calls' || reason === 'function_call') return 'tool-use';
  if (reason === 'length') return 'truncated';
  return reason === 'content_filter' ? 'refused' : 'completed';
}

interface Completion {
  readonly id: string | undefined;
  readonly model: string | undefined;
  readonly usage: Json | undefined;
  readonly tier: unknown;
  readonly stop: string | undefined;
  readonly toolCalls: readonly string[];
}

function bill({ id, model, usage, tier, stop, toolCalls }: Completion): Metered {
  return metered({
    source: usage ? 'exact' : 'none',
    billed: true,
    outcome: outcomeOf(stop),
    model,
    usage: usage ? openaiUsage(usage, model) : {},
    reasoning: usage ? reasoningOf(usage) : undefined,
    toolCalls,
    serviceTier: tierOf(tier),
    stopReason: stop,
    responseId: id,
    notes: usage ? usageNotes(usage, model) : ['the response has no usage'],
  });
}

const callName = (call: unknown): string | undefined => named(record(record(call).function).name) ?? named(record(record(call).custom).name);

export function chatWhole(json: unknown): Metered {
  const body = record(json);
  if (body.object === 'batch' || (body.object === 'list' && body.usage === undefined))
    return metered({ outcome: 'pending', responseId: named(body.id) });
  if (body.error && !hasUsage(body.usage)) return metered({ error: errorOf(json) ?? 'error' });
  const choices = list(body.choices).map(record);
  const message = record(choices[0]?.message);
  const stops = choices.map((choice) => named(choice.finish_reason));
  return bill({
    id: named(body.id),
    model: named(body.model),
    usage: usageIn(body),
    tier: body.service_tier,
    stop: stops.find((stop) => stop === 'tool_calls') ?? stops[0],
    toolCalls: list(message.tool_calls).flatMap((call) => callName(call) ?? []),
  });
}

/** Groq puts the usage of a stream under `x_groq`. */
function usageIn(body: Json): Json | undefined {
  if (hasUsage(body.usage)) return body.usage;
  const { usage } = record(body.x_groq);
  return hasUsage(usage) ? usage : undefined;
}

class ChatReader implements EventReader {
  readonly #context: ResponseContext;
  readonly #tally = new Tally();
  #id: string | undefined;
  #model: string | undefined;
  #usage: Json | undefined;
  #tier: unknown;
  #stop: string | undefined;
  /** Usage came with or after the end of the choices: it is the final one. */
  #final = false;
  #toolCalls: string[] = [];
  #error: string | undefined;

  constructor(context: ResponseContext) {
    this.#context = context;
  }

  event(json: unknown, name: string): void {
    const chunk = record(json);
    if (chunk.error || name === 'error') this.#error = errorOf(chunk) ?? 'error';
    this.#id ??= named(chunk.id);
    this.#model = named(chunk.model) ?? this.#model;
    this.#tier = chunk.service_tier ?? this.#tier;
    for (const choice of list(chunk.choices)) this.#choice(record(choice));
    const usage = usageIn(chunk);
    if (!usage) return;
    this.#usage = usage;
    this.#final = this.#stop !== undefined || list(chunk.choices).length === 0;
  }

  #choice(choice: Json): void {
    const delta = record(choice.delta ?? choice.message);
    const stop = named(choice.finish_reason);
    if (stop !== undefined && this.#stop !== 'tool_calls') this.#stop = stop;
    for (const part of [delta.content, delta.reasoning_content ?? delta.reasoning, delta.refusal, choice.text]) this.#tally.add(part);
    for (const call of list(delta.tool_calls)) {
      const name = callName(call);
      if (name) {
        this.#toolCalls.push(name);
        this.#tally.call(name, /claude/i.test(this.#model ?? '') ? CALL_TOKENS.claude : CALL_TOKENS.other);
      }
      this.#tally.input(record(record(call).function).arguments);
    }
  }

  bill(ended: boolean, cut: boolean): Metered {
    const known = bill({ id: this.#id, model: this.#model, usage: this.#usage, tier: this.#tier, stop: this.#stop, toolCalls: this.#toolCalls });
    const done = { ...known, ...(this.#error === undefined ? {} : { error: this.#error }) };
    if (this.#usage && (this.#final || (ended && !cut && this.#error === undefined))) return done;
    if (this.#error !== undefined && this.#tally.empty && !this.#usage)
      return { ...done, source: 'none', billed: false, outcome: 'failed', notes: [] };
    const notes = known.notes.filter((note) => note !== 'the response has no usage');
    const partial = estimated({ ...done, notes }, this.#context, this.#tally.tokens, this.#usage !== undefined);
    const whole = this.#stop !== undefined && !cut;
    return compact({ ...partial, outcome: this.#error !== undefined ? 'failed' : whole || !ended ? known.outcome : 'cut' });
  }
}

/** `include_usage` where the body asks for a stream and does not say. Hosts that do not know the field ignore it or refuse it: see the gateway's upstream table. */
function withUsage(body: Uint8Array): readonly Uint8Array[] | undefined {
  const [stream, options] = [fieldSpan(body, 'stream'), fieldSpan(body, 'stream_options')];
  const value = (span: { start: number; end: number } | undefined): string => (span ? ascii.decode(body.subarray(span.start, span.end)) : '');
  if (value(stream) !== 'true') return undefined;
  const asked = options && body[options.start] === 0x7b ? fieldSpan(body, 'include_usage', options.start) : undefined;
  return value(asked) === 'true' ? undefined : withField(body, ['stream_options', 'include_usage'], 'true');
}

const ascii = new TextDecoder('latin1');

function withOutputCap(body: Uint8Array, cap: number): Uint8Array[] | undefined {
  const name = fieldSpan(body, 'max_tokens') && !fieldSpan(body, 'max_completion_tokens') ? 'max_tokens' : 'max_completion_tokens';
  return withField(body, [name], String(cap));
}

/** Batch output of any of OpenAI's APIs, told apart by its usage. */
const item = (json: unknown): Metered | undefined =>
  batchLine(json, (body) => (text(record(body).object) === 'response' ? responsesLike(body) : chatWhole(body)));

function responsesLike(body: unknown): Metered {
  const { id, model, usage } = record(body);
  return bill({ id: named(id), model: named(model), usage: hasUsage(usage) ? usage : undefined, tier: undefined, stop: undefined, toolCalls: [] });
}

export const openaiChat: WireApi = {
  id: 'openai-chat',
  provider: 'openai',
  match,
  facts: chatFacts,
  usageOf: chatWhole,
  meter: (context) =>
    meterWith(context, { whole: chatWhole, events: (c) => new ChatReader(c), item, interrupt: (detail) => openaiInterrupt(detail) }),
  denial: openaiDenial,
  withUsage,
  usageStripper: () => new UsageStripper(),
  withOutputCap,
};
