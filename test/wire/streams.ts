/** Small streams of our own that take the same paths as recorded ones: with them the tests mean something where the recordings are absent. */

import type { BillableUsage } from '../../core/pricing/types.ts';
import { encodeFrame } from '../../core/wire/event-stream.ts';

export interface Sample {
  readonly name: string;
  readonly path: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly usage: BillableUsage;
  readonly reasoning?: number;
  readonly outcome: string;
}

const sse = (events: readonly unknown[], { end = '\n', space = ' ', names = true } = {}): Buffer =>
  Buffer.from(
    events
      .map((event) => {
        const type = (event as { type?: string }).type;
        const name = names && type ? `event:${space}${type}${end}` : '';
        return `${name}data:${space}${typeof event === 'string' ? event : JSON.stringify(event)}${end}${end}`;
      })
      .join(''),
  );

const TEXT = 'Grüße, 世界 — 🙂';

const anthropic = [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      model: 'claude-sonnet-5',
      content: [],
      stop_reason: null,
      usage: {
        input_tokens: 11,
        cache_read_input_tokens: 300,
        cache_creation_input_tokens: 70,
        cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 50 },
        output_tokens: 1,
        service_tier: 'standard',
      },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: TEXT } },
  { type: 'content_block_stop', index: 0 },
  // The split of the writes came only at the start; a server tool has written 5 more since.
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: {
      input_tokens: 12,
      cache_read_input_tokens: null,
      cache_creation_input_tokens: 75,
      output_tokens: 9,
      server_tool_use: { web_search_requests: 2 },
    },
  },
  { type: 'message_stop' },
];

const chat = [
  { id: 'c1', model: 'gpt-6-sol', choices: [{ index: 0, delta: { role: 'assistant', content: TEXT }, finish_reason: null }], usage: null },
  {
    id: 'c1',
    model: 'gpt-6-sol',
    choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'x', function: { name: 'look', arguments: '{"q":"ü"}' } }] } }],
  },
  { id: 'c1', model: 'gpt-6-sol', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }], service_tier: 'flex' },
  {
    id: 'c1',
    model: 'gpt-6-sol',
    choices: [],
    usage: {
      prompt_tokens: 1500,
      completion_tokens: 40,
      total_tokens: 1540,
      prompt_tokens_details: { cached_tokens: 1024, cache_write_tokens: 400 },
      completion_tokens_details: { reasoning_tokens: 25 },
    },
  },
  '[DONE]',
];

const responses = [
  { type: 'response.created', response: { id: 'resp_1', model: 'gpt-6.2-sol', status: 'in_progress', usage: null } },
  { type: 'response.output_text.delta', delta: TEXT },
  {
    type: 'response.incomplete',
    response: {
      id: 'resp_1',
      object: 'response',
      model: 'gpt-6.2-sol',
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      service_tier: 'default',
      output: [
        { type: 'web_search_call', action: { type: 'search' } },
        { type: 'web_search_call', action: { type: 'open_page' } },
      ],
      usage: {
        input_tokens: 2000,
        input_tokens_details: {
          cached_tokens: 500,
          cache_write_tokens: 1000,
          cache_write_tokens_details: { ttl_30m_tokens: 600, ttl_12h_tokens: 400 },
        },
        output_tokens: 64,
        output_tokens_details: { reasoning_tokens: 60 },
        total_tokens: 2064,
      },
    },
  },
];

const gemini = [
  {
    candidates: [{ content: { parts: [{ text: TEXT }] } }],
    usageMetadata: { promptTokenCount: 90, totalTokenCount: 90 },
    modelVersion: 'gemini-3.8-flash',
    responseId: 'g1',
  },
  {
    candidates: [{ content: { parts: [{ text: 'x "}]{[' }] }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: 90,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 30,
      toolUsePromptTokenCount: 5,
      totalTokenCount: 132,
    },
    modelVersion: 'gemini-3.8-flash',
    responseId: 'g1',
  },
];
const geminiUsage = { uncachedInput: 35, cacheRead: 60, output: 37 };

const frames = (events: readonly (readonly [string, unknown])[]): Buffer =>
  Buffer.concat(
    events.map(([type, data]) =>
      encodeFrame({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, Buffer.from(JSON.stringify(data))),
    ),
  );

const converse = frames([
  ['messageStart', { role: 'assistant' }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: TEXT } }],
  ['messageStop', { stopReason: 'end_turn' }],
  [
    'metadata',
    {
      usage: {
        inputTokens: 3,
        outputTokens: 12,
        cacheReadInputTokens: 100,
        cacheWriteInputTokens: 50,
        cacheDetails: [
          { ttl: '1h', inputTokens: 30 },
          { ttl: '5m', inputTokens: 20 },
        ],
      },
    },
  ],
]);
const invoke = frames(anthropic.map((event) => ['chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }] as const));

const anthropicUsage = { uncachedInput: 12, cacheRead: 300, cacheWrite5m: 25, cacheWrite1h: 50, output: 9, fees: { 'web-search': 2 } };
const chatUsage = { uncachedInput: 76, cacheRead: 1024, cacheWrite30m: 400, output: 40 };
const EVENTS = 'text/event-stream';
const AWS = 'application/vnd.amazon.eventstream';
const messages = { path: '/v1/messages', contentType: EVENTS, usage: anthropicUsage, outcome: 'completed' };
const completions = {
  path: '/v1/chat/completions',
  contentType: 'text/event-stream; charset=utf-8',
  usage: chatUsage,
  reasoning: 25,
  outcome: 'tool-use',
};
const stream = { usage: geminiUsage, reasoning: 30, outcome: 'completed' };

export const SAMPLES: readonly Sample[] = [
  { name: 'Anthropic', ...messages, bytes: sse(anthropic) },
  { name: 'Anthropic, CRLF', ...messages, bytes: sse(anthropic, { end: '\r\n' }) },
  { name: 'Anthropic, CR, no space', ...messages, bytes: sse(anthropic, { end: '\r', space: '' }) },
  { name: 'OpenAI chat', ...completions, bytes: sse(chat) },
  {
    name: 'OpenAI chat, no space, comments',
    ...completions,
    bytes: Buffer.concat([Buffer.from('\ufeff: keep-alive\n\n'), sse(chat, { space: '' })]),
  },
  {
    name: 'OpenAI responses',
    path: '/v1/responses',
    contentType: EVENTS,
    bytes: sse(responses),
    usage: { uncachedInput: 500, cacheRead: 500, cacheWrite30m: 600, cacheWrite12h: 400, output: 64, fees: { 'web-search': 1 } },
    reasoning: 60,
    outcome: 'truncated',
  },
  {
    name: 'Gemini events',
    path: '/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse',
    contentType: EVENTS,
    bytes: sse(gemini, { end: '\r\n' }),
    ...stream,
  },
  {
    name: 'Gemini array',
    path: '/v1beta/models/gemini-3.8-flash:streamGenerateContent',
    contentType: 'application/json; charset=UTF-8',
    bytes: Buffer.from(`[${gemini.map((one) => JSON.stringify(one, null, 1)).join(',\r\n')}]`),
    ...stream,
  },
  {
    name: 'Bedrock Converse',
    path: '/model/anthropic.claude-sonnet-5-v1%3A0/converse-stream',
    contentType: AWS,
    bytes: converse,
    usage: { uncachedInput: 3, cacheRead: 100, cacheWrite5m: 20, cacheWrite1h: 30, output: 12 },
    outcome: 'completed',
  },
  {
    name: 'Bedrock Invoke',
    path: '/model/anthropic.claude-sonnet-5-v1:0/invoke-with-response-stream',
    contentType: AWS,
    bytes: invoke,
    usage: anthropicUsage,
    outcome: 'completed',
  },
];
