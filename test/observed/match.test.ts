/** A request finds the one call site that it can have come from, and none where two can or too little agrees. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mayBe } from '../../core/observed/index.ts';
import { matchOf, sitesOf } from './matching.ts';

const FIRST = { kind: 'site', id: 'agent.ts#client.messages.create#0' };
const SECOND = { kind: 'site', id: 'agent.ts#client.messages.create#1' };
const NONE = { kind: 'none' };
const POLICY = 'You answer letters that come to the lighthouse keeper of Skagen.';

const file = (...calls: readonly string[]): string =>
  `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
const POLICY = ${JSON.stringify(POLICY)};
${calls.map((options, i) => `export const ask${i} = (q: string, now: string) => client.messages.create({ max_tokens: 99, ${options} });`).join('\n')}
`;
const call = (options: string, model = 'claude-sonnet-4-6'): string => `model: '${model}', ${options}`;
const ask = "messages: [{ role: 'user', content: q }]";

const request = (more: object = {}) => ({ model: 'claude-sonnet-4-6', max_tokens: 99, messages: [{ role: 'user', content: 'Hello?' }], ...more });

describe('a system prompt', () => {
  test('is found as a string, as a block, with white space around it, and behind what a framework puts before it', async () => {
    const sites = await sitesOf(file(call(`system: POLICY, ${ask}`)));
    const block = (text: string) => [{ type: 'text', text, cache_control: { type: 'ephemeral' } }];
    const long = `${POLICY}\n\nToday is a fine day.`;
    for (const system of [POLICY, block(POLICY), `\n  ${POLICY}\n`, block(long), `Be brief. ${POLICY}`])
      assert.deepEqual(matchOf(sites, 'anthropic', request({ system })), FIRST, JSON.stringify(system));
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: 'You bake bread for a whole village, every day but Sunday.' })), NONE);
    assert.deepEqual(matchOf(sites, 'anthropic', request()), NONE, 'a request without it');
  });

  test('is found by what stands before its first hole, or behind its last', async () => {
    const sites = await sitesOf(
      file(call(`system: \`You tend the garden of a castle in Kent. Today: \${now}\`, ${ask}`), call(`system: \`\${now} \${POLICY}\`, ${ask}`)),
    );
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: 'You tend the garden of a castle in Kent. Today: Monday' })), FIRST);
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: `Monday, 9:14 ${POLICY}` })), SECOND);
  });

  test('may be either of two branches', async () => {
    const sites = await sitesOf(file(call(`system: now ? POLICY : 'You answer letters to Father Christmas, kindly.', ${ask}`)));
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: POLICY })), FIRST);
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: 'You answer letters to Father Christmas, kindly.' })), FIRST);
  });

  test('of Python is found without the indentation that dedent takes out', async () => {
    const code = `from textwrap import dedent
from openai import OpenAI
client = OpenAI()
PROMPT = """
    You mend clocks.
      Ask for the maker first.
    """
def ask(q: str):
    return client.chat.completions.create(model="gpt-5.4", messages=[{"role": "system", "content": dedent(PROMPT)}, {"role": "user", "content": q}])
`;
    const sites = await sitesOf(code, 'py');
    const messages = [
      { role: 'system', content: 'You mend clocks.\n  Ask for the maker first.' },
      { role: 'user', content: 'My clock stands still.' },
    ];
    assert.equal(matchOf(sites, 'chat', { model: 'gpt-5.4', messages }).kind, 'site');
  });
});

describe('what contradicts', () => {
  test('is another model, but not a snapshot or an alias of the same', async () => {
    const sites = await sitesOf(file(call(`system: POLICY, ${ask}`)));
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: POLICY, model: 'claude-opus-4-6' })), NONE);
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: POLICY, model: 'claude-sonnet-4-6-20260115' })), FIRST);
  });

  test('is never a model that the environment may choose', async () => {
    const code = file(`model: process.env.MODEL ?? 'claude-sonnet-4-6', system: POLICY, ${ask}`);
    assert.deepEqual(matchOf(await sitesOf(code), 'anthropic', request({ system: POLICY, model: 'claude-opus-4-6' })), FIRST);
  });

  test('is a different set of tools, where the code shows all of them', async () => {
    const tool = (name: string): string => `tools: [{ name: '${name}', input_schema: { type: 'object', properties: {} } }]`;
    const sites = await sitesOf(file(call(`system: POLICY, ${tool('lamp')}, ${ask}`), call(`system: POLICY, ${ask}`)));
    const tools = (name: string) => [{ name, input_schema: { type: 'object', properties: {} } }];
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: POLICY, tools: tools('lamp') })), FIRST);
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: POLICY })), SECOND);
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: POLICY, tools: tools('horn') })), NONE);
  });

  test('is another first message where the code knows how it begins', async () => {
    const sites = await sitesOf(
      file(call("system: POLICY, messages: [{ role: 'user', content: `Sort this letter into one of the five drawers: ${q}` }]")),
    );
    const first = (content: string) => request({ system: POLICY, messages: [{ role: 'user', content }] });
    assert.deepEqual(matchOf(sites, 'anthropic', first('Sort this letter into one of the five drawers: Dear keeper')), FIRST);
    assert.deepEqual(matchOf(sites, 'anthropic', first('Burn this letter, and tell nobody that it ever came to the lighthouse')), NONE);
  });

  test('is the API of another provider', async () => {
    const messages = [
      { role: 'system', content: POLICY },
      { role: 'user', content: 'Hello?' },
    ];
    assert.deepEqual(matchOf(await sitesOf(file(call(`system: POLICY, ${ask}`))), 'chat', { model: 'claude-sonnet-4-6', messages }), NONE);
  });
});

describe('what does not suffice', () => {
  test('two sites that are the same', async () => {
    const sites = await sitesOf(file(call(`system: POLICY, ${ask}`), call(`system: POLICY, ${ask}`)));
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: POLICY })), { kind: 'ambiguous' });
  });

  test('the words that every program begins with', async () => {
    const sites = await sitesOf(file(call(`system: 'You are a helpful assistant.', ${ask}`)));
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: 'You are a helpful assistant.' })), NONE);
    const template = await sitesOf(file(call(`system: \`You are a helpful assistant and today is \${now}\`, ${ask}`)));
    assert.deepEqual(matchOf(template, 'anthropic', request({ system: 'You are a helpful assistant and today is Monday' })), NONE);
  });

  test('a site of which the code shows nothing', async () => {
    const sites = await sitesOf(file(call(ask)));
    assert.deepEqual(matchOf(sites, 'anthropic', request({ system: POLICY })), NONE);
  });
});

test('of two sites that fit, the one that says more is meant', async () => {
  const sites = await sitesOf(
    file(call(`system: POLICY, ${ask}`), call("system: POLICY, messages: [{ role: 'user', content: 'Which ships are expected this week?' }]")),
  );
  const week = request({ system: POLICY, messages: [{ role: 'user', content: 'Which ships are expected this week?' }] });
  assert.deepEqual(matchOf(sites, 'anthropic', week), SECOND);
  assert.deepEqual(matchOf(sites, 'anthropic', request({ system: POLICY })), FIRST);
});

test('of two sites that share a block, the one that has all the blocks of the request is meant', async () => {
  const long = `${POLICY} ${POLICY} ${POLICY}`;
  const block = (text: string): string => `{ type: 'text', text: ${text} }`;
  const more = "'At night you also write down the weather, hour by hour.'";
  const sites = await sitesOf(file(call(`system: [${block(`'${long}'`)}], ${ask}`), call(`system: [${block(`'${long}'`)}, ${block(more)}], ${ask}`)));
  const blocks = (...texts: readonly string[]) => request({ system: texts.map((text) => ({ type: 'text', text })) });
  assert.deepEqual(matchOf(sites, 'anthropic', blocks(long)), FIRST);
  assert.deepEqual(matchOf(sites, 'anthropic', blocks(long, 'At night you also write down the weather, hour by hour.')), SECOND);
});

test('model ids are the same through prefixes, regions and dates, and not through resemblance', () => {
  for (const [coded, asked] of [
    ['openai:gpt-5.4', 'gpt-5.4'],
    ['anthropic/claude-sonnet-4-6', 'claude-sonnet-4-6'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['gpt-4.1', 'gpt-4.1-2025-04-14'],
  ] as const)
    assert.ok(mayBe(coded, asked), `${coded} ${asked}`);
  for (const [coded, asked] of [
    ['gpt-5.4', 'gpt-5.4-mini'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-6'],
    ['gemini-3.5-flash', 'gemini-3.5-pro'],
  ] as const)
    assert.ok(!mayBe(coded, asked), `${coded} ${asked}`);
});
