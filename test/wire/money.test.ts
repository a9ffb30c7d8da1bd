/** Bills in money: what was served is priced as served, and the worst case is never passed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { costOf, type PriceQuote, quote, TOKEN_CLASSES } from '../../core/pricing/index.ts';
import { costOfMetered, dearest, outputWithin, wireApi, worstCase } from '../../core/wire/index.ts';

const AT = '2026-11-23T12:00:00Z';
const context = { provider: 'anthropic', at: AT } as const;
const priceOf = (provider: 'anthropic' | 'openai' | 'google', model: string): PriceQuote => {
  const found = quote({ provider, model, at: AT });
  assert.equal(found.kind, 'quote');
  return found as PriceQuote;
};
const anthropic = (usage: object, fields: object = {}) =>
  wireApi('anthropic-messages').usageOf({
    id: 'm',
    type: 'message',
    model: 'claude-sonnet-5',
    content: [{}],
    stop_reason: 'end_turn',
    usage,
    ...fields,
  });

describe('a bill', () => {
  test('is priced at the model, tier and place that served it', () => {
    const usage = { input_tokens: 1000, output_tokens: 100 };
    assert.equal(costOfMetered(anthropic(usage), context, 'x').nanoUsd, 1000 * 2000 + 100 * 10_000);
    assert.equal(costOfMetered(anthropic({ ...usage, service_tier: 'batch' }), context, 'x').nanoUsd, (1000 * 2000 + 100 * 10_000) / 2);
    assert.equal(costOfMetered(anthropic({ ...usage, inference_geo: 'us' }), context, 'x').nanoUsd, ((1000 * 2000 + 100 * 10_000) * 11) / 10);
  });

  test('has the parts at their own models', () => {
    const usage = {
      input_tokens: 0,
      output_tokens: 0,
      iterations: [{ type: 'advisor_message', model: 'claude-opus-5', input_tokens: 1000, output_tokens: 0 }],
    };
    assert.equal(costOfMetered(anthropic(usage), context, 'x').nanoUsd, 1000 * 5000);
  });

  test('falls back to the model asked for, and says what has no price', () => {
    const odd = anthropic({ input_tokens: 10, output_tokens: 0 }, { model: 'claude-nobody' });
    assert.equal(costOfMetered(odd, context, 'claude-sonnet-5').nanoUsd, 20_000);
    const unknown = costOfMetered(odd, context, 'claude-noone');
    assert.deepEqual([unknown.known, unknown.nanoUsd, unknown.missing], [false, 0, ['claude-nobody']]);
  });

  test('shows what the cache saved', () => {
    const { cacheSaving } = costOfMetered(anthropic({ input_tokens: 0, cache_read_input_tokens: 1000, output_tokens: 5 }), context, 'x');
    assert.equal(cacheSaving, 1000 * (2000 - 200));
  });
});

describe('the worst case', () => {
  const MODELS = [
    priceOf('anthropic', 'claude-haiku-5-5'),
    priceOf('anthropic', 'claude-sonnet-5'),
    priceOf('openai', 'gpt-6.2-sol'),
    priceOf('openai', 'gpt-5.2'),
    priceOf('google', 'gemini-2.5-pro'),
  ];
  const marks = fc.constantFrom(undefined, '5m' as const, '1h' as const, 'unknown' as const);

  test('is never passed by a call within its input and cap', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MODELS),
        fc.nat(600_000),
        fc.nat(100_000),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        marks,
        (price, input, output, shares, mark) => {
          const worst = worstCase(price, { input, output, mark });
          const [read = 0, write = 0, used = 0, out = 0] = shares;
          const prompt = Math.floor(input * used);
          const cacheRead = Math.floor(prompt * read);
          const written = Math.floor((prompt - cacheRead) * write);
          const life = mark === '1h' || mark === 'unknown' ? 'cacheWrite1h' : 'cacheWrite5m';
          const cost = costOf(price, { cacheRead, [life]: written, uncachedInput: prompt - cacheRead - written, output: Math.floor(output * out) });
          assert.ok(cost.kind !== 'known' || cost.nanoUsd <= worst, `${JSON.stringify(cost)} over ${worst}`);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('takes the dear tier from the first token beyond, and rounds up', () => {
    const haiku = MODELS[0]!;
    const { above } = haiku.tiers[0]!;
    assert.equal(worstCase(haiku, { input: above, output: 0 }), above * 125);
    assert.equal(worstCase(haiku, { input: above + 1, output: 0 }), (above + 1) * 625);
    const tiny = { rates: { ...haiku.rates, output: 1 }, tiers: [] };
    assert.equal(worstCase(tiny, { input: 0, output: 1 }), 1);
  });

  test('leaves room for the output that fits, and for no more', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODELS), fc.nat(300_000), fc.nat(5_000_000_000), (price, input, budget) => {
        const output = outputWithin(price, budget, { input, output: 0 });
        if (output > 0) assert.ok(worstCase(price, { input, output: output }) <= budget + 1);
        assert.ok(worstCase(price, { input, output: output + 1 }) >= budget || output > 1e12);
      }),
    );
  });
});

test('the dearest model of a provider stands in for one without a price', () => {
  const most = dearest('anthropic', AT)!;
  assert.equal(most.rates.output, 50_000_000_000);
  assert.ok(TOKEN_CLASSES.every((name) => most.rates[name] !== 'unknown'));
  assert.equal(dearest('local', AT), undefined);
});
