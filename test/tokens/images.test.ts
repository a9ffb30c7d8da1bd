import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claudeImage, geminiImage, imageSizeOf, openaiImage } from '../../core/tokens/images.ts';
import { familyOf } from '../../core/tokens/index.ts';

const base64 = (bytes: readonly number[]): string => Buffer.from([...bytes, ...new Array<number>(64).fill(0)]).toString('base64');
const PNG = base64([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 4, 0, 0, 0, 3, 0]);
const GIF = base64([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x40, 1, 0xf0, 0]);
const JPEG = base64([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 2, 0, 3, 0, 3]);

describe('images', () => {
  it('sizes are read from the first bytes, with or without a data: prefix', () => {
    assert.deepEqual(imageSizeOf(PNG), { width: 1024, height: 768 });
    assert.deepEqual(imageSizeOf(`data:image/png;base64,${PNG}`), { width: 1024, height: 768 });
    assert.deepEqual(imageSizeOf(GIF), { width: 320, height: 240 });
    assert.deepEqual(imageSizeOf(JPEG), { width: 768, height: 512 });
    for (const none of [undefined, '', 'https://example.com/a.png', 'AAAA'.repeat(30), 7]) assert.equal(imageSizeOf(none), undefined);
  });

  it('the published formulas: Claude 28-pixel patches with their caps', () => {
    const old = familyOf('anthropic', 'claude-sonnet-4-5');
    const late = familyOf('anthropic', 'claude-opus-5');
    assert.equal(claudeImage(old, { width: 1024, height: 768 }).expected, 37 * 28);
    assert.equal(claudeImage(old, { width: 4000, height: 4000 }).expected, 1568);
    assert.equal(claudeImage(late, { width: 4000, height: 4000 }).expected, 4784);
  });

  it('OpenAI tiles and patches, Gemini tiles', () => {
    assert.equal(openaiImage('gpt-4o', { width: 1024, height: 1024 }, 'high').expected, 85 + 4 * 170);
    assert.equal(openaiImage('gpt-4o', { width: 4000, height: 100 }, 'low').expected, 85);
    assert.equal(openaiImage('gpt-5-mini', { width: 1024, height: 1024 }, '').expected, Math.round(1024 * 1.62));
    assert.equal(geminiImage('gemini-2.5-flash', { width: 300, height: 300 }).expected, 258);
  });

  it('an image of unknown size has a range that says so', () => {
    const { expected, spread, exact } = openaiImage('gpt-4o', undefined, '');
    assert.ok(spread > expected * 0.5 && !exact);
  });
});
