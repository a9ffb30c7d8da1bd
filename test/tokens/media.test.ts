import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCounter, type RequestCount } from '../../core/tokens/index.ts';

const base64 = (bytes: string | readonly number[]): string => Buffer.from(bytes as string, 'latin1').toString('base64');
const page = (n: number): string => `${n} 0 obj << /Type /Page /Parent 2 0 R >> endobj `;
const PDF_OF_THREE = base64(`%PDF-1.4 1 0 obj << /Type /Catalog >> endobj 2 0 obj << /Type /Pages /Count 3 >> endobj ${page(3)}${page(4)}${page(5)}`);
/** Its page objects are packed; only the page tree tells. */
const PACKED_OF_40 = base64('%PDF-1.7 1 0 obj << /Kids [3 0 R] /Count 40 /Type /Pages >> endobj 5 0 obj << /Type /Outlines /Count 900 >> endobj');
const LINEAR_OF_12 = base64(`%PDF-1.6 1 0 obj << /Linearized 1 /L 90000 /O 5 /N 12 >> endobj ${page(3)}`);

function wav(seconds: number): string {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(32_000, 28);
  return Buffer.concat([head, Buffer.alloc(32_000 * seconds)]).toString('base64');
}

function mp4(seconds: number): string {
  const movie = Buffer.alloc(64);
  movie.write('mvhd', 8);
  movie.writeUInt32BE(600, 8 + 16);
  movie.writeUInt32BE(600 * seconds, 8 + 20);
  return Buffer.concat([Buffer.alloc(64), movie]).toString('base64');
}

const gemini = (mimeType: string, data: string) => ({ contents: [{ role: 'user', parts: [{ inlineData: { mimeType, data } }] }] });
const claude = (source: object) => ({ messages: [{ role: 'user', content: [{ type: 'document', source }] }] });
const near = (count: RequestCount, tokens: number): void =>
  assert.ok(count.low <= tokens && tokens <= count.high && count.high - count.low < tokens, `${count.low}…${count.high} for ${tokens}`);

describe('documents, sound and film', async () => {
  const counter = await createCounter();
  const count = (provider: string, model: string, body: object): RequestCount => counter.countRequest({ provider, model, body });

  it('pages of a PDF are read from the file, also where its page objects are packed', () => {
    for (const [pdf, pages] of [
      [PDF_OF_THREE, 3],
      [PACKED_OF_40, 40],
      [LINEAR_OF_12, 12],
    ] as const) {
      const { expected } = count('google', 'gemini-2.5-flash', gemini('application/pdf', pdf));
      assert.ok(Math.abs(expected - 258 * pages) <= 3, `${expected} for ${pages} pages`);
    }
  });

  it('Claude reads the text and an image of each page; OpenAI’s responses mostly the text alone', () => {
    near(count('anthropic', 'claude-sonnet-4-6', claude({ type: 'base64', media_type: 'application/pdf', data: PDF_OF_THREE })), 3 * 1600);
    const file = { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF_OF_THREE}` };
    const responses = count('openai', 'gpt-5.4', { input: [{ role: 'user', content: [file] }] });
    assert.ok(responses.low < 40 && responses.high > 3 * 1000);
  });

  it('a document behind a link has unknown pages, and the count says so', () => {
    const linked = count('anthropic', 'claude-sonnet-4-6', claude({ type: 'url', url: 'https://example.com/report.pdf' }));
    assert.ok(linked.notes.some((note) => note.includes('pages are not known')));
    assert.ok(linked.high > 4 * linked.low);
  });

  it('a WAV and an MP4 say how long they are', () => {
    near(count('google', 'gemini-2.5-flash', gemini('audio/wav', wav(10))), 320);
    near(count('google', 'gemini-2.5-flash', gemini('video/mp4', mp4(20))), 20 * 290);
    const audio = { type: 'input_audio', input_audio: { data: wav(10), format: 'wav' } };
    near(count('openai', 'gpt-4o-audio-preview', { messages: [{ role: 'user', content: [audio] }] }), 107);
  });

  it('files that are no such thing are counted with an open range, never with a crash', () => {
    for (const data of [
      '',
      'AAAA',
      'not base64 at all, whatever it says on the tin, however long',
      base64('RIFF'.padEnd(60, '\0')),
      base64('mvhd'.padStart(60)),
    ]) {
      for (const mime of ['application/pdf', 'audio/wav', 'audio/mpeg', 'video/mp4', '']) {
        const { low, expected, high } = count('google', 'gemini-2.5-flash', gemini(mime, data));
        assert.ok(low <= expected && expected <= high && Number.isFinite(high), `${mime} ${data.slice(0, 10)}`);
      }
    }
  });
});

describe('the Gemini API that is not told', async () => {
  const counter = await createCounter();
  const schema = { type: 'OBJECT', properties: { city: { type: 'STRING', description: 'Where' }, days: { type: 'INTEGER' } }, required: ['city'] };
  const body = {
    contents: [{ role: 'user', parts: [{ text: 'How warm will it be?' }] }],
    tools: [{ functionDeclarations: [{ name: 'forecast', description: 'The weather of the coming days', parameters: schema }] }],
  };
  const count = (provider: string): RequestCount => counter.countRequest({ provider, model: 'gemini-2.5-pro', body });

  it('the range covers both, and a note says how to narrow it', () => {
    const [either, developer, vertex] = [count('gemini'), count('google'), count('vertex')];
    assert.equal(either.expected, developer.expected);
    assert.ok(either.low <= vertex.low && vertex.expected < developer.low);
    assert.equal(either.high, developer.high);
    assert.ok(either.notes.some((note) => note.includes('Vertex')));
    assert.deepEqual(developer.notes, []);
  });
});
