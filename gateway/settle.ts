/** The end of a call: its real cost replaces the reservation, and its row is written. */
import type { Amount, Settled, Standing } from '../core/budget/types.ts';
import type { CallEvent } from '../core/protocol/gateway.ts';
import { billingKey, type Metered, tokensOf } from '../core/wire/index.ts';
import { type Bill, billOf } from './bill.ts';
import { type Call, type Granted, laneOf, rateNeed } from './call.ts';
import { callEvent, limitEvent, type Timing } from './events.ts';
import { firstOf } from './headers.ts';
import { ceilingDetail } from './refusal.ts';
import { isEndStatus } from './sessions.ts';

const ONE_CALL: Amount = { nanoUsd: 0, tokens: 0, calls: 1 };

/** Ids of hosts that number their answers, or repeat one id for ever, do not tell bills apart. */
const TELLS_APART = 16;

function keyOf(call: Call, metered: Metered): string | undefined {
  if (!metered.billed || (metered.responseId?.length ?? 0) < TELLS_APART) return undefined;
  return billingKey(call.route.upstream.provider, metered);
}

/**
 * Resolves when the call is on disk: then its answer may end. What it resolves to tells everyone who follows the calls, and acts on limits that are reached; to be called
 * in the same turn.
 */
export async function settleCall(call: Call, granted: Granted, metered: Metered, items: readonly Metered[], timing: Timing): Promise<() => void> {
  const { core } = call;
  const gathered = core.running.turn();
  if (gathered) await gathered;
  if (items.length > 0) return settleBatch(call, granted, items, timing);
  const bill = priced(call, metered);
  const key = keyOf(call, metered);
  const amount = key !== undefined && core.ledger.isBilled(key) ? ONE_CALL : bill.amount;
  const event = core.observed.see(callEvent(call, granted, metered, bill, timing, key), call.asked?.print);
  const written = record(call, event);
  const settled = await charge(call, granted, amount);
  await written;
  return () => {
    const over = granted.lease !== undefined && (settled.beyond.nanoUsd > 0 || settled.beyond.tokens > 0);
    if (over) core.warn(`call ${call.id} took more than was set aside: ${JSON.stringify(settled.beyond)}`);
    core.emit(over ? { ...event, beyond: settled.beyond } : event);
    core.guard?.observe(event);
    leaveLane(call, metered);
    stopAt(call, settled);
    sayStatus(call);
  };
}

function leaveLane(call: Call, { usage }: Metered): void {
  const { asked, core } = call;
  if (!asked || !core.rates) return;
  const outputTokens = usage.output ?? 0;
  const inputTokens = tokensOf(usage) - outputTokens - (usage.cacheRead ?? 0);
  core.rates.leave(laneOf(call, asked), rateNeed(asked), { requests: 1, inputTokens, outputTokens, tokens: inputTokens + outputTokens });
}

/** The client says with its last call how its session ended. */
function sayStatus({ core, request, who }: Call): void {
  const status = firstOf(request.headers['x-costlint-session-status']);
  if (isEndStatus(status)) core.sessions?.end(who.session, status, 'header', core.now());
  if (request.headers['x-costlint-progress'] !== undefined) core.guard?.progress?.(who.session);
}

const priced = (call: Call, metered: Metered): Bill =>
  billOf(call.core.prices, metered, call.asked?.facts, call.route.match, call.route.upstream.provider, call.at);

/** Each result of a batch is a call of its own; those that were billed before, as the same results fetched again, are not counted. */
async function settleBatch(call: Call, granted: Granted, items: readonly Metered[], timing: Timing): Promise<() => void> {
  const { core } = call;
  let sum: Amount = { nanoUsd: 0, tokens: 0, calls: 0 };
  const events: CallEvent[] = [];
  const written: Promise<void>[] = [];
  for (const [index, item] of items.entries()) {
    const bill = priced(call, item);
    const key = keyOf(call, item);
    const counts = item.billed && !(key !== undefined && core.ledger.isBilled(key));
    if (counts) sum = { nanoUsd: sum.nanoUsd + bill.amount.nanoUsd, tokens: sum.tokens + bill.amount.tokens, calls: sum.calls + 1 };
    const event = { ...callEvent(call, granted, item, bill, timing, key), id: `${call.id}.${index}` };
    written.push(record(call, event));
    events.push(event);
  }
  const settled = await charge(call, granted, sum);
  await Promise.all(written);
  return () => {
    for (const event of events) {
      core.emit(event);
      core.guard?.observe(event);
    }
    stopAt(call, settled);
  };
}

const charge = (call: Call, granted: Granted, amount: Amount): Promise<Settled> =>
  granted.lease ? call.core.store.settle(granted.lease, amount) : call.core.store.charge(call.id, call.limits, amount);

/** The ledger tries again by itself what it cannot write now. */
const record = (call: Call, event: CallEvent): Promise<void> =>
  call.core.ledger.append(event).then(
    () => undefined,
    (error: unknown) => call.core.warn(`ledger: ${String(error)}`),
  );

/** Ceilings that ask for it end the streams that run under them. */
function stopAt(call: Call, { stopNow, standings }: Settled): void {
  const { core, who } = call;
  for (const counter of stopNow) {
    const standing = standings.find((one): one is Standing => one.counter === counter);
    if (!standing) continue;
    const event = limitEvent(core.newId(), core.now(), 'reached', standing, who.session);
    core.emit(event);
    core.ledger.append(event).catch((error: unknown) => core.warn(`ledger: ${String(error)}`));
    core.running.stopCounters([counter], ceilingDetail(standing, who.session));
  }
}
