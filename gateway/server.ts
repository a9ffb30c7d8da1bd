/** The gateway's HTTP side: which requests are let in, and to whom each goes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressBook, addressBook } from './address.ts';
import { handleCall } from './call.ts';
import type { Core } from './core.ts';
import { type Doorkeeper, doorkeeper } from './door.ts';
import { servedHere } from './front-page.ts';
import { passThrough } from './pass.ts';
import { refuse } from './refusal.ts';
import { signedForAnotherHost } from './signed.ts';
import { defaultUpstream } from './upstreams.ts';

/** Answers requests under `/costlint/` and `/metrics`; false where it has nothing under that path. */
export type AdminHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>;

export interface ServerParts {
  readonly core: Core;
  /** Secret of the discovery file: opens the admin endpoints. */
  readonly adminToken: string;
  readonly admin: AdminHandler;
}

/** From a refusal of what is no HTTP until its connection is gone, ms: the client may still read it. */
const GOODBYE_MS = 2_000;

/** Asking whether there is enough, whether all is well and for sums needs no proof: programs without access to the state folder do it. */
const OPEN = /^\/(costlint\/(health|preflight)|metrics)$/;

const isAdmin = (path: string): boolean =>
  path === '/metrics' || path.startsWith('/metrics?') || path === '/costlint' || path.startsWith('/costlint/');

/** Metered operations; all else passes as it is. */
const METERED = new Set(['generate', 'embed', 'batch-create', 'batch-results', 'retrieve']);

export function gatewayServer(parts: ServerParts): Server {
  const { core } = parts;
  const way = { ...parts, door: doorkeeper(core.options, parts.adminToken), addresses: addressBook((name) => core.upstreams.has(name)) };
  const server = createServer(
    { maxHeaderSize: 64 * 1024, headersTimeout: 30_000, requestTimeout: 600_000, keepAliveTimeout: 75_000, noDelay: true },
    (request, response) => {
      // Dates are the upstream's.
      response.sendDate = false;
      handle(way, request, response).catch((error: unknown) => {
        core.warn(`request: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        refuse(response, { kind: 'unavailable', message: 'Costlint: the gateway failed at this call' }, undefined, 500);
      });
    },
  );
  // WebSockets are not metered, so they are not passed on. With 426 Codex goes on over HTTP at once; after other answers it tries five times more.
  server.on('upgrade', (_request, socket) => {
    // From here on nobody else listens: a client that resets the connection would end the process.
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    // A client that never closes its own side would keep the connection for good.
    setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
    const status =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? '408 Request Timeout'
          : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
  return server;
}

/** What every request passes. */
interface Way extends ServerParts {
  readonly door: Doorkeeper;
  readonly addresses: AddressBook;
}

async function handle({ core, admin, door, addresses }: Way, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = addresses(request.method ?? 'GET', request.url ?? '');
  if ('problem' in address) {
    refuse(response, { kind: 'invalid', message: `Costlint: ${address.problem}` });
    return;
  }
  const { target, found } = address;
  const isAdminPath = target.upstream === undefined && isAdmin(target.path);
  const access = isAdminPath ? (OPEN.test(target.path.split('?', 1)[0] ?? '') ? 'open' : 'guarded') : undefined;
  const refused = door(request, target.tags, access);
  if (refused) {
    refuse(response, refused.detail, undefined, refused.status);
    return;
  }
  if (isAdminPath) {
    if (!(await admin(request, response, target.path)))
      refuse(response, { kind: 'invalid', message: `Costlint: nothing is at ${target.path.split('?', 1)[0]}` }, undefined, 404);
    return;
  }
  if (target.upstream === undefined && servedHere(request, response, target.path)) return;
  const name = target.upstream ?? defaultUpstream(found?.match, target.path, request.headers);
  const upstream = core.upstreams.get(name);
  if (!upstream) throw new Error(`no upstream ${name}`);
  const signed = signedForAnotherHost(request.headers, upstream);
  if (signed) refuse(response, { kind: 'invalid', message: signed }, found?.api);
  else if (found && METERED.has(found.match.operation))
    await handleCall(core, request, response, { target, upstream, api: found.api, match: found.match });
  else await passThrough(core, request, response, target, upstream);
}
