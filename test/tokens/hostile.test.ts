import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCounter, loadTokenizer } from '../../core/tokens/index.ts';

/** Megabytes that made other tokenizers trap or hang. The test run has a time limit of its own; here it is enough that an answer comes. */
const HOSTILE: readonly (readonly [string, () => string])[] = [
  ['100 KB of one letter', () => 'a'.repeat(100_000)],
  ['1 MB without a space', () => Array.from({ length: 1_000_000 }, (_, at) => String.fromCharCode(97 + ((at * 7919) % 26))).join('')],
  ['1 MB of ideographs', () => '漢字文章'.repeat(250_000)],
  ['1 MB of emoji', () => '😀'.repeat(500_000)],
  ['1 MB of newlines', () => '\n'.repeat(1_000_000)],
  ['lone surrogates', () => '\ud800\udc00\udc00\ud800'.repeat(20_000)],
  ['every 37th code point', () => Array.from({ length: 30_000 }, (_, at) => String.fromCodePoint((at * 37) % 0x110000)).join('')],
  ['10 MB of one letter', () => 'x'.repeat(10_000_000)],
];

describe('no input hangs or crashes the counter', () => {
  for (const [name, make] of HOSTILE) {
    it(name, async () => {
      const counter = await createCounter();
      const text = make();
      for (const [provider, model] of [
        ['openai', 'gpt-5'],
        ...(text.length <= 1_000_000
          ? [
              ['anthropic', 'claude-opus-5'],
              ['google', 'gemini-3-pro'],
            ]
          : []),
      ] as const) {
        const count = counter.countText(counter.family(provider as string, model as string), text);
        assert.ok(count.low <= count.expected && count.expected <= count.high, model);
        assert.ok(count.expected > text.length / 200 && count.expected < text.length * 5, `${model}: ${count.expected}`);
      }
    });
  }

  it('a run that had to be cut is not called exact, and is next to right', async () => {
    const encoding = await loadTokenizer('o200k_base');
    const whole = encoding.count('x'.repeat(90_000));
    const cut = encoding.count('x'.repeat(900_000));
    assert.equal(whole.exact, true);
    assert.equal(cut.exact, false);
    assert.ok(Math.abs(cut.tokens / whole.tokens / 10 - 1) < 0.001);
  });

  it('ordinary text with a long run inside is cut at its pieces only', async () => {
    const encoding = await loadTokenizer('o200k_base');
    const prose = 'The quick brown fox jumps over the lazy dog, again and again. '.repeat(5000);
    assert.equal(encoding.count(prose).exact, true);
  });

  it('bodies that nest without end, or are no bodies, are counted as far as they go', async () => {
    const counter = await createCounter();
    let schema: Record<string, unknown> = { type: 'object' };
    for (let depth = 0; depth < 5000; depth++) schema = { type: 'object', properties: { inner: schema } };
    for (const provider of ['openai', 'anthropic', 'google', 'bedrock']) {
      for (const body of [
        null,
        7,
        'text',
        [],
        {},
        { messages: 'no list', tools: {}, contents: 3, input: 5, system: 9 },
        { messages: [null, 4, { content: [null, { type: 'image' }] }] },
      ]) {
        const count = counter.countRequest({ provider, model: 'claude-opus-5', body });
        assert.ok(Number.isInteger(count.expected) && count.low >= 0, `${provider} ${JSON.stringify(body)}`);
      }
    }
    const tools = [{ type: 'function', function: { name: 'deep', parameters: schema } }];
    assert.ok(
      counter.countRequest({ provider: 'openai', model: 'gpt-5', body: { messages: [{ role: 'user', content: 'x' }], tools } }).expected > 10,
    );
    const claude = [{ name: 'deep', input_schema: schema }];
    assert.ok(counter.countRequest({ provider: 'anthropic', model: 'claude-opus-5', body: { messages: [], tools: claude } }).expected > 10);
  });

  it('a schema that refers to itself ends', async () => {
    const counter = await createCounter();
    const parameters = {
      type: 'object',
      properties: { tree: { $ref: '#/$defs/Node' } },
      $defs: { Node: { type: 'object', properties: { left: { $ref: '#/$defs/Node' }, right: { $ref: '#/$defs/Node' } } } },
    };
    const count = counter.countRequest({
      provider: 'openai',
      model: 'gpt-5',
      body: { messages: [], tools: [{ type: 'function', function: { name: 'walk', parameters } }] },
    });
    assert.ok(count.expected < 3000);
  });

  it('references that double at every step end', async () => {
    const counter = await createCounter();
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => {
        const next = { $ref: `#/$defs/D${at + 1}` };
        return [`D${at}`, { type: 'object', properties: { left: next, right: next, middle: { $ref: `#/$defs/D${at}` } } }];
      }),
    );
    const wide = { type: 'object', properties: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`p${at}`, { $ref: '#/$defs/Wide' }])) };
    for (const schema of [
      { type: 'object', properties: { top: { $ref: '#/$defs/D0' } }, $defs },
      { ...wide, $defs: { Wide: wide } },
    ]) {
      const chat = { messages: [], tools: [{ type: 'function', function: { name: 'walk', parameters: schema } }] };
      assert.ok(counter.countRequest({ provider: 'openai', model: 'gpt-5', body: chat }).expected > 100);
      const gemini = { contents: [], tools: [{ functionDeclarations: [{ name: 'walk', parametersJsonSchema: schema }] }] };
      assert.ok(counter.countRequest({ provider: 'google', model: 'gemini-2.5-pro', body: gemini }).expected > 100);
    }
  });
});
