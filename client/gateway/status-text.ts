/** What the status bar says of the gateway. Knows nothing of VS Code. */
import { formatShare, formatUsd, plural } from '../../core/format.ts';
import type { GatewayStanding, GatewayState } from '../../core/protocol/gateway.ts';
import type { Overview } from '../../core/protocol/panel.ts';

const HOUR = 3_600_000;
const DEFAULT_WARN_AT = 0.8;

export interface StatusText {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** For screen readers. */
  readonly label: string;
  readonly level: 'normal' | 'warning' | 'error';
}

/** Spending of the last hour, as far as the latest calls show it; `atLeast` where there were more calls than they show. */
export function lastHourOf({ recent }: Pick<GatewayState, 'recent'>, nowMs: number): { readonly nanoUsd: number; readonly atLeast: boolean } {
  const within = recent.filter(({ at, billed }) => billed && at > nowMs - HOUR);
  const nanoUsd = within.reduce((sum, { cost }) => sum + (cost.kind === 'known' ? cost.nanoUsd : cost.atLeast), 0);
  return { nanoUsd, atLeast: recent.length > 0 && within.length === recent.length && recent.length >= 100 };
}

type OverviewOfHour = Pick<Overview, 'at' | 'lastHour'> & { readonly today: Pick<Overview['today'], 'nanoUsd'> };

/** Nano-dollars of the last hour as the ledger summed it up, and what was spent since; undefined where it is not known. */
export function hourNow({ today, todaySince }: Pick<GatewayState, 'today' | 'todaySince'>, overview: OverviewOfHour | undefined): number | undefined {
  if (!overview || overview.at < todaySince) return undefined;
  return overview.lastHour + Math.max(0, today.nanoUsd - overview.today.nanoUsd);
}

const shareOf = ({ spent, max }: GatewayStanding): number => (max === 0 ? 0 : spent / max);

/** Limits of sessions that are over say nothing of now. */
function shownLimits({ limits, sessions }: GatewayState): readonly GatewayStanding[] {
  const over = new Set(sessions.filter(({ status }) => status !== 'running').map(({ session }) => session));
  return limits.filter(({ layer, counter }) => layer !== 'session' || !over.has(counter.slice(counter.indexOf('|') + 1)));
}

/** `perHour`: the gateway's own figure, where it is known. */
export function statusText(state: GatewayState, perHour: number | undefined, nowMs: number): StatusText {
  const limits = shownLimits(state);
  const reached = limits.filter((limit) => limit.action !== 'warn' && shareOf(limit) >= 1);
  const near = limits.filter((limit) => shareOf(limit) >= (limit.warnAt ?? DEFAULT_WARN_AT));
  // One that a person opened is as the person wants it.
  const open = state.breakers.filter(({ state: phase, cause }) => phase === 'open' && cause !== 'manual');
  const level = reached.length > 0 || open.length > 0 ? 'error' : near.length > 0 ? 'warning' : 'normal';
  const seen = lastHourOf(state, nowMs);
  const hour = perHour ?? seen.nanoUsd;
  const rate = hour === 0 ? '' : ` · ${perHour === undefined && seen.atLeast ? '≥ ' : ''}${formatUsd(hour)}/h`;
  const unpriced = state.today.unpriced > 0;
  const today = `${unpriced ? '≥ ' : ''}${formatUsd(state.today.nanoUsd)}`;
  const lines = [
    `**${today}** today in ${plural(state.today.calls, 'call')}${rate === '' ? '' : `, ${rate.slice(3)} in the last hour`}`,
    ...(unpriced ? [`${plural(state.today.unpriced, 'call')} without a known price`] : []),
    ...(state.running.length > 0 ? [`${plural(state.running.length, 'call')} on their way`] : []),
    ...[...near]
      .sort((a, b) => shareOf(b) - shareOf(a))
      .slice(0, 5)
      .map((limit) => `Limit ${code(limit.counter)}: ${formatShare(shareOf(limit))} used`),
    ...open.slice(0, 3).map(({ scope }) => `The circuit breaker of ${code(scope)} is open`),
    ...state.health.map(({ message }) => message.replace(/[<>[\]*_`\\]/g, (sign) => `\\${sign}`)),
  ];
  const icon = level === 'error' ? '$(error)' : level === 'warning' ? '$(warning)' : '$(pulse)';
  return {
    text: `${icon} ${today}${rate}`,
    tooltip: `${lines.join('  \n')}\n\nClick for the live panel.`,
    label: `Costlint gateway: ${today} spent today${level === 'error' ? ', a limit is reached' : level === 'warning' ? ', a limit is near' : ''}`,
    level,
  };
}

const code = (name: string): string => `\`${name.replaceAll('`', "'")}\``;
