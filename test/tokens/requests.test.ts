import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCounter, messageOverhead, type RequestCount, type TokenCounter, toolPromptOverhead } from '../../core/tokens/index.ts';

const counter: TokenCounter = await createCounter({ cl100k: true });
const count = (provider: string, model: string, body: unknown, api?: string): RequestCount => counter.countRequest({ provider, model, body, api });
const names = (result: RequestCount): string[] => result.parts.map(({ name }) => name);
const part = (result: RequestCount, name: string): number => result.parts.find((found) => found.name === name)?.expected ?? 0;

const WEATHER = { type: 'object', properties: { city: { type: 'string', description: 'Name of the city' } }, required: ['city'] };
const chatTool = { type: 'function', function: { name: 'get_weather', description: 'Current weather of a city', parameters: WEATHER } };
const claudeTool = { name: 'get_weather', description: 'Current weather of a city', input_schema: WEATHER };

describe('bodies of counting endpoints', () => {
  it('are counted as the request that they are about', () => {
    const converse = { messages: [{ role: 'user', content: [{ text: 'Name three rivers.' }] }], system: [{ text: 'Be terse.' }] };
    const own = count('bedrock', 'anthropic.claude-sonnet-4-20250514-v1:0', converse);
    assert.equal(count('bedrock', 'anthropic.claude-sonnet-4-20250514-v1:0', { input: { converse } }).expected, own.expected);
    const messages = { anthropic_version: 'bedrock-2023-05-31', system: 'Be terse.', messages: [{ role: 'user', content: 'Name three rivers.' }] };
    const body = Buffer.from(JSON.stringify(messages)).toString('base64');
    assert.equal(count('bedrock', 'anthropic.claude-sonnet-4-20250514-v1:0', { input: { invokeModel: { body } } }).expected, own.expected);
    const gemini = { contents: [{ role: 'user', parts: [{ text: 'Name three rivers.' }] }] };
    const whole = count('google', 'gemini-2.5-flash', { generateContentRequest: gemini }).expected;
    assert.equal(whole, count('google', 'gemini-2.5-flash', gemini).expected);
    assert.ok(whole > 3);
  });
});

describe('OpenAI requests', () => {
  it('what the provider keeps or hides makes a count inexact, and is said', () => {
    assert.equal(count('openai', 'gpt-5.6-sol', { input: 'hello' }).exact, true);
    for (const [hidden, said] of [
      [{ input: 'hello', previous_response_id: 'resp_1' }, /conversation kept at the provider/],
      [{ input: 'hello', conversation: 'conv_1' }, /conversation kept at the provider/],
      [{ prompt: { id: 'pmpt_1' } }, /prompt kept at the provider/],
      [{ input: 'hello', context_management: [{ type: 'compaction' }] }, /context management/],
    ] as const) {
      const result = count('openai', 'gpt-5.6-sol', hidden);
      assert.equal(result.exact, false, JSON.stringify(hidden));
      assert.match(result.notes.join('; '), said);
    }
    assert.equal(count('openai', 'gpt-5.6-sol', { input: 'hello', reasoning: { mode: 'pro' } }).exact, false);
  });

  it('chat messages cost their text, four tokens each and the priming of the reply', () => {
    const one = count('openai', 'gpt-4o', { messages: [{ role: 'user', content: 'hello' }] });
    assert.deepEqual([one.low, one.expected, one.high, one.exact], [8, 8, 8, true]);
    const two = count('openai', 'gpt-4o', {
      messages: [
        { role: 'system', content: 'hello' },
        { role: 'user', content: 'hello' },
      ],
    });
    assert.equal(two.expected, 13);
    assert.equal(count('openai', 'gpt-5', { messages: [{ role: 'user', content: 'hello' }] }).expected, 7);
  });

  it('the first o-series hides a few tokens: never exact, unlike what came later', () => {
    const body = { messages: [{ role: 'user', content: 'hello' }] };
    const early = count('openai', 'o1-mini', body);
    const late = count('openai', 'o3-mini', body);
    assert.ok(!early.exact && early.low <= late.expected && early.high > late.expected);
    assert.ok(late.exact);
  });

  it('earlier replies cost two more on gpt-5', () => {
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'hello' },
      { role: 'user', content: 'hello' },
    ];
    assert.equal(count('openai', 'gpt-4o', { messages }).expected, 18);
    assert.equal(count('openai', 'gpt-5', { messages }).expected, 19);
  });

  it('gpt-4 and gpt-3.5 are exact where cl100k_base was asked for', () => {
    assert.equal(count('openai', 'gpt-4', { messages: [{ role: 'user', content: 'hello' }] }).exact, true);
  });

  it('responses: a plain string, instructions and messages count alike', () => {
    const plain = count('openai', 'gpt-4o', { input: 'hello' });
    assert.deepEqual([plain.expected, plain.exact], [8, true]);
    assert.equal(
      count('openai', 'gpt-4o', { instructions: 'hello', input: [{ role: 'user', content: [{ type: 'input_text', text: 'hello' }] }] }).expected,
      13,
    );
  });

  it('tools are rendered, not counted as JSON, with a frame that names itself', () => {
    const body = { messages: [{ role: 'user', content: 'hello' }], tools: [chatTool] };
    const result = count('openai', 'gpt-4o', body);
    assert.ok(part(result, 'tools') < 35 && part(result, 'tools') > 20, String(part(result, 'tools')));
    assert.equal(part(result, 'tool frame'), 9);
    assert.equal(part(count('openai', 'gpt-5', body), 'tool frame'), 91);
    assert.equal(part(count('openai', 'gpt-5', { input: 'hello', tools: [{ type: 'function', ...chatTool.function }] }), 'tool frame'), 9);
    assert.equal(result.exact, false);
  });

  it('a response schema is a part of its own', () => {
    const response_format = { type: 'json_schema', json_schema: { name: 'Weather', schema: WEATHER } };
    assert.ok(part(count('openai', 'gpt-4o', { messages: [{ role: 'user', content: 'hi' }], response_format }), 'response format') > 20);
  });

  it('tools that run at the provider: a range that holds what a search brings back, never exact, and said', () => {
    const search = (model: string, type: string): RequestCount => count('openai', model, { input: 'hello', tools: [{ type }] }, 'responses');
    for (const model of ['gpt-5.2', 'gpt-4.1']) {
      const found = search(model, 'web_search');
      assert.ok(found.low < 1000 && found.high > 12_000 && !found.exact, JSON.stringify(found));
      assert.match(found.notes.join(), /web_search runs at the provider/);
    }
    // On gpt-4.1 the preview bills its prompt alone.
    assert.ok(search('gpt-4.1', 'web_search_preview').high < 500);
  });

  it('functions that a search has to find first are not in the prompt', () => {
    const tool = { type: 'function', ...chatTool.function };
    const deferred = { ...tool, name: 'get_tides', defer_loading: true };
    const tokens = (tools: readonly unknown[]): number => count('openai', 'gpt-5.4', { input: 'hello', tools }, 'responses').expected;
    assert.equal(tokens([tool, deferred]), tokens([tool]));
    assert.ok(tokens([tool, { ...deferred, defer_loading: false }]) > tokens([tool]) + 15);
  });

  it('what stays at the provider is said', () => {
    assert.match(count('openai', 'gpt-5', { input: 'hello', previous_response_id: 'resp_1' }).notes.join(), /not in the body/);
  });
});

describe('Claude requests', () => {
  it('the frame of a message and the published hidden tool prompts are in the count', () => {
    const hello = { messages: [{ role: 'user', content: 'hello, world' }] };
    // 10 for both frames: Sander Land's ctok, README; 4.7 has the longer frame.
    assert.ok(Math.abs(count('anthropic', 'claude-sonnet-4-5', hello).expected - 10) <= 1);
    assert.ok(Math.abs(count('anthropic', 'claude-opus-5', hello).expected - 10) <= 1);
    for (const [model, auto, forced] of [
      ['claude-opus-5', 286, 406],
      ['claude-sonnet-4-5', 496, 588],
      ['claude-opus-4-8', 290, 410],
    ] as const) {
      const family = counter.family('anthropic', model);
      assert.ok(Math.abs(toolPromptOverhead(family, 'auto') - auto) < 15, `${model} ${toolPromptOverhead(family, 'auto')}`);
      assert.ok(Math.abs(toolPromptOverhead(family, 'forced') - forced) < 15, `${model} ${toolPromptOverhead(family, 'forced')}`);
      const withTools = count('anthropic', model, { ...hello, tools: [claudeTool] });
      const forcedTools = count('anthropic', model, { ...hello, tools: [claudeTool], tool_choice: { type: 'any' } });
      assert.equal(
        part(forcedTools, 'tool prompt') - part(withTools, 'tool prompt'),
        toolPromptOverhead(family, 'forced') - toolPromptOverhead(family, 'auto'),
      );
    }
  });

  it('the tokenizer from 4.7 on counts more for the same text', () => {
    const text = 'You are a careful assistant. Answer in one paragraph, name your sources, and say when you are unsure.';
    const old = counter.countText(counter.family('anthropic', 'claude-sonnet-4-6'), text).expected;
    const late = counter.countText(counter.family('anthropic', 'claude-opus-4-7'), text).expected;
    assert.ok(late / old > 1.15 && late / old < 1.6, String(late / old));
  });

  it('earlier thinking is dropped on older models once the user has spoken again', () => {
    const thinking = { type: 'thinking', thinking: 'A long chain of thought about nothing in particular. '.repeat(40), signature: 'x' };
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [thinking, { type: 'text', text: 'ok' }] },
      { role: 'user', content: 'more' },
    ];
    assert.ok(count('anthropic', 'claude-sonnet-4-5', { messages }).expected < 40);
    assert.ok(count('anthropic', 'claude-opus-5', { messages }).expected > 300);
  });

  it('a deferred tool costs nothing up to 4.6 until a search has found it, then what its line costs, and so once more on later models', () => {
    const deferred = {
      ...claudeTool,
      name: 'get_tides',
      description: 'Tides of a harbour: when they are high and how high they are',
      defer_loading: true,
    };
    const found = (name: string) => [
      { role: 'user', content: 'Is it high tide?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'search', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: name ? [{ type: 'tool_reference', tool_name: name }] : [] }] },
    ];
    const tokens = (model: string, tools: readonly unknown[], messages: readonly unknown[] = [{ role: 'user', content: 'hi' }]): number =>
      count('anthropic', model, { messages, tools }).expected;
    assert.equal(tokens('claude-sonnet-4-6', [claudeTool, deferred]), tokens('claude-sonnet-4-6', [claudeTool]));
    assert.ok(tokens('claude-opus-5', [claudeTool, deferred]) > tokens('claude-opus-5', [claudeTool]) + 40);
    for (const model of ['claude-sonnet-4-6', 'claude-opus-5']) {
      const loaded = { ...deferred, defer_loading: false };
      const line = tokens(model, [claudeTool, loaded]) - tokens(model, [claudeTool]);
      const reference = tokens(model, [claudeTool, deferred], found('get_tides')) - tokens(model, [claudeTool, deferred], found(''));
      assert.ok(line > 40 && Math.abs(reference - line) < 25, `${model} ${line} ${reference}`);
    }
  });

  it('a search among the tools is a small prompt, and that it may read everything again is said', () => {
    const result = count('anthropic', 'claude-sonnet-4-6', {
      messages: [{ role: 'user', content: 'hi' }],
      tools: [claudeTool, { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' }],
    });
    const without = count('anthropic', 'claude-sonnet-4-6', { messages: [{ role: 'user', content: 'hi' }], tools: [claudeTool] });
    assert.ok(result.expected - without.expected < 400 && result.high - result.low > 150);
    assert.match(result.notes.join(), /each further round is billed again/);
  });

  it('Bedrock Converse and the native body of one request count the same', () => {
    const native = {
      anthropic_version: 'bedrock-2023-05-31',
      system: 'Be terse.',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'What is the weather in Rome?' }] }],
      tools: [claudeTool],
    };
    const converse = {
      system: [{ text: 'Be terse.' }],
      messages: [{ role: 'user', content: [{ text: 'What is the weather in Rome?' }] }],
      toolConfig: { tools: [{ toolSpec: { name: 'get_weather', description: 'Current weather of a city', inputSchema: { json: WEATHER } } }] },
    };
    const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
    assert.equal(count('bedrock', model, converse, 'converse').expected, count('bedrock', model, native, 'invoke').expected);
    assert.equal(count('anthropic', 'claude-sonnet-4-5', native).expected, count('bedrock', model, native).expected);
  });

  it('server tools and unknown models are said, and widen the range', () => {
    const body = { messages: [{ role: 'user', content: 'hello there, how are you today?' }] };
    const searched = count('anthropic', 'claude-opus-5', { ...body, tools: [{ type: 'web_search_20250305', name: 'web_search' }] });
    assert.match(searched.notes.join(), /web_search/);
    assert.ok(searched.high - searched.low > 1000);
    const unknown = count('anthropic', 'claude-nimbus-9', body);
    assert.match(unknown.notes.join(), /counted as Claude/);
    const known = count('anthropic', 'claude-opus-5', body);
    assert.ok(unknown.high - unknown.low > known.high - known.low);
  });
});

describe('Gemini requests', () => {
  it('both spellings of the fields are read', () => {
    const declaration = { name: 'get_weather', description: 'Current weather', parameters: WEATHER };
    const camel = {
      contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
      systemInstruction: { parts: [{ text: 'Be terse.' }] },
      tools: [{ functionDeclarations: [declaration] }],
    };
    const snake = {
      contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
      system_instruction: { parts: [{ text: 'Be terse.' }] },
      tools: [{ function_declarations: [declaration] }],
    };
    assert.deepEqual(count('google', 'gemini-2.5-flash', camel), count('google', 'gemini-2.5-flash', snake));
  });

  it('Vertex counts the words of tool declarations, the Developer API what it renders', () => {
    const body = {
      contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
      tools: [{ functionDeclarations: [{ name: 'get_weather', description: 'Current weather', parameters: WEATHER }] }],
    };
    assert.ok(part(count('google', 'gemini-2.5-pro', body), 'tools') > 2 * part(count('vertex', 'gemini-2.5-pro', body), 'tools'));
  });

  it('what a JSON schema refers to is written out in its place, and so is what a function gives back', () => {
    const place = { type: 'object', properties: { street: { type: 'string' }, town: { type: 'string', description: 'with its postcode' } } };
    const tokens = (declaration: Record<string, unknown>): number =>
      count('google', 'gemini-2.5-pro', { contents: [], tools: [{ functionDeclarations: [{ name: 'move', ...declaration }] }] }).expected;
    const plain = tokens({ parametersJsonSchema: { type: 'object', properties: { from: place, to: place } } });
    const $ref = '#/$defs/Place';
    assert.equal(tokens({ parametersJsonSchema: { type: 'object', properties: { from: { $ref }, to: { $ref } }, $defs: { Place: place } } }), plain);
    assert.ok(tokens({ responseJsonSchema: place }) > tokens({}) + 20);
    assert.equal(tokens({ responseJsonSchema: place }), tokens({ response: place }));
  });

  it('a schema that refers to itself is written out again an unknown number of times: said, and the range is wide', () => {
    const tools = (schema: unknown) => [{ functionDeclarations: [{ name: 'plant', parametersJsonSchema: schema }] }];
    const tree = (child: unknown): unknown => ({
      type: 'object',
      properties: { root: { $ref: '#/$defs/Node' } },
      $defs: { Node: { type: 'object', properties: { label: { type: 'string' }, child } } },
    });
    const once = count('google', 'gemini-2.5-pro', { contents: [], tools: tools(tree({ type: 'string' })) });
    const again = count('google', 'gemini-2.5-pro', { contents: [], tools: tools(tree({ $ref: '#/$defs/Node' })) });
    assert.ok(again.low <= once.high && again.expected > 5 * once.expected && again.high > 1.5 * again.expected, JSON.stringify([once, again]));
    assert.match(again.notes.join(), /refers to itself/);
    assert.doesNotMatch(once.notes.join(), /refers to itself/);
  });

  it('every digit is a token', () => {
    const gemini = counter.family('google', 'gemini-2.5-pro');
    assert.ok(counter.countText(gemini, '1234567890123456789012345678901234567890').expected >= 38);
  });
});

describe('parts', () => {
  it('add up to the whole, with whole tokens, for every API', () => {
    const requests: readonly [string, string, unknown][] = [
      [
        'openai',
        'gpt-5',
        {
          messages: [
            { role: 'system', content: 'Be terse.' },
            { role: 'user', content: 'hello' },
          ],
          tools: [chatTool],
        },
      ],
      ['openai', 'gpt-4.1', { instructions: 'Be terse.', input: 'hello', tools: [{ type: 'function', ...chatTool.function }] }],
      [
        'anthropic',
        'claude-opus-5',
        { system: 'Be terse.', messages: [{ role: 'user', content: 'hello' }], tools: [claudeTool], thinking: { type: 'adaptive' } },
      ],
      ['google', 'gemini-3-pro', { contents: 'hello', tools: [{ functionDeclarations: [{ name: 'a', description: 'b' }] }] }],
      ['bedrock', 'amazon.nova-lite-v1:0', { messages: [{ role: 'user', content: [{ text: 'hello' }] }], inferenceConfig: {} }],
    ];
    for (const [provider, model, body] of requests) {
      const result = count(provider, model, body);
      assert.equal(
        result.parts.reduce((sum, { expected }) => sum + expected, 0),
        result.expected,
        model,
      );
      for (const { name, low, expected, high } of result.parts)
        assert.ok(low <= expected && expected <= high && Number.isInteger(expected), `${model} ${name}`);
      assert.ok(result.low <= result.expected && result.expected <= result.high);
    }
  });

  it('name what a person would look for', () => {
    const result = count('anthropic', 'claude-opus-5', { system: 'Be terse.', messages: [{ role: 'user', content: 'hello' }], tools: [claudeTool] });
    assert.deepEqual(names(result), ['system', 'tools', 'tool prompt', 'message 1 (user)', 'message frame']);
  });

  it('the overheads that an estimate adds are those of a request', () => {
    const family = counter.family('openai', 'gpt-4o');
    const { perMessage, perRequest } = messageOverhead(family);
    assert.equal(perMessage + perRequest + counter.countText(family, 'hello').expected, 8);
  });
});
