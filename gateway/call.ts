/** A model call from its request to its bill: read, attribute, reserve, forward, meter, settle, record. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RateNeed } from '../core/budget/index.ts';
import type { Amount, AppliedLimit } from '../core/budget/types.ts';
import type { Range } from '../core/model.ts';
import type { Attribution } from '../core/protocol/gateway.ts';
import type { DenialDetail, RequestFacts, WireApi, WireMatch } from '../core/wire/index.ts';
import { type Admission, admit } from './admission.ts';
import { cascadeOf, type Judge, type Rejected } from './cascade.ts';
import type { Core } from './core.ts';
import { deniedEvent } from './events.ts';
import { meteredExchange } from './exchange.ts';
import type { Fingerprint } from './fingerprint.ts';
import { firstOf, requestHeaders } from './headers.ts';
import { prepare } from './prepare.ts';
import { priorityOf, type Turn } from './rates.ts';
import { bare, withBody } from './reading.ts';
import { refuse } from './refusal.ts';
import type { Target } from './target.ts';
import type { Upstream } from './upstreams.ts';
import { outputLimit, type Price } from './worst-case.ts';

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
  /** The client wants no attempt that begins later, ms since the epoch. */
  readonly deadlineMs?: number;
  /** Absent for calls without a body: retrieved responses and batch results. */
  readonly asked?: Asked;
}

/** A call with a body. */
export type AskedCall = Call & { readonly asked: Asked };

/** What the gateway did to a call: in words for the ledger, and in headers (names and values in turn) for the client. */
export interface Done {
  readonly actions: readonly string[];
  readonly headers: readonly string[];
  readonly notes: readonly string[];
}

/** What the body says. */
export interface Asked {
  readonly facts: RequestFacts;
  /** Input tokens, not counted. */
  readonly quick: Range;
  readonly json: unknown;
  /** As it came. */
  readonly body: Buffer;
  /** Without its compression; the same as `body` where it had none. */
  readonly plain: Buffer;
  /** What is to be sent: `plain`, or an edited copy. */
  readonly text: Buffer;
  readonly done: Done;
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
  readonly notes: readonly string[];
  /** The client did not ask for usage in its stream: it is taken out again. */
  readonly stripUsage: boolean;
}

/** Answers one request that is a model call. */
export async function handleCall(core: Core, request: IncomingMessage, response: ServerResponse, route: Route): Promise<void> {
  const { match } = route;
  const hasBody = match.operation === 'generate' || match.operation === 'embed' || match.operation === 'batch-create';
  const call = hasBody ? await withBody(core, request, response, route) : await bare(core, request, response, route);
  if (!call) return;
  if (!isAsked(call)) return void (await run(call));
  const refused = core.guard?.check({ ...call.who, id: call.id, fingerprint: call.asked.similarity });
  if (refused) return deny(call, { ...refused, session: call.who.session });
  try {
    await handleAsked(call);
  } finally {
    core.guard?.leave?.(call.id);
  }
}

async function handleAsked(call: AskedCall): Promise<void> {
  const { core, response } = call;
  const decided = prepare(call);
  const prepared = decided instanceof Promise ? await decided : decided;
  if ('denied' in prepared) return deny(call, prepared.denied);
  if (response.destroyed) return;
  const plan = cascadeOf(prepared);
  if (!('first' in plan)) return void (await run(plan));
  const rejected = await run(plan.first, plan.judge);
  if (rejected && !response.destroyed) await run(plan.then(rejected, core.newId(), core.now()));
}

const isAsked = (call: Call): call is AskedCall => call.asked !== undefined;

/** Sends a call when it may go, and stays with it until it is recorded. Only with a judge can its answer be rejected: then the client has not got one. */
async function run(unmarked: Call, judge?: Judge): Promise<Rejected | undefined> {
  const { core, response } = unmarked;
  const call = isAsked(unmarked) && core.actions.marks ? await core.actions.marks.mark(unmarked) : unmarked;
  const patienceMs = patienceOf(call);
  const entered = call.asked && enterLane(call, call.asked, patienceMs);
  const turn = entered instanceof Promise ? await entered : entered;
  if (turn?.kind === 'late') return void (await deny(call, tooLate(call, patienceMs, turn.retryAfterMs)));
  if (response.destroyed) return undefined;
  const admitted: Admission | Promise<Admission> = call.asked ? admit(call, call.asked) : { kind: 'granted', granted: NOTHING_RESERVED };
  const admission = admitted instanceof Promise ? await admitted : admitted;
  const isDenied = admission.kind === 'denied';
  // Nothing is sent, so nothing of the provider's rate limits is used. The client may have gone while the limits were asked.
  if (call.asked && (isDenied || response.destroyed)) core.rates?.leave(laneOf(call, call.asked), rateNeed(call.asked), {});
  if (isDenied) return void (await deny(call, admission.detail, admission));
  const { granted } = admission;
  if (response.destroyed) {
    if (granted.lease) await core.store.release(granted.lease);
    return undefined;
  }
  // Awaited here: a promise that an async function returns costs two more turns of the queue.
  return await meteredExchange(call, granted, outgoingHeaders(call, granted), judge);
}

/** Provider, key and model: what rate limits count together. */
export const laneOf = ({ route, who }: Call, asked: Asked): string => `${route.upstream.name}|${who.key}|${asked.facts.model ?? route.match.model}`;

/** Output that is expected of a call whose cap says little, tokens. */
const USUAL_OUTPUT = 1_000;

export function rateNeed({ facts, price, quick }: Asked): RateNeed {
  const inputTokens = quick.expected;
  const outputTokens = Math.min(USUAL_OUTPUT, outputLimit(facts, price.quote));
  return { requests: 1, inputTokens, outputTokens, tokens: inputTokens + outputTokens };
}

const patienceOf = ({ core, deadlineMs }: Call): number =>
  deadlineMs === undefined ? core.options.rateWaitMs : Math.max(0, deadlineMs - core.now());

/** Waits until the provider's rate limits leave room, or for so long that it would be too late. */
function enterLane(call: Call, asked: Asked, patienceMs: number): Turn | Promise<Turn> | undefined {
  const { core, request, response, id } = call;
  const priority = priorityOf(firstOf(request.headers['x-costlint-priority']));
  const turn = { id, lane: laneOf(call, asked), need: rateNeed(asked), priority, patienceMs };
  return core.rates?.enter(turn, (leave) => response.once('close', leave));
}

function tooLate(call: Call, patienceMs: number, retryAfterMs: number): DenialDetail {
  const message = `Costlint: the rate limit of ${call.route.upstream.name} leaves no room within ${patienceMs} ms; come again in ${Math.ceil(retryAfterMs / 1000)} s`;
  return { kind: 'rate', message, limit: 'provider-rate', retryAfterMs, session: call.who.session };
}

const NOTHING_RESERVED: Granted = {
  output: 0,
  input: { low: 0, expected: 0, high: 0 },
  growing: false,
  body: Buffer.alloc(0),
  actions: [],
  headers: [],
  notes: [],
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

/** Refuses, and records that it did. */
export async function deny(call: Call, detail: DenialDetail, more: Parameters<typeof deniedEvent>[3] = {}): Promise<void> {
  const status = refuse(call.response, detail, call.route.api);
  const event = deniedEvent(call, detail, status, more);
  call.core.emit(event);
  call.core.guard?.observe(event);
  await call.core.ledger.append(event).catch((error: unknown) => call.core.warn(`ledger: ${String(error)}`));
}
