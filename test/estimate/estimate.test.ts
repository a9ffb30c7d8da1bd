import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assumptionsSchema, defaultConfig } from '../../core/config.ts';
import { assumedTokens, SPREAD, spread } from '../../core/estimate/index.ts';
import { hitChance } from '../../core/estimate/run.ts';
import { known, unknown } from '../../core/model.ts';
import { agent, at, hole, site, text } from '../call-site.ts';
import { EXPLICIT, estimateFor, IMPLICIT, SONNET } from '../rules/build.ts';

const NANO = 1e9;
/** Tool definitions of no length, so that a step adds a tool result and nothing else is assumed. */
const tools = text('tools', 0);
const bare = { toolCount: known(0, at()), caching: 'none' as const };
/** No traffic left in the cache by earlier runs. */
const cold = { config: { ...defaultConfig, assumptions: { ...defaultConfig.assumptions, runsPerDay: 0 } } };

test('one call costs its tokens times their prices', () => {
  const { cost, inputTokens } = estimateFor(
    site({ segments: [text('system', 1000), text('user', 500)], maxOutputTokens: known(100, at()), caching: 'none' }),
  );
  assert.deepEqual(inputTokens, { low: 1500, expected: 1500, high: 1500, static: 1500 });
  // 1,500 × $3/MTok + 100 × $15/MTok
  assert.deepEqual(cost?.call, { low: 0.006 * NANO, expected: 0.006 * NANO, high: 0.006 * NANO });
  assert.deepEqual(cost?.run, cost?.call);
});

test('a month is the runs of a day, thirty times', () => {
  const { cost } = estimateFor(site({ segments: [text('user', 1000)], maxOutputTokens: known(100, at()), caching: 'none' }));
  assert.equal(cost?.month.expected, (cost?.run.expected ?? 0) * 100 * 30);
});

test('N steps are a sum: each sends again all that came before', () => {
  const call = agent(100, { segments: [tools, text('system', 1000)], maxOutputTokens: known(100, at()), caching: 'none' });
  const { growth } = estimateFor(call);
  const { toolResultTokens } = defaultConfig.assumptions;
  for (const { steps, withoutCache } of growth) {
    const input = steps * 1000 + ((steps * (steps - 1)) / 2) * (100 + toolResultTokens);
    assert.equal(withoutCache.expected, Math.round(((input * 3 + steps * 100 * 15) / 1e6) * NANO), `${steps} steps`);
  }
  assert.deepEqual(
    growth.map(({ steps }) => steps),
    [1, 10, 100],
  );
});

test('growth is shown for 1, 10, 100 steps or the real bound, none beyond it', () => {
  const steps = (bound?: number) => estimateFor(agent(bound)).growth.map((growth) => growth.steps);
  assert.deepEqual(steps(25), [1, 10, 25]);
  assert.deepEqual(steps(5), [1, 5]);
  assert.deepEqual(steps(10_007), [1, 10, 100]);
  assert.deepEqual(steps(), [1, 10, 100]);
  assert.deepEqual(
    estimateFor(site()).growth.map((growth) => growth.steps),
    [1],
  );
});

test('a cache turns the resent conversation into reads, at its own prices', () => {
  const call = agent(2, { segments: [tools, text('system', 2000)], maxOutputTokens: known(100, at()), automaticMark: true });
  const { toolResultTokens } = defaultConfig.assumptions;
  const { cost } = estimateFor(call, cold);
  const second = 2000 * 0.3 + (100 + toolResultTokens) * 3.75;
  assert.equal(cost?.run.expected, Math.round(((2000 * 3.75 + second + 2 * 100 * 15) / 1e6) * NANO));
});

test('a prefix below the minimum of the provider is never read', () => {
  const short = site({ segments: [text('system', 900, { mark: { ttl: '5m', at: at() } }), hole('user', 100, 'per-run', 'input')] });
  assert.equal(estimateFor(short).cache.active, false);
  const long = site({ segments: [text('system', 1100, { mark: { ttl: '5m', at: at() } }), hole('user', 100, 'per-run', 'input')] });
  assert.equal(estimateFor(long).cache.active, true);
});

test('a read across runs needs a run within the life of the entry', () => {
  assert.equal(hitChance(0, 300_000), 0);
  assert.ok(Math.abs(hitChance(288, 300_000) - (1 - Math.exp(-1))) < 1e-12);
  assert.ok(hitChance(100, 3_600_000) > 0.98);
});

test('a changing value early in the prompt shortens the stable prefix; the best order has it last', () => {
  const { cache } = estimateFor(
    site({ segments: [text('system', 200), hole('system', 12, 'per-call', 'clock'), text('system', 3000), hole('user', 500, 'per-call', 'input')] }),
  );
  assert.equal(cache.stablePrefix, 200);
  assert.equal(cache.reachablePrefix, 3200);
  assert.equal(cache.breaksAt, 1);
  assert.equal(cache.hitRate, 0);
  assert.ok(cache.reachableHitRate > 0.2);
});

test('in an agent loop a value that is fixed for the run does not break the prefix', () => {
  const { cache } = estimateFor(agent(10, { segments: [text('system', 2000), hole('user', 300, 'per-run', 'input')], caching: 'implicit' }), {
    cache: IMPLICIT,
  });
  assert.equal(cache.breaksAt, undefined);
  assert.ok(cache.hitRate > 0.7);
});

test('an unknown model has tokens and a reason, no cost', () => {
  const estimate = estimateFor(site(), { price: 'no price list has gpt-99' });
  assert.equal(estimate.cost, null);
  assert.equal(estimate.unpriced, 'no price list has gpt-99');
  assert.ok(estimate.inputTokens.expected > 3000);
  assert.deepEqual(estimate.growth, []);
});

test('a long-context tier is paid for the whole request of the steps that reach it', () => {
  const tiered = { ...SONNET, tiers: [{ above: 5000, rates: { ...SONNET.rates, uncachedInput: 6e9 } }] };
  const call = agent(3, { segments: [tools, text('system', 4000)], maxOutputTokens: known(500, at()), caching: 'none' });
  const { cost } = estimateFor(call, { price: tiered });
  // 4,000 below the tier; 6,000 and 8,000 above it.
  assert.equal(cost?.run.expected, Math.round(((4000 * 3 + 14_000 * 6 + 3 * 500 * 15) / 1e6) * NANO));
});

test('the cap limits the answer, a thinking budget counts within it, n multiplies', () => {
  const output = (more: Parameters<typeof site>[0]) => estimateFor(site(more)).outputTokens;
  assert.equal(output({ maxOutputTokens: known(50, at()) }).expected, 50);
  assert.deepEqual(output({ maxOutputTokens: unknown('absent'), omittedCap: 'model-maximum' }), { low: 167, expected: 500, high: 1500 });
  assert.equal(output({ maxOutputTokens: unknown('absent'), omittedCap: 400 }).high, 400);
  assert.equal(output({ maxOutputTokens: known(3000, at()), thinking: known(2000, at()) }).expected, 1500);
  assert.equal(output({ maxOutputTokens: known(3000, at()), thinking: known(2000, at()) }).high, 3000);
  assert.equal(output({ maxOutputTokens: known(100, at()), completions: known(3, at()) }).expected, 300);
});

test('a batch over n items is n calls; an unknown number is an assumption that is named', () => {
  const batch = (bound: number | undefined) => {
    const loop = { kind: 'batch', bound: bound === undefined ? unknown('dynamic') : known(bound, at()), grows: false } as const;
    return site({ ...bare, loop, loops: [loop], segments: [text('user', 1000)], maxOutputTokens: known(10, at()) });
  };
  const single = estimateFor(batch(1)).cost?.run.expected ?? 0;
  assert.equal(estimateFor(batch(40)).cost?.run.expected, single * 40);
  const open = estimateFor(batch(undefined));
  assert.equal(open.cost?.run.expected, single * defaultConfig.assumptions.fanoutItems);
  assert.ok(open.assumptions.some(({ setting }) => setting === 'fanoutItems'));
});

test('later items of a sequential batch read what the first one wrote', () => {
  const loop = { kind: 'batch', bound: known(50, at()), grows: false } as const;
  const segments = [text('system', 4000, { mark: { ttl: '5m', at: at() } }), hole('user', 100, 'per-call', 'loop')];
  const { cost } = estimateFor(site({ loop, loops: [loop], segments, maxOutputTokens: known(10, at()) }), cold);
  const first = 4000 * 3.75 + 100 * 3;
  const next = 4000 * 0.3 + 100 * 3;
  assert.equal(cost?.run.expected, Math.round(((first + 49 * next + 50 * 10 * 15) / 1e6) * NANO));
});

test('every assumption is named with its source, once', () => {
  const { assumptions } = estimateFor(
    agent(undefined, {
      segments: [tools, hole('user', 1000, 'per-run', 'input'), hole('user', 1000, 'per-run', 'input')],
      maxOutputTokens: unknown('absent'),
    }),
  );
  const settings = assumptions.map(({ setting }) => setting);
  assert.deepEqual([...settings].sort(), ['inputTokens', 'outputTokens', 'runsPerDay', 'stepsPerRun', 'toolResultTokens']);
  for (const { source, text: words } of assumptions) assert.ok(source && words);
});

test('an assumption spans a third to three times of its value; a clock is a few tokens', () => {
  assert.deepEqual(spread(300), { low: 100, expected: 300, high: 900 });
  assert.equal(SPREAD, 3);
  assert.ok(assumedTokens('system', 'clock', false, defaultConfig.assumptions).high < 50);
  assert.equal(assumedTokens('user', 'retrieval', false, defaultConfig.assumptions).expected, defaultConfig.assumptions.retrievalTokens);
});

test('low ≤ expected ≤ high, in whole nano-dollars', () => {
  for (const call of [site(), agent(), agent(7, { automaticMark: true }), agent(3, { caching: 'implicit' })]) {
    for (const cache of [EXPLICIT, IMPLICIT]) {
      const { cost } = estimateFor(call, { cache });
      for (const range of [cost?.call, cost?.run, cost?.month]) {
        assert.ok(range && range.low <= range.expected && range.expected <= range.high);
        assert.ok(Number.isInteger(range.expected));
      }
    }
  }
});

test('a very long run is summed exactly and at once', () => {
  const assumptions = { ...assumptionsSchema.parse({}), stepsPerRun: 100_000 };
  const call = agent(undefined, { segments: [tools, text('system', 100)], maxOutputTokens: known(10, at()), caching: 'none' });
  const { cost } = estimateFor(call, { price: { ...SONNET, contextWindow: undefined }, config: { assumptions } });
  const n = 100_000;
  const expected = ((n * 100 + ((n * (n - 1)) / 2) * (10 + assumptions.toolResultTokens)) * 3 + n * 10 * 15) / 1e6;
  assert.ok(Math.abs((cost?.run.expected ?? 0) / NANO / expected - 1) < 1e-9);
});

test('a fee for each request counts with every call', () => {
  const fee = { name: 'request', nanoUsd: 5_000_000, unit: 'request', source: 'test' } as const;
  const call = agent(4, { segments: [tools, text('system', 1000)], maxOutputTokens: known(100, at()), caching: 'none' });
  const [plain, charged] = [SONNET, { ...SONNET, fees: [fee] }].map((price) => estimateFor(call, { price }).cost?.run.expected ?? 0);
  assert.equal((charged ?? 0) - (plain ?? 0), 4 * fee.nanoUsd);
});
