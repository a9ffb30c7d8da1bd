import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { familyOf } from '../../core/tokens/index.ts';

const CASES: readonly (readonly [string, string, string, string, boolean])[] = [
  ['anthropic', 'claude-3-5-sonnet-20241022', 'claude-v3', 'sonnet-3.5', true],
  ['anthropic', 'claude-opus-4-20250514', 'claude-v3', 'opus-4', true],
  ['anthropic', 'claude-sonnet-4-0', 'claude-v3', 'sonnet-4', true],
  ['anthropic', 'claude-opus-4-6', 'claude-v3', 'opus-4.6', true],
  ['anthropic', 'claude-opus-4-7', 'claude-v47', 'opus-4.7', true],
  ['anthropic', 'claude-fable-5-2', 'claude-v47', 'fable-5.2', true],
  ['anthropic', 'claude-haiku-5-5', 'claude-v47', 'haiku-5.5', true],
  ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-v3', 'sonnet-4.5', true],
  ['vertex', 'claude-3-7-sonnet@20250219', 'claude-v3', 'sonnet-3.7', true],
  ['openrouter', 'anthropic/claude-opus-4.8', 'claude-v47', 'opus-4.8', true],
  ['anthropic', 'claude-next', 'claude-v47', '', false],
  ['openai', 'gpt-4o-mini-2024-07-18', 'openai-4o', 'gpt-4o', true],
  ['azure', 'gpt-4.1', 'openai-4o', 'gpt-4.1', true],
  ['openai', 'o4-mini', 'openai-o', 'o4', true],
  ['openai', 'gpt-6.2-sol', 'openai-5', 'gpt-6.2', true],
  ['openai', 'ft:gpt-4o-mini:acme::x1', 'openai-4o', 'gpt-4o', true],
  ['openai', 'gpt-4-0613', 'openai-cl100k', 'gpt-4-0613', true],
  ['openai', 'whatever-comes', 'openai-5', '', false],
  ['google', 'models/gemini-3.8-flash', 'gemini', 'gemini-3.8-flash', true],
  ['groq', 'llama-3.3-70b-versatile', 'other', 'llama-3.3-70b-versatile', false],
];

describe('which models count alike', () => {
  for (const [provider, model, id, generation, known] of CASES) {
    it(`${provider} ${model} → ${id}`, () => {
      const family = familyOf(provider, model);
      assert.deepEqual([family.id, family.known], [id, known]);
      if (generation && id !== 'openai-cl100k') assert.equal(family.generation, generation);
    });
  }

  it('Vertex and the Developer API are told apart', () => {
    assert.equal(familyOf('vertex', 'gemini-2.5-pro').api, 'vertex');
    assert.equal(familyOf('google', 'gemini-2.5-pro').api, 'developer');
  });
});
