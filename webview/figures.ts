/** The figures of "Now": what the gateway summed up, brought up to date with the calls since. */
import type { GatewayStanding, GatewayState, SessionSummary, Totals } from '../core/protocol/gateway.ts';
import type { Overview } from '../core/protocol/panel.ts';

export interface NowFigures {
  readonly today: Totals;
  /** The one started last of those that run, or the one that called last. */
  readonly session: SessionSummary | undefined;
  readonly month: Totals | undefined;
  /** Nano-dollars of the last 60 minutes. */
  readonly lastHour: number | undefined;
}

/** Calls since the overview are in today's live sum and not yet in the others. */
export function nowFigures(live: GatewayState | undefined, overview: Overview | undefined): NowFigures | undefined {
  const today = live?.today ?? overview?.today;
  if (!today) return undefined;
  const isSameDay = overview !== undefined && live !== undefined && overview.at >= live.todaySince;
  const more = (name: 'nanoUsd' | 'calls' | 'unpriced'): number => (isSameDay ? Math.max(0, today[name] - overview.today[name]) : 0);
  const month = overview && {
    ...overview.month,
    nanoUsd: overview.month.nanoUsd + more('nanoUsd'),
    calls: overview.month.calls + more('calls'),
    unpriced: overview.month.unpriced + more('unpriced'),
  };
  return { today, session: live && (activeSessions(live)[0] ?? live.sessions[0]), month, lastHour: overview && overview.lastHour + more('nanoUsd') };
}

/** Sessions that run or are paused, the last started first: the order stays while calls come in, so that nobody stops the wrong one. */
export const activeSessions = ({ sessions }: GatewayState): readonly SessionSummary[] =>
  sessions
    .filter(({ status }) => status === 'running' || status === 'paused')
    .sort((a, b) => b.firstAt - a.firstAt || (a.session < b.session ? -1 : 1));

const layers = ['account', 'project', 'agent', 'key', 'model', 'session'];

/** Limits of sessions that are over stand in nobody's way: they are left out. The order stays while they fill. */
export function limitsInForce(live: GatewayState): readonly GatewayStanding[] {
  const isOpen = ({ status }: SessionSummary): boolean => status === 'running' || status === 'idle' || status === 'paused';
  const open = new Set(live.sessions.filter(isOpen).map(({ session }) => session));
  const scope = ({ counter, limit }: GatewayStanding): string => counter.slice(limit.length + 1);
  return live.limits
    .filter((standing) => standing.layer !== 'call' && (standing.layer !== 'session' || open.has(scope(standing))))
    .sort((a, b) => layers.indexOf(a.layer) - layers.indexOf(b.layer) || (a.counter < b.counter ? -1 : 1));
}

/** Every session may have one: of those only the fullest. */
export function limitsToShow(
  limits: readonly GatewayStanding[],
  sessions: number,
): { readonly shown: readonly GatewayStanding[]; readonly more: number } {
  const ofSessions = new Set(
    fullest(
      limits.filter(({ layer }) => layer === 'session'),
      sessions,
    ),
  );
  const shown = limits.filter((one) => one.layer !== 'session' || ofSessions.has(one));
  return { shown, more: limits.length - shown.length };
}

/** The fullest ones, in the order of the list. */
export function fullest(limits: readonly GatewayStanding[], count: number): readonly GatewayStanding[] {
  const share = ({ spent, max }: GatewayStanding): number => (max > 0 ? spent / max : 1);
  const chosen = new Set([...limits].sort((a, b) => share(b) - share(a)).slice(0, count));
  return limits.filter((limit) => chosen.has(limit));
}

export const limitsOfSession = (live: GatewayState | undefined, session: string): readonly GatewayStanding[] =>
  live?.limits.filter(({ layer, counter }) => layer === 'session' && counter.endsWith(`|${session}`)) ?? [];
