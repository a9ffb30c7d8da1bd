/** A model call from its request to its bill: read, attribute, reserve, forward, meter, settle, record. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RateNeed } from '../core/budget/index.ts';
import type { Amount, AppliedLimit } from '../core/budget/types.ts';
import type { Range } from '../core/model.ts';
import type { Attribution } from '../core/protocol/gateway.ts';
import { type DenialDetail, fingerprint, type RequestFacts, type WireApi, type WireMatch } from '../core/wire/index.ts';
import { type Admission, admit } from './admission.ts';
import { type Fingerprint, limitsFor } from './attribution.ts';
import { readBody } from './body.ts';
import type { Core } from './core.ts';
import { decodeWhole } from './decode.ts';
import { deniedEvent } from './events.ts';
import { meteredExchange } from './exchange.ts';
import { firstOf, requestHeaders } from './headers.ts';
import { priorityOf } from './rates.ts';
import { refuse } from './refusal.ts';
import type { Target } from './target.ts';
import type { Upstream } from './upstreams.ts';
import { outputLimit, type Price, priceQuery, quickInput } from './worst-case.ts';

export interface Route {
  readonly target: Target;
  readonly upstream: Upstream;
  readonly api: WireApi;
  readonly match: WireMatch;
}

/** A call while it is under way. */
export interface Call {
  readonly core: Core;
  readonly id: string;
  /** When the request came in, ms. */
  readonly at: number;
  readonly route: Route;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly who: Attribution;
  readonly limits: readonly AppliedLimit[];
  /** Absent for calls without a body: retrieved responses and batch results. */
  readonly asked?: Asked;
}

/** What the body says. */
export interface Asked {
  readonly facts: RequestFacts;
  readonly json: unknown;
  readonly body: Buffer;
  readonly print: Fingerprint;
  /** What is new in the request, as a similarity hash. */
  readonly similarity: () => string | undefined;
  readonly price: Price;
}

/** What was set aside and changed before the call is sent. */
export interface Granted {
  readonly lease?: string;
  readonly reserved?: Amount;
  /** Output tokens within `reserved`. */
  readonly output: number;
  readonly input: Range;
  /** The stream may begin below its worst case and is cut at the ceiling. */
  readonly growing: boolean;
  readonly body: Buffer;
  readonly actions: readonly string[];
  /** Response headers that say what was done. */
  readonly headers: readonly string[];
  /** The client did not ask for usage in its stream: it is taken out again. */
  readonly stripUsage: boolean;
}

/** Answers one request that is a model call. */
export async function handleCall(core: Core, request: IncomingMessage, response: ServerResponse, route: Route): Promise<void> {
  const { match } = route;
  const hasBody = match.operation === 'generate' || match.operation === 'embed' || match.operation === 'batch-create';
  const call = hasBody ? await withBody(core, request, response, route) : bare(core, request, response, route);
  if (!call) return;
  const refused = call.asked && core.guard?.check({ ...call.who, fingerprint: call.asked.similarity });
  if (refused) return deny(call, { ...refused, session: call.who.session });
  const turn = call.asked && (await waitForTurn(call, call.asked));
  if (turn) return deny(call, turn);
  if (response.destroyed) return;
  const admission: Admission = call.asked ? await admit(call, call.asked) : { kind: 'granted', granted: NOTHING_RESERVED };
  if (admission.kind === 'denied') return deny(call, admission.detail, admission);
  const { granted } = admission;
  // The client may have gone while the limits were asked.
  if (response.destroyed) return granted.lease ? core.store.release(granted.lease) : undefined;
  await meteredExchange(call, granted, outgoingHeaders(call, granted));
}

/** Provider, key and model: what rate limits count together. */
export const laneOf = ({ route, who }: Call, asked: Asked): string =>
  [route.upstream.name, who.key, asked.facts.model ?? route.match.model].join('|');

/** Output that is expected of a call whose cap says little, tokens. */
const USUAL_OUTPUT = 1_000;

export function rateNeed({ facts, price }: Asked): RateNeed {
  const inputTokens = quickInput(facts).expected;
  const outputTokens = Math.min(USUAL_OUTPUT, outputLimit(facts, price.quote));
  return { requests: 1, inputTokens, outputTokens, tokens: inputTokens + outputTokens };
}

/** Waits until the provider's rate limits leave room; a reason to refuse where that takes too long. */
async function waitForTurn(call: Call, asked: Asked): Promise<DenialDetail | undefined> {
  const { core, request, response, who, id } = call;
  if (!core.rates) return undefined;
  const patience = Number(firstOf(request.headers['x-costlint-deadline-ms']));
  const patienceMs = Number.isFinite(patience) && patience >= 0 ? patience : core.options.rateWaitMs;
  const priority = priorityOf(firstOf(request.headers['x-costlint-priority']));
  const entered = core.rates.enter({ id, lane: laneOf(call, asked), need: rateNeed(asked), priority, patienceMs }, (leave) =>
    response.once('close', leave),
  );
  const turn = 'kind' in entered ? entered : await entered;
  if (turn.kind === 'go') return undefined;
  const { retryAfterMs } = turn;
  const message = `Costlint: the rate limit of ${call.route.upstream.name} leaves no room within ${patienceMs} ms; come again in ${Math.ceil(retryAfterMs / 1000)} s`;
  return { kind: 'rate', message, limit: 'provider-rate', retryAfterMs, session: who.session };
}

const NOTHING_RESERVED: Granted = {
  output: 0,
  input: { low: 0, expected: 0, high: 0 },
  growing: false,
  body: Buffer.alloc(0),
  actions: [],
  headers: [],
  stripUsage: false,
};

function outgoingHeaders(call: Call, granted: Granted): string[] {
  const changed = call.asked !== undefined && granted.body !== call.asked.body;
  const headers = requestHeaders(call.request.rawHeaders, changed);
  if (changed) headers.push('content-length', String(granted.body.length));
  if (!granted.stripUsage) return headers;
  // An event can be taken out of a plain stream only.
  const plain = headers.flatMap((name, i) => (i % 2 === 0 && name.toLowerCase() !== 'accept-encoding' ? [name, headers[i + 1] ?? ''] : []));
  return [...plain, 'accept-encoding', 'identity'];
}

function bare(core: Core, request: IncomingMessage, response: ServerResponse, route: Route): Call {
  const at = core.now();
  const { target } = route;
  const who = core.attributor.of({ headers: request.headers, path: target.path, tags: target.tags }, at);
  return { core, id: core.newId(), at, route, request, response, who, limits: limitsFor(core.limits, who, route.match.model) };
}

/** Reads and understands the body; a request that cannot be is answered here. */
async function withBody(core: Core, request: IncomingMessage, response: ServerResponse, route: Route): Promise<Call | undefined> {
  const at = core.now();
  const { api, match, target, upstream } = route;
  const max = core.options.maxBodyBytes;
  const read = await readBody(request, max);
  if ('problem' in read) {
    if (read.problem === 'too-large')
      refuse(response, { kind: 'invalid', message: `Costlint: the request body is larger than ${max} bytes (maxBodyBytes)` }, api, 413);
    return undefined;
  }
  const plain = decodeWhole(read.body, firstOf(request.headers['content-encoding']), max);
  const json = plain && parsed(plain);
  if (json === undefined) {
    // What cannot be read cannot be limited, and what the provider would make of it is its own affair: some take more than JSON allows.
    refuse(response, { kind: 'invalid', message: 'Costlint: the request body is not JSON, so its cost cannot be limited' }, api);
    return undefined;
  }
  const facts = api.facts(match, json, request.headers);
  const who = core.attributor.of({ headers: request.headers, path: target.path, tags: target.tags, facts }, at);
  const price = core.prices.of(priceQueryOf(facts, match, upstream), at);
  const print = core.fingerprints.of(facts);
  const limits = limitsFor(core.limits, who, facts.model ?? match.model);
  return {
    core,
    id: core.newId(),
    at,
    route,
    request,
    response,
    who,
    limits,
    asked: { facts, json, body: read.body, print, price, similarity: () => fingerprint(facts, core.fingerprintSalt) },
  };
}

const priceQueryOf = (facts: RequestFacts, match: WireMatch, { provider }: Upstream) => priceQuery(facts, match, provider);

function parsed(body: Buffer): unknown {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Refuses, and records that it did. */
export async function deny(call: Call, detail: DenialDetail, more: Parameters<typeof deniedEvent>[3] = {}): Promise<void> {
  const status = refuse(call.response, detail, call.route.api);
  const event = deniedEvent(call, detail, status, more);
  call.core.emit(event);
  call.core.guard?.observe(event);
  await call.core.ledger.append(event).catch((error: unknown) => call.core.warn(`ledger: ${String(error)}`));
}
