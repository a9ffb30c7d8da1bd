/** What is being spent now, against what is usual and what is allowed. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AlertEvent, CallStarted, GatewayState, Totals } from '../../core/protocol/gateway.ts';
import type { Overview } from '../../core/protocol/panel.ts';
import { define, StoreElement } from '../element.ts';
import { activeSessions, limitsInForce, limitsToShow, type NowFigures, nowFigures } from '../figures.ts';
import { cacheShare, clock, day, duration, moment, percent, plural, sum, UNKNOWN, unpricedNote, usd, whole } from '../format.ts';
import { icon } from '../icons.ts';
import { optionNames } from '../names.ts';
import { meterStyles, rateBand, usualText } from '../parts/meters.ts';
import { breakerNotes, figure, healthNotes, limitRow, openSession, pieceStyles, runningRow, sessionName } from '../parts/pieces.ts';
import { shared } from '../styles.ts';

const MAX_RUNNING = 8;
const MAX_ALERTS = 5;
const MAX_SESSION_LIMITS = 4;

const spending = (name: string, totals: Totals, more: string): TemplateResult =>
  figure(name, sum(totals), [plural(totals.calls, 'call'), unpricedNote(totals), more]);

export class NowView extends StoreElement {
  override render(): TemplateResult {
    const { live, overview } = this.store;
    const figures = nowFigures(live, overview);
    if (!live || !figures) return this.#waiting();
    const isEmpty = figures.today.calls === 0 && live.sessions.length === 0;
    return html`
      ${this.#disconnected()} ${this.#notes(live)}
      <section aria-labelledby="spent">
        <h2 id="spent" class="hidden">Spent</h2>
        <dl class="figures">${this.#spent(figures)} ${this.#outlook(figures, overview)}</dl>
      </section>
      ${isEmpty ? this.#empty() : nothing} ${this.#limits(live)} ${isEmpty ? nothing : html`${this.#sessions(live)} ${this.#calls(live)}`} ${this.#alerts(live.alerts)}
    `;
  }

  /** What was known stays; how to go on comes first. */
  #disconnected(): TemplateResult | typeof nothing {
    const { state } = this.store.connection;
    if (state === 'connected' || state === 'reconnecting') return nothing;
    return html`<costlint-connect .store=${this.store} .version=${this.version}></costlint-connect>
      <h2 class="title">Last known figures</h2>`;
  }

  #waiting(): TemplateResult {
    const isConnected = this.store.connection.state === 'connected';
    if (!isConnected) return html`<costlint-connect .store=${this.store} .version=${this.version}></costlint-connect>`;
    return html`<section>
      <p class="quiet">Waiting for the gateway's first message …</p>
      <vscode-progress-bar aria-label="Loading" indeterminate></vscode-progress-bar>
    </section>`;
  }

  #empty(): TemplateResult {
    return html`<p class="empty">No calls yet: they show here as soon as a program calls a provider through the gateway.</p>
      <costlint-connect .store=${this.store} .version=${this.version}></costlint-connect>`;
  }

  #notes(live: GatewayState): TemplateResult | typeof nothing {
    const active = this.store.overview?.active ?? [];
    if (live.breakers.length + live.health.length + active.length === 0) return nothing;
    return html`<section class="notes" aria-label="State">
      ${breakerNotes(this.store, live.breakers)} ${healthNotes(live.health, this.store.now)}
      ${active.map((name) => html`<div class="note">${icon('info')}<div>${optionNames[name] ?? name}.</div></div>`)}
    </section>`;
  }

  #spent({ today, session, month }: NowFigures): TemplateResult {
    const since = this.store.overview?.monthSince;
    return html`
      ${spending('Today', today, today.denied > 0 ? `${plural(today.denied, 'call')} denied` : '')}
      ${session ? spending('This session', session.totals, sessionName(session)) : figure('This session', '–', ['no session yet'])}
      ${month ? spending('This month', month, since ? `since ${day(since)}` : '') : figure('This month', '…', ['loading'])}
    `;
  }

  #outlook({ today, lastHour }: NowFigures, overview: Overview | undefined): TemplateResult {
    if (!overview || lastHour === undefined) return html`${figure('Rate', '…', ['loading'])}`;
    const { usualHour, projection, runway, cache, completed, queue } = overview;
    const share = cacheShare(today.tokens);
    const waiting = queue.critical + queue.normal + queue.background;
    const perDone = completed && completed.sessions > 0 ? completed.nanoUsd / completed.sessions : undefined;
    return html`
      ${figure('Rate', `${usd(lastHour)}/h`, usualHour ? [rateBand(lastHour, usualHour), usualText(usualHour)] : ['too little history to say what is usual'])}
      ${
        projection
          ? figure("Month's end", `≈ ${usd(projection.expected)}`, [
              `${usd(projection.low)}–${usd(projection.high)}, if it goes on as in the last 7 days`,
            ])
          : figure("Month's end", UNKNOWN, ['too little history'])
      }
      ${figure('Runway', runway ? duration(Math.max(0, runway.at - this.store.now)) : '–', [
        runway ? `until ${runway.limit} is used up, ${moment(runway.at, this.store.now)}` : 'no account limit is being used up',
      ])}
      ${figure('Read from cache', share === undefined ? '–' : percent(share), [
        share === undefined ? 'no prompt tokens today' : 'of today’s prompt tokens',
        cache && cache.saved > 0 ? `saved ${usd(cache.saved)}` : '',
      ])}
      ${figure('Per completed session', perDone === undefined ? '–' : usd(perDone), [
        completed ? `${plural(completed.sessions, 'session')} in 14 days, median ${usd(completed.median)}` : 'none completed in 14 days',
      ])}
      ${figure('Waiting in the queue', whole(waiting), [
        waiting > 0 ? `${queue.critical} critical, ${queue.normal} normal, ${queue.background} background` : 'calls go straight through',
      ])}
    `;
  }

  #limits(live: GatewayState): TemplateResult {
    const { shown: limits, more } = limitsToShow(limitsInForce(live), MAX_SESSION_LIMITS);
    return html`<section aria-labelledby="limits">
      <div class="row title">
        <h2 id="limits" class="grow">Limits and quotas</h2>
        <button class="tool link" @click=${() => this.store.post({ type: 'add-limit' })}>Add limit…</button>
      </div>
      ${
        limits.length === 0
          ? html`<p class="quiet">No limits yet: nothing stops a runaway agent. Add a daily cap and a ceiling per session.</p>`
          : html`<ul class="limits">${repeat(
              limits,
              ({ counter }) => counter,
              (limit) => limitRow(this.store, limit),
            )}</ul>
            ${more > 0 ? html`<p class="quiet">and ${plural(more, 'limit')} of sessions, each with more room</p>` : nothing}`
      }
    </section>`;
  }

  #sessions(live: GatewayState): TemplateResult {
    const active = activeSessions(live);
    const more = active.length - MAX_RUNNING;
    return html`<section aria-labelledby="active">
      <h2 id="active">Active sessions</h2>
      ${active.length === 0 ? html`<p class="quiet">None is running.</p>` : nothing}
      <ul>${repeat(
        active.slice(0, MAX_RUNNING),
        ({ session }) => session,
        (one) => runningRow(this.store, one),
      )}</ul>
      ${more > 0 ? html`<button class="tool link" @click=${() => this.store.show({ tab: 'sessions', session: undefined })}>${more} more</button>` : nothing}
    </section>`;
  }

  #calls(live: GatewayState): TemplateResult {
    const { running } = live;
    return html`<section aria-labelledby="calls">
      <h2 id="calls">Running calls${running.length > 0 ? html` <span class="quiet number">${running.length}</span>` : nothing}</h2>
      ${running.length === 0 ? html`<p class="quiet">None at this moment.</p>` : nothing}
      <ul>${repeat(
        running.slice(0, MAX_RUNNING),
        ({ id }) => id,
        (call) => this.#call(call),
      )}</ul>
      ${running.length > MAX_RUNNING ? html`<p class="quiet">and ${running.length - MAX_RUNNING} more</p>` : nothing}
    </section>`;
  }

  #call({ model, session, agent, project, client, at, reserved }: CallStarted): TemplateResult {
    return html`<li class="row">
      <span class="clip grow">
        ${model ?? 'unknown model'}
        <button class="tool link" @click=${() => openSession(this.store, session)}>${sessionName({ session, agent, project, client })}</button>
      </span>
      <span class="quiet number">${duration(Math.max(0, this.store.now - at))}${reserved ? ` · up to ${usd(reserved.nanoUsd)}` : ''}</span>
    </li>`;
  }

  #alerts(alerts: readonly AlertEvent[]): TemplateResult | typeof nothing {
    if (alerts.length === 0) return nothing;
    return html`<section aria-labelledby="alerts">
      <h2 id="alerts">Latest alerts</h2>
      <ul>
        ${alerts.slice(0, MAX_ALERTS).map(
          ({ at, level, message, session }) => html`<li class="row alert">
            <span class=${level === 'critical' ? 'error' : level === 'warning' ? 'warning' : 'quiet'}>${icon(level === 'info' ? 'info' : 'warning')}</span>
            <span class="quiet number">${clock(at)}</span>
            <span class="grow">${message}</span>
            ${session ? html`<button class="tool link" @click=${() => openSession(this.store, session)}>Open session</button>` : nothing}
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
      .alert { flex-wrap: nowrap; align-items: flex-start; min-height: 24px; }
      ul .row { max-width: 900px; }
    `,
  ];
}
define('costlint-now', NowView);
