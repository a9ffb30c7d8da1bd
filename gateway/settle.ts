/** The end of a call: its real cost replaces the reservation, and its row is written. */
import { type Amount, endsStreams, type Settled, ZERO } from '../core/budget/index.ts';
import type { CallEvent } from '../core/protocol/gateway.ts';
import { billingKey, type Metered, tokensOf } from '../core/wire/index.ts';
import { type Bill, billOf } from './bill.ts';
import { type Call, type Granted, laneOf, rateNeed } from './call.ts';
import { callEvent, limitEvent, type Timing } from './events.ts';
import { firstOf } from './headers.ts';
import type { Appended } from './ledger/types.ts';
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
  const told = asCounted(event, await written);
  return () => {
    core.gauges.touch(call.limits);
    const over = granted.lease !== undefined && (settled.beyond.nanoUsd > 0 || settled.beyond.tokens > 0);
    if (over) core.beyond.add(settled.beyond);
    core.emit(over ? { ...told, beyond: settled.beyond } : told);
    core.guard?.observe(told);
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
  const written: Promise<Appended | undefined>[] = [];
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
  const kinds = await Promise.all(written);
  return () => {
    core.gauges.touch(call.limits);
    for (const [index, event] of events.entries()) {
      const told = asCounted(event, kinds[index]);
      core.emit(told);
      core.guard?.observe(told);
    }
    stopAt(call, settled);
  };
}

const NOT_CHARGED: Settled = { kind: 'unknown', beyond: ZERO, stopNow: [], standings: [] };

/** What cannot be charged (its reservation then returns by itself) has ended all the same, and is told. */
async function charge({ core, id, limits }: Call, { lease }: Granted, amount: Amount): Promise<Settled> {
  try {
    return await (lease ? core.store.settle(lease, amount) : core.store.charge(id, limits, amount));
  } catch (error) {
    core.warn(`settle ${id}: ${String(error)}`);
    return NOT_CHARGED;
  }
}

/** The ledger tries again by itself what it cannot write now: then it is not known what became of the event. */
const record = (call: Call, event: CallEvent): Promise<Appended | undefined> =>
  call.core.ledger.append(event).catch((error: unknown) => {
    call.core.warn(`ledger: ${String(error)}`);
    return undefined;
  });

/** Who follows the calls counts what the ledger counts: the same bill a second time is none. */
const asCounted = (event: CallEvent, appended: Appended | undefined): CallEvent =>
  appended?.kind === 'same-bill' ? { ...event, billed: false } : event;

/** Ceilings that ask for it end the streams that run under them: as they are now, since a person may have changed them after the call began. */
function stopAt(call: Call, { standings }: Settled): void {
  const { core, who } = call;
  const { limits } = core;
  if (!limits.some(({ when }) => when === 'now')) return;
  for (const before of standings) {
    const limit = limits.find(({ id }) => id === before.limit.id);
    if (!limit || !endsStreams(limit, before.spent)) continue;
    const standing = { ...before, limit };
    const { counter } = standing;
    const event = limitEvent(core.newId(), core.now(), 'reached', standing, who.session);
    core.emit(event);
    core.ledger.append(event).catch((error: unknown) => core.warn(`ledger: ${String(error)}`));
    core.running.stopCounters([counter], ceilingDetail(standing, who.session));
  }
}
