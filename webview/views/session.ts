/** One session: what it cost, step by step, and why. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { GatewayStanding } from '../../core/protocol/gateway.ts';
import type { SessionDetail, SessionRow } from '../../core/protocol/panel.ts';
import { define, StoreElement } from '../element.ts';
import { limitsOfSession } from '../figures.ts';
import { cacheShare, clock, cost, duration, moment, percent, plural, sum, tokens, unpricedNote } from '../format.ts';
import { icon } from '../icons.ts';
import { outcomeNames, shortId, sourceNames, viaNames } from '../names.ts';
import { meterStyles } from '../parts/meters.ts';
import { figure, limitRow, openSession, pieceStyles, sessionName, statusMark } from '../parts/pieces.ts';
import { type Column, ROW_HEIGHT } from '../parts/rows.ts';
import { type Step, type Story, storyOf } from '../session-steps.ts';
import { shared } from '../styles.ts';

const MAX_INCIDENTS = 20;
/** Of the table's head and its border, px. */
const HEAD_PX = 32;

export class SessionOpen extends StoreElement {
  #story: Story = { steps: [], incidents: [] };
  #storyOf: SessionDetail | undefined;

  readonly #columns: readonly Column<Step>[] = [
    { id: 'number', title: 'Step', width: '4em', numeric: true, cell: ({ number }) => String(number) },
    { id: 'at', title: 'Time', width: '6.5em', from: 480, cell: ({ call }) => clock(call.at, true) },
    { id: 'model', title: 'Model', width: 'minmax(7em, 2fr)', from: 760, cell: ({ call }) => call.servedModel ?? call.model ?? 'unknown' },
    { id: 'context', title: 'Context', width: '6em', numeric: true, cell: ({ call, prompt }) => (call.source === 'none' ? '–' : tokens(prompt.all)) },
    {
      id: 'cached',
      title: 'Cached',
      width: '5.5em',
      numeric: true,
      from: 380,
      cell: ({ prompt }) => (prompt.all > 0 ? percent(prompt.read / prompt.all) : '–'),
    },
    {
      id: 'output',
      title: 'Output',
      width: '5.5em',
      numeric: true,
      from: 560,
      cell: ({ call, output }) => (call.source === 'none' ? '–' : tokens(output)),
    },
    { id: 'cost', title: 'Cost', width: '6.5em', numeric: true, cell: ({ call }) => (call.billed ? cost(call.cost) : 'not billed') },
    { id: 'what', title: 'What happened', width: 'minmax(9em, 4fr)', cell: (step) => this.#what(step) },
    { id: 'site', title: 'Code', width: 'minmax(6em, 2fr)', from: 520, cell: (step) => this.#site(step) },
  ];

  override willUpdate(): void {
    const { detail } = this.store;
    if (!detail || detail === this.#storyOf) return;
    this.#storyOf = detail;
    this.#story = storyOf(detail);
  }

  override render(): TemplateResult {
    const { detail, saved } = this.store;
    const id = saved.session ?? '';
    const summary = this.#summary(id);
    return html`
      <div class="row head">
        <button class="tool" aria-label="Back to all sessions" title="Back to all sessions" @click=${this.#back}>${icon('back')}</button>
        <h2 class="grow clip" tabindex="-1" title=${id}>${summary ? sessionName(summary) : shortId(id)}</h2>
        ${summary ? this.#actions(summary) : nothing}
      </div>
      ${summary ? this.#figures(summary) : nothing} ${this.#body(detail)}
    `;
  }

  /** The live one is newer than the one that came with the events. */
  #summary(id: string): SessionRow | undefined {
    const loaded = this.store.detail?.summary ?? this.store.rows?.find(({ session }) => session === id);
    if (loaded && loaded.source !== 'gateway') return loaded;
    const live = this.store.live?.sessions.find(({ session }) => session === id);
    return live && (!loaded || live.lastAt >= loaded.lastAt) ? { ...live, source: 'gateway' } : loaded;
  }

  #actions({ session: id, status, source }: SessionRow): TemplateResult {
    const { store } = this;
    const isOver = status === 'done' || status === 'failed';
    const isLive = source === 'gateway';
    const button = (text: string, name: Parameters<typeof icon>[0], act: () => void): TemplateResult =>
      html`<button class="tool" @click=${act}>${icon(name)}${text}</button>`;
    const resume = status === 'paused' || status === 'stopped' || status === 'looped';
    return html`<span class="row actions" role="group" aria-label="Actions on this session">
      ${isLive && !isOver && resume ? button('Resume…', 'play', () => store.post({ type: 'resume-session', id })) : nothing}
      ${isLive && !isOver && !resume ? button('Pause…', 'pause', () => store.post({ type: 'pause-session', id })) : nothing}
      ${isLive && !isOver && status !== 'stopped' ? button('Stop…', 'stop', () => store.post({ type: 'stop-session', id })) : nothing}
      ${isLive && status !== 'done' ? button('Mark as done…', 'check', () => store.post({ type: 'end-session', id, status: 'done' })) : nothing}
      ${button('Export…', 'link', () => store.post({ type: 'export-session', id }))}
    </span>`;
  }

  #figures({ status, via, totals, firstAt, lastAt, model, client, parent, source }: SessionRow): TemplateResult {
    const share = cacheShare(totals.tokens);
    return html`<dl class="figures">
      ${figure('Cost', sum(totals), [unpricedNote(totals)])}
      <div class="figure">
        <dt>Status</dt>
        <dd>${statusMark(status)}${via ? html`<span class="quiet note-line">${viaNames[via] ?? via}</span>` : nothing}</dd>
      </div>
      ${figure('Calls', plural(totals.calls, 'call'), [
        totals.failed > 0 ? `${totals.failed} failed` : '',
        totals.denied > 0 ? `${totals.denied} denied` : '',
      ])}
      ${figure('Read from cache', share === undefined ? '–' : percent(share))}
      ${figure('Time', duration(lastAt - firstAt), [`${moment(firstAt, this.store.now)} – ${moment(lastAt, this.store.now)}`])}
      <div class="figure">
        <dt>Model</dt>
        <dd>
          ${model ?? 'unknown'}<span class="quiet note-line">${client ?? ''} ${source === 'gateway' ? '' : (sourceNames[source] ?? source)}</span>
          ${parent ? html`<button class="tool link" @click=${() => openSession(this.store, parent)}>Started by ${shortId(parent)}</button>` : nothing}
        </dd>
      </div>
    </dl>`;
  }

  #body(detail: SessionDetail | null | undefined): TemplateResult {
    if (detail === undefined) {
      return html`<section>
        <p class="quiet">Reading the session …</p>
        <vscode-progress-bar aria-label="Reading the session" indeterminate></vscode-progress-bar>
      </section>`;
    }
    if (detail === null) return html`<p class="empty">${this.#noCalls()}</p>`;
    const { steps } = this.#story;
    const limits = limitsOfSession(this.store.live, detail.summary.session);
    return html`
      ${detail.summary.source === 'gateway' ? this.#limits(limits) : nothing}
      ${this.#incidents()}
      ${steps.length === 0 ? html`<p class="empty">No calls yet: nothing of this session has been answered.</p>` : this.#charts(detail)}
    `;
  }

  #noCalls(): string {
    const source = this.#summary(this.store.saved.session ?? '')?.source;
    if (source && source !== 'gateway')
      return 'Of sessions from local logs only the sums are read. Send the agent through the gateway to see its calls one by one.';
    return 'There is no record of this session’s calls: the ledger does not have them (any more), or nothing is connected.';
  }

  #limits(limits: readonly GatewayStanding[]): TemplateResult {
    return html`<section>
      <div class="row title">
        <h3 class="grow">Limits</h3>
        <button class="tool link" @click=${() => this.store.post({ type: 'add-limit' })}>Add limit…</button>
      </div>
      ${limits.length === 0 ? html`<p class="quiet">No limit of this session is known.</p>` : html`<ul class="limits">${limits.map((limit) => limitRow(this.store, limit))}</ul>`}
    </section>`;
  }

  #incidents(): TemplateResult | typeof nothing {
    const { incidents } = this.#story;
    if (incidents.length === 0) return nothing;
    const shown = incidents.slice(-MAX_INCIDENTS);
    return html`<section>
      <h3 class="title">What went wrong</h3>
      <ul>
        ${shown.map(
          ({ at, level, text }) => html`<li class="row incident">
            <span class=${level === 'info' ? 'quiet' : level}>${icon(level === 'error' ? 'error' : level)}</span>
            <span class="quiet number">${clock(at, true)}</span><span class="grow">${text}</span>
          </li>`,
        )}
      </ul>
      ${incidents.length > shown.length ? html`<p class="quiet">and ${incidents.length - shown.length} before</p>` : nothing}
    </section>`;
  }

  #charts({ cut }: SessionDetail): TemplateResult {
    const { steps, incidents } = this.#story;
    return html`
      <section><h3 class="title">Context per step</h3><costlint-context-chart .steps=${steps}></costlint-context-chart></section>
      <section><h3 class="title">Time line</h3><costlint-time-line .steps=${steps} .incidents=${incidents}></costlint-time-line></section>
      <section class="calls">
        <h3 class="title">Calls${cut ? html` <span class="quiet">not all: the oldest are only in the ledger</span>` : nothing}</h3>
        <costlint-rows class="rows" label="Calls of this session" .rows=${steps} .columns=${this.#columns} .key=${({ call }: Step) => call.id} .version=${this.version} @open=${this.#jump}></costlint-rows>
        <p class="quiet">Enter on a row opens its line of code, where it is known.</p>
      </section>
    `;
  }

  #what({ call, cacheBreak }: Step): TemplateResult {
    const isBad = call.outcome === 'failed' || call.outcome === 'cut' || call.outcome === 'refused' || call.outcome === 'truncated';
    const parts = [call.error ? `${outcomeNames[call.outcome]}: ${call.error}` : outcomeNames[call.outcome]];
    if (cacheBreak) parts.push(`cache broke: ${cacheBreak}`);
    if (call.toolCalls?.length) parts.push(call.toolCalls.join(', '));
    if (call.actions?.length) parts.push(call.actions.join(', '));
    const text = parts.join(' · ');
    const mark = isBad
      ? html`<span class="error">${icon('error')}</span> `
      : cacheBreak
        ? html`<span class="warning">${icon('warning')}</span> `
        : nothing;
    return html`<span title=${text}>${mark}${text}</span>`;
  }

  #site({ call }: Step): TemplateResult | string {
    const { site } = call;
    if (!site) return '–';
    const name = this.store.sites[site] ?? site;
    return html`<button
      class="tool link"
      tabindex="-1"
      title="Open ${name}"
      @click=${(event: Event) => {
        event.stopPropagation();
        this.store.post({ type: 'open-site', id: site });
      }}
    >
      ${name}
    </button>`;
  }

  #jump = ({ detail }: CustomEvent<Step>): void => {
    if (detail.call.site) this.store.post({ type: 'open-site', id: detail.call.site });
  };

  #back = (): void => this.store.show({ session: undefined });

  /** A short table takes no more room than it needs. */
  override updated(): void {
    const height = `${this.#story.steps.length * ROW_HEIGHT + HEAD_PX}px`;
    if (this.style.getPropertyValue('--rows-height') !== height) this.style.setProperty('--rows-height', height);
  }

  /** Opened by keyboard or by an alert: reading goes on here. */
  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  static override styles = [
    shared,
    meterStyles,
    pieceStyles,
    css`
      .head { margin-bottom: 12px; }
      h2:focus { outline: none; }
      .figures { margin-bottom: 20px; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); }
      .value { font-size: 1.25em; }
      .incident { flex-wrap: nowrap; align-items: flex-start; min-height: 22px; max-width: 900px; }
      .calls .rows { height: 360px; max-height: var(--rows-height); margin-bottom: 6px; }
      .actions { gap: 4px; }
    `,
  ];
}
define('costlint-session', SessionOpen);
