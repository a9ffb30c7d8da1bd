/** What a person sees who opens the gateway's address in a browser: no provider is asked for that. */
import type { IncomingMessage, ServerResponse } from 'node:http';

const text = (base: string): string =>
  [
    'This is the Costlint gateway: it passes model calls on to their providers, meters what they cost and holds their limits.',
    '',
    'Base URLs for programs:',
    `  ANTHROPIC_BASE_URL=${base}`,
    `  OPENAI_BASE_URL=${base}/v1`,
    `  GOOGLE_GEMINI_BASE_URL=${base}`,
    '',
    `Health: ${base}/costlint/health   Metrics: ${base}/metrics   All endpoints and settings: docs/gateway.md`,
    'Live figures: "Costlint: Open Live Spend Panel" in VS Code.',
    '',
  ].join('\n');

/** `GET /` and `HEAD /` (Claude Code opens its connection so), and what browsers ask for beside; false for all else. */
export function servedHere({ method, headers }: IncomingMessage, response: ServerResponse, target: string): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const path = target.split('?', 1)[0];
  if (path === '/favicon.ico') response.writeHead(404, { 'content-length': 0 }).end();
  else if (path !== '/') return false;
  else if (method === 'HEAD') response.writeHead(200, { 'content-length': 0 }).end();
  else {
    const page = text(`http://${headers.host ?? 'localhost'}`);
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(page) }).end(page);
  }
  return true;
}
