/** Every recorded call once through the gateway: the client gets the provider's bytes, the ledger the provider's figures. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { CallEvent } from '../../core/protocol/gateway.ts';
import { matchWire } from '../../core/wire/index.ts';
import { bytesOf, contentTypeOf, pathOf, type RecordedCall, recordedCalls } from '../wire/recorded.ts';
import { gateway } from './support/gateway.ts';
import { provider } from './support/provider.ts';

const calls = recordedCalls()?.filter(({ api }) => api !== 'count_tokens');
const skip = calls ? false : 'the recorded calls are not on this machine';

/** Pieces of uneven sizes, the same at every run. */
function* pieces(bytes: Buffer, seed: number): Generator<Buffer> {
  for (let at = 0, n = seed + 1; at < bytes.length; n = (n * 48_271) % 2_147_483_647) {
    const size = 1 + (n % 700);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const UPSTREAMS: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  gemini: 'gemini',
  bedrock: 'bedrock',
};

/** What reading the bytes directly says; that it equals the provider's usage is tested in test/wire. */
function direct(call: RecordedCall): Pick<CallEvent, 'usage' | 'source' | 'outcome'> {
  const found = matchWire('POST', pathOf(call));
  assert.ok(found);
  const facts = found.api.facts(found.match, call.request);
  const meter = found.api.meter({ match: found.match, status: call.response_status, contentType: contentTypeOf(call), facts });
  meter.push(bytesOf(call));
  const { usage, source, outcome } = meter.end(false);
  return { usage, source, outcome };
}

test('recorded calls pass byte for byte and are metered at the provider’s figures', { skip }, async (t) => {
  const all = calls ?? [];
  const upstream = await provider(async (asked, response: ServerResponse) => {
    const index = Number(asked.headers['x-row']);
    const call = all[index]!;
    const coding = ['identity', 'gzip', 'br'][index % 3]!;
    const bytes = bytesOf(call);
    const sent = coding === 'gzip' ? gzipSync(bytes) : coding === 'br' ? brotliCompressSync(bytes) : bytes;
    response.writeHead(call.response_status, {
      'content-type': contentTypeOf(call),
      ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    });
    for (const piece of pieces(sent, index)) {
      response.write(piece);
      if (piece.length % 16 === 0) await new Promise(setImmediate);
    }
    response.end();
  });
  const proxy = await gateway(upstream.url, { injectUsage: false, session: 1e6, daily: 1e6 });
  const wrong: string[] = [];
  const one = async (index: number): Promise<void> => {
    const call = all[index]!;
    const body = JSON.stringify(call.request);
    const url = `${proxy.url}/${UPSTREAMS[call.provider]}${pathOf(call)}`;
    // A client that decodes nothing would see the compressed bytes: fetch decodes, so equality is of what was meant.
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-row': String(index), 'x-costlint-session': `row-${index}` },
    });
    const got = Buffer.from(await response.arrayBuffer());
    if (!got.equals(bytesOf(call))) wrong.push(`${call.id}: ${got.length} bytes came of ${bytesOf(call).length}`);
  };
  const queue = all.map((_, index) => index);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let index = queue.pop(); index !== undefined; index = queue.pop()) await one(index);
    }),
  );
  const events = new Map(proxy.calls().map((event) => [event.session, event]));
  for (const [index, call] of all.entries()) {
    const event = events.get(`row-${index}`);
    const seen = event && { usage: event.usage, source: event.source, outcome: event.outcome };
    try {
      assert.deepEqual(seen, direct(call));
    } catch (error) {
      wrong.push(`${call.id} ${call.provider}: ${(error as Error).message.replace(/\s+/g, ' ').slice(0, 200)}`);
    }
  }
  const beyond = proxy.events.flatMap((event) => (event.kind === 'call' && event.beyond ? [event] : []));
  // Only what the body cannot show may cost more than was set aside: tools that the provider runs, and names that stand for whatever is newest.
  for (const event of beyond) {
    const call = all[Number(event.session.slice('row-'.length))]!;
    assert.match(`${call.model} ${JSON.stringify(call.request)}`, /-latest |web_search|web_fetch/, JSON.stringify(event.beyond));
  }
  t.diagnostic(`${all.length} calls, ${events.size} in the ledger, ${beyond.length} took more than was set aside`);
  assert.equal(upstream.asked.length, all.length);
  assert.deepEqual(wrong, []);
  await proxy.close();
  await upstream.close();
});

test('usage asked for on the client’s behalf is not seen by it', { skip }, async () => {
  const streams = (calls ?? []).filter(
    ({ provider: who, streaming, request }) => who === 'openai-chat' && streaming && !JSON.stringify(request).includes('stream_options'),
  );
  const withUsage = streams.filter((call) => /"choices":\s*\[\]/.test(bytesOf(call).toString())).slice(0, 40);
  const upstream = await provider((asked, response) => {
    assert.match(asked.body.toString(), /"stream_options":\{"include_usage":true\}/);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces(bytesOf(withUsage[Number(asked.headers['x-row'])]!), 7)) response.write(piece);
    response.end();
  });
  const proxy = await gateway(upstream.url);
  for (const [index, call] of withUsage.entries()) {
    const response = await fetch(`${proxy.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(call.request),
      headers: { 'x-row': String(index) },
    });
    const text = await response.text();
    const whole = bytesOf(call).toString();
    assert.ok(!/"choices":\s*\[\],[^\n]*"usage"/.test(text), text.slice(-300));
    assert.ok(text.length < whole.length && text.includes('[DONE]') === whole.includes('[DONE]'));
    assert.equal(proxy.calls().at(-1)?.source, 'exact');
  }
  await proxy.close();
  await upstream.close();
});
