/** A whole gateway in a folder of its own, as `costlint gateway` opens it, and its admin endpoints. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Discovery, GatewayEvent } from '../../../core/protocol/gateway.ts';
import { type OpenGateway, openGateway } from '../../../gateway/open.ts';
import { type GatewayInput, gatewayOptions } from '../../../gateway/options.ts';
import { follow } from '../../../gateway/publish/index.ts';

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'costlint-opened-'));

/** A test that fails leaves none running. */
const running: OpenGateway[] = [];
after(() => Promise.all(running.map((gateway) => gateway.close())));

export interface Opened extends OpenGateway {
  readonly events: readonly GatewayEvent[];
  /** JSON of an admin endpoint, with the token unless it is left out. */
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  post(path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  /** A model call. */
  ask(session: string, headers?: Record<string, string>): Promise<Response>;
}

export const request = { model: 'claude-sonnet-4-5', max_tokens: 1000, messages: [{ role: 'user', content: 'Hi' }] };

export async function opened(folder: string, upstream: string, input: GatewayInput = {}): Promise<Opened> {
  const options = gatewayOptions({ port: 0, drainMs: 500, stateDir: folder, upstreams: { anthropic: upstream }, ...input });
  const gateway = await openGateway(options, { version: '9.9.9', warn: () => {} });
  running.push(gateway);
  const { token, socket } = JSON.parse(readFileSync(join(folder, 'gateway.json'), 'utf8')) as Discovery;
  const headers = { 'x-costlint-token': token, 'content-type': 'application/json' };
  const events: GatewayEvent[] = [];
  void (async () => {
    for await (const message of follow(socket)) if (message.type === 'event') events.push(message.event);
  })().catch(() => {});
  return {
    ...gateway,
    events,
    get: async <T>(path: string): Promise<T> => (await (await fetch(`${gateway.url}${path}`, { headers })).json()) as T,
    post: async (path, body = {}) => {
      const response = await fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    ask: (session, more = {}) =>
      fetch(`${gateway.url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': 'k', 'x-costlint-session': session, ...more },
        body: JSON.stringify(request),
      }),
  };
}

export const drop = (folder: string): void => rmSync(folder, { recursive: true, force: true });
