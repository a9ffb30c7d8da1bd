/** Limits and circuit breakers: as they stand, and what a person does to them. Each change is recorded and published. */
import * as z from 'zod';
import { standingForWire } from '../core.ts';
import { limitChanged, record } from '../limit-changes.ts';
import { setLimitSchema } from '../limits.ts';
import { type Answer, type Asked, checked, ok, wrong } from './answer.ts';
import { scopedLimits } from './budget.ts';

/** Limits of the scopes named in the query, `?session=…&agent=…`. */
export async function limits({ core, query }: Asked): Promise<Answer> {
  const named = Object.fromEntries([...query].filter(([, value]) => value !== ''));
  const standings = await core.store.standings(scopedLimits(core, named));
  return ok({ limits: standings.map(standingForWire) });
}

export const setLimit = ({ core, parts, json }: Asked): Answer | Promise<Answer> =>
  checked(setLimitSchema, json, async (input) => {
    const change = await core.limitBook.set(input);
    if (typeof change === 'string') return wrong(change, change.startsWith('there is no limit') ? 404 : 400);
    const known = parts.publisher?.state().limits.map(({ counter }) => counter) ?? [];
    const standings = await limitChanged(core, change, known);
    return ok({ limit: change.after ?? null, standings });
  });

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
