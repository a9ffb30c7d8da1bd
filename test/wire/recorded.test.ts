/** Metered usage equals what the providers recorded: whole bodies, streams, streams in any split, streams that break off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchWire } from '../../core/wire/index.ts';
import { tokensOf } from '../../core/wire/metered.ts';
import type { Metered, StreamMeter } from '../../core/wire/types.ts';
import { bytesOf, contentTypeOf, pathOf, type RecordedCall, recordedCalls } from './recorded.ts';
import { awkwardCuts } from './splits.ts';

const calls = recordedCalls();
const skip = calls ? false : 'the recorded calls are not on this machine';

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const field = (holder: unknown, name: string): unknown => (holder as Record<string, unknown> | undefined)?.[name];

interface Expected {
  /** Cached or not. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

/** What the recorded usage object says, read by the provider's own documentation. */
function expectedOf({ provider, model, usage }: RecordedCall): Expected {
  const u = usage ?? {};
  if ('input_tokens' in u && provider !== 'openai-responses') {
    const [cacheRead, cacheWrite] = [number(u.cache_read_input_tokens), number(u.cache_creation_input_tokens)];
    return { input: number(u.input_tokens) + cacheRead + cacheWrite, cacheRead, cacheWrite, output: number(u.output_tokens) };
  }
  if (provider === 'bedrock') {
    const cacheRead = number(u.cacheReadInputTokens ?? u.cacheReadInputTokenCount);
    const cacheWrite = number(u.cacheWriteInputTokens ?? u.cacheWriteInputTokenCount);
    return { input: number(u.inputTokens) + cacheRead + cacheWrite, cacheRead, cacheWrite, output: number(u.outputTokens) };
  }
  if (provider === 'gemini') {
    const output = number(u.candidatesTokenCount) + number(u.thoughtsTokenCount);
    const input = number(u.promptTokenCount) + number(u.toolUsePromptTokenCount);
    return { input, cacheRead: number(u.cachedContentTokenCount), cacheWrite: 0, output };
  }
  const details = u.prompt_tokens_details ?? u.input_tokens_details;
  const cached = [field(details, 'cached_tokens'), u.cached_tokens, u.num_cached_tokens].map(number).find((n) => n > 0) ?? 0;
  const completion = number(u.completion_tokens ?? u.output_tokens);
  const prompt = number(u.prompt_tokens ?? u.input_tokens);
  // Hosts that count cached or reasoning tokens apart: the total is the bill.
  const total = number(u.total_tokens) || prompt + completion;
  const apart = total - prompt - completion;
  const reasoning = number(field(u.completion_tokens_details, 'reasoning_tokens'));
  const output = apart > 0 && (apart === reasoning || model.includes('gemini')) ? completion + apart : completion;
  return {
    input: prompt + (apart === cached && apart > 0 ? cached : 0),
    cacheRead: cached,
    cacheWrite: number(field(details, 'cache_write_tokens')),
    output,
  };
}

function usedBy({ usage }: Metered): Expected {
  const cacheWrite = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite30m ?? 0) + (usage.cacheWrite1h ?? 0) + (usage.cacheWrite12h ?? 0);
  const output = usage.output ?? 0;
  return { input: tokensOf(usage) - output, cacheRead: usage.cacheRead ?? 0, cacheWrite, output };
}

const meterFor = (call: RecordedCall): StreamMeter => {
  const found = matchWire('POST', pathOf(call));
  assert.ok(found, `${pathOf(call)} is a model call`);
  return found.api.meter({ match: found.match, status: call.response_status, contentType: contentTypeOf(call) });
};

function metered(call: RecordedCall, pieces: readonly Uint8Array[], cut = false): Metered {
  const meter = meterFor(call);
  for (const piece of pieces) meter.push(piece);
  return meter.end(cut);
}

const billed = (calls ?? []).filter(({ api }) => api !== 'count_tokens');
const streams = billed.filter(({ streaming }) => streaming);

test('every recorded response is metered at the recorded usage', { skip }, (t) => {
  const wrong: string[] = [];
  const byApi = new Map<string, number>();
  for (const call of billed) {
    const bill = metered(call, [bytesOf(call)]);
    const key = `${call.provider} ${call.api}${call.streaming ? ' stream' : ''}`;
    byApi.set(key, (byApi.get(key) ?? 0) + 1);
    try {
      assert.equal(bill.source, 'exact');
      assert.deepEqual(usedBy(bill), expectedOf(call));
    } catch (error) {
      wrong.push(`${call.id} ${key} ${call.host} ${call.model}: ${(error as Error).message.replace(/\s+/g, ' ').slice(0, 300)}`);
    }
  }
  t.diagnostic(`${billed.length - wrong.length} of ${billed.length} equal; ${[...byApi].map(([key, n]) => `${key} ${n}`).join(', ')}`);
  assert.deepEqual(wrong, []);
});

test('recorded token counts are read and not billed', { skip }, () => {
  for (const call of (calls ?? []).filter(({ api }) => api === 'count_tokens')) {
    const bill = metered(call, [bytesOf(call)]);
    assert.equal(bill.billed, false);
    assert.equal(bill.counted, call.usage?.input_tokens ?? call.usage?.totalTokens ?? call.usage?.inputTokens);
  }
});

test('streams in any split are metered alike: every byte of small ones, awkward places of the rest', { skip }, (t) => {
  let splits = 0;
  for (const call of streams) {
    const bytes = bytesOf(call);
    const whole = metered(call, [bytes]);
    for (const cuts of awkwardCuts(bytes)) {
      assert.deepEqual(metered(call, cuts), whole, `${call.id} in ${cuts.length} pieces`);
      splits++;
    }
  }
  t.diagnostic(`${streams.length} streams, ${splits} splits`);
});

test('a stream that breaks off anywhere is billed exactly once its usage has come, and by estimate before', { skip }, (t) => {
  let [cuts, exact] = [0, 0];
  for (const call of streams) {
    const bytes = bytesOf(call);
    const whole = metered(call, [bytes]);
    const step = Math.max(1, Math.floor(bytes.length / 40));
    for (let at = 0; at < bytes.length; at += step) {
      const bill = metered(call, [bytes.subarray(0, at)], true);
      cuts++;
      if (bill.source === 'exact') {
        exact++;
        assert.deepEqual(usedBy(bill), usedBy(whole), `${call.id} at ${at}`);
      } else assert.equal(bill.outcome, 'cut', `${call.id} at ${at}`);
    }
  }
  t.diagnostic(`${cuts} cuts, ${exact} after the usage had come`);
});
