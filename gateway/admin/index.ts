/** `/costlint/…`: what the gateway answers itself. JSON in and out; money in nano-dollars, in USD where people give it. Who may ask is decided in `door.ts`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../body.ts';
import type { Core } from '../core.ts';
import type { AdminHandler } from '../server.ts';
import { type AdminParts, type Answer, type Asked, ok, wrong } from './answer.ts';
import { preflight, releaseHold } from './budget.ts';
import { history, overview } from './figures.ts';
import { limits, resetBreaker, resetLimit, setLimit } from './limits.ts';
import { endSession, listSessions, oneSession, pauseSession, progress, resumeSession, stopSession } from './sessions.ts';
import { observed, tellSites } from './sites.ts';

const MAX_ADMIN_BODY = 64 * 1024;
/** Call sites of a large workspace, each with its hashes. */
const MAX_SITES_BODY = 64 * 1024 * 1024;

type Endpoint = (asked: Asked) => Answer | undefined | Promise<Answer | undefined>;
type SessionEndpoint = (asked: Asked, session: string) => Answer | Promise<Answer>;

const gets: Readonly<Record<string, Endpoint>> = {
  '/costlint/health': health,
  '/costlint/limits': limits,
  '/costlint/state': ({ parts }) => parts.publisher && ok(parts.publisher.state()),
  '/costlint/overview': overview,
  '/costlint/history': history,
  '/costlint/sessions': listSessions,
  '/costlint/observed': observed,
};

const posts: Readonly<Record<string, Endpoint>> = {
  '/costlint/preflight': preflight,
  '/costlint/holds/release': releaseHold,
  '/costlint/limits/set': setLimit,
  '/costlint/limits/reset': resetLimit,
  '/costlint/breaker/reset': resetBreaker,
  '/costlint/sites': tellSites,
  '/costlint/stop': stop,
};

const sessionPosts: Readonly<Record<string, SessionEndpoint>> = {
  pause: pauseSession,
  resume: resumeSession,
  stop: stopSession,
  status: endSession,
  progress,
};

export function adminHandler(core: Core, parts: AdminParts): AdminHandler {
  return async (request, response, target) => {
    const [path = '', query = ''] = target.split('?', 2);
    if (path === '/metrics' && request.method === 'GET' && parts.metrics) {
      send(response, { status: 200, body: await parts.metrics(), headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
      return true;
    }
    if (path === '/costlint/events' && request.method === 'GET' && parts.publisher) {
      parts.publisher.serveEvents(request, response);
      return true;
    }
    const endpoint = endpointOf(request.method ?? 'GET', path);
    if (!endpoint) return false;
    const read = request.method === 'POST' ? await jsonBody(request, path) : { json: undefined };
    const answer = typeof read === 'string' ? wrong(read) : await endpoint({ core, parts, query: new URLSearchParams(query), json: read.json });
    if (answer) send(response, answer);
    return answer !== undefined;
  };
}

function endpointOf(method: string, path: string): Endpoint | undefined {
  const plain = method === 'GET' ? gets : method === 'POST' ? posts : {};
  if (Object.hasOwn(plain, path)) return plain[path];
  const session = /^\/costlint\/sessions\/([^/]+)(?:\/([a-z]+))?$/.exec(path);
  if (!session) return undefined;
  const [, name = '', verb] = session;
  const id = decoded(name);
  if (id === undefined) return undefined;
  if (method === 'GET' && verb === undefined) return (asked) => oneSession(asked, id);
  const post = method === 'POST' && verb !== undefined && Object.hasOwn(sessionPosts, verb) ? sessionPosts[verb] : undefined;
  return post && ((asked) => post(asked, id));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray %: no session has such an address.
    return undefined;
  }
}

function health({ core: { store, ledger, running } }: Asked): Answer {
  const good = store.health.ok && ledger.health.ok;
  return {
    status: good ? 200 : 503,
    body: { ok: good, running: running.size, store: { kind: store.kind, ...store.health }, ledger: ledger.health },
  };
}

/** Running calls end as they do after a signal: they have `drainMs`. */
function stop({ parts, core }: Asked): Answer | undefined {
  const { stop } = parts;
  return stop && { status: 202, body: { stopping: true, running: core.running.size }, after: stop };
}

/** What the body says, undefined where there is none; a sentence where it cannot be understood: then nothing is done. */
async function jsonBody(request: IncomingMessage, path: string): Promise<{ readonly json: unknown } | string> {
  const max = path === '/costlint/sites' ? MAX_SITES_BODY : MAX_ADMIN_BODY;
  const read = await readBody(request, max);
  if ('problem' in read) return `the body is longer than ${max} bytes`;
  if (read.body.length === 0) return { json: undefined };
  try {
    return { json: JSON.parse(read.body.toString('utf8')) };
  } catch {
    return 'the body is not JSON';
  }
}

function send(response: ServerResponse, { status, body, headers, after }: Answer): void {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  if (after) response.once('close', after);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
    'content-length': Buffer.byteLength(text),
    ...(after ? { connection: 'close' } : {}),
  });
  response.end(text);
}
