/** A limit as a gauge: what is spent and set aside, and where it warns and stops. */
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { GatewayStanding } from '../../core/protocol/gateway.ts';
import type { Overview } from '../../core/protocol/panel.ts';
import { amount, moment, percent, usd } from '../format.ts';

/** The bar goes on a little behind the limit, so that its end is seen. */
const ROOM = 1.08;

export type Level = 'good' | 'warning' | 'error';

export function levelOf({ spent, max, warnAt, action }: GatewayStanding): Level {
  if (max > 0 && spent < max * (warnAt ?? 0.8)) return 'good';
  return spent >= max && action !== 'warn' ? 'error' : 'warning';
}

const counterScope = ({ counter, limit }: GatewayStanding): string => {
  const scope = counter.startsWith(`${limit}|`) ? counter.slice(limit.length + 1) : '';
  return scope === 'all' ? '' : scope;
};

export const limitName = (standing: GatewayStanding): string => {
  const scope = counterScope(standing);
  return scope ? `${standing.limit} · ${scope}` : standing.limit;
};

export function limitText(standing: GatewayStanding, now: number): string {
  const { spent, reserved, max, unit, warnAt, action, resetsAt } = standing;
  const share = max > 0 ? percent(spent / max) : 'all';
  const parts = [`${amount(spent, unit)} of ${amount(max, unit)}, ${share}`];
  if (reserved > 0) parts.push(`${amount(reserved, unit)} set aside for running calls`);
  parts.push(`warns at ${percent(warnAt ?? 0.8)}${action === 'warn' ? ', never stops' : ', stops at 100%'}`);
  if (resetsAt) parts.push(`resets ${moment(resetsAt, now)}`);
  return parts.join(' · ');
}

export function gauge(standing: GatewayStanding, now: number): TemplateResult {
  const { spent, reserved, max, warnAt } = standing;
  const place = (value: number): string => `${Math.min(100, (value / Math.max(max, 1) / ROOM) * 100)}%`;
  const level = levelOf(standing);
  const mark = (share: number): TemplateResult => {
    const x = `${(share / ROOM) * 100}%`;
    return svg`<line class="mark" x1=${x} x2=${x} y1="0" y2="10" />`;
  };
  return html`<div
    class="gauge"
    role="meter"
    aria-label=${limitName(standing)}
    aria-valuemin="0"
    aria-valuemax=${max}
    aria-valuenow=${Math.min(spent, max)}
    aria-valuetext=${limitText(standing, now)}
  >
    <svg width="100%" height="10" aria-hidden="true">
      <rect class="track" x="0.5" y="2.5" width="99.8%" height="5" rx="2.5" />
      <rect class="aside" x="0" y="2" width=${place(spent + reserved)} height="6" rx="3" />
      <rect class="used ${level}" x="0" y="2" width=${place(spent)} height="6" rx="3" />
      ${mark(warnAt ?? 0.8)}${standing.action === 'warn' ? nothing : mark(1)}
    </svg>
  </div>`;
}

/** What the last hour cost, on the band of what hours usually cost. */
export function rateBand(lastHour: number, usual: NonNullable<Overview['usualHour']>): TemplateResult {
  const end = Math.max(lastHour, usual.high) * 1.15 || 1;
  const x = (value: number): string => `${(value / end) * 100}%`;
  const isHigh = lastHour > usual.high;
  return html`<svg class="band" width="100%" height="12" aria-hidden="true">
    <line class="base" x1="0" x2="100%" y1="6" y2="6" />
    <rect class="usual" x=${x(usual.low)} y="2" width=${x(Math.max(usual.high - usual.low, end / 200))} height="8" rx="2" />
    <circle class=${isHigh ? 'here high' : 'here'} cx=${x(lastHour)} cy="6" r="4" />
  </svg>`;
}

export const usualText = ({ low, high, hours }: NonNullable<Overview['usualHour']>): string =>
  `usually ${usd(low)}–${usd(high)} (${hours} active hours of the last 14 days)`;

export const meterStyles = css`
  .gauge, .band { display: block; width: 100%; }
  .gauge svg { display: block; }
  .track { fill: var(--vscode-editorWidget-background); stroke: var(--vscode-contrastBorder, var(--vscode-charts-lines)); stroke-opacity: 0.6; }
  .aside { fill: var(--vscode-descriptionForeground); fill-opacity: 0.45; }
  .used.good { fill: var(--vscode-charts-green); }
  .used.warning { fill: var(--vscode-charts-yellow); }
  .used.error { fill: var(--vscode-charts-red); }
  .mark { stroke: var(--vscode-foreground); stroke-width: 1.5; }
  .base { stroke: var(--vscode-descriptionForeground); stroke-opacity: 0.5; }
  .usual { fill: var(--vscode-charts-green); fill-opacity: 0.35; stroke: var(--vscode-contrastBorder, transparent); }
  .here { fill: var(--vscode-foreground); }
  .here.high { fill: var(--vscode-charts-red); }
`;
