/** The APIs that the gateway meters. */
import { anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import { geminiGenerate } from './gemini-generate.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';
import type { WireApi, WireApiId, WireMatch } from './types.ts';

/** In the order in which they are asked for a path: the more special ones first. */
export const WIRE_APIS: readonly WireApi[] = [anthropicMessages, bedrockConverse, geminiGenerate, openaiEmbeddings, openaiResponses, openaiChat];

const byId = new Map(WIRE_APIS.map((api) => [api.id, api]));
export const wireApi = (id: WireApiId): WireApi => byId.get(id)!;

/** The API that a request belongs to; undefined for everything that is not a model call (it is passed on unmetered). */
export function matchWire(method: string, path: string): { readonly api: WireApi; readonly match: WireMatch } | undefined {
  for (const api of WIRE_APIS) {
    const match = api.match(method.toUpperCase(), path);
    if (match) return { api, match };
  }
  return undefined;
}

export { answerOf, answerSchema, type WireAnswer } from './answer.ts';
export { fieldSpan, itemSpans, withField } from './body-edit.ts';
export { type CacheMarked, withCacheMark } from './cache-mark.ts';
export { fingerprint, newSegments } from './fingerprint.ts';
export { compact } from './json.ts';
export { billingKey, sumUsage, tokensOf, tokensOfMetered } from './metered.ts';
export { type ModelEdit, withModel } from './model-edit.ts';
export { costOfMetered, dearest, type MeteredCost, outputWithin, type PriceContext, type WorstCase, worstCase } from './money.ts';
export { durationMs, rateObservation } from './rate-headers.ts';
export type * from './types.ts';
