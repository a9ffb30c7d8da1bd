/** Limits and circuit breakers: as they stand, and what a person does to them. Each change is recorded and published. */
import * as z from 'zod';
import { type AppliedLimit, endsStreams, type Limit } from '../../core/budget/index.ts';
import type { LedgerEvent, LimitEvent } from '../../core/protocol/gateway.ts';
import { type Core, standingForWire } from '../core.ts';
import { type LimitChange, setLimitSchema } from '../limits.ts';
import { ceilingDetail } from '../refusal.ts';
import { type Answer, type Asked, checked, ok, wrong } from './answer.ts';
import { scopedLimits } from './budget.ts';

/** Limits of the scopes named in the query, `?session=…&agent=…`. */
export async function limits({ core, query }: Asked): Promise<Answer> {
  const named = Object.fromEntries([...query].filter(([, value]) => value !== ''));
  const standings = await core.store.standings(scopedLimits(core, named));
  return ok({ limits: standings.map(standingForWire) });
}

/** Publishes and records; resolves when it is on disk or will be tried again. */
async function record(core: Core, event: LedgerEvent): Promise<void> {
  core.emit(event);
  await core.ledger.append(event).catch((error: unknown) => core.warn(`ledger: ${String(error)}`));
}

export const setLimit = ({ core, parts, json }: Asked): Answer | Promise<Answer> =>
  checked(setLimitSchema, json, async (input) => {
    const change = await core.limitBook.set(input);
    if (typeof change === 'string') return wrong(change, change.startsWith('there is no limit') ? 404 : 400);
    const known = parts.publisher?.state().limits.map(({ counter }) => counter) ?? [];
    const standings = await tell(core, change, known);
    return ok({ limit: change.after ?? null, standings });
  });

/** The counters of a limit that are to be seen: that of its scope, and those that calls have touched. */
function countersOf(limit: Limit, known: readonly string[]): AppliedLimit[] {
  const own = limit.layer === 'account' ? 'all' : limit.scope;
  const counters = new Set([...(own === undefined ? [] : [`${limit.id}|${own}`]), ...known.filter((counter) => counter.startsWith(`${limit.id}|`))]);
  return [...counters].map((counter) => ({ limit, counter }));
}

async function tell(core: Core, { before, after }: LimitChange, known: readonly string[]): Promise<unknown> {
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

const counterSchema = z.strictObject({ counter: z.string() });

export const resetLimit = ({ core, json }: Asked): Answer | Promise<Answer> =>
  checked(counterSchema, json, async ({ counter }) => {
    const limit = core.limits.find(({ id }) => counter.startsWith(`${id}|`));
    if (!limit) return wrong(`no limit has the counter ${counter}; GET /costlint/limits lists them: "session|<id>"`, 404);
    await core.store.reset(counter);
    // What the limit had tripped is over with it.
    if (limit.layer === 'session') core.guard?.reset?.(counter.slice(limit.id.length + 1));
    const [standing] = await core.store.standings([{ limit, counter }]);
    if (standing) await record(core, { kind: 'limit', id: core.newId(), at: core.now(), state: 'reset', standing: standingForWire(standing) });
    return ok({ reset: counter });
  });

export const resetBreaker = ({ core, json }: Asked): Answer | Promise<Answer> =>
  checked(z.strictObject({ scope: z.string().default('all') }), json ?? {}, async ({ scope }) => {
    const released = await core.pauses.release(scope.replace(/^session:/, ''), 'stopped');
    if (!core.guard?.reset && released.length === 0) return wrong('the circuit breaker is switched off', 409);
    const reset = new Set([...(core.guard?.reset?.(scope) ?? []), ...released.map((session) => `session:${session}`)]);
    for (const name of reset) {
      if (!name.startsWith('session:')) continue;
      const session = name.slice('session:'.length);
      core.sessions?.byPerson(session, core.pauses.has(session) ? 'paused' : 'running', core.now());
    }
    return ok({ reset: [...reset] });
  });
