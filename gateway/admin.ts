/** `/costlint/…`: what the gateway answers itself. JSON in and out; money in USD and in nano-dollars. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Amount, AppliedLimit } from '../core/budget/types.ts';
import { costOf } from '../core/pricing/index.ts';
import { limitsFor } from './attribution.ts';
import { readBody } from './body.ts';
import { type Core, standingForWire } from './core.ts';
import { howToRaise } from './options.ts';
import type { AdminHandler } from './server.ts';
import type { Parts } from './start.ts';

const MAX_ADMIN_BODY = 64 * 1024;

type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };
const ok = (body: unknown): Answer => ({ status: 200, body });
const wrong = (message: string, status = 400): Answer => ({ status, body: { error: { type: 'costlint', message } } });

const who = {
  session: z.string().min(1).optional(),
  agent: z.string().optional(),
  project: z.string().optional(),
  key: z.string().optional(),
  model: z.string().optional(),
};

const preflightSchema = z.strictObject({
  calls: z.number().int().min(1).default(1),
  /** Input and output together, of all calls. */
  tokens: z.number().int().min(0).default(0),
  /** Of `tokens`; default: a fifth, as in agent traffic. */
  outputTokens: z.number().int().min(0).optional(),
  provider: z
    .enum(['anthropic', 'openai', 'google', 'bedrock', 'deepseek', 'xai', 'mistral', 'groq', 'together', 'openrouter', 'fireworks', 'cerebras'])
    .optional(),
  /** In place of tokens and model. */
  usd: z.number().min(0).optional(),
  /** Default 0.2. */
  margin: z.number().min(0).max(10).optional(),
  /** Sets the amount aside for this long, ms; calls that send the id in `x-costlint-hold` draw on it. */
  holdMs: z
    .number()
    .int()
    .min(1_000)
    .max(24 * 3_600_000)
    .optional(),
  ...who,
});

const counterSchema = z.strictObject({ counter: z.string() });

export function adminHandler(core: Core, parts: Pick<Parts, 'publisher' | 'metrics'>): AdminHandler {
  return async (request, response, target) => {
    const [path = ''] = target.split('?', 1);
    if (path === '/metrics' && request.method === 'GET' && parts.metrics) {
      send(response, { status: 200, body: await parts.metrics(), headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
      return true;
    }
    if (path === '/costlint/events' && request.method === 'GET' && parts.publisher) {
      parts.publisher.serveEvents(request, response);
      return true;
    }
    const answer = await answerTo(core, parts, request, path);
    if (answer) send(response, answer);
    return answer !== undefined;
  };
}

async function answerTo(core: Core, parts: Pick<Parts, 'publisher'>, request: IncomingMessage, path: string): Promise<Answer | undefined> {
  const session = /^\/costlint\/sessions\/([^/]+)(\/stop|\/status|\/progress)?$/.exec(path);
  if (request.method === 'GET') {
    if (path === '/costlint/health') return health(core);
    if (path === '/costlint/limits') return ok({ limits: await standings(core, request) });
    if (path === '/costlint/state' && parts.publisher) return ok(parts.publisher.state());
    if (path === '/costlint/sessions') return ok({ sessions: core.ledger.sessions({ limit: 200 }) });
    if (session && !session[2]) return oneSession(core, decodeURIComponent(session[1] ?? ''));
    return undefined;
  }
  if (request.method !== 'POST') return undefined;
  const json = await jsonBody(request);
  if (path === '/costlint/preflight') return preflight(core, json);
  if (path === '/costlint/holds/release') return releaseHold(core, json);
  if (path === '/costlint/limits/reset') return resetLimit(core, json);
  if (path === '/costlint/breaker/reset') return resetBreaker(core, json);
  const id = decodeURIComponent(session?.[1] ?? '');
  if (session?.[2] === '/stop') return stopSession(core, id);
  if (session?.[2] === '/status') return endSession(core, id, json);
  if (session?.[2] !== '/progress') return undefined;
  core.guard?.progress?.(id);
  return ok({ session: id });
}

function health(core: Core): Answer {
  const { store, ledger } = core;
  const good = store.health.ok && ledger.health.ok;
  return {
    status: good ? 200 : 503,
    body: { ok: good, running: core.running.size, store: { kind: store.kind, ...store.health }, ledger: ledger.health },
  };
}

async function preflight(core: Core, json: unknown): Promise<Answer> {
  const parsed = preflightSchema.safeParse(json);
  if (!parsed.success) return wrong(z.prettifyError(parsed.error));
  const ask = parsed.data;
  const limits = limitsOf(core, ask);
  const need = needOf(core, ask);
  if (typeof need === 'string') return wrong(need);
  const answer = await core.store.preflight(limits, need, ask.margin);
  if ('kind' in answer) return { status: 503, body: { enough: false, reason: answer.message } };
  const now = core.now();
  const wait =
    answer.retryMs === undefined ? {} : { retryAt: new Date(answer.retryMs).toISOString(), retryAfterMs: Math.max(0, answer.retryMs - now) };
  const by = answer.by.map((one) => ({ ...standingForWire(one), howToRaise: howToRaise(one.limit) }));
  const body = {
    enough: answer.enough,
    needed: answer.needed,
    usd: answer.needed.nanoUsd / 1e9,
    by,
    limits: answer.standings.map(standingForWire),
    ...wait,
  };
  if (!answer.enough || ask.holdMs === undefined) return ok(body);
  const id = `hold-${core.newId()}`;
  const held = await core.store.reserve({
    id,
    kind: 'hold',
    limits: limits.filter(({ limit }) => limit.window.kind !== 'call'),
    amount: answer.needed,
    ttlMs: ask.holdMs,
  });
  // Someone else may have taken it in between.
  if (held.kind !== 'granted') return ok({ ...body, enough: false });
  return ok({ ...body, hold: id, holdUntil: new Date(held.lease.expiresMs).toISOString() });
}

const limitsOf = (core: Core, ask: z.infer<typeof preflightSchema>): AppliedLimit[] => {
  const { session = '-', agent, project, key, model } = ask;
  return limitsFor(core.limits, { session, ...(agent ? { agent } : {}), ...(project ? { project } : {}), ...(key ? { key } : {}) }, model);
};

/** What a task takes; a sentence where it cannot be told. */
function needOf(core: Core, { calls, tokens, outputTokens, usd, model, provider }: z.infer<typeof preflightSchema>): Amount | string {
  if (usd !== undefined) return { nanoUsd: Math.round(usd * 1e9), tokens, calls };
  if (tokens === 0) return { nanoUsd: 0, tokens: 0, calls };
  const { quote } = core.prices.of({ provider: provider ?? 'anthropic', model: model ?? 'unknown' }, core.now());
  if (!quote) return `no price is known for ${model ?? 'a task without a model'}: say model and provider, or usd`;
  const output = Math.min(tokens, outputTokens ?? Math.ceil(tokens / 5));
  const cost = costOf(quote, { uncachedInput: tokens - output, output });
  return { nanoUsd: cost.kind === 'known' ? cost.nanoUsd : cost.atLeast, tokens, calls };
}

/** Limits of the scopes named in the query, `?session=…&agent=…`. */
async function standings(core: Core, request: IncomingMessage): Promise<unknown> {
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
  const text = (name: string): string | undefined => query.get(name) ?? undefined;
  const [session, agent, project, key] = [text('session') ?? '-', text('agent'), text('project'), text('key')];
  const limits = limitsFor(
    core.limits,
    { session, ...(agent ? { agent } : {}), ...(project ? { project } : {}), ...(key ? { key } : {}) },
    text('model'),
  );
  return (await core.store.standings(limits)).map(standingForWire);
}

function oneSession(core: Core, id: string): Answer {
  const summary = core.ledger.session(id);
  return summary ? ok({ ...summary, events: [...core.ledger.events({ session: id, limit: 1_000 })] }) : wrong(`no session ${id}`, 404);
}

async function releaseHold(core: Core, json: unknown): Promise<Answer> {
  const parsed = z.strictObject({ hold: z.string().startsWith('hold-') }).safeParse(json);
  if (!parsed.success) return wrong(z.prettifyError(parsed.error));
  await core.store.release(parsed.data.hold);
  return ok({ released: parsed.data.hold });
}

async function resetLimit(core: Core, json: unknown): Promise<Answer> {
  const parsed = counterSchema.safeParse(json);
  if (!parsed.success) return wrong('{"counter": "session|<id>"} is wanted, as GET /costlint/limits lists them');
  const { counter } = parsed.data;
  const limit = core.limits.find(({ id }) => counter.startsWith(`${id}|`));
  if (!limit) return wrong(`no limit has the counter ${counter}`, 404);
  await core.store.reset(counter);
  // What the limit had tripped is over with it.
  if (limit.layer === 'session') core.guard?.reset?.(counter.slice(limit.id.length + 1));
  const [standing] = await core.store.standings([{ limit, counter }]);
  if (standing) {
    const event = { kind: 'limit' as const, id: core.newId(), at: core.now(), state: 'reset' as const, standing: standingForWire(standing) };
    core.emit(event);
    await core.ledger.append(event);
  }
  return ok({ reset: counter });
}

async function resetBreaker(core: Core, json: unknown): Promise<Answer> {
  const parsed = z.strictObject({ scope: z.string().default('all') }).safeParse(json ?? {});
  if (!parsed.success) return wrong(z.prettifyError(parsed.error));
  if (!core.guard?.reset) return wrong('the circuit breaker is switched off', 409);
  return ok({ reset: core.guard.reset(parsed.data.scope) });
}

function endSession(core: Core, id: string, json: unknown): Answer {
  const parsed = z.strictObject({ status: z.enum(['done', 'failed', 'looped', 'stopped']), reason: z.string().max(500).optional() }).safeParse(json);
  if (!parsed.success) return wrong(z.prettifyError(parsed.error));
  core.sessions?.end(id, parsed.data.status, 'header', core.now(), parsed.data.reason);
  return ok({ session: id, status: parsed.data.status });
}

function stopSession(core: Core, id: string): Answer {
  const stopped = core.running.stopSession(id, { kind: 'breaker', message: 'Costlint: a person stopped this session', session: id });
  core.guard?.stop?.(id);
  core.sessions?.end(id, 'stopped', 'person', core.now());
  return ok({ session: id, stopped });
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const read = await readBody(request, MAX_ADMIN_BODY);
  if ('problem' in read) return undefined;
  try {
    return JSON.parse(read.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
