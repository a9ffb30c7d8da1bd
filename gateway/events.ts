/** What a call becomes in the ledger and on the socket. */
import type { Amount, Standing } from '../core/budget/types.ts';
import type { CallEvent, CallStarted, DeniedEvent, GatewayStanding, LedgerEvent } from '../core/protocol/gateway.ts';
import { compact, type DenialDetail, type Metered } from '../core/wire/index.ts';
import type { Bill } from './bill.ts';
import type { Call, Granted } from './call.ts';
import { standingForWire } from './core.ts';

/** Longest name of a model or tool that is kept, characters: a program that puts a text there must not fill the ledger with it. */
const MAX_NAME = 200;

/** Longest reason of a refusal that is kept, characters: it quotes the model. */
const MAX_MESSAGE = 1000;

/** As names are: there is nothing to take out. */
const USUAL = /^[\x20-\x7e]*$/;
const kept = (text: string, length = MAX_NAME): string =>
  text.length <= length && USUAL.test(text) ? text : text.slice(0, length).replaceAll(/\p{C}/gu, '?');
const keptName = (name: string | undefined): string | undefined => (name === undefined ? undefined : kept(name));

/** What the events of a call share, with its kind. Every call passes here: fields are set one by one, which costs a fifth of spreading them. */
function base<K extends string>(kind: K, { id, at, who, route, asked }: Call) {
  const { provider } = route.upstream;
  const { operation } = route.match;
  const stream = asked?.facts.stream ?? route.match.stream ?? false;
  const event: Omit<CallStarted, 'kind' | 'reserved'> & { kind: K } = { kind, id, at, ...who, provider, api: route.api.id, operation, stream };
  const model = keptName(asked?.facts.model ?? route.match.model);
  if (model !== undefined) event.model = model;
  return event;
}

export function startedEvent(call: Call, granted: Granted): CallStarted {
  const event: CallStarted = base('call-started', call);
  if (granted.reserved) event.reserved = granted.reserved;
  return event;
}

export const deniedEvent = (
  call: Call,
  detail: DenialDetail,
  status: number,
  { by, needed }: { readonly by?: readonly GatewayStanding[]; readonly needed?: Amount },
): DeniedEvent => ({
  ...base('denied', call),
  reason: detail.kind,
  message: kept(detail.message, MAX_MESSAGE),
  status,
  ...compact({ by: by && [...by], needed, retryAfterMs: detail.retryAfterMs === undefined ? undefined : Math.round(detail.retryAfterMs) }),
});

/** How the response came. */
export interface Timing {
  /** HTTP status given to the client; 0: none. */
  readonly status: number;
  /** ms since the epoch. */
  readonly endedMs: number;
  readonly firstByteMs?: number;
  /** By the gateway itself; at least 1. */
  readonly attempts?: number;
}

export function callEvent(call: Call, granted: Granted, metered: Metered, bill: Bill, timing: Timing, billingKey: string | undefined): CallEvent {
  const { source, billed, outcome } = metered;
  const { print } = call.asked ?? {};
  const { reasoning, serviceTier, batch, stopReason, responseId, error, usage } = metered;
  const durationMs = Math.max(0, timing.endedMs - call.at);
  const event: CallEvent = { ...base('call', call), durationMs, status: timing.status, outcome, source, billed, usage, cost: bill.cost };
  if (timing.firstByteMs !== undefined) event.firstByteMs = Math.max(0, timing.firstByteMs - call.at);
  if (timing.attempts !== undefined && timing.attempts > 1) event.attempts = timing.attempts;
  if (billingKey !== undefined) event.billingKey = billingKey;
  if (metered.model !== undefined) event.servedModel = kept(metered.model);
  if (reasoning !== undefined) event.reasoning = reasoning;
  if (!isEmpty(metered.serverTools)) event.serverTools = metered.serverTools;
  if (metered.toolCalls.length > 0) event.toolCalls = metered.toolCalls.map((name) => kept(name));
  if (granted.reserved) event.reserved = granted.reserved;
  if (serviceTier !== undefined) event.serviceTier = serviceTier;
  if (batch !== undefined) event.batch = batch;
  if (stopReason !== undefined) event.stopReason = stopReason;
  if (responseId !== undefined) event.responseId = responseId;
  if (error !== undefined) event.error = error;
  if (print && print.segments.length > 0) event.segments = print.segments;
  if (print?.tools !== undefined) event.tools = print.tools;
  if (granted.actions.length > 0) event.actions = [...granted.actions];
  if (granted.notes.length + metered.notes.length > 0) event.notes = [...granted.notes, ...metered.notes];
  return event;
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}

export const limitEvent = (id: string, at: number, state: 'warned' | 'reached' | 'reset', standing: Standing, session?: string): LedgerEvent => ({
  kind: 'limit',
  id,
  at,
  state,
  standing: standingForWire(standing),
  ...compact({ session }),
});
