import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provider } from '../../core/model.ts';
import { quote } from '../../core/pricing/index.ts';
import { canonicalClaude, modelIdOf, providerOf } from '../../core/pricing/model-id.ts';

const AT = '2026-11-23';

/** As code writes it → canonical id and price list. */
const SPELLINGS: readonly (readonly [provider: Provider, written: string, model: string, list?: Provider])[] = [
  ['anthropic', 'claude-sonnet-4-5', 'claude-sonnet-4-5'],
  ['anthropic', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
  ['anthropic', 'anthropic/claude-sonnet-4-5', 'claude-sonnet-4-5'],
  ['anthropic', 'anthropic:claude-sonnet-4-5', 'claude-sonnet-4-5'],
  ['anthropic', 'Claude-Sonnet-4.5', 'claude-sonnet-4-5'],
  ['anthropic', 'claude-sonnet-4-5[1m]', 'claude-sonnet-4-5'],
  ['anthropic', 'claude-3-5-haiku-latest', 'claude-3-5-haiku'],
  ['anthropic', 'claude-3-7-sonnet-20250219', 'claude-3-7-sonnet'],
  ['anthropic', 'claude-opus-4-20250514', 'claude-opus-4'],
  ['anthropic', 'claude-opus-4-0', 'claude-opus-4'],
  ['anthropic', 'claude-4-opus-20250514', 'claude-opus-4'],
  ['anthropic', 'opus', 'claude-opus-5-5'],
  ['anthropic', 'sonnet', 'claude-sonnet-5-5'],
  ['anthropic', 'haiku', 'claude-haiku-5-5'],
  ['bedrock', 'haiku', 'claude-haiku-4-5', 'anthropic'],
  ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5', 'anthropic'],
  ['bedrock', 'eu.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5', 'anthropic'],
  ['bedrock', 'apac.anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet', 'anthropic'],
  ['bedrock', 'global.anthropic.claude-opus-4-6-v1:0', 'claude-opus-4-6', 'anthropic'],
  ['bedrock', 'anthropic.claude-opus-5-5', 'claude-opus-5-5', 'anthropic'],
  ['bedrock', 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-5-20251101-v1:0', 'claude-opus-4-5', 'anthropic'],
  ['bedrock', 'arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0', 'claude-3-haiku', 'anthropic'],
  ['bedrock', 'meta.llama3-1-70b-instruct-v1:0', 'meta.llama3-1-70b-instruct'],
  ['bedrock', 'us.amazon.nova-pro-v1:0', 'amazon.nova-pro'],
  ['unknown', 'bedrock/us-east-1/anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet', 'anthropic'],
  ['unknown', 'bedrock/converse/us.anthropic.claude-sonnet-4-6', 'claude-sonnet-4-6', 'anthropic'],
  ['vertex', 'claude-opus-4-5@20251101', 'claude-opus-4-5', 'anthropic'],
  ['vertex', 'gemini-2.5-flash', 'gemini-2.5-flash', 'google'],
  ['unknown', 'vertex_ai/gemini-2.5-pro', 'gemini-2.5-pro', 'google'],
  ['unknown', 'vertex_ai/claude-sonnet-4-5@20250929', 'claude-sonnet-4-5', 'anthropic'],
  ['google', 'models/gemini-2.5-flash', 'gemini-2.5-flash'],
  ['google', 'publishers/google/models/gemini-2.5-flash-001', 'gemini-2.5-flash'],
  ['google', 'gemini-2.5-pro-preview-05-06', 'gemini-2.5-pro'],
  ['google', 'gemini-2.0-flash-exp', 'gemini-2.0-flash'],
  ['unknown', 'gemini/gemini-3.5-flash', 'gemini-3.5-flash', 'google'],
  ['unknown', 'google-gla:gemini-3.1-flash-lite-preview', 'gemini-3.1-flash-lite', 'google'],
  ['openai', 'gpt-5-mini-2025-08-07', 'gpt-5-mini'],
  ['openai', 'gpt-4o-2024-08-06', 'gpt-4o'],
  ['openai', 'gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
  ['openai', 'gpt-6.2-sol', 'gpt-6.2-sol'],
  ['openai', 'ft:gpt-4o-mini-2024-07-18:acme::abc123', 'ft:gpt-4o-mini'],
  ['unknown', 'openai:gpt-5.2', 'gpt-5.2', 'openai'],
  ['unknown', 'openai/responses/gpt-5', 'gpt-5', 'openai'],
  ['unknown', 'gateway/openai:gpt-5', 'gpt-5', 'openai'],
  ['other', 'openai/gpt-4o', 'gpt-4o', 'openai'],
  ['groq', 'openai/gpt-oss-120b', 'openai/gpt-oss-120b'],
  ['unknown', 'groq/llama-3.3-70b-versatile', 'llama-3.3-70b-versatile', 'groq'],
  ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'meta-llama/llama-3.3-70b-instruct-turbo'],
  ['fireworks', 'accounts/fireworks/models/kimi-k3', 'kimi-k3'],
  ['openrouter', 'anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5', 'anthropic'],
  ['openrouter', 'anthropic/claude-3.7-sonnet:thinking', 'claude-3-7-sonnet', 'anthropic'],
  ['unknown', 'openrouter/openai/gpt-5.2', 'gpt-5.2', 'openai'],
  ['openrouter', 'google/gemini-2.5-pro', 'gemini-2.5-pro', 'google'],
  ['openrouter', 'meta-llama/llama-3.3-70b-instruct', 'meta-llama/llama-3.3-70b-instruct'],
  ['xai', 'grok-4.6-latest', 'grok-4.6'],
  ['mistral', 'mistral-large-2512', 'mistral-large-2512'],
];

for (const [provider, written, model, list = provider] of SPELLINGS) {
  test(`'${written}' on ${provider} is priced as ${list} ${model}`, () => {
    const found = quote({ provider, model: written, at: AT });
    assert.equal(found.kind, 'quote', found.kind === 'unknown' ? found.message : '');
    if (found.kind === 'quote') assert.deepEqual([found.provider, found.model], [list, model]);
    assert.equal(found.written, written);
  });
}

const UNKNOWN: readonly (readonly [provider: Provider, written: string, reason: string])[] = [
  ['anthropic', 'claude-sonnet-7', 'unknown-model'],
  ['anthropic', 'claude-sonnet-5-6', 'unknown-model'],
  ['anthropic', 'claude-sonnet-50', 'unknown-model'],
  ['anthropic', 'claude', 'unknown-model'],
  ['anthropic', 'default', 'unknown-model'],
  ['anthropic', 'gpt-4o', 'unknown-model'],
  ['bedrock', 'us.anthropic.claude-opus-7-v1:0', 'unknown-model'],
  ['bedrock', 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123', 'opaque-id'],
  ['bedrock', 'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/xyz', 'opaque-id'],
  ['openai', 'gpt-7', 'unknown-model'],
  ['openai', 'gpt-5-turbo', 'unknown-model'],
  ['openai', 'anthropic/claude-sonnet-4-5', 'unknown-host'],
  ['google', 'gemini-5-pro', 'unknown-model'],
  ['google', 'gemini-flash-latest', 'unknown-model'],
  ['mistral', 'mistral-large-2699', 'unknown-model'],
  ['azure', 'gpt-4o', 'azure-deployment'],
  ['unknown', 'azure/my-deployment', 'azure-deployment'],
  ['unknown', 'gpt-4o', 'unknown-host'],
  ['unknown', 'litellm_proxy/openai/gpt-4o', 'unknown-host'],
  ['other', 'my-model', 'unknown-host'],
  ['local', 'llama3.1', 'self-hosted'],
  ['unknown', 'ollama/llama3.1', 'self-hosted'],
  ['openrouter', 'deepseek/deepseek-r1:free', 'not-per-token'],
];

for (const [provider, written, reason] of UNKNOWN) {
  test(`'${written}' on ${provider} stays unknown: ${reason}`, () => {
    const found = quote({ provider, model: written, at: AT });
    assert.equal(found.kind, 'unknown');
    if (found.kind === 'unknown') {
      assert.equal(found.reason, reason);
      assert.ok(found.message.includes(written));
    }
  });
}

test('an unknown id comes with the nearest known ones', () => {
  const found = quote({ provider: 'openai', model: 'gpt-5-mni', at: AT });
  assert.ok(found.kind === 'unknown' && found.suggestions[0] === 'gpt-5-mini' && found.suggestions.length <= 3);
});

test('short Claude names say that they move', () => {
  const found = quote({ provider: 'anthropic', model: 'opus', at: AT });
  assert.ok(found.kind === 'quote' && found.notes.some((note) => note.includes('claude-opus-5-5')));
});

test('canonicalClaude leaves other ids alone', () => {
  assert.equal(canonicalClaude('gpt-4o'), undefined);
  assert.equal(canonicalClaude('claude-instant-1'), 'claude-instant-1');
});

test('a region prefix is kept apart from the id', () => {
  assert.equal(modelIdOf('global.anthropic.claude-opus-4-6-v1:0', 'bedrock').geo, 'global');
  assert.equal(modelIdOf('us-gov.anthropic.claude-opus-4-6-v1:0', 'bedrock').geo, 'us-gov');
  assert.equal(modelIdOf('anthropic.claude-opus-4-6-v1:0', 'bedrock').geo, undefined);
});

test('providerOf reads prefixes and names that only one vendor has', () => {
  const cases: readonly (readonly [string, Provider | undefined])[] = [
    ['anthropic/claude-sonnet-4-5', 'anthropic'],
    ['claude-sonnet-4-5', 'anthropic'],
    ['gpt-4o', 'openai'],
    ['o3', 'openai'],
    ['gemini-2.5-pro', 'google'],
    ['groq/llama-3.3-70b-versatile', 'groq'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'bedrock'],
    ['meta.llama3-1-70b-instruct-v1:0', 'bedrock'],
    ['ollama/llama3', 'local'],
    ['llama3', undefined],
  ];
  for (const [model, provider] of cases) assert.equal(providerOf(model), provider, model);
});
