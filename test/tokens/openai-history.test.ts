import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCounter } from '../../core/tokens/index.ts';

const counter = await createCounter({ cl100k: true });
type Body = Record<string, unknown>;
const words = (model: string, text: string): number => counter.countText(counter.family('openai', model), text).expected;
const chat = (model: string, messages: readonly Body[], rest: Body = {}): number =>
  counter.countRequest({ provider: 'openai', api: 'chat', model, body: { model, messages, ...rest } }).expected;
const responses = (model: string, input: readonly Body[], rest: Body = {}): number =>
  counter.countRequest({ provider: 'openai', api: 'responses', model, body: { model, input, ...rest } }).expected;

const asked = { role: 'user', content: 'How deep is the lake?' };
const call = (name: string, input: string, id = 'call_1'): Body => ({ id, type: 'function', function: { name, arguments: input } });
const result = (content: string, rest: Body = {}): Body => ({ role: 'tool', tool_call_id: 'call_1', content, ...rest });

describe('tool calls of earlier turns, chat', () => {
  const added = (model: string, calls: readonly Body[], results: readonly Body[]): number =>
    chat(model, [asked, { role: 'assistant', content: null, tool_calls: calls }, ...results]) - chat(model, [asked]);

  it('the name of the tool stands in the call and, behind "functions.", in the result', () => {
    for (const [model, frame] of [
      ['gpt-4o', 13],
      ['gpt-4', 13],
      ['o4-mini', 16],
      ['gpt-5', 19],
    ] as const) {
      for (const name of ['get_depth', 'dice', 'calculator', 'Ask_someone_about_the_lake']) {
        const tokens = added(model, [call(name, '{"lake":"Como"}')], [result('410 m')]);
        assert.equal(tokens, frame + words(model, name) + words(model, `.${name}`) + words(model, '{"lake":"Como"}') + words(model, '410 m'), name);
      }
    }
  });

  it('a name in the result changes nothing: it is there already', () => {
    const calls = [call('get_depth', '{}')];
    assert.equal(added('gpt-4o', calls, [result('410 m', { name: 'get_depth' })]), added('gpt-4o', calls, [result('410 m')]));
  });

  it('a result whose call is gone takes its name from itself', () => {
    const tokens = chat('gpt-4o', [asked, result('410 m', { name: 'get_depth' })]) - chat('gpt-4o', [asked]);
    assert.equal(tokens, 4 + words('gpt-4o', '.get_depth') + words('gpt-4o', '410 m'));
  });

  it('calls made at once are one call with both as JSON without spaces, and results without frames', () => {
    const calls = [call('get_depth', '{"lake": "Como"}', 'call_1'), call('get_area', '{ "lake":\n"Como" }', 'call_2')];
    const results = [result('410 m'), result('146 km²', { tool_call_id: 'call_2' })];
    const input =
      '{"tool_uses":[{"recipient_name":"functions.get_depth","parameters":{"lake":"Como"}},{"recipient_name":"functions.get_area","parameters":{"lake":"Como"}}]}';
    for (const [model, frame] of [
      ['gpt-4o', 24],
      ['gpt-5', 30],
    ] as const) {
      assert.equal(added(model, calls, results), frame + words(model, input) + words(model, '410 m') + words(model, '146 km²'));
    }
  });

  it('results of calls made at once are one JSON array: objects in it lose their own spacing, texts are quoted', () => {
    const calls = [call('a', '{}', 'call_1'), call('b', '{}', 'call_2')];
    const both = (model: string, first: string, second: string): number =>
      added(model, calls, [result(first), result(second, { tool_call_id: 'call_2' })]) -
      added(model, calls, [result('1'), result('2', { tool_call_id: 'call_2' })]);
    const shown = (model: string, array: string): number => words(model, array) - words(model, '[1, 2]');
    const object = '{\n  "depth": 410.0,\n  "note": "a: b, \\"c\\""\n}';
    assert.equal(both('gpt-4o', object, 'line\nline'), shown('gpt-4o', '[{"depth": 410.0, "note": "a: b, \\"c\\""}, "line\\nline"]'));
    assert.equal(both('gpt-4o', 'café', '20 °C'), shown('gpt-4o', '["café", "20 °C"]'));
    assert.equal(both('gpt-4o-mini', 'café', '20 °C'), shown('gpt-4o-mini', '["caf\\u00e9", "20 \\u00b0C"]'));
  });

  it('what a model wrote need not be JSON, nor shallow', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    for (const input of ['', '15 * 4', '{"a":', deep]) {
      const counted = counter.countRequest({
        provider: 'openai',
        api: 'chat',
        model: 'gpt-4o',
        body: { messages: [asked, { role: 'assistant', tool_calls: [call('a', input), call('b', input, 'call_2')] }] },
      });
      assert.ok(Number.isFinite(counted.expected) && counted.expected > 20 && !counted.exact);
    }
  });
});

describe('tool calls of earlier turns, responses', () => {
  const made = (rest: Body = {}): Body => ({ type: 'function_call', call_id: 'call_1', name: 'dice', arguments: '{}', ...rest });
  const back: Body = { type: 'function_call_output', call_id: 'call_1', output: '4' };
  const added = (model: string, items: readonly Body[], rest: Body = {}): number =>
    responses(model, [asked, ...items], rest) - responses(model, [asked], rest);
  const texts = (model: string): number => 2 * words(model, '.dice') + words(model, '{}') + words(model, '4');

  it('cost the name twice, the input, the output and a frame that newer models make longer', () => {
    for (const [model, frame] of [
      ['gpt-4o', 11],
      ['o4-mini', 17],
      ['gpt-5', 17],
      ['gpt-5.4', 20],
    ] as const) {
      assert.equal(added(model, [made(), back]), frame + texts(model), model);
    }
  });

  it('several at once cost what they cost one by one, before gpt-5.1', () => {
    const other = [made({ call_id: 'call_2' }), { ...back, call_id: 'call_2' }];
    assert.equal(added('gpt-4o', [made(), ...other, back]), 2 * added('gpt-4o', [made(), back]));
  });

  it('from gpt-5.1 on they are one call with all inputs as JSON, and each result has its own frame', () => {
    const calls = [made(), made({ call_id: 'call_2', arguments: '{"sides":20}' })];
    const input = '{"tool_uses":[{"recipient_name":"functions.dice","parameters":{}},{"recipient_name":"functions.dice","parameters":{"sides":20}}]}';
    const results = 2 * (7 + words('gpt-5.4', '.dice') + words('gpt-5.4', '4'));
    assert.equal(added('gpt-5.4', [...calls, back, { ...back, call_id: 'call_2' }]), 16 + words('gpt-5.4', input) + results);
    assert.equal(added('gpt-5.4', [made(), back, made(), back]), 2 * added('gpt-5.4', [made(), back]));
  });

  it('an item that the provider keeps costs three more on gpt-4o and 4.1; not where nothing is stored', () => {
    assert.equal(added('gpt-4.1', [made({ id: 'fc_1' }), back]), 14 + texts('gpt-4.1'));
    assert.equal(added('gpt-4.1', [made({ id: 'fc_1' }), back], { store: false }), 11 + texts('gpt-4.1'));
  });

  it('a namespace takes the place of "functions" in call and result', () => {
    const spaced = added('gpt-5.4', [made({ namespace: 'board_games' }), back]);
    const more = words('gpt-5.4', 'board_games.dice') - words('gpt-5.4', 'functions.dice');
    assert.equal(spaced, added('gpt-5.4', [made(), back]) + 2 * more);
  });
});

describe('response schemas', () => {
  const schema = { type: 'object', properties: { depth: { type: 'number' } }, required: ['depth'], additionalProperties: false };
  const shown = '{"type":"object","properties":{"depth":{"type":"number"}}}';
  const format = (name: string, own: Body = schema): Body => ({
    response_format: { type: 'json_schema', json_schema: { name, strict: true, schema: own } },
  });
  const inText = (name: string, own: Body = schema): Body => ({ text: { format: { type: 'json_schema', name, strict: true, schema: own } } });

  it('gpt-4o and 4.1 are told the name twice in chat, as a heading and where the reply begins; others once', () => {
    // A heading has a space before the name: " Joke" is one token, "Joke" two.
    for (const name of ['lake', 'Joke', 'deep_lake_of_the_north']) {
      const added = (model: string): number =>
        chat(model, [asked], format(name)) - chat(model, [asked]) - words(model, shown) - words(model, ` ${name}`);
      assert.equal(added('gpt-4o'), 12 + words('gpt-4o', name));
      assert.equal(added('gpt-5'), 10);
      assert.equal(
        responses('gpt-4o', [asked], inText(name)) - responses('gpt-4o', [asked]),
        7 + words('gpt-4o', shown) + words('gpt-4o', ` ${name}`),
      );
    }
  });

  it('what only the decoder reads costs nothing; what the model reads does', () => {
    const limited = { ...schema, properties: { depth: { type: 'number', minimum: 0, maximum: 500, default: 1, format: 'double' } } };
    const told = { ...schema, properties: { depth: { type: 'number', description: 'in metres' } } };
    for (const count of [
      (own: Body) => chat('gpt-4o', [asked], format('lake', own)),
      (own: Body) => responses('gpt-5', [asked], inText('lake', own)),
    ]) {
      assert.equal(count(limited), count(schema));
      assert.ok(count(told) > count(schema));
    }
  });

  it('a property that is called like such a key stays', () => {
    const named = { ...schema, properties: { format: { type: 'number' }, default: { type: 'number' } } };
    assert.ok(chat('gpt-4o', [asked], format('lake', named)) > chat('gpt-4o', [asked], format('lake')));
  });

  it('each earlier reply says its format in chat; one that is a tool call does not', () => {
    const more = (reply: Body): number => {
      const with_ = chat('gpt-4o', [asked, reply, asked], format('lake')) - chat('gpt-4o', [asked], format('lake'));
      return with_ - (chat('gpt-4o', [asked, reply, asked]) - chat('gpt-4o', [asked]));
    };
    assert.equal(more({ role: 'assistant', content: '{"depth":410}' }), 4);
    assert.equal(more({ role: 'assistant', tool_calls: [call('dice', '{}')] }), 0);
  });

  it('beside tools there is one system message for both, and the reply does not name the format', () => {
    const tools = [{ type: 'function', function: { name: 'dice', parameters: { type: 'object', properties: {} } } }];
    const added = chat('gpt-4o', [asked], { tools, ...format('lake') }) - chat('gpt-4o', [asked], { tools });
    assert.equal(added, 7 + words('gpt-4o', shown) + words('gpt-4o', ' lake'));
  });
});

describe('chat through a router', () => {
  const tools = [{ type: 'function', function: { name: 'dice', parameters: { type: 'object', properties: {} } } }];
  const messages = [
    asked,
    { role: 'assistant', content: null, tool_calls: [call('dice', '{}')] },
    result('4'),
    { role: 'user', content: 'And the sea?' },
  ];
  const through = (provider: string, model: string, body: Body): number =>
    counter.countRequest({ provider, api: 'chat', model, body: { model, ...body } }).expected;

  it('OpenRouter sends gpt-5 and later on through the responses API, where tools cost less', () => {
    const items = [
      asked,
      { type: 'function_call', call_id: 'call_1', name: 'dice', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: '4' },
      { role: 'user', content: 'And the sea?' },
    ];
    const flat = [{ type: 'function', name: 'dice', parameters: { type: 'object', properties: {} } }];
    assert.equal(through('openrouter', 'openai/gpt-5.4', { messages, tools }), responses('gpt-5.4', items, { tools: flat }));
    assert.ok(through('openrouter', 'openai/gpt-5.4', { messages, tools }) < through('openai', 'gpt-5.4', { messages, tools }) - 60);
  });

  it('and older models as they are', () => {
    assert.equal(through('openrouter', 'openai/gpt-4o', { messages, tools }), through('openai', 'gpt-4o', { messages, tools }));
  });
});
