/** Whole responses: what is billed, what is not, and what a bill says. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { billingKey, matchWire } from '../../core/wire/index.ts';
import type { Metered, RequestFacts } from '../../core/wire/types.ts';

interface Answer {
  readonly method?: string;
  readonly status?: number;
  readonly contentType?: string;
  readonly onItem?: (item: Metered) => void;
}

function bill(path: string, body: unknown, { method = 'POST', status = 200, contentType = 'application/json', onItem }: Answer = {}): Metered {
  const { api, match } = matchWire(method, path)!;
  const meter = api.meter({ match, status, contentType, ...(onItem ? { onItem } : {}) });
  meter.push(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  return meter.end(false);
}
const facts = (path: string, body: unknown, method = 'POST'): RequestFacts => {
  const { api, match } = matchWire(method, path)!;
  return api.facts(match, body);
};

const message = (fields: object) => ({
  id: 'msg_1',
  type: 'message',
  model: 'claude-sonnet-5',
  content: [{ type: 'text', text: 'x' }],
  stop_reason: 'end_turn',
  ...fields,
});

describe('Anthropic', () => {
  test('refusal before any output is free, after some it is billed', () => {
    const usage = { input_tokens: 100, output_tokens: 1 };
    assert.deepEqual([bill('/v1/messages', message({ stop_reason: 'refusal', content: [], usage })).billed, 'refused'], [false, 'refused']);
    const late = bill('/v1/messages', message({ stop_reason: 'refusal', usage }));
    assert.deepEqual([late.billed, late.outcome], [true, 'refused']);
  });

  test('compaction and advisor turns are added at their own models', () => {
    const usage = {
      input_tokens: 50,
      output_tokens: 5,
      iterations: [
        { type: 'compaction', input_tokens: 180_000, output_tokens: 3000 },
        { type: 'advisor_message', model: 'claude-opus-5', input_tokens: 900, output_tokens: 40 },
        { type: 'message', input_tokens: 50, output_tokens: 5 },
      ],
    };
    const { parts, usage: own } = bill('/v1/messages', message({ usage }));
    assert.deepEqual(own, { uncachedInput: 50, output: 5 });
    assert.deepEqual(parts, [
      { kind: 'compaction', model: 'claude-sonnet-5', usage: { uncachedInput: 180_000, output: 3000 } },
      { kind: 'advisor_message', model: 'claude-opus-5', usage: { uncachedInput: 900, output: 40 } },
    ]);
  });

  test('a fallback is billed per attempt that produced something', () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 1,
      iterations: [
        { type: 'message', model: 'claude-fable-5', input_tokens: 10, output_tokens: 0 },
        { type: 'message', model: 'claude-opus-5-5', input_tokens: 20, output_tokens: 7 },
        { type: 'fallback_message', model: 'claude-sonnet-5-5', input_tokens: 30, output_tokens: 9 },
      ],
    };
    const { parts, usage: own } = bill('/v1/messages', message({ model: 'claude-sonnet-5-5', usage }));
    assert.deepEqual(own, { uncachedInput: 30, output: 9 });
    assert.deepEqual(parts, [{ kind: 'declined', model: 'claude-opus-5-5', usage: { uncachedInput: 20, output: 7 } }]);
  });

  test('tier, speed and region are as served', () => {
    const served = (usage: object): unknown[] => {
      const { serviceTier, batch, region } = bill('/v1/messages', message({ usage: { input_tokens: 1, output_tokens: 1, ...usage } }));
      return [serviceTier, batch, region];
    };
    assert.deepEqual(served({ service_tier: 'standard', inference_geo: 'global' }), [undefined, undefined, undefined]);
    assert.deepEqual(served({ service_tier: 'batch', inference_geo: 'us' }), [undefined, true, 'us']);
    assert.deepEqual(served({ speed: 'fast' }), ['fast', undefined, undefined]);
  });

  test('errors and counts cost nothing', () => {
    // Some hosts write a sentence where others have a name, and it may quote the prompt.
    const sentence = bill('/v1/chat/completions', { error: { type: 'cannot read "secret prompt"', code: 'bad_request' } }, { status: 400 });
    assert.equal(sentence.error, 'bad_request');
    const error = bill('/v1/messages', { type: 'error', error: { type: 'overloaded_error', message: 'secret prompt' } }, { status: 529 });
    assert.deepEqual([error.billed, error.outcome, error.error, error.usage], [false, 'failed', 'overloaded_error', {}]);
    assert.ok(!JSON.stringify(error).includes('secret'));
    const counted = bill('/v1/messages/count_tokens', { input_tokens: 42 });
    assert.deepEqual([counted.billed, counted.counted], [false, 42]);
  });

  test('batch results are billed line by line at batch prices', () => {
    const lines = [
      { custom_id: 'a', result: { type: 'succeeded', message: message({ usage: { input_tokens: 10, output_tokens: 2 } }) } },
      { custom_id: 'b', result: { type: 'errored', error: { type: 'error', error: { type: 'invalid_request_error', message: 'x' } } } },
      { custom_id: 'c', result: { type: 'expired' } },
      { custom_id: 'd', result: { type: 'succeeded', message: message({ id: 'msg_2', usage: { input_tokens: 20, output_tokens: 3 } }) } },
    ];
    const items: Metered[] = [];
    const text = lines.map((line) => JSON.stringify(line)).join('\n');
    const sum = bill('/v1/messages/batches/b1/results', text, {
      method: 'GET',
      contentType: 'application/x-jsonl',
      onItem: (item) => items.push(item),
    });
    assert.deepEqual(
      items.map(({ customId, billed, batch, error }) => [customId, billed, batch, error]),
      [
        ['a', true, true, undefined],
        ['b', false, true, 'invalid_request_error'],
        ['c', false, true, 'expired'],
        ['d', true, true, undefined],
      ],
    );
    assert.deepEqual([sum.billed, sum.usage], [false, { uncachedInput: 30, output: 5 }]);
    const created = facts('/v1/messages/batches', {
      requests: [{ custom_id: 'a', params: { model: 'claude-haiku-5-5', max_tokens: 10, messages: [] } }],
    });
    assert.deepEqual(
      [created.operation, created.items?.length, created.items?.[0]?.outputCap, created.model],
      ['batch-create', 1, 10, 'claude-haiku-5-5'],
    );
  });
});

describe('OpenAI', () => {
  const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };

  test('a response is billed once: when it was made, or when a background one is fetched', () => {
    const made = bill('/v1/responses', { id: 'resp_1', object: 'response', status: 'queued', background: true, output: [], usage: null });
    assert.deepEqual([made.outcome, made.billed], ['pending', false]);
    const done = {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'gpt-6-sol',
      output: [],
      usage: { input_tokens: 10, output_tokens: 2, total_tokens: 12 },
    };
    const fetched = bill('/v1/responses/resp_1', done, { method: 'GET' });
    assert.equal(matchWire('GET', '/v1/responses/resp_1')?.match.operation, 'retrieve');
    assert.equal(fetched.billed, true);
    assert.equal(billingKey('openai', made), billingKey('openai', fetched));
  });

  test('a failed response is billed only for the usage it states', () => {
    const failed = bill('/v1/responses', {
      id: 'r',
      object: 'response',
      status: 'failed',
      error: { code: 'server_error', message: 'x' },
      output: [],
    });
    assert.deepEqual([failed.billed, failed.error], [false, 'server_error']);
  });

  test('a body without usage is said to have none', () => {
    const { source, notes } = bill('/v1/chat/completions', { id: 'x', choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }] });
    assert.deepEqual([source, notes], ['none', ['the response has no usage']]);
  });

  test('hosts that keep cached or reasoning tokens apart are billed by their total', () => {
    const xai = bill('/v1/chat/completions', {
      choices: [],
      usage: { prompt_tokens: 165, completion_tokens: 2, total_tokens: 292, completion_tokens_details: { reasoning_tokens: 125 } },
    });
    assert.deepEqual(xai.usage, { uncachedInput: 165, output: 127 });
    const apart = bill('/v1/chat/completions', {
      choices: [],
      usage: { prompt_tokens: 86, completion_tokens: 107, total_tokens: 321, prompt_tokens_details: { cached_tokens: 128 } },
    });
    assert.deepEqual(apart.usage, { uncachedInput: 86, cacheRead: 128, output: 107 });
    const odd = bill('/v1/chat/completions', { model: 'glm', choices: [], usage: { ...usage, total_tokens: 900 } });
    assert.match(odd.notes.join(), /888 tokens/);
  });

  test('embeddings have input only', () => {
    const embedded = bill('/v1/embeddings', {
      object: 'list',
      model: 'text-embedding-3-small',
      data: [],
      usage: { prompt_tokens: 8, total_tokens: 8 },
    });
    assert.deepEqual([embedded.source, embedded.usage], ['exact', { uncachedInput: 8 }]);
    assert.equal(facts('/v1/embeddings', { model: 'e', input: ['a', 'b'] }).outputCap, 0);
  });

  test('output of a batch file is billed, another file is not', () => {
    const line = {
      custom_id: 'a',
      response: { status_code: 200, body: { id: 'c', object: 'chat.completion', model: 'gpt-6-sol', choices: [], usage } },
    };
    const items: Metered[] = [];
    const onItem = (item: Metered): void => void items.push(item);
    bill('/v1/files/file-1/content', JSON.stringify(line), { method: 'GET', contentType: 'application/octet-stream', onItem });
    assert.deepEqual(
      items.map(({ batch, usage: used }) => [batch, used]),
      [[true, { uncachedInput: 10, output: 2 }]],
    );
    const other = bill('/v1/files/file-2/content', 'a,b\n1,2', { method: 'GET', contentType: 'text/csv' });
    assert.deepEqual([other.billed, other.usage], [false, {}]);
  });
});

describe('Gemini', () => {
  const path = '/v1beta/models/gemini-3.8-flash:generateContent';
  test('thoughts are output, tool prompts input, searches a fee', () => {
    const body = {
      candidates: [
        {
          content: { parts: [{ functionCall: { name: 'f', args: {} } }] },
          finishReason: 'STOP',
          groundingMetadata: { webSearchQueries: ['a', 'b'] },
        },
      ],
      usageMetadata: { promptTokenCount: 75, candidatesTokenCount: 414, thoughtsTokenCount: 117, toolUsePromptTokenCount: 573 },
      modelVersion: 'gemini-3.8-flash',
    };
    const { usage, reasoning, outcome, toolCalls } = bill(path, body);
    assert.deepEqual([usage, reasoning, outcome, toolCalls], [{ uncachedInput: 648, output: 531, fees: { grounding: 2 } }, 117, 'tool-use', ['f']]);
  });

  test('a blocked prompt is refused', () => {
    const blocked = bill(path, { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 } });
    assert.deepEqual([blocked.outcome, blocked.usage], ['refused', { uncachedInput: 5 }]);
  });
});

describe('paths', () => {
  const found = (method: string, path: string): unknown[] => {
    const match = matchWire(method, path)?.match;
    return [match?.api, match?.operation, match?.model, match?.stream];
  };
  test('of hosts with prefixes of their own are known', () => {
    assert.deepEqual(found('POST', '/openai/v1/chat/completions'), ['openai-chat', 'generate', undefined, undefined]);
    assert.deepEqual(found('POST', '/openai/deployments/my-gpt/chat/completions?api-version=2026-01-01'), [
      'openai-chat',
      'generate',
      'my-gpt',
      undefined,
    ]);
    assert.deepEqual(found('POST', '/v1/messages?beta=true'), ['anthropic-messages', 'generate', undefined, undefined]);
    assert.deepEqual(found('POST', '/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-5@20260101:streamRawPredict'), [
      'anthropic-messages',
      'generate',
      'claude-sonnet-5@20260101',
      true,
    ]);
    assert.deepEqual(found('POST', '/v1/projects/p/locations/global/publishers/google/models/gemini-4-argon:streamGenerateContent'), [
      'gemini-generate',
      'generate',
      'gemini-4-argon',
      true,
    ]);
    assert.deepEqual(found('POST', '/v1beta/openai/chat/completions'), ['openai-chat', 'generate', undefined, undefined]);
    assert.deepEqual(found('POST', '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/converse'), [
      'bedrock-converse',
      'generate',
      'arn:aws:bedrock:us-east-1:1:inference-profile/x',
      false,
    ]);
    assert.deepEqual(found('POST', '/v1/responses/resp_1/cancel'), ['openai-responses', 'cancel', undefined, false]);
  });
  test('of other things are none of ours', () => {
    for (const path of ['/v1/models', '/', '/v1/files', '/costlint/preflight', '/v1/messages/../models', '/v1beta/models/x:unknownVerb'])
      assert.equal(matchWire('GET', path), undefined, path);
  });
});

describe('a request', () => {
  test('tells cap, tools, new tool results, marks and hidden input', () => {
    const body = {
      model: 'claude-sonnet-5',
      max_tokens: 4096,
      stream: true,
      system: [{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      tools: [
        { name: 'read', input_schema: {} },
        { type: 'web_search_20260209', name: 'web_search' },
      ],
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'read', input: { p: 1 } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: 'text' },
            { type: 'image', source: { type: 'file', file_id: 'f' } },
          ],
        },
      ],
      metadata: { user_id: 'u' },
    };
    const { model, stream, outputCap, toolNames, serverTools, messages, media, toolResults, hiddenInput, cacheMark, user, segments } = facts(
      '/v1/messages',
      body,
    );
    assert.deepEqual(
      [model, stream, outputCap, toolNames, messages, media, toolResults, cacheMark, user],
      ['claude-sonnet-5', true, 4096, ['read', 'web_search'], 3, 1, 1, '1h', 'u'],
    );
    assert.deepEqual([serverTools, [...hiddenInput].sort()], [['web_search_20260209'], ['file', 'server-tool']]);
    assert.deepEqual(
      segments.map(({ role }) => role),
      ['tools', 'tools', 'system', 'user', 'assistant', 'tool-result'],
    );
  });

  test('of OpenAI tells what the provider adds', () => {
    const chat = facts('/v1/chat/completions', {
      model: 'gpt-6-sol',
      stream: true,
      max_completion_tokens: 5,
      n: 3,
      messages: [{ role: 'user', content: 'x' }],
    });
    assert.deepEqual([chat.completions, chat.outputCap, chat.usageInStream], [3, 5, false]);
    const next = facts('/v1/responses', { model: 'gpt-6-sol', input: 'go on', previous_response_id: 'resp_1', tools: [{ type: 'file_search' }] });
    assert.deepEqual([next.hiddenInput, next.previousResponse, next.serverTools], [['server-tool', 'previous-response'], 'resp_1', ['file_search']]);
  });

  test('of Gemini and Bedrock', () => {
    const gemini = facts('/v1beta/models/gemini-3.8-flash:streamGenerateContent', {
      system_instruction: { parts: [{ text: 's' }] },
      contents: [{ role: 'user', parts: [{ text: 'x' }] }],
      generationConfig: { maxOutputTokens: 9 },
      cachedContent: 'c',
    });
    assert.deepEqual(
      [gemini.model, gemini.stream, gemini.outputCap, gemini.hiddenInput, gemini.segments.length],
      ['gemini-3.8-flash', true, 9, ['cached-content'], 2],
    );
    const bedrock = facts('/model/amazon.nova-pro-v1:0/converse', {
      messages: [{ role: 'user', content: [{ text: 'x' }, { cachePoint: { type: 'default' } }] }],
      inferenceConfig: { maxTokens: 7 },
      toolConfig: { tools: [{ toolSpec: { name: 't', inputSchema: {} } }] },
    });
    assert.deepEqual([bedrock.model, bedrock.outputCap, bedrock.toolNames, bedrock.cacheMark], ['amazon.nova-pro-v1:0', 7, ['t'], '5m']);
  });
});
