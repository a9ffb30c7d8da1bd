/** Figures that only the panel writes: never a 0 for what is not known. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { amount, cost, duration, sum, unpricedNote, whole } from '../../webview/format.ts';
import { breakReason, seriesName } from '../../webview/names.ts';

describe('figures in the panel', () => {
  test('say what is not known', () => {
    assert.equal(sum({ nanoUsd: 0, unpriced: 0, calls: 0 }), '$0');
    assert.equal(sum({ nanoUsd: 0, unpriced: 3, calls: 3 }), 'unknown');
    assert.equal(sum({ nanoUsd: 1_200_000_000, unpriced: 3, calls: 9 }), '≥ $1.20');
    assert.equal(unpricedNote({ unpriced: 3 }), '3 calls without a price');
    assert.equal(unpricedNote({ unpriced: 0 }), '');
    assert.equal(cost({ kind: 'unknown', atLeast: 0, why: 'no price' }), 'unknown');
    assert.equal(cost({ kind: 'unknown', atLeast: 12_300_000, why: 'no price' }), '≥ $0.0123');
  });

  test('have the unit of their limit', () => {
    assert.deepEqual(
      [amount(2_310_000_000, 'nanoUsd'), amount(3_460_000, 'tokens'), amount(1, 'calls'), whole(1_234_567)],
      ['$2.31', '3.5M tokens', '1 call', '1,234,567'],
    );
  });

  test('give times in the unit that fits', () => {
    assert.deepEqual([850, 12_000, 240_000, 7_500_000, 7_200_000, 273_600_000].map(duration), [
      '850 ms',
      '12 s',
      '4 min',
      '2 h 05 min',
      '2 h',
      '3 d 4 h',
    ]);
  });

  test('name the piece of a prompt that changed', () => {
    assert.equal(breakReason({ why: 'tools', role: 'tools', item: 2 }), 'tool definition 3 changed');
    assert.equal(breakReason({ why: 'system' }), 'the system text changed');
    assert.equal(breakReason({ why: 'expired' }), 'the cache entry had expired');
    assert.equal(breakReason({ why: 'unknown' }), 'the reason is not known');
  });

  test('name series by what they stand for', () => {
    assert.equal(seriesName('site', 'x#0', 'x#0', { 'x#0': 'src/x.ts:4' }), 'src/x.ts:4');
    assert.equal(seriesName('agent', '', '', {}), 'No agent name');
    assert.equal(seriesName('kind', 'cacheRead', '', {}), 'Cache read');
    assert.equal(seriesName('model', 'other', '', {}), 'Other');
  });
});
