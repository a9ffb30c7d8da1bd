/** Sessions: all of them, one of them, and what a person or a client says of one. */
import { setImmediate as turn } from 'node:timers/promises';
import * as z from 'zod';
import type { LedgerEvent } from '../../core/protocol/gateway.ts';
import type { SessionDetail } from '../../core/protocol/panel.ts';
import { type Answer, type Asked, checked, ok, wrong } from './answer.ts';

const MAX_SESSIONS = 20_000;
/** The newest; what came before them is left out. */
const MAX_EVENTS = 5_000;
/** Read before other work gets its turn. */
const PIECE = 250;
const SOURCE = 'gateway';

const listSchema = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_SESSIONS).default(200),
  since: z.coerce.number().int().min(0).default(0),
});

export const listSessions = ({ core, query }: Asked): Answer | Promise<Answer> =>
  checked(listSchema, Object.fromEntries(query), async ({ limit, since }) => {
    const sessions = (await core.ledger.spent.sessions({ limit, since })).map((session) => ({ ...session, source: SOURCE }));
    return ok({ sessions, total: Math.max(sessions.length, core.ledger.spent.sessionCount(since)) });
  });

export async function oneSession({ core }: Asked, id: string): Promise<Answer> {
  const summary = core.ledger.session(id);
  if (!summary) return wrong(`no session ${id}`, 404);
  const events: LedgerEvent[] = [];
  for (const event of core.ledger.events({ session: id, order: 'newest', limit: MAX_EVENTS + 1 })) {
    events.push(event);
    if (events.length % PIECE === 0) await turn();
  }
  const cut = events.length > MAX_EVENTS;
  const shown = events.slice(0, MAX_EVENTS).reverse();
  const breaks = core.observed.breaksOf(shown.filter((event) => event.kind === 'call'));
  const detail: SessionDetail = { summary: { ...summary, source: SOURCE }, events: shown, breaks, cut };
  return ok(detail);
}

export async function pauseSession({ core }: Asked, id: string): Promise<Answer> {
  if (!core.pauses.has(id)) {
    await core.pauses.hold(id, 'paused');
    core.sessions?.byPerson(id, 'paused', core.now());
  }
  return ok({ session: id, status: 'paused' });
}

export async function resumeSession({ core }: Asked, id: string): Promise<Answer> {
  const released = await core.pauses.release(id, 'paused');
  if (released.length === 0) return wrong(`session ${id} is not paused`, 409);
  core.sessions?.byPerson(id, 'running', core.now());
  return ok({ session: id, status: 'running' });
}

/** Its streams end now, its further calls are denied. */
export async function stopSession({ core }: Asked, id: string): Promise<Answer> {
  const stopped = core.running.stopSession(id, { kind: 'breaker', message: 'Costlint: a person stopped this session', session: id });
  await core.pauses.release(id);
  if (core.guard?.stop) core.guard.stop(id);
  else await core.pauses.hold(id, 'stopped');
  core.sessions?.end(id, 'stopped', 'person', core.now());
  return ok({ session: id, stopped });
}

const statusSchema = z.strictObject({
  status: z.enum(['done', 'failed', 'looped', 'stopped']),
  reason: z.string().max(500).optional(),
  /** Whose word it is: the client's, or a person's. */
  via: z.enum(['header', 'person']).default('header'),
});

export const endSession = ({ core, json }: Asked, id: string): Answer | Promise<Answer> =>
  checked(statusSchema, json, ({ status, reason, via }) => {
    core.sessions?.end(id, status, via, core.now(), reason);
    return ok({ session: id, status });
  });

export function progress({ core }: Asked, id: string): Answer {
  core.guard?.progress?.(id);
  return ok({ session: id });
}
