import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provider } from '../../core/model.ts';
import { costOf, formatRate, type PriceQuery, type PriceQuote, quote, type TokenClass } from '../../core/pricing/index.ts';

const AT = '2026-11-23';
const USD = 1e9;

function priced(provider: Provider, model: string, more: Partial<PriceQuery> = {}): PriceQuote {
  const found = quote({ provider, model, at: AT, ...more });
  assert.equal(found.kind, 'quote', found.kind === 'unknown' ? found.message : '');
  return found as PriceQuote;
}

const usd = (q: PriceQuote, name: TokenClass): number | string => {
  const rate = q.rates[name];
  return typeof rate === 'number' ? rate / USD : rate;
};

/** The fact sheet's table: input, output, cache read, 5m write, 1h write. */
const CLAUDE: readonly (readonly [id: string, input: number, output: number, read: number, w5m: number, w1h: number])[] = [
  ['claude-fable-5-2', 8, 40, 0.2, 10, 16],
  ['claude-mythos-5-2', 8, 40, 0.2, 10, 16],
  ['claude-fable-5-1', 10, 50, 0.25, 12.5, 20],
  ['claude-fable-5', 10, 50, 1, 12.5, 20],
  ['claude-opus-5-5', 4, 20, 0.2, 5, 8],
  ['claude-opus-5', 5, 25, 0.5, 6.25, 10],
  ['claude-opus-4-8', 5, 25, 0.5, 6.25, 10],
  ['claude-opus-4-7', 5, 25, 0.5, 6.25, 10],
  ['claude-opus-4-6', 5, 25, 0.5, 6.25, 10],
  ['claude-opus-4-5', 5, 25, 0.5, 6.25, 10],
  ['claude-sonnet-5-5', 2, 10, 0.1, 2.5, 4],
  ['claude-sonnet-5', 2, 10, 0.2, 2.5, 4],
  ['claude-sonnet-4-6', 3, 15, 0.3, 3.75, 6],
  ['claude-sonnet-4-5', 3, 15, 0.3, 3.75, 6],
  ['claude-haiku-5-5', 0.1, 0.5, 0.01, 0.125, 0.2],
  ['claude-haiku-4-5', 1, 5, 0.1, 1.25, 2],
];

for (const [id, input, output, read, w5m, w1h] of CLAUDE) {
  test(`${id} costs $${input} in, $${output} out, with its cache prices`, () => {
    const q = priced('anthropic', id);
    const found = (['uncachedInput', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const).map((name) => usd(q, name));
    assert.deepEqual(found, [input, output, read, w5m, w1h]);
    assert.equal(q.rates.cacheWrite30m, 'not-offered');
    assert.ok(q.source.name && q.source.date);
  });
}

/** Input, cached, output; write 30m, 12h. */
const OTHERS: readonly (readonly [Provider, string, (number | string)[]])[] = [
  ['openai', 'gpt-6.2-astra', [8, 'unknown', 40, 'unknown', 'unknown']],
  ['openai', 'gpt-6.2-sol', [2, 0.1, 10, 2.5, 5]],
  ['openai', 'gpt-6.1-sol', [2, 0.1, 10, 2.5, 'unknown']],
  ['openai', 'gpt-6.1-terra', [1, 0.05, 5, 1.25, 2.5]],
  ['openai', 'gpt-6-astra', [10, 1, 50, 12.5, 25]],
  ['openai', 'gpt-6-luna', [0.1, 0.01, 0.5, 0.125, 0.25]],
  ['openai', 'gpt-5.6-sol', [4, 0.4, 20, 5, 10]],
  ['openai', 'gpt-5.6-terra', [2, 0.2, 12, 2.5, 5]],
  ['openai', 'gpt-5.6-luna', [0.2, 0.02, 1.2, 0.25, 0.5]],
  ['openai', 'gpt-5.5', [5, 0.5, 30, 'not-offered', 'not-offered']],
  ['openai', 'gpt-5.4-nano', [0.2, 0.02, 1.25, 'not-offered', 'not-offered']],
  ['openai', 'gpt-5.2', [1.75, 0.175, 14, 'not-offered', 'not-offered']],
  ['openai', 'gpt-5-nano', [0.05, 0.005, 0.4, 'not-offered', 'not-offered']],
  ['openai', 'gpt-4.1-mini', [0.4, 0.1, 1.6, 'not-offered', 'not-offered']],
  ['openai', 'gpt-4o', [2.5, 1.25, 10, 'not-offered', 'not-offered']],
  ['openai', 'o3', [2, 0.5, 8, 'not-offered', 'not-offered']],
  ['google', 'gemini-4-argon', [2, 0.1, 10, 'not-offered', 'not-offered']],
  ['google', 'gemini-3.8-flash', [0.75, 0.075, 3.75, 'not-offered', 'not-offered']],
  ['google', 'gemini-3.5-flash-lite', [0.3, 0.03, 2.5, 'not-offered', 'not-offered']],
  ['google', 'gemini-2.5-pro', [1.25, 0.125, 10, 'not-offered', 'not-offered']],
  ['deepseek', 'deepseek-flash', [0.15, 0.003, 0.6, 'not-offered', 'not-offered']],
  ['deepseek', 'deepseek-v4-pro', [0.66, 0.022, 1.98, 'not-offered', 'not-offered']],
  ['xai', 'grok-4.7', [2, 0.5, 6, 'not-offered', 'not-offered']],
  ['xai', 'grok-4.3', [1.25, 0.2, 2.5, 'not-offered', 'not-offered']],
  ['mistral', 'mistral-medium-3-5', [1.5, 0.15, 7.5, 'not-offered', 'not-offered']],
  ['mistral', 'mistral-small-2603', [0.15, 0.015, 0.6, 'not-offered', 'not-offered']],
];

for (const [provider, id, expected] of OTHERS) {
  test(`${id} has the fact sheet's prices`, () => {
    const q = priced(provider, id);
    assert.deepEqual(
      (['uncachedInput', 'cacheRead', 'output', 'cacheWrite30m', 'cacheWrite12h'] as const).map((name) => usd(q, name)),
      expected,
    );
  });
}

/** Model, day, class → USD: prices change on their day and not before. */
const DATED: readonly (readonly [Provider, string, string, TokenClass, number])[] = [
  ['google', 'gemini-4-argon', '2026-11-30', 'uncachedInput', 2],
  ['google', 'gemini-4-argon', '2026-11-30T23:59:59Z', 'output', 10],
  ['google', 'gemini-4-argon', '2026-12-01', 'uncachedInput', 4],
  ['google', 'gemini-4-argon', '2026-12-01', 'output', 20],
  ['google', 'gemini-3.8-flash', '2026-12-31', 'uncachedInput', 0.75],
  ['google', 'gemini-3.8-flash', '2027-01-01', 'uncachedInput', 1.5],
  ['anthropic', 'claude-sonnet-5-5', '2026-10-06', 'cacheRead', 0.2],
  ['anthropic', 'claude-sonnet-5-5', '2026-10-07', 'cacheRead', 0.1],
  ['openai', 'gpt-5.6-sol', '2026-08-20', 'uncachedInput', 5],
  ['openai', 'gpt-5.6-sol', '2026-08-21', 'uncachedInput', 4],
  ['openai', 'o3', '2025-06-09', 'uncachedInput', 10],
  ['openai', 'o3', '2025-06-10', 'uncachedInput', 2],
];

for (const [provider, id, at, name, expected] of DATED) {
  test(`${id} on ${at}: ${name} $${expected}`, () => assert.equal(usd(priced(provider, id, { at }), name), expected));
}

test('an announced change is part of the quote', () => {
  const q = priced('google', 'gemini-4-argon');
  assert.equal(q.until, '2026-11-30');
  assert.equal(q.next?.from, '2026-12-01');
  assert.equal(q.next?.rates.uncachedInput, 4 * USD);
  assert.equal(priced('anthropic', 'claude-opus-5-5').next, undefined);
});

/** The last prompt length at base rates, base and long input and output. */
const TIERS: readonly (readonly [Provider, string, number, number, number, number, number])[] = [
  ['anthropic', 'claude-haiku-5-5', 100_000, 0.1, 0.5, 0.5, 2.5],
  ['openai', 'gpt-6.2-sol', 272_000, 2, 10, 4, 15],
  ['openai', 'gpt-5.4', 272_000, 2.5, 15, 5, 22.5],
  ['openai', 'gpt-6-sol', 272_000, 2, 10, 4, 15],
  ['google', 'gemini-2.5-pro', 200_000, 1.25, 10, 2.5, 15],
  ['google', 'gemini-3.1-pro-preview', 200_000, 2, 12, 4, 18],
  ['xai', 'grok-4.7', 199_999, 2, 6, 4, 12],
  ['xai', 'grok-4.3', 199_999, 1.25, 2.5, 2.5, 5],
];

for (const [provider, id, last, base, baseOut, long, longOut] of TIERS) {
  test(`${id}: the whole request is dearer from ${last + 1} prompt tokens on`, () => {
    const q = priced(provider, id);
    const cost = (prompt: number) => costOf(q, { uncachedInput: prompt, output: 1000 });
    // USD per MTok × 1000 = nano-dollars per token.
    assert.deepEqual(cost(last), {
      kind: 'known',
      nanoUsd: Math.round(last * base * 1000 + baseOut * 1e6),
      parts: { uncachedInput: Math.round(last * base * 1000), output: baseOut * 1e6 },
    });
    const above = cost(last + 1);
    assert.ok(above.kind === 'known' && above.tierAbove === last);
    assert.equal(above.kind === 'known' && above.nanoUsd, Math.round((last + 1) * long * 1000 + longOut * 1e6));
  });
}

test('the tier looks at the whole prompt: cache reads and writes count', () => {
  const q = priced('anthropic', 'claude-haiku-5-5');
  const inside = costOf(q, { uncachedInput: 1_000, cacheRead: 98_000, cacheWrite5m: 1_000 });
  const beyond = costOf(q, { uncachedInput: 1_001, cacheRead: 98_000, cacheWrite5m: 1_000 });
  assert.equal(inside.kind === 'known' && inside.nanoUsd, 100 * 1_000 + 10 * 98_000 + 125 * 1_000);
  assert.equal(beyond.kind === 'known' && beyond.nanoUsd, 500 * 1_001 + 50 * 98_000 + 625 * 1_000);
});

test('Claude 4.6 and later have no long-context surcharge', () => {
  for (const id of ['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-opus-5-5', 'claude-sonnet-5-5'])
    assert.deepEqual(priced('anthropic', id).tiers, []);
});

test('a mix of 70/20/10 % over Haiku 4.5, Sonnet 4.6 and Opus 4.6 costs $1.80 per MTok of input', () => {
  const share: readonly (readonly [string, number])[] = [
    ['claude-haiku-4-5', 700_000],
    ['claude-sonnet-4-6', 200_000],
    ['claude-opus-4-6', 100_000],
  ];
  const total = share.reduce((sum, [model, tokens]) => {
    const cost = costOf(priced('anthropic', model), { uncachedInput: tokens });
    return sum + (cost.kind === 'known' ? cost.nanoUsd : Number.NaN);
  }, 0);
  assert.equal(total, 1_800_000_000);
});

/** What discounts and surcharges make of the input rate, USD per MTok. */
const MODIFIED: readonly (readonly [string, Provider, string, Partial<PriceQuery>, number])[] = [
  ['batch', 'anthropic', 'claude-opus-5-5', { batch: true }, 2],
  ['fast mode', 'anthropic', 'claude-opus-5-5', { serviceTier: 'fast' }, 8],
  ['fast mode', 'anthropic', 'claude-fable-5-2', { serviceTier: 'fast' }, 16],
  ['US inference', 'anthropic', 'claude-opus-5-5', { region: 'us' }, 4.4],
  ['US inference and batch', 'anthropic', 'claude-opus-5-5', { region: 'us', batch: true }, 2.2],
  ['US inference before 4.6', 'anthropic', 'claude-sonnet-4-5', { region: 'us' }, 3],
  ['standard tier', 'anthropic', 'claude-opus-5-5', { serviceTier: 'standard_only' }, 4],
  ['Bedrock, global', 'bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', {}, 3],
  ['Bedrock, us', 'bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', {}, 3.3],
  ['Bedrock, in region', 'bedrock', 'anthropic.claude-sonnet-4-5-20250929-v1:0', {}, 3.3],
  ['Bedrock, us, batch', 'bedrock', 'us.anthropic.claude-opus-4-6-v1', { batch: true }, 2.75],
  ['Bedrock, before 4.5', 'bedrock', 'us.anthropic.claude-3-5-sonnet-20241022-v2:0', {}, 3],
  ['Vertex, region', 'vertex', 'claude-sonnet-4-5@20250929', { region: 'us-east5' }, 3.3],
  ['Vertex, global', 'vertex', 'claude-sonnet-4-5@20250929', { region: 'global' }, 3],
  ['batch', 'openai', 'gpt-6.2-sol', { batch: true }, 1],
  ['priority = fast', 'openai', 'gpt-6.2-sol', { serviceTier: 'priority' }, 4],
  ['ultrafast', 'openai', 'gpt-6.2-sol', { serviceTier: 'ultrafast' }, 6],
  ['ultrafast from March 2027', 'openai', 'gpt-6.2-sol', { serviceTier: 'ultrafast', at: '2027-03-01' }, 12],
  ['regional', 'openai', 'gpt-6.2-sol', { region: 'eu' }, 2.2],
  ['flex', 'openai', 'gpt-5.2', { serviceTier: 'flex' }, 0.875],
  ['flex', 'openai', 'o3', { serviceTier: 'flex' }, 1],
  ['auto', 'openai', 'gpt-5.2', { serviceTier: 'auto' }, 1.75],
  ['batch', 'google', 'gemini-2.5-pro', { batch: true }, 0.625],
  ['priority', 'google', 'gemini-3.8-flash', { serviceTier: 'priority' }, 1.35],
  ['peak hours', 'deepseek', 'deepseek-flash', { hours: 'peak' }, 0.3],
  ['a weekday at 02:00', 'deepseek', 'deepseek-flash', { hours: 'as-at', at: '2026-11-23T02:00:00Z' }, 0.3],
  ['a weekday at 04:00', 'deepseek', 'deepseek-flash', { hours: 'as-at', at: '2026-11-23T04:00:00Z' }, 0.15],
  ['a Sunday at 02:00', 'deepseek', 'deepseek-flash', { hours: 'as-at', at: '2026-11-22T02:00:00Z' }, 0.15],
  ['no hour asked', 'deepseek', 'deepseek-flash', { at: '2026-11-23T02:00:00Z' }, 0.15],
];

for (const [what, provider, id, query, expected] of MODIFIED) {
  test(`${id}, ${what}: $${expected} in`, () => assert.equal(usd(priced(provider, id, query), 'uncachedInput'), expected));
}

test('modifiers reach every class, the long-prompt tier and the cheapest rate without losing a fraction', () => {
  const q = priced('anthropic', 'claude-haiku-5-5', { batch: true, region: 'us' });
  assert.equal(usd(q, 'cacheRead'), 0.0055);
  assert.equal(q.tiers[0]?.rates.cacheRead, 0.0275 * USD);
  assert.equal(q.listRates.cacheRead, 0.01 * USD);
  assert.deepEqual(
    q.modifiers.map((m) => m.name),
    ['batch', 'us-inference'],
  );
});

test('a tier without a known price is unknown, not the list price', () => {
  const cases: readonly (readonly [Provider, string, Partial<PriceQuery>])[] = [
    ['openai', 'gpt-6.2-sol', { serviceTier: 'flex' }],
    ['openai', 'gpt-4o', { serviceTier: 'priority' }],
    ['anthropic', 'claude-haiku-4-5', { serviceTier: 'fast' }],
    ['anthropic', 'claude-opus-4-8', { serviceTier: 'fast', at: '2026-12-01' }],
    ['anthropic', 'claude-opus-5-5', { serviceTier: 'priority' }],
    ['deepseek', 'deepseek-flash', { batch: true }],
  ];
  for (const [provider, model, more] of cases) {
    const found = quote({ provider, model, at: AT, ...more });
    assert.equal(found.kind === 'unknown' && found.reason, 'unknown-service-tier', model);
  }
});

test('what a model could also be called with is offered', () => {
  assert.ok(priced('anthropic', 'claude-sonnet-4-5').offers.some((m) => m.name === 'batch' && m.factor[0] / m.factor[1] === 0.5));
  assert.ok(!priced('openai', 'gpt-6.2-sol').offers.some((m) => m.name === 'flex'));
});

test('a quote says limits, tier and the end of service', () => {
  const q = priced('anthropic', 'claude-sonnet-4-5');
  assert.deepEqual([q.contextWindow, q.maxOutputTokens, q.tier], [200_000, 64_000, 'balanced']);
  assert.equal(q.retirement?.date, '2026-11-30');
  assert.equal(q.retirement?.daysLeft, 7);
  assert.equal(q.retirement?.retired, false);
  assert.equal(q.retirement?.replacement, 'claude-sonnet-5-5');
  // Bedrock has not announced a date.
  assert.equal(priced('bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0').retirement, undefined);
});

test('a model that shares a price with a retiring one does not share its end', () => {
  assert.equal(priced('openai', 'gpt-5').retirement?.date, '2026-12-11');
  assert.equal(priced('openai', 'gpt-5-codex').retirement, undefined);
});

test('prices in the settings win, by exact id, by pattern, for models nobody lists', () => {
  const overrides = {
    'claude-*': { input: 1, output: 2 },
    'claude-sonnet-4-5': { input: 2.7, output: 13.5, cacheRead: 0.27 },
    'azure/prod-*': { input: 2, output: 8 },
  };
  const exact = priced('anthropic', 'claude-sonnet-4-5-20250929', { overrides });
  assert.deepEqual([usd(exact, 'uncachedInput'), usd(exact, 'output'), usd(exact, 'cacheRead')], [2.7, 13.5, 0.27]);
  // Left out: in the list's proportion (1.25 × input).
  assert.equal(usd(exact, 'cacheWrite5m'), 3.375);
  assert.deepEqual(exact.source, { kind: 'settings', name: 'your settings' });
  assert.equal(exact.tier, 'balanced');
  assert.equal(usd(priced('anthropic', 'claude-haiku-5-5', { overrides }), 'uncachedInput'), 1);
  assert.deepEqual(priced('anthropic', 'claude-haiku-5-5', { overrides }).tiers, []);
  const narrower = { ...overrides, 'claude-haiku-*': { input: 0.5, output: 1 } };
  assert.equal(usd(priced('anthropic', 'claude-haiku-5-5', { overrides: narrower }), 'uncachedInput'), 0.5);
  const deployment = priced('azure', 'prod-chat', { overrides });
  assert.deepEqual([usd(deployment, 'uncachedInput'), usd(deployment, 'cacheRead')], [2, 'unknown']);
  assert.equal(usd(priced('anthropic', 'claude-sonnet-7', { overrides }), 'output'), 2);
  assert.equal(quote({ provider: 'azure', model: 'test-chat', at: AT, overrides }).kind, 'unknown');
});

test('fees of server tools are whole nano-dollars', () => {
  const q = priced('anthropic', 'claude-opus-5-5');
  const cost = costOf(q, { uncachedInput: 10, fees: { 'web-search': 3 } });
  assert.equal(cost.kind === 'known' && cost.nanoUsd, 10 * 4_000 + 30_000_000);
  assert.equal(priced('openai', 'gpt-5').fees.find((fee) => fee.name === 'file-search')?.nanoUsd, 2_500_000);
  const sonar = costOf(priced('perplexity', 'sonar'), { uncachedInput: 1000, output: 1000 });
  assert.equal(sonar.kind === 'known' && sonar.nanoUsd, 1_000_000 + 1_000_000 + 12_000_000);
});

test('an invalid date is an error of the caller', () => {
  assert.throws(() => quote({ provider: 'anthropic', model: 'claude-opus-5', at: 'soon' }), RangeError);
});

test('rates are written as people write them', () => {
  assert.deepEqual(
    [formatRate(3 * USD), formatRate(0.075 * USD), formatRate(0), formatRate('unknown'), formatRate('not-offered')],
    ['$3', '$0.075', '$0', '?', '–'],
  );
});
