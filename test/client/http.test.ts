/** Requests of the editor to the gateway: with the token, on this machine only, and with words for what goes wrong. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import * as z from 'zod';
import { GatewayError, GatewayHttp, loopbackOf, urlOf } from '../../client/gateway/http.ts';
import type { Discovery } from '../../core/protocol/gateway.ts';

const discovery = (port: number, host = '127.0.0.1'): Discovery => ({
  protocol: 1,
  version: '1',
  pid: 1,
  startedAt: 1,
  host,
  port,
  socket: '',
  token: 'secret',
  salt: '',
});

describe('requests to the gateway', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });
  async function serve(listener: RequestListener): Promise<number> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return (server.address() as AddressInfo).port;
  }

  test('carry the token and the body, and give the checked answer', async () => {
    const port = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => response.end(JSON.stringify({ token: request.headers['x-costlint-token'], body, url: request.url })));
    });
    const http = new GatewayHttp(discovery(port));
    const schema = z.object({ token: z.string(), body: z.string(), url: z.string() });
    assert.deepEqual(await http.post('/costlint/sessions/a%2Fb/pause', { a: 1 }, schema), {
      token: 'secret',
      body: '{"a":1}',
      url: '/costlint/sessions/a%2Fb/pause',
    });
    await assert.rejects(http.get('/x', z.object({ token: z.number() })), /answer to \/x is not of this version/);
  });

  test('say what the gateway says', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(404);
      response.end(JSON.stringify({ error: { message: 'Costlint: no session x' } }));
    });
    await assert.rejects(
      new GatewayHttp(discovery(port)).get('/x', z.unknown()),
      (error) => error instanceof GatewayError && error.status === 404 && error.message === 'no session x',
    );
  });

  test('end when nobody answers', async () => {
    const port = await serve(() => {});
    await assert.rejects(new GatewayHttp(discovery(port), 50).get('/x', z.unknown()), /did not answer within 0.05 s/);
    const gone = await serve(() => {});
    for (const close of closing.splice(0)) close();
    await assert.rejects(new GatewayHttp(discovery(gone)).get('/x', z.unknown()), /cannot be reached \(ECONN/);
  });

  test('never leave this machine', async () => {
    assert.deepEqual(['127.0.0.1', 'localhost', '0.0.0.0', '::', '::1', '192.168.1.4', 'evil.example'].map(loopbackOf), [
      '127.0.0.1',
      'localhost',
      '127.0.0.1',
      '::1',
      '::1',
      undefined,
      undefined,
    ]);
    assert.equal(urlOf({ host: '0.0.0.0', port: 4747 }), 'http://127.0.0.1:4747');
    assert.equal(urlOf({ host: '::1', port: 1 }), 'http://[::1]:1');
    await assert.rejects(async () => new GatewayHttp(discovery(80, '192.168.1.4')).get('/x', z.unknown()), /listens on 192.168.1.4 only/);
  });
});
