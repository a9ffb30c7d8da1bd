/** A limit that was set, raised, lowered or removed takes effect on what runs, and is published and recorded. */
import { type AppliedLimit, endsStreams, type Limit } from '../core/budget/index.ts';
import type { GatewayStanding, LedgerEvent, LimitEvent } from '../core/protocol/gateway.ts';
import { type Core, standingForWire } from './core.ts';
import type { LimitChange } from './limits.ts';
import { ceilingDetail } from './refusal.ts';

/** Publishes and records; resolves when it is on disk or will be tried again. */
export async function record(core: Core, event: LedgerEvent): Promise<void> {
  core.emit(event);
  await core.ledger.append(event).catch((error: unknown) => core.warn(`ledger: ${String(error)}`));
}

/** The counters of a limit that are to be seen: that of its scope, and those that calls have touched. */
function countersOf(limit: Limit, known: readonly string[]): AppliedLimit[] {
  const own = limit.layer === 'account' ? 'all' : limit.scope;
  const counters = new Set([...(own === undefined ? [] : [`${limit.id}|${own}`]), ...known.filter((counter) => counter.startsWith(`${limit.id}|`))]);
  return [...counters].map((counter) => ({ limit, counter }));
}

/** `known`: counters that readers have seen. Where the limit stands now; nothing where it is gone. */
export async function limitChanged(core: Core, { before, after }: LimitChange, known: readonly string[]): Promise<readonly GatewayStanding[]> {
  const limit = after ?? before;
  if (!limit) return [];
  if (limit.layer === 'session' && (!after || after.action === 'warn' || after.max > (before?.max ?? after.max))) core.guard?.raised?.();
  const touched = countersOf(limit, known);
  const current = await core.store.standings(touched);
  // Lowered below what is spent: it is reached now.
  if (after) for (const one of current) if (endsStreams(after, one.spent)) core.running.stopCounters([one.counter], ceilingDetail(one));
  const standings = current.map(standingForWire);
  const nobody = { limit: limit.id, layer: limit.layer, counter: `${limit.id}|-`, unit: limit.unit, max: limit.max, spent: 0, reserved: 0 };
  const event: LimitEvent = {
    kind: 'limit',
    id: core.newId(),
    at: core.now(),
    state: after ? 'changed' : 'removed',
    standing: standings[0] ?? nobody,
    ...(before && after ? { was: before.max } : {}),
  };
  await record(core, event);
  if (after && standings.length > 0) core.emit({ kind: 'standings', at: core.now(), standings });
  return after ? standings : [];
}
