import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { get_encoding } from 'tiktoken';
import { createCounter, loadTokenizer } from '../../core/tokens/index.ts';

/** Pieces that sit on the borders of the pre-tokenizers: cases, contractions, white space of all kinds, digits, marks, scripts, special tokens. */
const PIECES = [
  ...['a', 'b', 'Z', 'E', "'", 's', '\u017f', "'ll", "'RE", "'D", ' ', '  ', '    ', '\n', '\n\n\n', '\r\n', '\t', '1', '234', '\u0663'],
  ...['\u00e9', 'e\u0301', '\u0301', '\u4e2d', '\u3042', '\u30fc', '\ud55c', '\u01c5', '\u02b0', '\u0964', '\u0939', '\u093f', '\u{1f600}'],
  ...['\u{1f469}\u200d\u{1f467}', '\ud800', '\udc00', '\ufeff', '\u0085', '\u00a0', '\u2028', '\u200b', '\u3000', '\u0130', '\u00df', '\u1e9e'],
  ...['/', '//', '_', '-', '...', '<|endoftext|>', '<|im_start|>', '$', '\u20ac', '\u00bd', '\u00b2', '\u2167', '{"', '":', '");\n'],
  ...['function', 'The', ' the', 'Hello', 'camelCase', 'HTTPServer'],
];
const RANGES = [
  [0x20, 0x7e],
  [0xa0, 0x24f],
  [0x370, 0x4ff],
  [0x5d0, 0x5ea],
  [0x620, 0x64a],
  [0x904, 0x939],
  [0xe01, 0xe3a],
  [0x3041, 0x30ff],
  [0x4e00, 0x9fa5],
  [0xac00, 0xd7a3],
  [0x1f300, 0x1f5ff],
] as const;

/** Always the same strings: a run that fails can be run again. */
function strings(count: number, seed: number): string[] {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const character = (): string => {
    const [first, last] = RANGES[next(RANGES.length)] as readonly [number, number];
    return String.fromCodePoint(first + next(last - first + 1));
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(14) }, () => (next(4) > 0 ? (PIECES[next(PIECES.length)] as string) : character())).join(''),
  );
}

const wellFormed = (text: string): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));

describe('OpenAI text is counted as tiktoken counts it', () => {
  for (const name of ['o200k_base', 'cl100k_base'] as const) {
    it(`${name}: the same number of tokens on 6,000 strings of awkward pieces`, async () => {
      const encoding = await loadTokenizer(name);
      const reference = get_encoding(name);
      for (const text of strings(6000, 42)) {
        assert.equal(encoding.count(text).tokens, reference.encode(wellFormed(text), [], []).length, JSON.stringify(text));
      }
      reference.free();
    });
  }

  it('long pieces are merged as a whole: 20,000 letters, symbols, spaces, ideographs', async () => {
    const encoding = await loadTokenizer('o200k_base');
    const reference = get_encoding('o200k_base');
    for (const unit of ['a', 'ab', '=-', ' ', '中文字', '😀', 'aA', '\n', '한국']) {
      const text = unit.repeat(3000);
      assert.deepEqual(encoding.count(text), { tokens: reference.encode(text, [], []).length, exact: true }, unit);
    }
    reference.free();
  });

  it('special tokens count as the text that they are', async () => {
    const counter = await createCounter();
    const count = counter.countText(counter.family('openai', 'gpt-4o'), '<|endoftext|>');
    assert.ok(count.expected > 1 && count.exact);
  });

  it('pieces tell where the tokens are, and cover the text', async () => {
    const encoding = await loadTokenizer('o200k_base');
    const text = 'function add(a, b) { return a + b; } // 1234 über';
    let at = 0;
    let sum = 0;
    encoding.count(text, (start, end, tokens) => {
      assert.equal(start, at);
      at = end;
      sum += tokens;
    });
    assert.equal(at, text.length);
    assert.equal(sum, encoding.count(text).tokens);
  });
});
