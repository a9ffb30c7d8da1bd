/** The whole: the connection's state, three tabs, what happened to the last intent. */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { define, StoreElement } from './element.ts';
import { type IconName, icon } from './icons.ts';
import { type Tab, tabs } from './saved.ts';
import { shared } from './styles.ts';

const tabNames: Readonly<Record<Tab, string>> = { now: 'Now', time: 'Over Time', sessions: 'Sessions' };

const connections: Readonly<Record<string, { readonly text: string; readonly mark: IconName; readonly tone: string }>> = {
  searching: { text: 'Looking for a gateway', mark: 'plug', tone: 'quiet' },
  absent: { text: 'No gateway is running', mark: 'plug', tone: 'quiet' },
  starting: { text: 'Gateway is starting', mark: 'plug', tone: 'quiet' },
  connected: { text: 'Connected', mark: 'dot', tone: 'good' },
  reconnecting: { text: 'Connection lost, trying again: figures may be old', mark: 'warning', tone: 'warning' },
  failed: { text: 'The gateway cannot be used', mark: 'error', tone: 'error' },
};

export class Panel extends StoreElement {
  static override properties = { ...StoreElement.properties, compact: { type: Boolean, reflect: true }, connecting: { state: true } };
  declare compact: boolean;
  /** How to connect programs is shown, although some are. */
  declare connecting: boolean;
  #refocus = false;

  constructor() {
    super();
    this.connecting = false;
  }

  override render(): TemplateResult {
    const { tab, session } = this.store.saved;
    return html`
      <main>
        <h1 class="hidden">Spending on language models</h1>
        ${this.#header()} ${this.#connect()}
        ${
          this.compact
            ? this.#view('compact')
            : html`<div class="tabs" role="tablist" aria-label="Views" @keydown=${this.#key}>${tabs.map((one) => this.#tab(one))}</div>
                <div class=${tab === 'sessions' && session === undefined ? 'view full' : 'view'} role="tabpanel" id="view" aria-labelledby="tab-${tab}">
                  ${this.#view(tab)}
                </div>`
        }
        ${this.#outcome()}
        <div class="hidden" role="status" aria-live="polite">${this.#spoken()}</div>
      </main>
    `;
  }

  override updated(changed: PropertyValues): void {
    if (!this.#refocus || !changed.has('version')) return;
    this.#refocus = false;
    this.renderRoot.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
  }

  /** The side bar's view says by itself why there are no figures. */
  #header(): TemplateResult | typeof nothing {
    const { state, url, message } = this.store.connection;
    if (this.compact && !this.store.live) return nothing;
    const { text, mark, tone } = connections[state]!;
    const says = state === 'reconnecting' || state === 'failed' ? message : undefined;
    return html`<div class="row connection">
      <span class="mark ${tone}">${icon(mark)}</span>
      <span class="grow clip" title=${says ?? url ?? ''}>${text}${url && state === 'connected' ? html` <span class="quiet">${url.replace(/^https?:\/\//, '')}</span>` : nothing}${
        says && state !== 'failed' ? html` <span class="quiet">${says}</span>` : nothing
      }</span>
      ${
        state === 'connected' && !this.compact
          ? html`${this.#canConnect ? html`<button class="tool link" aria-expanded=${this.connecting} @click=${this.#toggleConnect}>Connect a program</button>` : nothing}
              <button class="tool link" @click=${() => this.store.post({ type: 'stop-gateway' })}>Stop gateway…</button>`
          : nothing
      }
    </div>`;
  }

  /** Before the first call Now says by itself how to connect. */
  get #canConnect(): boolean {
    const { live, connection } = this.store;
    return connection.state === 'connected' && live !== undefined && live.today.calls + live.sessions.length > 0;
  }

  #connect(): TemplateResult | typeof nothing {
    if (!this.connecting || !this.#canConnect || this.compact) return nothing;
    return html`<div class="connect"><costlint-connect .store=${this.store} .version=${this.version}></costlint-connect></div>`;
  }

  #toggleConnect = (): void => {
    this.connecting = !this.connecting;
  };

  #outcome(): TemplateResult | typeof nothing {
    const { outcome } = this.store;
    if (!outcome) return nothing;
    return html`<div class="note outcome">
      <span class=${outcome.ok ? 'good' : 'error'}>${icon(outcome.ok ? 'check' : 'error')}</span><span class="grow">${outcome.message}</span>
      <button class="tool" aria-label="Close message" title="Close message" @click=${() => this.store.dismissOutcome()}>${icon('close')}</button>
    </div>`;
  }

  /** Read out when it changes: never figures, which change all the time. */
  #spoken(): string {
    const { connection, outcome, live } = this.store;
    const breakers = live?.breakers.map(({ scope }) => `Breaker ${scope} is open.`) ?? [];
    return [connections[connection.state]!.text, ...breakers, outcome?.message ?? ''].join(' ');
  }

  #tab(tab: Tab): TemplateResult {
    const isChosen = tab === this.store.saved.tab;
    return html`<button
      role="tab"
      id="tab-${tab}"
      class="tab"
      aria-selected=${isChosen}
      aria-controls="view"
      tabindex=${isChosen ? 0 : -1}
      @click=${() => this.#choose(tab)}
    >
      ${tabNames[tab]}
    </button>`;
  }

  #view(view: Tab | 'compact'): TemplateResult {
    const { store, version } = this;
    switch (view) {
      case 'now':
        return html`<costlint-now .store=${store} .version=${version}></costlint-now>`;
      case 'time':
        return html`<costlint-time .store=${store} .version=${version}></costlint-time>`;
      case 'compact':
        return html`<costlint-compact .store=${store} .version=${version}></costlint-compact>`;
      case 'sessions':
        return store.saved.session === undefined
          ? html`<costlint-sessions .store=${store} .version=${version}></costlint-sessions>`
          : html`<costlint-session .store=${store} .version=${version}></costlint-session>`;
    }
  }

  /** The Sessions tab chosen again leads back to all sessions. */
  #choose(tab: Tab): void {
    const isAgain = tab === this.store.saved.tab;
    this.store.show(tab === 'sessions' && isAgain ? { session: undefined } : { tab });
  }

  #key = (event: KeyboardEvent): void => {
    const here = tabs.indexOf(this.store.saved.tab);
    const places: Readonly<Record<string, number>> = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: tabs.length - 1 };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    this.#refocus = true;
    this.store.show({ tab: tabs[(place + tabs.length) % tabs.length]! });
  };

  static override styles = [
    shared,
    css`
      :host { display: flex; flex-direction: column; min-height: 100vh; padding: 8px 20px 20px; max-width: 1200px; }
      :host([compact]) { padding: 4px 12px 12px; min-height: 0; }
      .mark { margin-left: -2px; }
      .connection { min-height: 28px; flex-wrap: nowrap; }
      .connection .tool { flex: none; white-space: nowrap; }
      .tabs { display: flex; gap: 12px; margin-left: -2px; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); margin-bottom: 16px; }
      .tab { font: inherit; color: var(--vscode-panelTitle-inactiveForeground); background: none; border: 0; border-bottom: 1px solid transparent; padding: 6px 4px; margin-bottom: -1px; cursor: pointer; }
      .tab:hover { color: var(--vscode-panelTitle-activeForeground); }
      .tab[aria-selected='true'] { color: var(--vscode-panelTitle-activeForeground); border-bottom-color: var(--vscode-panelTitle-activeBorder, var(--vscode-focusBorder)); }
      /* In high contrast the line under all tabs may have the colour of the one under the chosen. */
      .tab[aria-selected='true'] { outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      .tab:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
      main { flex: 1; min-width: 0; display: flex; flex-direction: column; }
      .view { flex: 1; min-width: 0; }
      .full { display: flex; flex-direction: column; height: calc(100vh - 110px); min-height: 380px; flex: none; }
      .full > * { flex: 1; min-height: 0; }
      .connect { margin: 8px 0 4px; padding: 12px 12px 0; border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); border-radius: 4px; }
      /* Over the view, not above it: nothing moves under the pointer when it comes and goes. */
      .outcome {
        position: fixed; z-index: 2; inset: auto 20px 16px 20px; max-width: 640px; align-items: center;
        color: var(--vscode-notifications-foreground, var(--vscode-foreground)); background: var(--vscode-notifications-background, var(--vscode-editorWidget-background));
        border-color: var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }
      :host([compact]) .outcome { inset: auto 8px 8px 8px; }
      @media (max-width: 400px) { :host { padding: 4px 10px 10px; } }
    `,
  ];
}
define('costlint-panel', Panel);
