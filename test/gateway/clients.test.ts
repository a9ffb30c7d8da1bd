/** The official SDKs as clients: what they make of streams, tools, refusals, aborts and errors that came through the gateway. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { gateway, type TestGateway } from './support/gateway.ts';
import { chatChunks, freshId, json, messageBody, messageEvents, type Provider, provider, until } from './support/provider.ts';

const stream = (response: ServerResponse, events: readonly string[]): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) response.write(event);
  response.end();
};

describe('official SDKs behind the gateway', () => {
  let upstream: Provider;
  let proxy: TestGateway;
  before(async () => {
    upstream = await provider();
    proxy = await gateway(upstream.url, { limits: [{ id: 'broke', layer: 'session', scope: 'broke', calls: 1, window: 'session' }] });
  });
  after(async () => {
    await proxy.close();
    await upstream.close();
  });
  const last = () => proxy.calls().at(-1);

  describe('@anthropic-ai/sdk', () => {
    const client = (headers = {}): Anthropic => new Anthropic({ apiKey: 'k', baseURL: proxy.url, defaultHeaders: headers });
    const ask = { model: 'claude-sonnet-4-6', max_tokens: 50, messages: [{ role: 'user' as const, content: 'Hi' }] };

    test('messages, streams and tools', async () => {
      upstream.answer = (_asked, response) =>
        json(
          response,
          messageBody(
            { input_tokens: 3, output_tokens: 4, cache_read_input_tokens: 5 },
            { content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 } }], stop_reason: 'tool_use' },
          ),
        );
      const message = await client().messages.create({ ...ask, tools: [{ name: 'look', input_schema: { type: 'object' } }] });
      assert.equal(message.stop_reason, 'tool_use');
      assert.deepEqual([last()?.usage, last()?.toolCalls], [{ uncachedInput: 3, cacheRead: 5, output: 4 }, ['look']]);
      upstream.answer = (_asked, response) => stream(response, messageEvents(['Hel', 'lo'], 6, 7));
      const final = await client().messages.stream(ask).finalText();
      assert.equal(final, 'Hello');
      assert.deepEqual(last()?.usage, { uncachedInput: 6, output: 7 });
    });

    test('a denied call is an API error that is not retried', async () => {
      upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 3, output_tokens: 4 }));
      const broke = client({ 'x-costlint-session': 'broke' });
      await broke.messages.create(ask);
      const before = proxy.denials().length;
      await assert.rejects(
        broke.messages.create(ask),
        (error) => error instanceof Anthropic.APIError && error.status === 402 && /limit .?"broke/.test(error.message),
      );
      assert.equal(proxy.denials().length, before + 1);
    });

    test('a stream that is stopped ends in an error', async () => {
      upstream.answer = (_asked, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(messageEvents(['Hel'], 6, 7).slice(0, 3).join(''));
      };
      const running = client({ 'x-costlint-session': 'long' }).messages.stream(ask);
      running.on('text', () => proxy.core.running.stopSession('long', { kind: 'budget', message: 'enough' }));
      await assert.rejects(running.finalText(), /enough/);
    });

    test('an abort reaches the provider', async () => {
      const aborted = upstream.aborted;
      upstream.answer = (_asked, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(messageEvents(['Hel'], 6, 7).slice(0, 3).join(''));
      };
      const running = client().messages.stream(ask);
      running.on('text', () => running.abort());
      await assert.rejects(running.finalText());
      await until('the upstream is aborted', () => upstream.aborted > aborted);
    });

    test('timeouts reach the provider, and retries are billed each by itself', async () => {
      const aborted = upstream.aborted;
      let tries = 0;
      upstream.answer = (_asked, response) => {
        if (++tries === 1) return;
        json(response, messageBody({ input_tokens: 3, output_tokens: 4 }));
      };
      await client().messages.create(ask, { timeout: 300, maxRetries: 1 });
      assert.equal(tries, 2);
      await until('the upstream is aborted', () => upstream.aborted > aborted);
    });
  });

  describe('openai', () => {
    const client = (headers = {}): OpenAI => new OpenAI({ apiKey: 'k', baseURL: `${proxy.url}/v1`, defaultHeaders: headers });
    const ask = { model: 'gpt-4.1', messages: [{ role: 'user' as const, content: 'Hi' }], max_tokens: 20 };
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, prompt_tokens_details: { cached_tokens: 4 } };

    test('chat completions, whole and streamed, with usage only where it was asked for', async () => {
      upstream.answer = (_asked, response) =>
        json(
          response,
          JSON.stringify({
            id: freshId('chatcmpl'),
            object: 'chat.completion',
            model: 'gpt-4.1',
            choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
            usage,
          }),
        );
      const whole = await client().chat.completions.create(ask);
      assert.equal(whole.choices[0]?.message.content, 'Hello');
      assert.deepEqual(last()?.usage, { uncachedInput: 6, cacheRead: 4, output: 5 });
      upstream.answer = (_asked, response) => stream(response, chatChunks(['Hel', 'lo'], usage));
      const chunks = [];
      for await (const chunk of await client().chat.completions.create({ ...ask, stream: true })) chunks.push(chunk);
      assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), 'Hello');
      assert.ok(chunks.every((chunk) => !chunk.usage));
      assert.deepEqual([last()?.usage, last()?.actions], [{ uncachedInput: 6, cacheRead: 4, output: 5 }, ['include_usage']]);
      const own = [];
      for await (const chunk of await client().chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } }))
        own.push(chunk);
      assert.equal(own.at(-1)?.usage?.total_tokens, 15);
    });

    test('responses and embeddings', async () => {
      const answer = {
        id: freshId('resp'),
        object: 'response',
        status: 'completed',
        model: 'gpt-4.1',
        output: [{ type: 'message', id: 'm', role: 'assistant', content: [{ type: 'output_text', text: 'Hello', annotations: [] }] }],
        usage: { input_tokens: 9, output_tokens: 8, total_tokens: 17, output_tokens_details: { reasoning_tokens: 3 } },
      };
      upstream.answer = (_asked, response) => json(response, JSON.stringify(answer));
      const got = await client().responses.create({ model: 'gpt-4.1', input: 'Hi', max_output_tokens: 30 });
      assert.equal(got.output_text, 'Hello');
      assert.deepEqual([last()?.usage, last()?.reasoning], [{ uncachedInput: 9, output: 8 }, 3]);
      const total = proxy.ledger.totals().calls;
      await client().responses.retrieve(answer.id);
      assert.equal(proxy.ledger.totals().calls, total, 'a response that is read again is not billed again');
      upstream.answer = (_asked, response) =>
        json(
          response,
          JSON.stringify({
            object: 'list',
            data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
            model: 'text-embedding-3-small',
            usage: { prompt_tokens: 7, total_tokens: 7 },
          }),
        );
      await client().embeddings.create({ model: 'text-embedding-3-small', input: 'Hi', encoding_format: 'float' });
      assert.deepEqual(last()?.usage, { uncachedInput: 7 });
    });

    test('a denied call is an API error that is not retried', async () => {
      const broke = client({ 'x-costlint-session': 'broke' });
      const before = proxy.denials().length;
      await assert.rejects(
        broke.chat.completions.create(ask),
        (error) => error instanceof OpenAI.APIError && error.status === 402 && /limit .?"broke/.test(error.message),
      );
      assert.equal(proxy.denials().length, before + 1);
    });
  });

  describe('@google/genai', () => {
    const client = (headers = {}): GoogleGenAI => new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: proxy.url, headers } });
    const answer = (text: string, more = {}) => ({
      candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
      modelVersion: 'gemini-2.5-flash',
      responseId: freshId('g'),
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 4, thoughtsTokenCount: 6, totalTokenCount: 20 },
      ...more,
    });

    test('generateContent, whole and streamed', async () => {
      upstream.answer = (_asked, response) => json(response, JSON.stringify(answer('Hello')));
      const whole = await client().models.generateContent({ model: 'gemini-2.5-flash', contents: 'Hi', config: { maxOutputTokens: 30 } });
      assert.equal(whole.text, 'Hello');
      assert.deepEqual([last()?.usage, last()?.reasoning, last()?.model], [{ uncachedInput: 10, output: 10 }, 6, 'gemini-2.5-flash']);
      upstream.answer = (_asked, response) =>
        stream(
          response,
          [answer('Hel'), answer('lo')].map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`),
        );
      let text = '';
      for await (const chunk of await client().models.generateContentStream({ model: 'gemini-2.5-flash', contents: 'Hi' })) text += chunk.text ?? '';
      assert.equal(text, 'Hello');
      assert.deepEqual(last()?.usage, { uncachedInput: 10, output: 10 });
    });

    test('a denied call is an API error', async () => {
      const broke = client({ 'x-costlint-session': 'broke' });
      const before = proxy.denials().length;
      await assert.rejects(
        broke.models.generateContent({ model: 'gemini-2.5-flash', contents: 'Hi', config: { maxOutputTokens: 30 } }),
        /limit .?"broke/,
      );
      assert.equal(proxy.denials().length, before + 1, 'it is not tried again');
    });
  });

  describe('ai', () => {
    test('generateText and streamText', async () => {
      const anthropic = createAnthropic({ apiKey: 'k', baseURL: `${proxy.url}/v1` });
      upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 3, output_tokens: 4 }));
      const { text, usage } = await generateText({ model: anthropic('claude-sonnet-4-6'), prompt: 'Hi', maxOutputTokens: 50 });
      assert.deepEqual([text, usage.inputTokens, usage.outputTokens], ['Hello', 3, 4]);
      assert.deepEqual(last()?.usage, { uncachedInput: 3, output: 4 });
      upstream.answer = (_asked, response) => stream(response, messageEvents(['Hel', 'lo'], 6, 7));
      assert.equal(await streamText({ model: anthropic('claude-sonnet-4-6'), prompt: 'Hi', maxOutputTokens: 50 }).text, 'Hello');
      assert.deepEqual(last()?.usage, { uncachedInput: 6, output: 7 });
    });

    test('a denied call is an API error that is not retried', async () => {
      const anthropic = createAnthropic({ apiKey: 'k', baseURL: `${proxy.url}/v1`, headers: { 'x-costlint-session': 'broke' } });
      const before = proxy.denials().length;
      await assert.rejects(generateText({ model: anthropic('claude-sonnet-4-6'), prompt: 'Hi', maxOutputTokens: 50 }), /limit .?"broke/);
      assert.equal(proxy.denials().length, before + 1);
    });
  });

  describe('what providers do to them', () => {
    const anthropic = () => new Anthropic({ apiKey: 'k', baseURL: proxy.url });
    const openai = () => new OpenAI({ apiKey: 'k', baseURL: `${proxy.url}/v1` });
    const google = () => new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: proxy.url } });
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const candidate = { candidates: [{ content: { role: 'model', parts: [{ text: 'Hel' }] } }], responseId: freshId('g') };
    const cut = (events: readonly string[]) => (_asked: unknown, response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of events) response.write(event);
      setTimeout(() => response.destroy(), 20);
    };
    const read = async (stream: AsyncIterable<unknown>): Promise<void> => {
      for await (const _ of stream);
    };

    for (const [name, events, run] of [
      [
        '@anthropic-ai/sdk',
        messageEvents(['Hel'], 6, 7).slice(0, 3),
        () => anthropic().messages.stream({ model: 'claude-sonnet-4-6', max_tokens: 50, messages }).finalText(),
      ],
      [
        'openai',
        chatChunks(['Hel'], undefined).slice(0, 1),
        async () => read(await openai().chat.completions.create({ model: 'gpt-4.1', max_tokens: 20, messages, stream: true })),
      ],
      [
        '@google/genai',
        [`data: ${JSON.stringify(candidate)}\r\n\r\n`],
        async () => read(await google().models.generateContentStream({ model: 'gemini-2.5-flash', contents: 'Hi', config: { maxOutputTokens: 30 } })),
      ],
    ] as const) {
      test(`${name}: a cut stream is an error, billed by estimate`, async () => {
        upstream.answer = cut(events);
        const before = proxy.calls().length;
        await assert.rejects(run);
        await until('its row', () => proxy.calls().length === before + 1);
        assert.deepEqual([last()?.source, last()?.outcome, last()?.billed], ['estimated', 'cut', true]);
      });
    }

    for (const [name, status, body, run] of [
      [
        '@anthropic-ai/sdk',
        529,
        messageBody({ input_tokens: 3, output_tokens: 4 }),
        () => anthropic().messages.create({ model: 'claude-sonnet-4-6', max_tokens: 50, messages }),
      ],
      [
        'openai',
        429,
        JSON.stringify({ id: freshId('chatcmpl'), choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }),
        () => openai().chat.completions.create({ model: 'gpt-4.1', max_tokens: 20, messages }),
      ],
    ] as const) {
      test(`${name}: what it tries again after ${status} is billed once`, async () => {
        let tries = 0;
        upstream.answer = (_asked, response) => {
          if (++tries > 1) return json(response, body);
          response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '20' });
          response.end('{"error":{"message":"slow down"}}');
        };
        const before = proxy.calls().length;
        await run();
        assert.deepEqual(
          proxy
            .calls()
            .slice(before)
            .map(({ billed }) => billed),
          [false, true],
        );
      });
    }
  });
});
