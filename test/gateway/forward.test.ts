import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { gateway, type TestGateway } from './support/gateway.ts';
import { chatChunks, json, messageBody, messageEvents, type Provider, provider, until, wait } from './support/provider.ts';

const request = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };

interface Got {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A request with raw headers, as fetch does not allow. */
function send(url: string, path: string, method: string, headers: readonly string[], body: string | Buffer = ''): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}${path}`, { method, headers: [...headers] }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, rawHeaders: response.rawHeaders, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the gateway passes calls on', () => {
  let upstream: Provider;
  let proxy: TestGateway;
  const post = (path: string, body: unknown, init: RequestInit = {}): Promise<Response> =>
    fetch(`${proxy.url}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
      headers: { 'content-type': 'application/json', ...init.headers },
    });

  before(async () => {
    upstream = await provider();
    proxy = await gateway(upstream.url);
  });
  after(async () => {
    await proxy.close();
    await upstream.close();
  });
  beforeEach(() => {
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 8, output_tokens: 12 }));
  });

  test('byte for byte: body, headers, their case and order', async () => {
    const body = '{ "model":"claude-sonnet-4-5",\n "max_tokens":1e2, "messages":[{"role":"user","content":"\\u00e9 \\ud83d\\ude00"}] }';
    const answer = `${messageBody({ input_tokens: 8, output_tokens: 12 })} \n`;
    upstream.answer = (_asked, response) => {
      response.sendDate = false;
      response.writeHead(200, 'Fine', [
        'Content-Type',
        'application/json',
        'X-Request-ID',
        'abc',
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'anthropic-ratelimit-tokens-remaining',
        '5',
        'Content-Length',
        String(Buffer.byteLength(answer)),
      ]);
      response.end(answer);
    };
    const headers = [
      'Host',
      '127.0.0.1',
      'X-API-Key',
      'sk-secret',
      'anthropic-beta',
      'one-2025-01-01,two',
      'Content-Type',
      'application/json',
      'X-Odd',
      'a, b',
      'Content-Length',
      String(Buffer.byteLength(body)),
      'Connection',
      'close, X-Hop',
      'X-Hop',
      '1',
      'x-costlint-session',
      's1',
    ];
    const got = await send(proxy.url, '/v1/messages?beta=true', 'POST', headers, body);
    const asked = upstream.asked.at(-1);
    assert.equal(asked?.path, '/v1/messages?beta=true');
    assert.equal(asked?.body.toString(), body);
    const pairs = asked.rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, asked.rawHeaders[i + 1]]] : []));
    // Framing belongs to each connection: host, connection and content-length are set anew.
    const kept = pairs.filter(([name]) => !/^(host|connection|content-length)$/i.test(name ?? ''));
    assert.deepEqual(kept, [
      ['X-API-Key', 'sk-secret'],
      ['anthropic-beta', 'one-2025-01-01,two'],
      ['Content-Type', 'application/json'],
      ['X-Odd', 'a, b'],
    ]);
    assert.equal(asked.headers['content-length'], String(Buffer.byteLength(body)));
    assert.equal(asked.headers.host, new URL(upstream.url).host);
    assert.equal(got.status, 200);
    assert.equal(got.body.toString(), answer);
    assert.deepEqual(got.rawHeaders.slice(0, 12), [
      'Content-Type',
      'application/json',
      'X-Request-ID',
      'abc',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'anthropic-ratelimit-tokens-remaining',
      '5',
      'Content-Length',
      String(Buffer.byteLength(answer)),
    ]);
  });

  test('streams event by event, as they come', async () => {
    const events = messageEvents(['Hel', 'lo'], 10, 20);
    let release: () => void = () => {};
    upstream.answer = async (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(events[0]);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      response.end(events.slice(1).join(''));
    };
    const response = await post('/v1/messages', { ...request, stream: true });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    assert.equal(Buffer.from(first?.value ?? []).toString(), events[0]);
    release();
    let rest = '';
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) rest += Buffer.from(part.value).toString();
    assert.equal(rest, events.slice(1).join(''));
    const call = proxy.calls().at(-1);
    assert.deepEqual([call?.usage, call?.source, call?.stream], [{ uncachedInput: 10, output: 20 }, 'exact', true]);
  });

  for (const [name, compress] of [
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    test(`${name} responses pass compressed and are metered`, async () => {
      const packed = compress(messageBody({ input_tokens: 21, output_tokens: 34 }));
      upstream.answer = (_asked, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': name });
        response.end(packed);
      };
      const body = JSON.stringify(request);
      const got = await send(
        proxy.url,
        '/v1/messages',
        'POST',
        ['Host', '127.0.0.1', 'Content-Type', 'application/json', 'Content-Length', String(body.length)],
        body,
      );
      assert.deepEqual(got.body, packed);
      assert.deepEqual(proxy.calls().at(-1)?.usage, { uncachedInput: 21, output: 34 });
    });
  }

  test('compressed requests are understood', async () => {
    const packed = zstdCompressSync(JSON.stringify(request));
    const got = await send(
      proxy.url,
      '/v1/messages',
      'POST',
      ['Host', '127.0.0.1', 'Content-Encoding', 'zstd', 'Content-Type', 'application/json', 'Content-Length', String(packed.length)],
      packed,
    );
    assert.equal(got.status, 200);
    assert.deepEqual(upstream.asked.at(-1)?.body, packed);
    assert.equal(proxy.calls().at(-1)?.model, 'claude-sonnet-4-5');
  });

  test('errors of the provider pass and cost nothing', async () => {
    upstream.answer = (_asked, response) => {
      response.writeHead(529, { 'content-type': 'application/json', 'retry-after': '3' });
      response.end('{"type":"error","error":{"type":"overloaded_error","message":"secret text"}}');
    };
    const response = await post('/v1/messages', request);
    assert.equal(response.status, 529);
    assert.equal(response.headers.get('retry-after'), '3');
    assert.match(await response.text(), /overloaded_error/);
    const call = proxy.calls().at(-1);
    assert.deepEqual([call?.status, call?.billed, call?.error, call?.cost], [529, false, 'overloaded_error', { kind: 'known', nanoUsd: 0 }]);
    assert.ok(!JSON.stringify(call).includes('secret text'));
  });

  test('a client that goes away ends the call upstream at once', async () => {
    upstream.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(messageEvents(['Hello'], 10, 20).slice(0, 3).join(''));
    };
    const before = upstream.aborted;
    const controller = new AbortController();
    const response = await post('/v1/messages', { ...request, stream: true }, { signal: controller.signal });
    await response.body?.getReader().read();
    const calls = proxy.calls().length;
    controller.abort();
    await until('the upstream sees the abort', () => upstream.aborted > before);
    await until('the call is recorded', () => proxy.calls().length > calls);
    const call = proxy.calls().at(-1);
    assert.deepEqual([call?.outcome, call?.source, call?.billed, call?.usage.uncachedInput], ['cut', 'estimated', true, 10]);
    assert.ok((call?.usage.output ?? 0) >= 1);
  });

  test('a client that waits for headers and goes away is billed its input by estimate', async () => {
    upstream.answer = () => {};
    const calls = proxy.calls().length;
    const controller = new AbortController();
    const pending = post('/v1/messages', request, { signal: controller.signal }).catch(() => undefined);
    await until('the request arrives', () => upstream.asked.at(-1)?.body.toString() === JSON.stringify(request));
    await wait(20);
    controller.abort();
    await pending;
    await until('the call is recorded', () => proxy.calls().length > calls);
    const call = proxy.calls().at(-1);
    assert.deepEqual([call?.outcome, call?.source, call?.billed], ['cut', 'estimated', true]);
  });

  test('a slow client slows the upstream down', async () => {
    const chunk = `data: ${'x'.repeat(64 * 1024)}\n\n`;
    let sent = 0;
    upstream.answer = async (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (; sent < 800 && !response.destroyed; sent++) if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
      response.end();
    };
    const body = JSON.stringify({ ...request, stream: true });
    const socket = connect(proxy.port, '127.0.0.1');
    socket.pause();
    socket.write(`POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await wait(400);
    const first = sent;
    await wait(300);
    assert.ok(first < 800 && sent - first < 5, `${sent} chunks were taken though nobody reads`);
    socket.destroy();
  });

  test('an upstream that is not there is told in the provider’s shape', async () => {
    const lonely = await gateway('http://127.0.0.1:1');
    const response = await fetch(`${lonely.url}/v1/messages`, { method: 'POST', body: JSON.stringify(request) });
    assert.equal(response.status, 502);
    const body = (await response.json()) as { type: string; error: { message: string } };
    assert.equal(body.type, 'error');
    assert.match(body.error.message, /anthropic could not be reached \(ECONNREFUSED\)/);
    assert.equal(lonely.calls().at(-1)?.billed, false);
    await lonely.close();
  });

  test('an upstream that breaks off mid-stream breaks off for the client', async () => {
    upstream.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(messageEvents(['Hello'], 10, 20).slice(0, 3).join(''), () => response.destroy());
    };
    const response = await post('/v1/messages', { ...request, stream: true });
    await assert.rejects(response.text());
    const call = proxy.calls().at(-1);
    assert.deepEqual([call?.outcome, call?.source], ['cut', 'estimated']);
  });

  test('usage is asked for in OpenAI streams and taken out again', async () => {
    const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
    const plain = chatChunks(['Hel', 'lo'], undefined);
    upstream.answer = (asked, response) => {
      const { stream_options } = JSON.parse(asked.body.toString()) as { stream_options?: { include_usage?: boolean } };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const id = /"id":"([^"]+)"/.exec(plain[0] ?? '')?.[1];
      const last = `data: {"id":"${id}","choices":[],"model":"gpt-4.1-2025-04-14","usage":${JSON.stringify(usage)}}\n\n`;
      response.end([...plain.slice(0, -1), ...(stream_options?.include_usage ? [last] : []), plain.at(-1)].join(''));
    };
    const chat = { model: 'gpt-4.1', stream: true, max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] };
    const response = await post('/v1/chat/completions', chat);
    assert.equal(await response.text(), plain.join(''));
    const call = proxy.calls().at(-1);
    assert.deepEqual([call?.usage, call?.actions, call?.source], [{ uncachedInput: 11, output: 7 }, ['include_usage'], 'exact']);
  });

  test('what is not a model call passes unmetered', async () => {
    upstream.answer = (asked, response) => json(response, JSON.stringify({ path: asked.path, body: asked.body.toString() }));
    const calls = proxy.calls().length;
    const count = await (await post('/v1/messages/count_tokens', request)).json();
    assert.deepEqual(count, { path: '/v1/messages/count_tokens', body: JSON.stringify(request) });
    const models = await (await fetch(`${proxy.url}/v1/models?limit=2`)).json();
    assert.deepEqual(models, { path: '/v1/models?limit=2', body: '' });
    assert.equal(proxy.calls().length, calls);
  });

  test('upstreams with a name of their own are reached under it', async () => {
    const other = await gateway(upstream.url, { upstreams: { company: `${upstream.url}/llm/` } });
    upstream.answer = (asked, response) => json(response, JSON.stringify({ path: asked.path }));
    const got = await (await fetch(`${other.url}/company/v1/models`)).json();
    assert.deepEqual(got, { path: '/llm/v1/models' });
    await other.close();
  });

  test('large bodies pass whole', async () => {
    const big = {
      ...request,
      messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(20_000_000) } }] }],
    };
    const response = await post('/v1/messages', big);
    assert.equal(response.status, 200);
    assert.equal(upstream.asked.at(-1)?.body.length, JSON.stringify(big).length);
    await response.text();
  });

  test('a repeated response is billed once', async () => {
    const same = messageBody({ input_tokens: 1000, output_tokens: 1000 });
    upstream.answer = (_asked, response) => json(response, same);
    const before = proxy.ledger.totals().nanoUsd;
    await (await post('/v1/messages', request)).text();
    const once = proxy.ledger.totals().nanoUsd;
    await (await post('/v1/messages', request)).text();
    assert.equal(once - before, 18_000_000);
    assert.equal(proxy.ledger.totals().nanoUsd, once);
  });

  test('stopping waits for running calls', async () => {
    const own = await gateway(upstream.url);
    upstream.answer = async (_asked, response) => {
      await wait(150);
      json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
    };
    const running = fetch(`${own.url}/v1/messages`, { method: 'POST', body: JSON.stringify(request) });
    await wait(50);
    const closing = own.close();
    assert.equal((await running).status, 200);
    await closing;
    await assert.rejects(fetch(own.url));
  });
});
