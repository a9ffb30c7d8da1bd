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

const base = ({ id, at, who, route, asked }: Call) => ({
  id,
  at,
  ...who,
  provider: route.upstream.provider,
  api: route.api.id,
  operation: route.match.operation,
  stream: asked?.facts.stream ?? route.match.stream ?? false,
  ...compact({ model: keptName(asked?.facts.model ?? route.match.model) }),
});

export const startedEvent = (call: Call, granted: Granted): CallStarted => ({
  kind: 'call-started',
  ...base(call),
  ...compact({ reserved: granted.reserved }),
});

export const deniedEvent = (
  call: Call,
  detail: DenialDetail,
  status: number,
  { by, needed }: { readonly by?: readonly GatewayStanding[]; readonly needed?: Amount },
): DeniedEvent => ({
  kind: 'denied',
  ...base(call),
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
  return {
    kind: 'call',
    ...base(call),
    durationMs: Math.max(0, timing.endedMs - call.at),
    status: timing.status,
    outcome,
    source,
    billed,
    usage: metered.usage,
    cost: bill.cost,
    ...compact({
      firstByteMs: timing.firstByteMs === undefined ? undefined : Math.max(0, timing.firstByteMs - call.at),
      attempts: timing.attempts !== undefined && timing.attempts > 1 ? timing.attempts : undefined,
      billingKey,
      servedModel: keptName(metered.model),
      reasoning: metered.reasoning,
      serverTools: Object.keys(metered.serverTools).length > 0 ? metered.serverTools : undefined,
      toolCalls: metered.toolCalls.length > 0 ? metered.toolCalls.map((name) => kept(name)) : undefined,
      reserved: granted.reserved,
      serviceTier: metered.serviceTier,
      batch: metered.batch,
      stopReason: metered.stopReason,
      responseId: metered.responseId,
      error: metered.error,
      segments: print && print.segments.length > 0 ? print.segments : undefined,
      tools: print?.tools,
      actions: granted.actions.length > 0 ? [...granted.actions] : undefined,
      notes: granted.notes.length + metered.notes.length > 0 ? [...granted.notes, ...metered.notes] : undefined,
    }),
  };
}

export const limitEvent = (id: string, at: number, state: 'warned' | 'reached' | 'reset', standing: Standing, session?: string): LedgerEvent => ({
  kind: 'limit',
  id,
  at,
  state,
  standing: standingForWire(standing),
  ...compact({ session }),
});
