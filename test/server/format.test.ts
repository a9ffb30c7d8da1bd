import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatShare, formatTokenRange, formatTokens, formatUsd, formatUsdExpected, formatUsdRange, plural } from '../../core/format.ts';

const usd = (dollars: number) => formatUsd(Math.round(dollars * 1e9));

test('money reads as a person writes it, from a fraction of a cent to millions', () => {
  const seen = [0.0123, 0.01, 0.5, 0.25, 0.999, 1, 1.234, 99.5, 123.4, 1234.5, 12_345, 27_000, 123_456, 4_500_000, 0.00123, 0.000012, 0.000001].map(
    usd,
  );
  assert.deepEqual(seen, [
    '$0.0123',
    '$0.01',
    '$0.50',
    '$0.25',
    '$1',
    '$1',
    '$1.23',
    '$99.50',
    '$123',
    '$1,235',
    '$12.3k',
    '$27k',
    '$123k',
    '$4.50M',
    '$0.00123',
    '$0.000012',
    '$0.000001',
  ]);
});

test('a positive amount never reads as zero, an unknown one never as a figure', () => {
  assert.equal(formatUsd(0), '$0');
  for (let nano = 1; nano < 1e16; nano = Math.ceil(nano * 1.7)) assert.match(formatUsd(nano), /[1-9]/, `${nano} nano-dollars`);
  assert.equal(formatUsd(Number.NaN), 'unknown');
  assert.equal(formatTokens(Number.POSITIVE_INFINITY), 'unknown');
});

test('ranges name both ends and what is expected, and collapse when there is nothing between', () => {
  assert.equal(formatUsdRange({ low: 1e7, expected: 2e7, high: 5e7 }), '$0.01–0.05 (≈ $0.02)');
  assert.equal(formatUsdRange({ low: 1e7, expected: 1e7, high: 1e7 }), '$0.01');
  assert.equal(formatUsdRange({ low: 10, expected: 2e7, high: 5e7 }), '<$0.000001–$0.05 (≈ $0.02)');
  assert.equal(formatUsdExpected({ low: 1e7, expected: 2e7, high: 5e7 }), '≈ $0.02');
  assert.equal(formatUsdExpected({ low: 2e7, expected: 2e7, high: 2e7 }), '$0.02');
  assert.equal(formatTokenRange({ low: 1200, expected: 2000, high: 3400 }), '1.2k–3.4k (≈ 2k)');
});

test('tokens, shares and counts', () => {
  assert.deepEqual([0, 999, 1000, 12_345, 999_949, 999_999, 1_250_000].map(formatTokens), ['0', '999', '1k', '12.3k', '999.9k', '1M', '1.3M']);
  assert.deepEqual([0, 0.001, 0.734, 0.999, 1].map(formatShare), ['0%', '<1%', '73%', '>99%', '100%']);
  assert.deepEqual([plural(1, 'call'), plural(3, 'call'), plural(1200, 'call')], ['1 call', '3 calls', '1,200 calls']);
});
