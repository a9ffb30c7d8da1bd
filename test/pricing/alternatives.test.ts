import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Provider } from '../../core/model.ts';
import { type CheaperModel, cheaperModels, listModels, type PriceQuery, quote, retirement, successorOf } from '../../core/pricing/index.ts';

const AT = '2026-11-23';

function cheaper(provider: Provider, model: string, more: Partial<PriceQuery> = {}): CheaperModel[] {
  const from = quote({ provider, model, at: AT, ...more });
  assert.equal(from.kind, 'quote');
  return from.kind === 'quote' ? cheaperModels(from, more.at ?? AT) : [];
}

test('a newer model of the same tier comes before smaller ones', () => {
  const found = cheaper('anthropic', 'claude-sonnet-4-5');
  assert.deepEqual(
    found.map(({ model, why }) => [model, why]),
    [
      ['claude-sonnet-5-5', 'newer'],
      ['claude-sonnet-5', 'newer'],
      ['claude-haiku-5-5', 'smaller'],
      ['claude-haiku-4-5', 'smaller'],
    ],
  );
});

test('the ratio counts the tokens that a newer tokenizer adds', () => {
  const [sonnet] = cheaper('anthropic', 'claude-sonnet-4-5');
  assert.equal(sonnet?.tokenFactor, 1.3);
  assert.equal(sonnet?.ratio.input?.toFixed(4), ((2 / 3) * 1.3).toFixed(4));
  assert.equal(sonnet?.ratio.cacheRead?.toFixed(4), ((0.1 / 0.3) * 1.3).toFixed(4));
  assert.ok(sonnet?.notes.length === 1);
  // Both use the newer tokenizer.
  assert.equal(cheaper('anthropic', 'claude-opus-5').find((m) => m.model === 'claude-opus-5-5')?.ratio.input, 0.8);
});

test('every suggestion costs no more, is served, and is not about to end', () => {
  for (const [provider, model] of [
    ['anthropic', 'claude-fable-5'],
    ['anthropic', 'claude-opus-4-6'],
    ['openai', 'gpt-4o'],
    ['openai', 'gpt-5'],
    ['openai', 'gpt-6-astra'],
    ['google', 'gemini-2.5-pro'],
    ['xai', 'grok-4.7'],
    ['mistral', 'mistral-medium-3-5'],
  ] as const) {
    for (const { model: other, ratio, quote: to } of cheaper(provider, model)) {
      assert.ok((ratio.input ?? 2) <= 1 && (ratio.output ?? 2) <= 1, other);
      assert.ok(!other.includes('mythos'), other);
      assert.ok((to.retirement?.daysLeft ?? 999) >= 90, other);
      assert.ok((to.released ?? '') <= AT, other);
    }
  }
});

test('a model is not suggested before its release, nor one that ends soon', () => {
  assert.ok(!cheaper('anthropic', 'claude-sonnet-4-5', { at: '2026-09-01' }).some((m) => m.model === 'claude-sonnet-5-5'));
  assert.ok(cheaper('openai', 'gpt-5', { at: '2026-05-01' }).some((m) => m.model === 'gpt-5-mini'));
  assert.ok(!cheaper('openai', 'gpt-5').some((m) => m.model === 'gpt-5-mini'));
});

test('the smallest model has no cheaper one of its provider', () => {
  assert.deepEqual(cheaper('anthropic', 'claude-haiku-5-5'), []);
});

test('retirement: dates, days left, replacement, per route', () => {
  const sonnet = retirement('claude-sonnet-4-5-20250929', AT);
  assert.deepEqual([sonnet?.date, sonnet?.daysLeft, sonnet?.retired, sonnet?.replacement], ['2026-11-30', 7, false, 'claude-sonnet-5-5']);
  assert.equal(retirement('claude-sonnet-4-5', '2026-12-01')?.retired, true);
  assert.equal(retirement('gpt-4o-mini', AT)?.date, '2027-01-14');
  assert.equal(retirement('o1', AT)?.retired, true);
  assert.equal(retirement('gpt-5.1', AT)?.date, '2027-04-01');
  assert.equal(retirement('claude-opus-4', AT, 'vertex')?.date, '2026-09-14');
  assert.equal(retirement('claude-opus-5-5', AT), undefined);
  assert.equal(retirement('no-such-model', AT), undefined);
});

test('the list for completion has prices and leaves out what is retired or not yet released', () => {
  const claude = listModels('anthropic', AT);
  assert.equal(claude.find((m) => m.model === 'claude-sonnet-4-5')?.price, '$3 in, $15 out per MTok');
  assert.ok(!claude.some((m) => m.model === 'claude-opus-4'));
  assert.ok(!listModels('openai', '2026-11-01').some((m) => m.model === 'gpt-6.2-sol'));
  assert.ok(listModels('openai', AT).some((m) => m.model === 'gpt-6.2-sol'));
  assert.ok(listModels(undefined, AT).length > 300);
});

test('generated price data and page are up to date with the library and the overlay', () => {
  const script = fileURLToPath(new URL('../../scripts/generate-prices.ts', import.meta.url));
  const run = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
});

test('the successor of a model that retires is priced for the day from which it is needed', () => {
  const from = quote({ provider: 'google', model: 'gemini-2.5-pro', at: AT });
  assert.equal(from.kind, 'quote');
  const next = from.kind === 'quote' ? successorOf(from, AT) : undefined;
  // 4 and 20 against 1.25 and 10 dollars a million tokens; until the end of November it is half of that.
  assert.deepEqual([next?.model, next?.share], ['gemini-4-argon', 3.2]);
});
