/** Requests that cost nothing, or that nobody here knows: passed through as they come, unmetered. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import { forward } from './forward.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { refuse } from './refusal.ts';
import type { Target } from './target.ts';
import { placeOf, type Upstream } from './upstreams.ts';

export async function passThrough(core: Core, request: IncomingMessage, response: ServerResponse, target: Target, upstream: Upstream): Promise<void> {
  const { origin, base } = placeOf(upstream);
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  const exchange = forward(
    {
      pool: core.pools.of(origin),
      method: request.method ?? 'GET',
      path: `${base}${target.path}`,
      headers: requestHeaders(request.rawHeaders, false),
      body: hasBody ? request : null,
    },
    response,
    {
      head: (_status, headers) => responseHeaders(headers, false),
      data: (chunk) => [chunk],
      end: () => [],
      failed: () => {
        refuse(response, { kind: 'unavailable', message: `Costlint: ${upstream.name} could not be reached` }, undefined, 502);
      },
    },
  );
  await exchange.done;
}
