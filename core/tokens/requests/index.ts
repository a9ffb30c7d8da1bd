import { decodeEdges, utf8 } from '../base64.ts';
import { familyOf } from '../family.ts';
import { type Dict, dict, isDict } from '../json.ts';
import type { MeasureText } from '../parts.ts';
import type { RequestInput } from '../types.ts';
import { countAnthropic } from './anthropic.ts';
import { countConverse } from './bedrock.ts';
import { type Constants, RequestContext } from './context.ts';
import { countGemini } from './gemini.ts';
import { countOpenaiChat } from './openai-chat.ts';
import { countOpenaiResponses } from './openai-responses.ts';
import { asResponses } from './openai-routed.ts';

/** The request format that a body has, where the caller does not say. */
function apiOf(provider: string, api: string | undefined, body: Dict, model: string): string {
  const named = (api ?? '').toLowerCase();
  if (/responses/.test(named)) return 'responses';
  if (/converse/.test(named)) return 'converse';
  if (/generate/.test(named)) return 'generate';
  if (/chat|completions/.test(named)) return 'chat';
  if (/messages|invoke/.test(named) && body.inferenceConfig === undefined && body.toolConfig === undefined)
    return /claude/.test(model) || named === 'messages' ? 'messages' : 'converse';
  if (body.contents !== undefined) return 'generate';
  if (
    body.messages === undefined &&
    (body.input ?? body.prompt ?? body.previous_response_id ?? body.conversation) !== undefined &&
    typeof body.prompt !== 'string'
  )
    return 'responses';
  if (body.inferenceConfig !== undefined || body.toolConfig !== undefined || (/bedrock/.test(provider) && body.anthropic_version === undefined))
    return 'converse';
  if (/anthropic/.test(provider) || body.anthropic_version !== undefined || body.system !== undefined) return 'messages';
  return 'chat';
}

/** The request that a body of Gemini's or Bedrock's counting endpoint is about; any other body is one itself. */
function requestIn(body: Dict): Dict {
  if (isDict(body.generateContentRequest)) return body.generateContentRequest;
  if (!isDict(body.input)) return body;
  const { converse, invokeModel } = body.input;
  if (isDict(converse)) return converse;
  return isDict(invokeModel) ? parsed(invokeModel.body) : body;
}

function parsed(base64: unknown): Dict {
  try {
    return dict(JSON.parse(utf8(decodeEdges(base64) ?? '')));
  } catch {
    return {}; // noted as no JSON object by what reads it
  }
}

/** Where the caller does not say which of Gemini's APIs it is, the range reaches down to what Vertex counts, which is far less for tools. */
function coverVertex(context: RequestContext, vertex: RequestContext, body: Dict, model: string): void {
  countGemini(vertex, body, model);
  if (vertex.parts.expected >= context.parts.expected - 1) return;
  context.parts.downTo(vertex.parts.expected);
  context.parts.note('counted as by the Gemini API; Vertex counts fewer: say provider "google" or "vertex"');
}

/** Counts a request into the parts of a fresh context. */
export function contextFor(request: RequestInput, measureText: MeasureText, constants: Constants): RequestContext {
  const body = requestIn(dict(request.body));
  const model = request.model ?? (typeof body.model === 'string' ? body.model : '');
  const provider = request.provider.toLowerCase();
  const family = familyOf(provider, model);
  const api = apiOf(provider, request.api, body, model.toLowerCase());
  const context = new RequestContext(family, api, measureText, constants);
  if (!isDict(request.body)) context.parts.note('the request body is no JSON object');
  if (!family.known) context.parts.note(family.note);
  if (api === 'generate') countGemini(context, body, model);
  else if (api === 'converse') countConverse(context, body);
  else if (api === 'responses') countOpenaiResponses(context, body, model);
  else if (api === 'messages' || family.id.startsWith('claude')) countAnthropic(context, body);
  else if (family.id === 'openai-5' && family.known && /openrouter|vercel/.test(provider)) countOpenaiResponses(context, asResponses(body), model);
  else countOpenaiChat(context, body, model);
  if (api === 'generate' && family.id === 'gemini' && family.api === undefined)
    coverVertex(context, new RequestContext({ ...family, api: 'vertex' }, api, measureText, constants), body, model);
  return context;
}
