/** OpenAI Responses: completed, incomplete and failed responses, background ones, retrieval. */
import { withField } from './body-edit.ts';
import { bytesOf, sseEvent } from './denial.ts';
import { errorOf } from './error-name.ts';
import { responsesFacts } from './facts-openai.ts';
import { compact, type Json, list, named, record, tokens } from './json.ts';
import { type EventReader, meterWith } from './meter.ts';
import { estimated, metered } from './metered.ts';
import { hasUsage, openaiDenial, openaiError, openaiUsage, reasoningOf, tierOf } from './openai-shared.ts';
import { decoded, splitPath } from './path.ts';
import { Tally } from './tally.ts';
import type { DenialDetail, Metered, ResponseContext, WireApi, WireMatch } from './types.ts';

function match(method: string, target: string): WireMatch | undefined {
  const { path, query } = splitPath(target);
  const found = /\/responses(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path);
  if (!found) return undefined;
  const [, id, tail] = found;
  const of = (operation: WireMatch['operation'], more: Partial<WireMatch> = {}): WireMatch => ({ api: 'openai-responses', operation, ...more });
  if (id === undefined) return method === 'POST' ? of('generate') : undefined;
  if (id === 'input_tokens') return of('count', { stream: false });
  if (id === 'compact' && method === 'POST') return of('generate', { stream: false });
  if (tail === 'cancel') return of('cancel', { id: decoded(id), stream: false });
  if (tail !== undefined || method !== 'GET') return of('free', { id: decoded(id), stream: false });
  return of('retrieve', { id: decoded(id), stream: /(?:^|&)stream=true/.test(query) });
}

/** Fees of the provider's tools by the items they leave in the output. */
function toolsOf(output: readonly unknown[]): { readonly used: Record<string, number>; readonly fees: Record<string, number> } {
  const used: Record<string, number> = {};
  for (const item of output) {
    const type = named(record(item).type);
    if (type === undefined || !type.endsWith('_call') || type === 'function_call' || type === 'custom_tool_call') continue;
    // Opening a page and finding in it are parts of one search, without a fee of their own.
    const action = record(record(item).action).type;
    if (type === 'web_search_call' && action !== undefined && action !== 'search') continue;
    used[type] = (used[type] ?? 0) + 1;
  }
  return { used, fees: { 'web-search': used.web_search_call ?? 0, 'file-search': used.file_search_call ?? 0 } };
}

function outcomeOf(response: Json, calls: readonly string[]): Metered['outcome'] {
  const { status } = response;
  if (status === 'queued' || status === 'in_progress') return 'pending';
  if (status === 'failed') return 'failed';
  if (status === 'cancelled') return 'cancelled';
  if (status === 'incomplete') return record(response.incomplete_details).reason === 'content_filter' ? 'refused' : 'truncated';
  return calls.length > 0 ? 'tool-use' : 'completed';
}

/** A response object. One that failed or was cancelled is billed only for the usage that it states. */
export function responsesWhole(json: unknown): Metered {
  const response = record(json);
  if (response.object === 'response.input_tokens') return metered({ source: 'exact', outcome: 'completed', counted: tokens(response.input_tokens) });
  const output = list(response.output);
  const calls = output.flatMap((item) => (/^(function|custom_tool)_call$/.test(String(record(item).type)) ? (named(record(item).name) ?? []) : []));
  const usage = hasUsage(response.usage) ? response.usage : undefined;
  if (response.error && !usage) return metered({ error: errorOf(json) ?? 'error', responseId: named(response.id), model: named(response.model) });
  const { used, fees } = toolsOf(output);
  const model = named(response.model);
  const outcome = outcomeOf(response, calls);
  const classes = usage ? openaiUsage(usage, model) : {};
  const allFees = Object.fromEntries(Object.entries(fees).filter(([, units]) => units > 0));
  return metered({
    source: usage ? 'exact' : 'none',
    billed: usage !== undefined || (outcome !== 'pending' && outcome !== 'failed' && outcome !== 'cancelled'),
    outcome,
    model,
    usage: Object.keys(allFees).length > 0 ? { ...classes, fees: { ...classes.fees, ...allFees } } : classes,
    reasoning: usage ? reasoningOf(usage) : undefined,
    serverTools: used,
    toolCalls: calls,
    serviceTier: tierOf(response.service_tier),
    stopReason: named(record(response.incomplete_details).reason) ?? named(response.status),
    responseId: named(response.id),
    error: response.error ? errorOf(json) : undefined,
    notes: usage || outcome === 'pending' ? [] : ['the response has no usage'],
  });
}

const TERMINAL = /^response\.(completed|incomplete|failed|cancelled)$/;

class ResponsesReader implements EventReader {
  readonly #context: ResponseContext;
  readonly #tally = new Tally();
  #response: Json = {};
  #final: Metered | undefined;
  #calls: string[] = [];
  #error: string | undefined;

  constructor(context: ResponseContext) {
    this.#context = context;
  }

  event(json: unknown, name: string): void {
    const event = record(json);
    const type = named(event.type) ?? name;
    if (TERMINAL.test(type)) this.#final = responsesWhole(event.response);
    else if (type === 'response.created' || type === 'response.in_progress' || type === 'response.queued') this.#response = record(event.response);
    else if (type === 'response.output_item.added') this.#item(record(event.item));
    else if (type.endsWith('arguments.delta')) this.#tally.input(event.delta);
    else if (type.endsWith('.delta') && !type.includes('audio')) this.#tally.add(event.delta);
    else if (type === 'error' || event.error) this.#error = errorOf(event) ?? named(event.code) ?? 'error';
  }

  #item(item: Json): void {
    const name = /^(function|custom_tool)_call$/.test(String(item.type)) ? named(item.name) : undefined;
    if (!name) return;
    this.#calls.push(name);
    this.#tally.call(name);
  }

  bill(ended: boolean, cut: boolean): Metered {
    const final = this.#final;
    const noUsage = final?.source === 'none' && (final.outcome === 'completed' || final.outcome === 'truncated' || final.outcome === 'tool-use');
    if (final && !noUsage) return final;
    const { id, model, service_tier: tier, background } = this.#response;
    const known = metered({
      billed: true,
      outcome: 'completed',
      model: named(model),
      toolCalls: this.#calls,
      serviceTier: tierOf(tier),
      responseId: named(id),
    });
    if (this.#error !== undefined && this.#tally.empty) return { ...known, billed: false, outcome: 'failed', error: this.#error };
    // A background response goes on without its stream: it is billed when it is retrieved.
    if (ended && cut && background === true) return { ...known, billed: false, outcome: 'pending' };
    const partial = estimated(final ?? known, this.#context, this.#tally.tokens, false);
    const outcome = this.#error !== undefined ? 'failed' : final ? final.outcome : ended ? 'cut' : 'completed';
    return compact({ ...partial, outcome, error: this.#error });
  }
}

const interrupt = (detail: DenialDetail): Uint8Array => {
  const error = openaiError(detail);
  const { code, message, param } = error;
  return bytesOf(sseEvent({ type: 'error', code, message, param, error, sequence_number: 0 }, 'error'));
};

export const openaiResponses: WireApi = {
  id: 'openai-responses',
  provider: 'openai',
  match,
  facts: responsesFacts,
  usageOf: responsesWhole,
  meter: (context) => meterWith(context, { whole: responsesWhole, events: (c) => new ResponsesReader(c), interrupt }),
  denial: openaiDenial,
  withOutputCap: (body, cap) => withField(body, ['max_output_tokens'], String(cap)),
};
