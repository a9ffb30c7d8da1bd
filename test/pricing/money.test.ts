import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { costOf, nanoPerMTok, type PriceQuote, quote, TOKEN_CLASSES } from '../../core/pricing/index.ts';

const AT = '2026-11-23';

function priced(provider: 'anthropic' | 'openai' | 'deepseek', model: string, more: object = {}): PriceQuote {
  const found = quote({ provider, model, at: AT, ...more });
  assert.equal(found.kind, 'quote');
  return found as PriceQuote;
}

const QUOTES = [
  priced('anthropic', 'claude-opus-5-5'),
  priced('anthropic', 'claude-haiku-5-5', { batch: true, region: 'us' }),
  priced('openai', 'gpt-6.2-sol'),
  priced('deepseek', 'deepseek-flash'),
];

const tokens = fc.integer({ min: 0, max: 3_000_000 });
const usage = fc.record({ uncachedInput: tokens, cacheRead: tokens, output: tokens });

test('the cost is the exact sum, rounded once, halves up', () => {
  fc.assert(
    fc.property(fc.constantFrom(...QUOTES), usage, (q, u) => {
      const cost = costOf(q, u);
      assert.equal(cost.kind, 'known');
      if (cost.kind !== 'known') return;
      const prompt = u.uncachedInput + u.cacheRead;
      const tier = q.tiers.find((t) => prompt > t.above);
      const rates = tier?.rates ?? q.rates;
      const exact = (['uncachedInput', 'cacheRead', 'output'] as const).reduce(
        (sum, name) => sum + BigInt(u[name]) * BigInt(rates[name] as number),
        0n,
      );
      // |nano × 1e6 − exact| ≤ half a nano-dollar.
      const error = BigInt(cost.nanoUsd) * 1_000_000n - exact;
      assert.ok(error <= 500_000n && error > -500_000n, `${error}`);
      assert.equal(cost.tierAbove, tier?.above);
    }),
  );
});

test('more tokens never cost less, and no tokens cost nothing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...QUOTES),
      usage,
      fc.constantFrom(...(['uncachedInput', 'cacheRead', 'output'] as const)),
      fc.integer({ min: 1, max: 1e6 }),
      (q, u, name, more) => {
        const [less, greater] = [costOf(q, u), costOf(q, { ...u, [name]: u[name] + more })];
        assert.ok(less.kind === 'known' && greater.kind === 'known' && greater.nanoUsd >= less.nanoUsd);
      },
    ),
  );
  for (const q of QUOTES) assert.deepEqual(costOf(q, {}), { kind: 'known', nanoUsd: 0, parts: {} });
});

test('many requests of one tier cost what their sum costs, to half a nano-dollar each', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 50 }), (prompts) => {
      const q = QUOTES[1] as PriceQuote;
      const one = prompts.reduce((sum, uncachedInput) => {
        const cost = costOf(q, { uncachedInput });
        return sum + (cost.kind === 'known' ? cost.nanoUsd : Number.NaN);
      }, 0);
      const all = costOf(q, { uncachedInput: prompts.reduce((a, b) => a + b, 0) });
      assert.ok(all.kind === 'known' && Math.abs(all.nanoUsd - one) <= prompts.length / 2 + 1);
    }),
  );
});

test('every rate of every modifier stays an integer', () => {
  for (const q of QUOTES) {
    for (const rates of [q.rates, ...q.tiers.map((t) => t.rates)]) {
      for (const name of TOKEN_CLASSES) {
        const rate = rates[name];
        assert.ok(typeof rate === 'string' || Number.isSafeInteger(rate), `${q.model} ${name} ${rate}`);
      }
    }
  }
});

test('USD per MTok converts exactly', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (millionths) => assert.equal(nanoPerMTok(millionths / 1e6), millionths * 1000)));
  assert.equal(nanoPerMTok(0.003625), 3_625_000);
  assert.equal(nanoPerMTok(600), 600_000_000_000);
});

test('tokens without a known rate make the cost unknown, with the rest as a floor', () => {
  const q = priced('openai', 'gpt-6.2-astra');
  assert.deepEqual(costOf(q, { uncachedInput: 1000, cacheRead: 500, output: 100 }), {
    kind: 'unknown',
    missing: ['cacheRead'],
    atLeast: 8_000_000 + 4_000_000,
  });
  assert.equal(costOf(q, { uncachedInput: 1000, output: 100 }).kind, 'known');
  assert.deepEqual(costOf(q, { fees: { grounding: 1 } }), { kind: 'unknown', missing: ['grounding'], atLeast: 0 });
});

test('writes that a provider does not bill cost ordinary input', () => {
  const q = priced('openai', 'gpt-5.2' as string);
  const cost = costOf(q, { cacheWrite30m: 1000 });
  assert.equal(cost.kind === 'known' && cost.nanoUsd, 1_750_000);
});

test('a count that is no count is an error of the caller', () => {
  const q = QUOTES[0] as PriceQuote;
  assert.throws(() => costOf(q, { uncachedInput: -1 }), RangeError);
  assert.throws(() => costOf(q, { output: Number.NaN }), RangeError);
});
