/** What was seen at a call takes the place of what was assumed, no further than it was seen. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultConfig } from '../../core/config.ts';
import { estimateOf, runModel } from '../../core/estimate/index.ts';
import { type CallSite, known } from '../../core/model.ts';
import type { ObservedSite } from '../../core/protocol/observed.ts';
import { agent, at, hole, site, text } from '../call-site.ts';
import { EXPLICIT, SONNET } from '../rules/build.ts';
import { observedSite } from '../rules/project.ts';

const range = (low: number, expected: number, high: number) => ({ low, expected, high });
const QUESTION = hole('user', 1_000, 'per-call', 'input');
const bare = { toolCount: known(0, at()), caching: 'none' as const };
const single = site({ ...bare, segments: [text('system', 400), QUESTION] });

function estimateWith(call: CallSite, seen?: Partial<ObservedSite>) {
  const observed = seen && observedSite(seen);
  return estimateOf(runModel(call, { price: SONNET, cache: EXPLICIT, config: defaultConfig, observed }));
}

describe('a single call', () => {
  test('has the prompt and the answer that were seen', () => {
    const { inputTokens, outputTokens, cost } = estimateWith(single, { calls: 50, input: range(500, 700, 1_900), output: range(80, 100, 240) });
    assert.deepEqual(inputTokens, { ...range(500, 700, 1_900), static: 400 });
    assert.deepEqual(outputTokens, range(80, 100, 240));
    // 700 × $3 + 100 × $15 per million
    assert.equal(cost?.call.expected, 3_600_000);
  });

  test('has no longer answers than the cap that the code sets now', () => {
    const capped = site({ ...bare, segments: single.segments, maxOutputTokens: known(90, at()) });
    assert.deepEqual(estimateWith(capped, { calls: 50, output: range(80, 100, 240) }).outputTokens, range(80, 90, 90));
  });

  test('of which few calls were seen keeps the width of the assumption', () => {
    const plan = estimateWith(single);
    const { outputTokens } = estimateWith(single, { calls: 3, output: range(300, 400, 450) });
    assert.deepEqual(outputTokens, range(plan.outputTokens.low, 400, plan.outputTokens.high));
  });

  test('says what was seen, how often, and no longer what was assumed in its place', () => {
    const { assumptions } = estimateWith(single, { calls: 50, input: range(500, 700, 1_900), output: range(80, 100, 240) });
    const seen = assumptions.filter(({ observed }) => observed !== undefined);
    assert.deepEqual(
      seen.map(({ setting, value, observed }) => [setting, value, observed]),
      [
        ['inputTokens', 700, 50],
        ['outputTokens', 100, 50],
      ],
    );
    assert.deepEqual(
      assumptions.filter(({ observed }) => observed === undefined).map(({ setting }) => setting),
      ['runsPerDay'],
    );
  });
});

describe('an agent', () => {
  const seen = {
    calls: 600,
    runs: 50,
    firstInput: range(900, 1_000, 1_100),
    growth: range(100, 300, 2_000),
    callsPerRun: range(3, 12, 40),
    input: range(900, 2_600, 9_000),
    output: range(50, 200, 700),
  };
  const loop = (bound?: number) => agent(bound, { ...bare, segments: [text('system', 400), QUESTION] });

  test('starts, grows and ends as it was seen', () => {
    const { inputTokens, cost, assumptions } = estimateWith(loop(), seen);
    assert.deepEqual([inputTokens.low, inputTokens.expected, inputTokens.high], [900, 1_000, 1_100]);
    // Twelve prompts from 1,000 by steps of 300, and twelve answers of 200.
    const prompts = 12 * 1_000 + ((12 * 11) / 2) * 300;
    assert.equal(cost?.run.expected, prompts * 3_000 + 12 * 200 * 15_000);
    assert.ok(assumptions.some(({ setting, observed }) => setting === 'stepsPerRun' && observed === 600));
  });

  test('never takes more steps than the code allows now', () => {
    const bounded = estimateWith(loop(5), seen);
    const prompts = 5 * 1_000 + ((5 * 4) / 2) * 300;
    assert.equal(bounded.cost?.run.expected, prompts * 3_000 + 5 * 200 * 15_000);
  });
});
