/**
 * A call in the words of OpenTelemetry's GenAI conventions: those of 2026 (`open-telemetry/semantic-conventions-genai`) and the older ones that most tools still
 * read. Prompts and answers are not among them, since the gateway does not keep them.
 */
import type { CallEvent, DeniedEvent } from '../../core/protocol/gateway.ts';

type Value = string | number | boolean | string[];
export type Attributes = Readonly<Record<string, Value>>;

/** `gen_ai.provider.name` of providers whose name differs from ours. */
const PROVIDERS: Readonly<Record<string, string>> = {
  google: 'gcp.gemini',
  vertex: 'gcp.vertex_ai',
  bedrock: 'aws.bedrock',
  azure: 'azure.ai.openai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
};

const OPERATIONS: Readonly<Record<string, string>> = { 'openai-embeddings': 'embeddings', 'gemini-generate': 'generate_content' };

export interface CallTokens {
  /** All of the prompt, cached or not. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export function tokensOf({ usage }: CallEvent): CallTokens {
  const cacheWrite = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite30m ?? 0) + (usage.cacheWrite1h ?? 0) + (usage.cacheWrite12h ?? 0);
  const cacheRead = usage.cacheRead ?? 0;
  return { input: (usage.uncachedInput ?? 0) + cacheRead + cacheWrite, output: usage.output ?? 0, cacheRead, cacheWrite };
}

export const operationOf = ({ api, operation }: CallEvent | DeniedEvent): string =>
  operation === 'embed' ? 'embeddings' : (OPERATIONS[api] ?? 'chat');

/** What metrics are split by. */
export function commonAttributes(event: CallEvent | DeniedEvent): Attributes {
  const provider = PROVIDERS[event.provider] ?? event.provider;
  return defined({
    'gen_ai.operation.name': operationOf(event),
    'gen_ai.provider.name': provider,
    'gen_ai.system': provider,
    'gen_ai.request.model': event.model,
    'gen_ai.response.model': event.kind === 'call' ? (event.servedModel ?? event.model) : undefined,
  });
}

const defined = (all: Readonly<Record<string, Value | undefined>>): Attributes =>
  Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Value] => entry[1] !== undefined));

export function callAttributes(call: CallEvent): Attributes {
  const { input, output, cacheRead, cacheWrite } = tokensOf(call);
  const usd = call.cost.kind === 'known' ? call.cost.nanoUsd / 1e9 : undefined;
  const failed = call.outcome === 'failed' || call.status >= 400;
  return {
    ...commonAttributes(call),
    ...whose(call),
    ...defined({
      'gen_ai.response.id': call.responseId,
      'gen_ai.response.finish_reasons': call.stopReason === undefined ? undefined : [call.stopReason],
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
      'gen_ai.usage.cache_read.input_tokens': cacheRead,
      'gen_ai.usage.cache_write.input_tokens': cacheWrite,
      'gen_ai.usage.reasoning.output_tokens': call.reasoning,
      // Older names of the same.
      'gen_ai.usage.prompt_tokens': input,
      'gen_ai.usage.completion_tokens': output,
      'gen_ai.usage.cache_creation.input_tokens': cacheWrite,
      'gen_ai.usage.cache_read_input_tokens': cacheRead,
      'gen_ai.usage.cache_creation_input_tokens': cacheWrite,
      // Not in the conventions; read by Langfuse and others.
      'gen_ai.usage.cost': usd,
      'http.response.status_code': call.status > 0 ? call.status : undefined,
      'error.type': failed ? (call.error ?? String(call.status)) : undefined,
      'costlint.call.id': call.id,
      'costlint.cost.usd': usd,
      'costlint.cost.unknown': call.cost.kind === 'unknown' ? call.cost.why : undefined,
      'costlint.billed': call.billed,
      'costlint.metered': call.source,
      'costlint.outcome': call.outcome,
      'costlint.service_tier': call.serviceTier,
      'costlint.actions': call.actions,
    }),
  };
}

export function deniedAttributes(event: DeniedEvent): Attributes {
  return {
    ...commonAttributes(event),
    ...whose(event),
    ...defined({
      'http.response.status_code': event.status,
      'error.type': `costlint_${event.reason}`,
      'costlint.call.id': event.id,
      'costlint.denied': event.reason,
      'costlint.limit': event.by?.[0]?.limit,
    }),
  };
}

const whose = (event: CallEvent | DeniedEvent): Attributes =>
  defined({
    'gen_ai.conversation.id': event.session,
    'session.id': event.session,
    'gen_ai.agent.name': event.agent,
    'costlint.project': event.project,
    'costlint.key': event.key,
    'costlint.client': event.client,
  });
