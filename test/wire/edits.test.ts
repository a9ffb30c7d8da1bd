/** The few changes to bodies and streams leave every other byte as it was; refusals look like the provider's own. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fieldSpan, WIRE_APIS, wireApi, withField } from '../../core/wire/index.ts';
import { UsageStripper } from '../../core/wire/usage-stripper.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (pieces: readonly Uint8Array[] | undefined): string => Buffer.concat(pieces ?? []).toString();

describe('a field of a body', () => {
  test('is set in place, the rest byte for byte', () => {
    const set = (body: string): string => joined(withField(bytes(body), ['max_tokens'], '5'));
    assert.equal(set('{"big": 12345678901234567890, "max_tokens" : 99 , "b":1.0}'), '{"big": 12345678901234567890, "max_tokens" : 5 , "b":1.0}');
    assert.equal(set(' {"s":"\\"max_tokens\\":1}"}'), ' {"max_tokens":5,"s":"\\"max_tokens\\":1}"}');
    assert.equal(set('{"s":"\\"{","t":"\\\\","max_tokens":9}'), '{"s":"\\"{","t":"\\\\","max_tokens":5}');
    assert.equal(set('{}'), '{"max_tokens":5}');
    assert.equal(withField(bytes('[1]'), ['a'], '1'), undefined);
  });

  test('reads back as set, in any JSON', () => {
    const value = fc.jsonValue();
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), value),
        fc.constantFrom('a', 'max_tokens', 'stream_options'),
        fc.integer(),
        fc.constantFrom(0, 2),
        (object, name, number, indent) => {
          const body = bytes(JSON.stringify(object, null, indent));
          const after = JSON.parse(joined(withField(body, [name], String(number)))) as Record<string, unknown>;
          assert.deepEqual({ ...after }, { ...JSON.parse(JSON.stringify(object)), [name]: number });
          const nested = JSON.parse(joined(withField(body, ['stream_options', 'include_usage'], 'true'))) as {
            stream_options: { include_usage: unknown };
          };
          assert.equal(nested.stream_options.include_usage, true);
        },
      ),
    );
  });

  test('is found or not in broken JSON, without failing', () => {
    fc.assert(fc.property(fc.string(), (text) => void fieldSpan(bytes(text), 'a')));
  });

  test('for usage is added only where a stream does not ask for it', () => {
    const { withUsage } = wireApi('openai-chat');
    const asked = (body: string): string | undefined => (withUsage!(bytes(body)) ? joined(withUsage!(bytes(body))) : undefined);
    assert.equal(asked('{"model":"m","stream": true}'), '{"stream_options":{"include_usage":true},"model":"m","stream": true}');
    assert.equal(asked('{"stream":true,"stream_options":{"x":1}}'), '{"stream":true,"stream_options":{"include_usage":true,"x":1}}');
    assert.equal(asked('{"stream":true,"stream_options":{"include_usage":false}}'), '{"stream":true,"stream_options":{"include_usage":true}}');
    assert.equal(asked('{"stream":true,"stream_options":null}'), '{"stream":true,"stream_options":{"include_usage":true}}');
    for (const body of ['{"model":"m"}', '{"stream":false}', '{"stream":true,"stream_options":{"include_usage":true}}', 'nonsense'])
      assert.equal(asked(body), undefined);
  });

  test('for the output cap is the one that the body already uses', () => {
    const cap = (id: Parameters<typeof wireApi>[0], body: string): string => joined(wireApi(id).withOutputCap!(bytes(body), 5));
    assert.equal(cap('openai-chat', '{"max_tokens":9}'), '{"max_tokens":5}');
    assert.equal(cap('openai-chat', '{"model":"m"}'), '{"max_completion_tokens":5,"model":"m"}');
    assert.equal(cap('gemini-generate', '{"generationConfig":{"temperature":0}}'), '{"generationConfig":{"maxOutputTokens":5,"temperature":0}}');
    assert.equal(cap('bedrock-converse', '{}'), '{"inferenceConfig":{"maxTokens":5}}');
  });
});

describe('the usage event', () => {
  const event = (json: string, end = '\n'): string => `data: ${json}${end}${end}`;
  const content = '{"choices":[{"delta":{"content":"ü [] choices"}}],"usage":null}';
  const usage = '{"id":"x","choices":[],"usage":{"prompt_tokens":1}}';

  test('is taken out in any split, and nothing else', () => {
    for (const end of ['\n', '\r\n']) {
      const [before, after] = [event(content, end) + event('{"choices":[]}', end), event('[DONE]', end)];
      const whole = Buffer.from(`${before}${event(usage, end)}${after}`);
      for (let i = 0; i <= whole.length; i++) {
        const stripper = new UsageStripper();
        const out = [...stripper.push(whole.subarray(0, i)), ...stripper.push(whole.subarray(i)), ...stripper.end()];
        assert.equal(joined(out), before + after, `cut at ${i}`);
      }
    }
  });

  test('that is cut off passes as it came', () => {
    const stripper = new UsageStripper();
    const half = Buffer.from('data: {"choices":[]');
    assert.equal(joined([...stripper.push(half), ...stripper.end()]), half.toString());
  });
});

describe('a refusal', () => {
  const detail = {
    kind: 'budget',
    message: 'The session has spent $5.00 of $5.00.',
    limit: 'session',
    unit: 'nanoUsd',
    max: 5e9,
    spent: 5e9,
    resetsAt: '2026-11-24T00:00:00.000Z',
    howToRaise: 'costlint limits set session 10',
  } as const;

  for (const api of WIRE_APIS) {
    test(`of ${api.id} has its shape, the facts, and is not retried`, () => {
      const { status, headers, body } = api.denial(detail);
      const json = JSON.parse(body) as { error: { costlint: unknown } };
      assert.deepEqual([status, headers['x-should-retry'], headers['retry-after']], [402, 'false', undefined]);
      const { message, ...facts } = detail;
      assert.deepEqual(json.error.costlint, facts);
      assert.ok(body.includes(message));
    });

    test(`of ${api.id} says when to come back where that helps`, () => {
      const { status, headers } = api.denial({ kind: 'rate', message: 'x', retryAfterMs: 1500 });
      assert.deepEqual([status, headers['x-should-retry'], headers['retry-after'], headers['retry-after-ms']], [429, 'true', '2', '1500']);
    });
  }

  test('cannot break out of its header', () => {
    const { headers } = wireApi('openai-chat').denial({ kind: 'budget', message: 'x', limit: 'a\r\nset-cookie: ü' });
    for (const value of Object.values(headers)) assert.match(value, /^[\x20-\x7e]*$/);
  });
});
