/** Pieces that several views show the same way. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { GatewayStanding, GatewayState, SessionStatus, SessionSummary } from '../../core/protocol/gateway.ts';
import { duration, moment, plural, sum } from '../format.ts';
import { icon } from '../icons.ts';
import { shortId, statusNames } from '../names.ts';
import type { PanelStore } from '../store.ts';
import { gauge, levelOf, limitName, limitText } from './meters.ts';

const statusIcons = { running: 'play', idle: 'dot', paused: 'pause', done: 'check', failed: 'error', looped: 'warning', stopped: 'stop' } as const;
const statusTones: Readonly<Record<SessionStatus, string>> = {
  running: 'good',
  idle: 'quiet',
  paused: 'warning',
  done: 'quiet',
  failed: 'error',
  looped: 'error',
  stopped: 'error',
};

export const statusMark = (status: SessionStatus): TemplateResult =>
  html`<span class="status"><span class=${statusTones[status]}>${icon(statusIcons[status])}</span> ${statusNames[status]}</span>`;

/** A figure with its name, and what is to be said beside it. */
export const figure = (name: string, value: string, notes: readonly (string | TemplateResult)[] = []): TemplateResult =>
  html`<div class="figure">
    <dt>${name}</dt>
    <dd><span class="value number">${value}</span>${notes.map((note) => (note === '' ? nothing : html`<span class="quiet note-line">${note}</span>`))}</dd>
  </div>`;

/** `agent · project · id` as far as they are known; the client program where neither agent nor project is. */
export const sessionName = ({ session, agent, project, client }: Pick<SessionSummary, 'session' | 'agent' | 'project' | 'client'>): string =>
  [agent ?? (project ? undefined : client), project, shortId(session)].filter(Boolean).join(' · ');

export function limitRow(store: PanelStore, standing: GatewayStanding): TemplateResult {
  const name = limitName(standing);
  const level = levelOf(standing);
  const mark = level === 'good' ? nothing : html`<span class=${level}>${icon(level === 'error' ? 'stop' : 'warning')}</span>`;
  return html`<li class="limit">
    <div class="row">
      <span class="grow clip" title=${name}>${mark} ${name}</span>
      <button class="tool link" @click=${() => store.post({ type: 'change-limit', limit: standing.limit })}>Change…<span class="hidden">limit ${name}</span></button>
      <button class="tool link" @click=${() => store.post({ type: 'reset-limit', counter: standing.counter })}>
        Reset…<span class="hidden">counter of ${name}</span>
      </button>
    </div>
    ${gauge(standing, store.now)}
    <div class="quiet number">${limitText(standing, store.now)}</div>
  </li>`;
}

export function breakerNotes(store: PanelStore, breakers: GatewayState['breakers']): readonly TemplateResult[] {
  return breakers.map(
    ({ scope, message, state, until }) => html`<div class="note" data-breaker=${scope}>
      <span class="error">${icon('error')}</span>
      <div class="grow">
        <strong>${state === 'half-open' ? 'The breaker is trying again' : 'The breaker is open'}</strong>${message.startsWith(scope) ? '' : ` (${scope})`}: ${message}.
        <span class="quiet">${until ? `It tries again at ${moment(until, store.now)}.` : 'It stays open until a person resets it.'}</span>
      </div>
      <vscode-button secondary @click=${() => store.post({ type: 'reset-breaker', scope })}>Reset…<span class="hidden">breaker ${scope}</span></vscode-button>
    </div>`,
  );
}

const parts: Readonly<Record<string, string>> = { store: 'Budget store', ledger: 'Ledger', upstream: 'Provider connection', telemetry: 'Telemetry' };

export const healthNotes = (health: GatewayState['health'], now: number): readonly TemplateResult[] =>
  health.map(
    ({ part, message, at }) => html`<div class="note">
      <span class="warning">${icon('warning')}</span>
      <div><strong>${parts[part] ?? part}</strong> does not work: ${message} <span class="quiet">since ${moment(at, now)}</span></div>
    </div>`,
  );

/** A running session with what it costs and the buttons that stop it. */
export function runningRow(store: PanelStore, session: SessionSummary, brief = false): TemplateResult {
  const name = sessionName(session);
  const { session: id, status, totals, lastAt } = session;
  const isPaused = status === 'paused';
  return html`<li class="running row">
    <span class="grow clip">
      <button class="tool link" title=${id} @click=${() => openSession(store, id)}>${name}</button>
      ${brief ? nothing : html`<span class="quiet">${plural(totals.calls, 'call')} · ${statusNames[status].toLowerCase()}${status === 'idle' ? ` ${duration(store.now - lastAt)}` : ''}</span>`}
    </span>
    <span class="number">${sum(totals)}</span>
    <span class="row tight">
      <button
        class="tool"
        aria-label="${isPaused ? 'Resume' : 'Pause'} ${name}"
        title=${isPaused ? 'Resume' : 'Pause'}
        @click=${() => store.post({ type: isPaused ? 'resume-session' : 'pause-session', id })}
      >
        ${icon(isPaused ? 'play' : 'pause')}
      </button>
      <button class="tool" aria-label="Stop ${name}" title="Stop" @click=${() => store.post({ type: 'stop-session', id })}>${icon('stop')}</button>
    </span>
  </li>`;
}

/** The side bar has no room for it: there the panel is asked for. */
export function openSession(store: PanelStore, session: string): void {
  if (store.isCompact) store.post({ type: 'open-panel', session });
  else store.show({ tab: 'sessions', session });
}

export const pieceStyles = css`
  .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(155px, 45%), 1fr)); gap: 14px 24px; }
  .figure dt { color: var(--vscode-descriptionForeground); }
  .figure dd { margin: 0; }
  .value { display: block; font-size: 1.55em; line-height: 1.35; overflow-wrap: anywhere; }
  .note-line { display: block; }
  .limit { margin-bottom: 12px; }
  .limits { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr)); gap: 0 32px; }
  .running { min-height: 26px; flex-wrap: nowrap; }
  .tight { gap: 0; flex-wrap: nowrap; }
  .notes { display: grid; gap: 6px; }
  .notes vscode-button { margin: -3px 0; }
  .status { white-space: nowrap; }
`;
