/** Saying no: in the provider's shape, with what a person and a program need to go on. */
import type { ServerResponse } from 'node:http';
import type { Standing, Unit } from '../core/budget/types.ts';
import { formatUsd } from '../core/format.ts';
import { type DenialDetail, type WireApi, wireApi } from '../core/wire/index.ts';
import { howToRaise } from './options.ts';
import type { StoreDecision } from './store/types.ts';

const figure = (unit: Unit, amount: number): string => (unit === 'nanoUsd' ? formatUsd(amount) : amount.toLocaleString('en-US'));
/** With its unit: `$5`, `2,000 tokens`. */
export const amountText = (unit: Unit, amount: number): string =>
  unit === 'nanoUsd' ? figure(unit, amount) : `${figure(unit, amount)} ${amount === 1 ? unit.slice(0, -1) : unit}`;

const LAYERS: Readonly<Record<string, string>> = { call: 'one call', account: 'the account' };

/** What a limit that denies says. */
export function budgetDetail(decision: Extract<StoreDecision, { kind: 'denied' }>, needed: number, session: string, nowMs: number): DenialDetail {
  const [tightest] = decision.by;
  if (!tightest) return { kind: 'budget', message: 'Costlint: the reservation of this call has ended', session };
  const { limit, spent, reserved, counter, resetsMs } = tightest;
  const whom = LAYERS[limit.layer] ?? `${limit.layer} "${counter.slice(counter.indexOf('|') + 1)}"`;
  const say = (amount: number): string => amountText(limit.unit, amount);
  const running = reserved > 0 ? `, ${say(reserved)} set aside for running calls` : '';
  const resets = resetsMs === undefined ? '' : ` It resets at ${new Date(resetsMs).toISOString()}.`;
  const used =
    limit.window.kind === 'call' ? `at most ${say(limit.max)} are allowed` : `${figure(limit.unit, spent)} of ${say(limit.max)} are spent${running}`;
  const raise = howToRaise(limit);
  return {
    kind: 'budget',
    message: `Costlint stopped this call: limit "${limit.id}" of ${whom}: ${used}, this call may take ${say(needed)}.${resets} To go on, ${raise}.`,
    limit: limit.id,
    layer: limit.layer,
    unit: limit.unit,
    max: limit.max,
    spent,
    reserved,
    needed,
    howToRaise: raise,
    session,
    ...(resetsMs === undefined ? {} : { resetsAt: new Date(resetsMs).toISOString() }),
    ...(decision.retryMs === undefined ? {} : { retryAfterMs: Math.max(0, decision.retryMs - nowMs) }),
  };
}

/** What a ceiling that ends a running stream says. */
export function ceilingDetail(standing: Standing, session?: string): DenialDetail {
  const { limit, spent } = standing;
  return {
    kind: 'budget',
    message: `Costlint ended this stream: limit "${limit.id}" is reached, ${figure(limit.unit, spent)} of ${amountText(limit.unit, limit.max)} are spent. To go on, ${howToRaise(limit)}.`,
    limit: limit.id,
    layer: limit.layer,
    unit: limit.unit,
    max: limit.max,
    spent,
    howToRaise: howToRaise(limit),
    ...(session === undefined ? {} : { session }),
  };
}

/** Answers with a refusal; paths of no API get the shape of OpenAI, which most clients read. The HTTP status. */
export function refuse(response: ServerResponse, detail: DenialDetail, api: WireApi = wireApi('openai-chat'), status?: number): number {
  const denial = api.denial(detail);
  const code = status ?? denial.status;
  if (response.headersSent || response.destroyed) return code;
  // The body of the request may still be on its way: it is not read, so the connection cannot be used again.
  const close = response.req.complete ? {} : { connection: 'close' };
  response.writeHead(code, { ...denial.headers, ...close, 'content-length': Buffer.byteLength(denial.body) });
  response.end(denial.body);
  return code;
}
