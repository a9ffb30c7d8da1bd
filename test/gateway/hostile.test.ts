import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { gatewayOptions } from '../../gateway/options.ts';
import { startGateway } from '../../gateway/start.ts';
import { MemoryStore } from '../../gateway/store/memory.ts';
import { parseUpstream } from '../../gateway/upstreams.ts';
import { gateway, type TestGateway } from './support/gateway.ts';
import { json, messageBody, type Provider, provider, until } from './support/provider.ts';

const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] });

describe('hostile input', () => {
  let upstream: Provider;
  let proxy: TestGateway;
  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 })));
    proxy = await gateway(upstream.url, { session: 10, maxBodyBytes: 1_000_000 });
  });
  after(async () => {
    await proxy.close();
    await upstream.close();
  });

  /** Bytes as they are, and what comes back until the connection closes. */
  const raw = (text: string | Buffer, port = proxy.port): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let got = '';
      socket.on('data', (chunk) => {
        got += chunk.toString('latin1');
      });
      socket.on('close', () => resolve(got));
      socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve(got) : reject(error)));
      socket.setTimeout(3000, () => socket.destroy());
      socket.write(text);
    });
  const call = (target: string, headers: readonly string[] = [], content = body): Promise<string> =>
    raw(
      `POST ${target} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n${headers.map((one) => `${one}\r\n`).join('')}content-length: ${Buffer.byteLength(content)}\r\n\r\n${content}`,
    );
  const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

  test('no request names its own host: absolute targets, Host and forwarding headers', async () => {
    const asked = upstream.asked.length;
    assert.equal(statusOf(await call('http://169.254.169.254/latest/meta-data')), 400);
    assert.equal(statusOf(await raw('CONNECT evil.example:443 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')) || 400, 400);
    assert.equal(upstream.asked.length, asked);
    await call('/v1/messages', [
      'x-forwarded-host: evil.example',
      'forwarded: host=evil.example',
      'x-upstream-url: http://evil.example',
      'x-portkey-custom-host: http://evil.example',
      'helicone-target-url: http://evil.example',
      'x-original-url: http://evil.example/',
      'x-rewrite-url: http://evil.example/',
    ]);
    assert.equal(upstream.asked.length, asked + 1);
    // A path that looks like an address stays a path, whatever it holds.
    for (const path of [
      '//evil.example/v1/messages',
      '/http://evil.example/v1/messages',
      '/@session=x@evil.example/v1/messages',
      '/evil.example:80/v1/messages',
    ]) {
      const answer = await call(path);
      assert.ok([200, 400, 404].includes(statusOf(answer)), `${path}: ${statusOf(answer)}`);
      assert.equal(upstream.asked.at(-1)?.headers.host, new URL(upstream.url).host, path);
    }
    assert.equal(upstream.asked.at(-1)?.headers.host, new URL(upstream.url).host);
  });

  test('a name that points here by rebinding is refused', async () => {
    const asked = upstream.asked.length;
    for (const host of ['evil.example', 'evil.example:4747', '127.0.0.1.evil.example', '']) {
      const answer = await raw(`POST /v1/messages HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      assert.ok([400, 421].includes(statusOf(answer)), `${host}: ${answer.slice(0, 50)}`);
    }
    assert.equal(statusOf(await call('/v1/messages', ['origin: https://evil.example'])), 403);
    assert.equal(statusOf(await call('/v1/messages', ['sec-fetch-site: cross-site'])), 403);
    assert.equal(upstream.asked.length, asked);
    assert.equal(statusOf(await call('/v1/messages', ['origin: http://localhost:3000'])), 200);
  });

  test('paths do not climb out of an upstream’s folder', async () => {
    for (const path of ['/openai/../admin', '/openai/%2e%2e/admin', '/openai/x/..%2f..%2fadmin', '/openai/..\\admin', '/v1/./messages']) {
      assert.equal(statusOf(await call(path)), 400, path);
    }
    assert.equal(statusOf(await call(`/v1/messages?${'a'.repeat(20_000)}`)), 400);
  });

  test('what cannot be read cannot spend: no JSON, a bomb, a body that is too large', async () => {
    const asked = upstream.asked.length;
    assert.equal(statusOf(await call('/v1/messages', [], '{"model":"claude-sonnet-4-5",')), 400);
    assert.equal(statusOf(await call('/v1/messages', [], '[]'.repeat(3))), 400);
    const bomb = gzipSync(Buffer.alloc(50_000_000, 32));
    const head = `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`;
    assert.equal(statusOf(await raw(Buffer.concat([Buffer.from(head), bomb]))), 400);
    assert.equal(statusOf(await raw('POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: 2000000\r\n\r\n')), 413);
    assert.equal(upstream.asked.length, asked);
  });

  test('a text in the place of a model is kept as a short name', async () => {
    const wrong = JSON.stringify({ ...JSON.parse(body), model: `a\u0007b${'x'.repeat(100_000)}` });
    assert.equal(statusOf(await call('/v1/messages', [], wrong)), 200);
    const { model } = proxy.calls().at(-1)!;
    assert.equal(model?.length, 200);
    assert.match(model ?? '', /^a\?bxxx/);
  });

  test('headers beyond measure are refused', async () => {
    assert.equal(statusOf(await call('/v1/messages', [`x-big: ${'a'.repeat(100_000)}`])), 431);
    assert.equal(statusOf(await raw('NOT HTTP AT ALL\r\n\r\n')), 400);
  });

  test('a client that is refused and never closes its side does not keep its connection', async () => {
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }).resume();
    const gone = new Promise((resolve) => socket.on('error', resolve));
    socket.write('NOT HTTP AT ALL\r\n\r\n');
    const pushing = setInterval(() => socket.write('x'), 200);
    try {
      assert.match(String(await gone), /ECONNRESET|EPIPE/);
    } finally {
      clearInterval(pushing);
      socket.destroy();
    }
  });

  test('a response that is no stream of events passes and is metered as nothing', async () => {
    upstream.answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: {broken\r\n\r\nevent: message_start\ndata: [1,2,{"usage":"x"}]\n\n: comment\ndata: ${'x'.repeat(100_000)}`);
    };
    const response = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body });
    assert.match(await response.text(), /^data: \{broken/);
    assert.notEqual(proxy.calls().at(-1)?.source, 'exact');
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
  });

  test('streams of events with the wildest content pass byte for byte and never end the gateway', async () => {
    const wild: readonly (readonly [name: string, text: string | Buffer])[] = [
      ['an event of 6 MB without an end', `event: message_start\ndata: {"x":"${'x'.repeat(6_000_000)}`],
      ['50,000 empty events', '\n\n'.repeat(50_000)],
      ['JSON nested without measure', `event: message_start\ndata: ${'['.repeat(200_000)}${']'.repeat(200_000)}\n\n`],
      [
        'broken UTF-8 and NUL',
        Buffer.concat([Buffer.from('event: message_delta\ndata: {"usage":{"output_tokens":'), Buffer.from([0xff, 0xc3, 0, 0x0a, 0x0a])]),
      ],
      ['lone CR and a byte order mark', '\ufeffevent: message_start\rdata: {}\r\rdata\r\n\r\n'],
      ['a prototype', 'event: message_start\ndata: {"__proto__":{"usage":1},"message":{"constructor":{"prototype":1}}}\n\n'],
    ];
    for (const [name, text] of wild) {
      upstream.answer = (_asked, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(text);
      };
      const response = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body: JSON.stringify({ ...JSON.parse(body), stream: true }) });
      assert.ok(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(text)), name);
      await until(`${name}: the call is over`, () => proxy.core.running.size === 0);
    }
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
    assert.equal(statusOf(await call('/v1/messages')), 200);
  });

  test('usage that cannot be true neither gives money back nor breaks the books', async () => {
    const spent = async (): Promise<number> => {
      const limit = proxy.core.limits[0]!;
      const [standing] = await proxy.core.store.standings([{ limit, counter: `${limit.id}|usage` }]);
      return standing?.spent ?? 0;
    };
    let before = await spent();
    for (const usage of [
      { input_tokens: -1e6, output_tokens: -5 },
      { input_tokens: '7', output_tokens: null },
      { input_tokens: 0.5 },
      { output_tokens: 1e300 },
      [],
    ]) {
      upstream.answer = (_asked, response) => json(response, messageBody(usage));
      await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body, headers: { 'x-costlint-session': 'usage' } });
      const after = await spent();
      assert.ok(Number.isSafeInteger(after) && after >= before, `${JSON.stringify(usage)}: ${before} to ${after}`);
      before = after;
      const event = proxy.calls().at(-1);
      assert.ok(
        Object.values(event?.usage ?? {}).every((count) => typeof count !== 'number' || (Number.isFinite(count) && count >= 0)),
        JSON.stringify(event?.usage),
      );
    }
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
  });

  test('bodies that come slowly or never whole hold up nobody else, reach nobody and set nothing aside', async () => {
    const asked = upstream.asked.length;
    const sockets = Array.from({ length: 100 }, () => {
      const socket = connect(proxy.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(
        `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-costlint-session: slow\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 20)}`,
      );
      return socket;
    });
    const headless = connect(proxy.port, '127.0.0.1');
    headless.on('error', () => {});
    headless.write('POST /v1/messages HTTP/1.1\r\nhost: 127.');
    assert.equal(statusOf(await call('/v1/messages')), 200);
    assert.equal(upstream.asked.length, asked + 1);
    assert.equal(proxy.core.running.size, 0);
    const limit = proxy.core.limits[0]!;
    const [standing] = await proxy.core.store.standings([{ limit, counter: `${limit.id}|slow` }]);
    assert.deepEqual([standing?.spent, standing?.reserved], [0, 0]);
    for (const socket of [...sockets, headless]) socket.destroy();
  });

  test('two lengths, or a length and chunks, are no request: nothing can be smuggled behind it', async () => {
    const asked = upstream.asked.length;
    const start = 'POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\n';
    const smuggled = `0\r\n\r\nPOST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    for (const lengths of [
      'content-length: 5\r\ntransfer-encoding: chunked\r\n',
      'content-length: 5\r\ncontent-length: 6\r\n',
      'transfer-encoding: chunked, identity\r\n',
    ]) {
      assert.equal(statusOf(await raw(`${start}${lengths}\r\n${smuggled}`)), 400, lengths);
    }
    assert.equal(upstream.asked.length, asked);
  });

  test('a request body nested without measure is answered, and the gateway lives', async () => {
    const deep = `{"model":"claude-sonnet-4-5","max_tokens":10,"messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const status = statusOf(await call('/v1/messages', [], deep));
    assert.ok(status === 200 || status === 400, String(status));
    assert.equal(statusOf(await call('/v1/messages')), 200);
  });

  test('what is signed for the gateway’s host is refused with what to do, since AWS would reject it', async () => {
    const aws = await gateway(upstream.url, { upstreams: { aws: 'https://bedrock-runtime.us-east-1.amazonaws.com' } });
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=00' };
    const response = await fetch(`${aws.url}/aws/model/m/converse`, { method: 'POST', headers, body: '{"messages":[]}' });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /signed \(AWS SigV4\) for 127\.0\.0\.1:\d+, so bedrock-runtime\.us-east-1\.amazonaws\.com would reject it/);
    await aws.close();
  });

  test('WebSockets and bare looks at the gateway ask no provider', async () => {
    const asked = upstream.asked.length;
    const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
    // Codex goes on over HTTP at this status, and only at this one.
    assert.equal(statusOf(await raw(`GET /v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\n${upgrade}\r\n`)), 426);
    assert.equal((await fetch(proxy.url, { method: 'HEAD' })).status, 200);
    assert.equal(upstream.asked.length, asked);
  });

  test('names from clients are cut and cleaned', async () => {
    await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body,
      headers: { 'x-costlint-session': `s${'a'.repeat(500)}`, 'x-costlint-agent': 'caf\u00e9' },
    });
    const event = proxy.calls().at(-1);
    assert.equal(event?.session.length, 128);
    assert.equal(event?.agent, 'caf?');
  });

  test('neither keys nor prompts are written down', async () => {
    const secret = {
      model: 'claude-sonnet-4-5',
      max_tokens: 10,
      system: 'TOP-SECRET-SYSTEM',
      messages: [{ role: 'user', content: 'TOP-SECRET-QUESTION' }],
      tools: [{ name: 'TOP-SECRET-TOOL', input_schema: {} }],
    };
    await fetch(`${proxy.url}/v1/messages?key=sk-QUERY-SECRET`, {
      method: 'POST',
      body: JSON.stringify(secret),
      headers: { 'x-api-key': 'sk-ant-SECRET', authorization: 'Bearer SECRET-TOKEN' },
    });
    const written = JSON.stringify([...proxy.ledger.events(), ...proxy.events]);
    assert.ok(!/SECRET/.test(written), /.{40}SECRET.{20}/.exec(written)?.[0]);
    const event = proxy.calls().at(-1);
    assert.deepEqual(
      event?.segments?.map(({ role, length }) => [role, length]),
      [
        ['system', 17],
        ['user', 19],
      ],
    );
    assert.match(event?.key ?? '', /^key-[0-9a-f]{8}$/);
  });

  test('other machines need a token, which never goes upstream', async () => {
    assert.throws(() => parseUpstream('x=ftp://example.com'), /not an http/);
    const parts = { store: new MemoryStore(), ledger: proxy.ledger };
    await assert.rejects(startGateway(gatewayOptions({ host: '0.0.0.0', port: 0 }), parts), /token is required/);
    const open = await gateway(upstream.url, { host: '0.0.0.0', token: 'a-token-of-some-length' });
    const url = `http://127.0.0.1:${open.port}`;
    const post = (path: string, headers = {}): Promise<Response> => fetch(`${url}${path}`, { method: 'POST', body, headers });
    assert.equal((await post('/v1/messages')).status, 401);
    assert.equal((await post('/v1/messages', { authorization: 'Bearer a-token-of-some-length' })).status, 401);
    assert.equal((await post('/v1/messages', { 'x-costlint-token': 'a-token-of-some-length' })).status, 200);
    assert.ok(!JSON.stringify(upstream.asked.at(-1)).includes('a-token'));
    assert.equal((await post('/@token=a-token-of-some-length;session=s9;agent=cron/v1/messages')).status, 200);
    assert.ok(!JSON.stringify(upstream.asked.at(-1)?.path).includes('a-token'));
    assert.deepEqual([open.calls().at(-1)?.session, open.calls().at(-1)?.agent], ['s9', 'cron']);
    await open.close();
  });

  test('admin endpoints want the token of the discovery file', async () => {
    for (const [method, path] of [
      ['GET', '/costlint/sessions'],
      ['GET', '/costlint/events'],
      ['POST', '/costlint/breaker/reset'],
      ['POST', '/costlint/sessions/s/stop'],
    ] as const) {
      assert.equal((await fetch(`${proxy.url}${path}`, { method })).status, 401, path);
    }
    assert.equal((await fetch(`${proxy.url}/costlint/sessions`, { headers: { 'x-costlint-token': proxy.adminToken } })).status, 200);
    assert.equal((await fetch(`${proxy.url}/costlint/health`)).status, 200);
    assert.equal((await fetch(`${proxy.url}/costlint/nothing`, { headers: { 'x-costlint-token': proxy.adminToken } })).status, 404);
  });

  test('a client that resets mid-request leaves nothing reserved', async () => {
    upstream.answer = () => {};
    const before = upstream.asked.length;
    const socket = connect(proxy.port, '127.0.0.1');
    socket.write(`POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-costlint-session: gone\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await until('the call is upstream', () => upstream.asked.length > before);
    socket.resetAndDestroy();
    await until('the call is over', () => proxy.core.running.size === 0);
    const [standing] = await proxy.core.store.standings([{ limit: proxy.core.limits[0]!, counter: 'session|gone' }]);
    assert.equal(standing?.reserved, 0);
    upstream.answer = (_asked, response) => json(response, messageBody({ input_tokens: 1, output_tokens: 1 }));
  });
});
