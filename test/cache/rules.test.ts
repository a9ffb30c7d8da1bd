import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheRules } from '../../core/cache/index.ts';
import type { Provider } from '../../core/model.ts';

/** Minimum prefix in tokens, by model and provider (fact sheet §2). */
const MINIMUMS: readonly (readonly [Provider, string, number])[] = [
  ['anthropic', 'claude-fable-5-2', 512],
  ['anthropic', 'claude-fable-5', 512],
  ['anthropic', 'claude-opus-5-5', 512],
  ['anthropic', 'claude-opus-5', 512],
  ['anthropic', 'claude-sonnet-5-5', 512],
  ['anthropic', 'claude-haiku-5-5', 512],
  ['anthropic', 'claude-opus-4-8', 1024],
  ['anthropic', 'claude-sonnet-5', 1024],
  ['anthropic', 'claude-sonnet-4-6', 1024],
  ['anthropic', 'claude-sonnet-4-5-20250929', 1024],
  ['anthropic', 'claude-opus-4-7', 2048],
  ['anthropic', 'claude-3-5-haiku-latest', 2048],
  ['anthropic', 'claude-opus-4-6', 4096],
  ['anthropic', 'claude-opus-4-5', 4096],
  ['anthropic', 'claude-haiku-4-5', 4096],
  ['bedrock', 'us.anthropic.claude-opus-4-7-v1:0', 4096],
  ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 1024],
  ['bedrock', 'global.anthropic.claude-opus-5', 512],
  ['openai', 'gpt-4o', 1024],
  ['openai', 'gpt-5.2', 1024],
  ['openai', 'gpt-6.2-sol', 1024],
  ['google', 'gemini-4-argon', 4096],
  ['google', 'gemini-3.8-flash', 4096],
  ['google', 'gemini-2.5-flash', 2048],
];

for (const [provider, model, tokens] of MINIMUMS) {
  test(`${model} on ${provider} caches prefixes of ${tokens} tokens and more`, () => {
    const rules = cacheRules(provider, model);
    assert.equal(rules.minimumTokens?.expected, tokens);
    assert.ok(rules.minimumTokens && rules.minimumTokens.low <= tokens && rules.minimumTokens.high >= tokens);
    assert.ok(rules.sources.length > 0);
  });
}

test('where sources disagree the minimum is a range and says so', () => {
  const rules = cacheRules('anthropic', 'claude-sonnet-4-6');
  assert.deepEqual(rules.minimumTokens, { low: 1024, expected: 1024, high: 2048 });
  assert.equal(rules.minimumCertain, false);
  assert.equal(cacheRules('anthropic', 'claude-opus-4-6').minimumCertain, true);
  // 5.5: one value, but the source itself advises checking.
  assert.equal(cacheRules('anthropic', 'claude-opus-5-5').minimumCertain, false);
});

test('kinds of cache, by provider', () => {
  const kinds: readonly (readonly [Provider, string, string])[] = [
    ['anthropic', 'claude-opus-5-5', 'explicit'],
    ['bedrock', 'us.anthropic.claude-opus-4-6-v1:0', 'explicit'],
    ['bedrock', 'meta.llama3-1-70b-instruct-v1:0', 'unknown'],
    ['openai', 'gpt-4o', 'implicit'],
    ['openai', 'gpt-5.5', 'implicit'],
    ['openai', 'gpt-5.6-sol', 'both'],
    ['openai', 'gpt-6.2-sol', 'both'],
    ['google', 'gemini-2.5-pro', 'both'],
    ['google', 'gemini-2.0-flash', 'none'],
    ['deepseek', 'deepseek-flash', 'implicit'],
    ['xai', 'grok-4.7', 'implicit'],
    ['mistral', 'mistral-small-2603', 'implicit'],
    ['groq', 'llama-3.3-70b-versatile', 'unknown'],
    ['local', 'llama3', 'none'],
    ['azure', 'gpt-4o', 'unknown'],
    ['anthropic', 'claude-sonnet-7', 'unknown'],
    ['unknown', 'gpt-4o', 'unknown'],
    ['openrouter', 'anthropic/claude-sonnet-4.5', 'explicit'],
  ];
  for (const [provider, model, kind] of kinds) assert.equal(cacheRules(provider, model).kind, kind, `${provider} ${model}`);
});

test('Claude: four breakpoints, lookback of twenty, five minutes or an hour, longer first', () => {
  const rules = cacheRules('anthropic', 'claude-opus-5-5');
  assert.deepEqual(
    [rules.maxBreakpoints, rules.lookback, rules.ttls, rules.longerFirst, rules.order],
    [4, 20, ['5m', '1h'], true, ['tools', 'system', 'messages']],
  );
  const loses = (change: string) => rules.invalidatedBy.find((i) => i.change === change)?.loses;
  assert.deepEqual(loses('tool definitions'), ['tools', 'system', 'messages']);
  assert.deepEqual(loses('tool_choice'), ['messages']);
  // Bedrock has no top-level automatic mark.
  assert.equal(cacheRules('bedrock', 'us.anthropic.claude-opus-4-6-v1:0').automatic, 'never');
});

test('OpenAI bills writes from 5.6 on, and only there breakpoints are exact', () => {
  assert.deepEqual([cacheRules('openai', 'gpt-5.6-sol').writes, cacheRules('openai', 'gpt-5.6-sol').increment], ['billed', undefined]);
  assert.deepEqual([cacheRules('openai', 'gpt-5.5').writes, cacheRules('openai', 'gpt-5.5').increment], ['free', 128]);
  assert.deepEqual(cacheRules('openai', 'gpt-6.2-sol').ttls, ['30m', '12h']);
});

test('Mistral reads only with a key', () => {
  assert.equal(cacheRules('mistral', 'mistral-small-2603').requires, 'prompt_cache_key');
});
