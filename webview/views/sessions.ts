/** All sessions: the gateway's and those of local logs. Sorting follows the newest figures twice a second; the figures themselves every frame. */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { SessionStatus, SessionSummary } from '../../core/protocol/gateway.ts';
import type { SessionRow } from '../../core/protocol/panel.ts';
import { define, StoreElement } from '../element.ts';
import { cacheShare, moment, percent, plural, sum, unpricedNote, usd, whole } from '../format.ts';
import { icon } from '../icons.ts';
import { sourceNames, statusNames } from '../names.ts';
import { openSession, pieceStyles, sessionName, statusMark } from '../parts/pieces.ts';
import type { Column } from '../parts/rows.ts';
import { arrange, mergeSessions, type SessionColumn, type SessionSums, type SessionView, sumSessions } from '../session-list.ts';
import { shared } from '../styles.ts';

const ARRANGE_MS = 500;
const textColumns: ReadonlySet<string> = new Set(['session', 'status', 'agent', 'model']);

export class SessionsView extends StoreElement {
  #all: readonly SessionRow[] = [];
  #rows: readonly SessionRow[] = [];
  #sums: SessionSums = sumSessions([]);
  #arrangedAt = 0;
  #arrangedFor: readonly unknown[] = [];
  #live = new Map<string, SessionSummary>();

  readonly #columns: readonly Column<SessionRow>[] = [
    {
      id: 'session',
      title: 'Session',
      width: 'minmax(9em, 3fr)',
      sortable: true,
      cell: (row) => html`<span title=${row.session}>${sessionName(row)}</span>`,
    },
    { id: 'status', title: 'Status', width: 'minmax(8.5em, 1fr)', sortable: true, cell: (row) => statusMark(this.#now(row).status) },
    { id: 'model', title: 'Model', width: 'minmax(7em, 2fr)', sortable: true, from: 620, cell: (row) => this.#now(row).model ?? '–' },
    { id: 'source', title: 'Source', width: 'minmax(7em, 1fr)', from: 900, cell: (row) => sourceNames[row.source] ?? row.source },
    { id: 'calls', title: 'Calls', width: '5.5em', numeric: true, sortable: true, from: 420, cell: (row) => whole(this.#now(row).totals.calls) },
    { id: 'cache', title: 'Cached', width: '6em', numeric: true, sortable: true, from: 520, cell: (row) => this.#cached(row) },
    { id: 'cost', title: 'Cost', width: '7em', numeric: true, sortable: true, cell: (row) => this.#cost(row) },
    {
      id: 'lastAt',
      title: 'Last call',
      width: '9em',
      numeric: true,
      sortable: true,
      from: 720,
      cell: (row) => moment(this.#now(row).lastAt, this.store.now),
    },
  ];

  override willUpdate(_: PropertyValues): void {
    const { rows, live, saved, now } = this.store;
    this.#live = new Map(live?.sessions.map((one) => [one.session, one]));
    const basis = [rows, saved.view];
    const isOther = basis.some((one, index) => one !== this.#arrangedFor[index]);
    if (!isOther && now - this.#arrangedAt < ARRANGE_MS) return;
    this.#arrangedAt = now;
    this.#arrangedFor = basis;
    this.#all = mergeSessions(rows ?? [], live?.sessions ?? []);
    this.#rows = arrange(this.#all, saved.view);
    this.#sums = sumSessions(this.#rows);
  }

  override render(): TemplateResult {
    const { view } = this.store.saved;
    return html`${this.#filters(view)} ${this.#content(view)} ${this.#logs()}`;
  }

  /** The row as it is now: it may have moved on since the table was arranged. */
  #now(row: SessionRow): SessionSummary {
    const live = row.source === 'gateway' ? this.#live.get(row.session) : undefined;
    return live && live.lastAt >= row.lastAt ? live : row;
  }

  #cached(row: SessionRow): string {
    const share = cacheShare(this.#now(row).totals.tokens);
    return share === undefined ? '–' : percent(share);
  }

  #cost(row: SessionRow): TemplateResult {
    const { totals } = this.#now(row);
    return html`<span title=${unpricedNote(totals)}>${sum(totals)}</span>`;
  }

  #filters({ text, status }: SessionView): TemplateResult {
    return html`<div class="row filters">
      <vscode-textfield
        class="grow"
        type="search"
        placeholder="Filter by session, agent, project, model"
        .label=${'Filter sessions'}
        .value=${text}
        @input=${(event: Event) => this.#change({ text: (event.target as HTMLInputElement).value })}
      ></vscode-textfield>
      <vscode-single-select
        .label=${'Status'}
        .value=${status}
        @change=${(event: Event) => this.#change({ status: (event.target as HTMLInputElement).value as SessionStatus | 'all' })}
      >
        <vscode-option value="all" ?selected=${status === 'all'}>Every status</vscode-option>
        ${Object.entries(statusNames).map(([value, name]) => html`<vscode-option value=${value} ?selected=${value === status}>${name}</vscode-option>`)}
      </vscode-single-select>
    </div>`;
  }

  #content(view: SessionView): TemplateResult {
    if (this.#all.length === 0) return this.#empty();
    return html`<p class="quiet number">${this.#summary()}</p>
      <div class="hidden" role="status">${this.#shown()}</div>
      ${
        this.#rows.length === 0
          ? html`<p class="empty">No session fits the filter. <button class="tool link" @click=${() => this.#change({ text: '', status: 'all' })}>Show all</button></p>`
          : html`<costlint-rows
              class="rows"
              label="Sessions"
              .rows=${this.#rows}
              .columns=${this.#columns}
              .key=${(row: SessionRow) => row.session}
              .sort=${view.sort}
              ?descending=${view.descending}
              .version=${this.version}
              @sort=${(event: CustomEvent<SessionColumn>) => this.#sort(event.detail)}
              @open=${(event: CustomEvent<SessionRow>) => openSession(this.store, event.detail.session)}
            ></costlint-rows>`
      }`;
  }

  #empty(): TemplateResult {
    if (this.store.rows === undefined && this.store.connection.state === 'connected') {
      return html`<p class="quiet">Loading sessions …</p>
        <vscode-progress-bar aria-label="Loading sessions" indeterminate></vscode-progress-bar>`;
    }
    return html`<p class="empty">No sessions yet: each conversation of an agent becomes one when its calls go through the gateway. Sessions of the past can be read from local logs.</p>`;
  }

  #shown(): string {
    const all = plural(this.#all.length, 'session');
    return this.#rows.length < this.#all.length ? `${whole(this.#rows.length)} of ${all}` : all;
  }

  #summary(): string {
    const { calls, nanoUsd, unpriced, done, perDone } = this.#sums;
    const missing = this.store.rowsTotal - (this.store.rows?.length ?? 0);
    const parts = [this.#shown(), sum({ calls, nanoUsd, unpriced }), unpricedNote({ unpriced })];
    parts.push(
      done === 0 ? 'none completed' : perDone === undefined ? `${whole(done)} completed` : `${usd(perDone)} per completed session (${whole(done)})`,
    );
    if (missing > 0) parts.push(`${whole(missing)} older ones are not shown`);
    return parts.filter(Boolean).join(' · ');
  }

  #logs(): TemplateResult {
    const { logs } = this.store;
    const isReading = logs?.state === 'reading';
    return html`<section class="logs" aria-labelledby="logs">
      <div class="row">
        <span class="grow"><strong id="logs">Past sessions</strong> <span class="quiet">of Claude Code, Codex and Gemini CLI, from their logs on this machine. They are only read.</span></span>
        <vscode-button secondary ?disabled=${isReading} @click=${() => this.store.post({ type: 'read-logs' })}>${logs?.state === 'done' ? 'Read Again' : 'Read Logs'}</vscode-button>
      </div>
      ${isReading ? html`<vscode-progress-bar aria-label="Reading logs" .value=${Math.round(logs.share * 100)}></vscode-progress-bar>` : nothing}
      ${logs ? html`<p class="quiet" role="status">${logs.state === 'failed' ? html`<span class="error">${icon('error')}</span> ` : nothing}${logs.message || (logs.state === 'none' ? 'No logs were found.' : '')}</p>` : nothing}
    </section>`;
  }

  #change(change: Partial<SessionView>): void {
    this.store.show({ view: { ...this.store.saved.view, ...change } });
  }

  #sort(sort: SessionColumn): void {
    const { view } = this.store.saved;
    const descending = view.sort === sort ? !view.descending : !textColumns.has(sort);
    this.#change({ sort, descending });
  }

  static override styles = [
    shared,
    pieceStyles,
    css`
      :host { display: flex; flex-direction: column; gap: 8px; height: 100%; min-height: 300px; }
      :host([hidden]) { display: none; }
      vscode-textfield { min-width: 180px; width: auto; }
      vscode-single-select { width: 140px; }
      .rows { flex: 1 1 0; min-height: 160px; }
      .logs { margin: 0; padding-top: 8px; border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
      .logs p { min-height: 1.4em; }
    `,
  ];
}
define('costlint-sessions', SessionsView);
