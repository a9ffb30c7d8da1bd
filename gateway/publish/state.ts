/** What a gateway knows when it starts: the day so far, and the latest of its ledger. */
import { calendarWindow } from '../../core/budget/index.ts';
import type { GatewayState } from '../../core/protocol/gateway.ts';
import type { Ledger } from '../ledger/types.ts';

const DAY = 24 * 3_600_000;

/** Start of the day that an instant is in, where the person lives. */
export function midnightIn(timeZone: string): (at: number) => number {
  let known = { startMs: 0, endMs: 0 };
  return (at) => {
    if (at < known.startMs || at >= known.endMs) known = calendarWindow({ unit: 'day', timeZone }, at);
    return known.startMs;
  };
}

/** Sessions of the last day and the latest calls. Limits are filled in by the gateway's first look at them. */
export function startingState(ledger: Ledger, gateway: GatewayState['gateway'], todaySince: number): GatewayState {
  const recent = [...ledger.events({ kinds: ['call'], order: 'newest', limit: 100 })].filter((event) => event.kind === 'call');
  const alerts = [...ledger.events({ kinds: ['alert'], order: 'newest', limit: 20, since: todaySince })].filter((event) => event.kind === 'alert');
  return {
    gateway,
    today: ledger.totals({ since: todaySince }),
    todaySince,
    sessions: [...ledger.sessions({ since: gateway.startedAt - DAY, limit: 200 })],
    running: [],
    recent,
    limits: [],
    breakers: [],
    alerts,
    health: [],
  };
}
