/** Batches cost nothing when they are made and are billed, line by line, when their results are fetched: once, at batch prices. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { gateway, type TestGateway } from './support/gateway.ts';
import { freshId, json, type Provider, provider, wait } from './support/provider.ts';

const usage = { input_tokens: 1000, output_tokens: 1000 };
/** claude-sonnet-4-6 at $3 and $15, gpt-4.1 at $2 and $8 per MTok, halved in a batch. */
const [SONNET, GPT] = [9_000_000, 5_000_000];

const message = (more: object = {}): object => ({
  id: freshId('msg'),
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-6',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  usage: { ...usage, service_tier: 'batch' },
  ...more,
});
const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('batches through the gateway', () => {
  let upstream: Provider;
  let proxy: TestGateway;
  const results = lines([
    { custom_id: 'a', result: { type: 'succeeded', message: message() } },
    { custom_id: 'b', result: { type: 'errored', error: { type: 'error', error: { type: 'invalid_request_error', message: 'x' } } } },
    { custom_id: 'c', result: { type: 'succeeded', message: message() } },
    { custom_id: 'd', result: { type: 'expired' } },
  ]);
  const output = lines(
    ['a', 'b'].map((id) => ({
      id: `batch_req_${id}`,
      custom_id: id,
      response: {
        status_code: 200,
        body: {
          id: freshId('chatcmpl'),
          object: 'chat.completion',
          model: 'gpt-4.1-2025-04-14',
          choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 1000, completion_tokens: 1000, total_tokens: 2000 },
        },
      },
      error: null,
    })),
  );
  const spent = (session: string): number => proxy.ledger.totals({ session }).nanoUsd;
  const standing = async (session: string) =>
    (await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: `session|${session}` }]))[0];
  const jsonl = (response: ServerResponse, body: string | Buffer, headers: Record<string, string> = {}): void => {
    response.writeHead(200, { 'content-type': 'application/x-jsonl', ...headers });
    response.end(body);
  };
  const fetched = async (session: string, path = '/v1/messages/batches/msgbatch_1/results'): Promise<string> =>
    (await fetch(`${proxy.url}${path}`, { headers: { 'x-api-key': 'k', 'x-costlint-session': session } })).text();

  before(async () => {
    upstream = await provider();
  });
  beforeEach(async () => {
    await proxy?.close();
    proxy = await gateway(upstream.url, { session: 1 });
  });
  after(async () => {
    await proxy.close();
    await upstream.close();
  });

  test('made with the official SDK, a batch costs nothing yet; its results are the bill', async () => {
    const client = new Anthropic({ apiKey: 'k', baseURL: proxy.url, defaultHeaders: { 'x-costlint-session': 's' } });
    const batch = {
      id: 'msgbatch_1',
      type: 'message_batch',
      processing_status: 'ended',
      request_counts: { processing: 0, succeeded: 2, errored: 1, canceled: 0, expired: 1 },
      results_url: `${proxy.url}/v1/messages/batches/msgbatch_1/results`,
    };
    upstream.answer = (_asked, response) => json(response, JSON.stringify(batch));
    const params = { model: 'claude-sonnet-4-6', max_tokens: 1000, messages: [{ role: 'user' as const, content: 'Hi' }] };
    const made = await client.messages.batches.create({ requests: [{ custom_id: 'a', params }] });
    assert.equal(made.id, 'msgbatch_1');
    assert.deepEqual([proxy.calls().length, proxy.calls()[0]?.operation, proxy.calls()[0]?.billed, spent('s')], [1, 'batch-create', false, 0]);
    upstream.answer = (asked, response) => (asked.path.endsWith('/results') ? jsonl(response, results) : json(response, JSON.stringify(batch)));
    const got: string[] = [];
    for await (const one of await client.messages.batches.results('msgbatch_1')) got.push(`${one.custom_id} ${one.result.type}`);
    assert.deepEqual(got, ['a succeeded', 'b errored', 'c succeeded', 'd expired']);
    assert.equal(spent('s'), 2 * SONNET);
    const items = proxy.calls().slice(1);
    assert.deepEqual(
      items.map(({ operation, batch: inBatch, billed, usage: used }) => [operation, inBatch, billed, used]),
      [
        ['batch-results', true, true, { uncachedInput: 1000, output: 1000 }],
        ['batch-results', true, false, {}],
        ['batch-results', true, true, { uncachedInput: 1000, output: 1000 }],
        ['batch-results', true, false, {}],
      ],
    );
    assert.equal(new Set(items.map(({ id }) => id)).size, 4);
    assert.deepEqual([(await standing('s'))?.spent, (await standing('s'))?.reserved], [2 * SONNET, 0]);
  });

  test('results that are fetched again are not billed again, whoever fetches them', async () => {
    upstream.answer = (_asked, response) => jsonl(response, results);
    assert.equal(await fetched('one'), results);
    assert.equal(await fetched('one'), results);
    assert.equal(await fetched('two'), results);
    assert.deepEqual([spent('one'), spent('two')], [2 * SONNET, 0]);
    assert.deepEqual([(await standing('one'))?.spent, (await standing('two'))?.spent], [2 * SONNET, 0]);
  });

  test('results may be compressed, and come in any pieces', async () => {
    upstream.answer = (_asked, response) => jsonl(response, gzipSync(results), { 'content-encoding': 'gzip' });
    assert.equal(await fetched('zip'), results);
    assert.equal(spent('zip'), 2 * SONNET);
    const again = results.replaceAll('msg_0', 'msg_1');
    upstream.answer = async (_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/binary' });
      for (let i = 0; i < again.length; i += 97) {
        response.write(again.slice(i, i + 97));
        if (i % 5 === 0) await wait(1);
      }
      response.end();
    };
    assert.equal(await fetched('pieces'), again);
    assert.equal(spent('pieces'), 2 * SONNET);
  });

  test('what came before results broke off is billed, and the rest when they are fetched whole', async () => {
    upstream.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/x-jsonl', 'content-length': String(Buffer.byteLength(results)) });
      response.write(results.slice(0, results.indexOf('\n') + 20), () => setTimeout(() => response.destroy(), 20));
    };
    await assert.rejects(fetched('cut'));
    assert.equal(spent('cut'), SONNET);
    upstream.answer = (_asked, response) => jsonl(response, results);
    await fetched('cut');
    assert.equal(spent('cut'), 2 * SONNET);
  });

  test('OpenAI’s output files are billed when they are read with the official SDK, other files never', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${proxy.url}/v1`, defaultHeaders: { 'x-costlint-session': 'o' } });
    upstream.answer = (_asked, response) => json(response, JSON.stringify({ id: 'batch_1', object: 'batch', status: 'validating' }));
    await client.batches.create({ input_file_id: 'file-in', endpoint: '/v1/chat/completions', completion_window: '24h' });
    assert.deepEqual([proxy.calls()[0]?.operation, spent('o')], ['batch-create', 0]);
    upstream.answer = (asked, response) =>
      jsonl(response, asked.path.includes('file-out') ? output : 'just,a\ntable,1\n', { 'content-type': 'application/octet-stream' });
    for (let i = 0; i < 2; i++) assert.equal(await (await client.files.content('file-out')).text(), output);
    assert.equal(spent('o'), 2 * GPT);
    assert.equal(proxy.calls().filter(({ billed }) => billed).length, 4, 'both readings are recorded');
    assert.equal(await (await client.files.content('file-other')).text(), 'just,a\ntable,1\n');
    assert.equal(spent('o'), 2 * GPT);
  });

  test('results are never denied: they are paid already', async () => {
    await proxy.close();
    proxy = await gateway(upstream.url, { session: 0.001 });
    upstream.answer = (_asked, response) => jsonl(response, results);
    assert.equal(await fetched('poor'), results);
    assert.equal(spent('poor'), 2 * SONNET);
    const response = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-costlint-session': 'poor' },
      body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 1, messages: [] }),
    });
    assert.equal(response.status, 402);
  });
});
