import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCounter } from '../../core/tokens/index.ts';
import { renderTools } from '../../core/tokens/requests/openai-tools.ts';

const counter = await createCounter({ cl100k: true });
type Body = Record<string, unknown>;
const count = (api: 'chat' | 'responses', model: string, body: Body): number =>
  counter.countRequest({ provider: 'openai', api, model, body: { model, ...body } }).expected;
const words = (model: string, text: string): number => counter.countText(counter.family('openai', model), text).expected;

const tool = (name: string, properties: Body, rest: Body = {}): Body => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties, required: Object.keys(properties) }, ...rest },
});
const flat = ({ type, function: own }: Body): Body => ({ type, ...(own as Body) });
const asked = { role: 'user', content: 'How deep is the lake?' };

describe('tools as OpenAI’s models read them', () => {
  const shown = (properties: Body, rest?: Body): string =>
    renderTools([tool('get_depth', properties, rest)])
      .split('\n')
      .slice(2, -2)
      .join('\n');

  it('parameters that nothing is said about stand on one line', () => {
    assert.equal(
      shown({ lake: { type: 'string' }, unit: { enum: ['m', 'ft'] } }),
      'type get_depth = (_: { lake: string, unit: "m" | "ft" }) => any;',
    );
  });

  it('one remark on any of them, and each has a line of its own', () => {
    assert.equal(
      shown({ lake: { type: 'string', description: 'its name' }, unit: { type: 'string' } }),
      'type get_depth = (_: {\n// its name\nlake: string,\nunit: string,\n}) => any;',
    );
    assert.equal(shown({ lake: { type: 'string', default: null } }), 'type get_depth = (_: {\nlake: string, // default: null\n}) => any;');
  });

  it('empty lines around a description are not shown', () => {
    assert.equal(
      shown({}, { description: '\n    Depth of a lake\n\n    in metres.\n    ' }),
      '// Depth of a lake\n//\n// in metres.\ntype get_depth = () => any;',
    );
  });
});

describe('around the tools', () => {
  const tools = [tool('get_depth', { lake: { type: 'string' } })];

  it('behind a system message a break is a token, unless the text ends in a mark or in space', () => {
    const added = (model: string, content: string): number => {
      const messages = [{ role: 'system', content }, asked];
      return count('chat', model, { messages, tools }) - count('chat', model, { messages });
    };
    for (const model of ['gpt-4o', 'gpt-5', 'gpt-3.5-turbo']) {
      const merged = added(model, 'You know lakes.');
      assert.equal(added(model, 'You know lakes'), merged + 1, model);
      assert.equal(added(model, 'You know lakes. '), merged, model);
    }
  });

  it('a tool that must be called is named, on gpt-4o; where it is the only one, responses name it for "required" too', () => {
    const chat = (model: string, choice?: unknown): number => count('chat', model, { messages: [asked], tools, tool_choice: choice });
    const responses = (model: string, some: readonly Body[], choice?: unknown): number =>
      count('responses', model, { input: 'How deep?', tools: some.map(flat), tool_choice: choice });
    const named = 7 + words('gpt-4o', 'get_depth');
    assert.equal(chat('gpt-4o', { type: 'function', function: { name: 'get_depth' } }) - chat('gpt-4o'), named);
    assert.equal(chat('gpt-4o', 'required') - chat('gpt-4o', 'auto'), 0);
    assert.equal(responses('gpt-4o', tools, { type: 'function', name: 'get_depth' }) - responses('gpt-4o', tools), named);
    assert.equal(responses('gpt-4o', tools, 'required') - responses('gpt-4o', tools), named);
    const two = [...tools, tool('get_area', { lake: { type: 'string' } })];
    assert.equal(responses('gpt-4o', two, 'required') - responses('gpt-4o', two), 0);
    assert.equal(responses('gpt-5', tools, 'required') - responses('gpt-5', tools), 0);
  });
});
