/** The side bar's view: the few figures and buttons that matter while one works. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { define, StoreElement } from '../element.ts';
import { activeSessions, fullest, limitsInForce, nowFigures } from '../figures.ts';
import { cacheShare, percent, sum, unpricedNote, usd } from '../format.ts';
import { gauge, limitName, limitText, meterStyles } from '../parts/meters.ts';
import { breakerNotes, healthNotes, pieceStyles, runningRow, sessionName } from '../parts/pieces.ts';
import { shared } from '../styles.ts';

const MAX_LIMITS = 3;
const MAX_SESSIONS = 5;

export class CompactView extends StoreElement {
  override render(): TemplateResult {
    const { live, overview, now } = this.store;
    const figures = nowFigures(live, overview);
    if (!live || !figures) return html`<costlint-connect .store=${this.store} .version=${this.version}></costlint-connect>`;
    const { today, session, month, lastHour } = figures;
    const share = cacheShare(today.tokens);
    const active = activeSessions(live);
    const line = (name: string, value: string, note = ''): TemplateResult =>
      html`<div class="line"><dt class="quiet">${name}</dt><dd class="number">${value}${note ? html`<span class="quiet"> ${note}</span>` : nothing}</dd></div>`;
    const { state } = this.store.connection;
    const isLost = state !== 'connected' && state !== 'reconnecting';
    return html`
      ${isLost ? html`<costlint-connect .store=${this.store} .version=${this.version}></costlint-connect>` : nothing}
      ${live.breakers.length + live.health.length > 0 ? html`<section class="notes">${breakerNotes(this.store, live.breakers)} ${healthNotes(live.health, now)}</section>` : nothing}
      <section>
        <dl>
          ${line('Today', sum(today), unpricedNote(today))} ${session ? line('This session', sum(session.totals), sessionName(session)) : nothing}
          ${month ? line('This month', sum(month)) : nothing} ${lastHour === undefined ? nothing : line('Rate', `${usd(lastHour)}/h`)}
          ${share === undefined ? nothing : line('From cache', percent(share))}
        </dl>
        ${today.calls === 0 ? html`<p class="quiet">No calls yet: they show here as soon as a program calls a provider through the gateway.</p>` : nothing}
      </section>
      ${this.#limits()}
      <section>
        <h2>Active sessions</h2>
        ${active.length === 0 ? html`<p class="quiet">None is running.</p>` : nothing}
        <ul>${repeat(
          active.slice(0, MAX_SESSIONS),
          ({ session: id }) => id,
          (one) => runningRow(this.store, one, true),
        )}</ul>
        ${active.length > MAX_SESSIONS ? html`<p class="quiet">and ${active.length - MAX_SESSIONS} more</p>` : nothing}
      </section>
      <vscode-button secondary block @click=${() => this.store.post({ type: 'open-panel' })}>Open Spend Panel</vscode-button>
    `;
  }

  #limits(): TemplateResult | typeof nothing {
    const limits = fullest(limitsInForce(this.store.live!), MAX_LIMITS);
    if (limits.length === 0) return nothing;
    return html`<section>
      <h2>Limits</h2>
      <ul>
        ${repeat(
          limits,
          ({ counter }) => counter,
          (standing) => html`<li class="limit" title=${limitText(standing, this.store.now)}>
            <div class="row"><span class="grow clip">${limitName(standing)}</span><span class="number quiet">${percent(standing.max > 0 ? standing.spent / standing.max : 1)}</span></div>
            ${gauge(standing, this.store.now)}
          </li>`,
        )}
      </ul>
    </section>`;
  }

  static override styles = [
    shared,
    meterStyles,
    pieceStyles,
    css`
      .line { display: flex; justify-content: space-between; gap: 12px; min-height: 22px; align-items: baseline; }
      dd { margin: 0; text-align: right; min-width: 0; overflow-wrap: anywhere; }
      dt { flex: none; }
      .limit { margin-bottom: 8px; }
      section { margin-bottom: 14px; }
      .note { display: grid; grid-template-columns: auto 1fr; }
      .note vscode-button { grid-column: 2; justify-self: start; margin: 0; }
    `,
  ];
}
define('costlint-compact', CompactView);
