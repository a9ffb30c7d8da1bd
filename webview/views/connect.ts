/** How to be connected: start the gateway, and send programs through it. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { define, StoreElement } from '../element.ts';
import { icon } from '../icons.ts';
import { shared } from '../styles.ts';

export class ConnectView extends StoreElement {
  override render(): TemplateResult {
    const { connection } = this.store;
    return html`${this.#state(connection.state, connection.message)} ${this.#urls()}`;
  }

  #state(state: string, message: string | undefined): TemplateResult | typeof nothing {
    if (state === 'connected') return nothing;
    if (state === 'searching') return this.#waiting('Looking for a running gateway …');
    if (state === 'starting') return this.#waiting('Starting the gateway …');
    if (state === 'reconnecting') return this.#waiting('The connection to the gateway was lost. Trying again …', message);
    const isFailed = state === 'failed';
    return html`<section>
      <h2>${isFailed ? 'The gateway cannot be used' : 'No gateway is running'}</h2>
      ${isFailed ? html`<p class="row"><span class="error">${icon('error')}</span><span class="grow">${message ?? 'The reason is not known.'}</span></p>` : nothing}
      <p class="text">
        The gateway is a proxy on this machine. Calls that go through it are measured, and kept within the limits you set. Keys and prompts are never stored, and
        nothing is sent anywhere but to the provider.
      </p>
      <vscode-button class="start" @click=${() => this.store.post({ type: 'start-gateway' })}>${isFailed ? 'Try Again' : 'Start Gateway'}</vscode-button>
    </section>`;
  }

  #waiting(text: string, message?: string): TemplateResult {
    return html`<section>
      <h2>${text}</h2>
      <vscode-progress-bar aria-label=${text} indeterminate></vscode-progress-bar>
      ${message ? html`<p class="quiet">${message}</p>` : nothing}
    </section>`;
  }

  #urls(): TemplateResult | typeof nothing {
    const { baseUrls, inTerminals } = this.store;
    if (baseUrls.length === 0) return nothing;
    return html`<section>
      <h2>Send your programs through it</h2>
      <p class="text">
        Set these variables where your programs run${inTerminals ? ' (new terminals of VS Code have them)' : ', have them set in new terminals of VS Code'}, or let Costlint write them
        into <code>.env</code> (it asks first).
      </p>
      <ul class="urls">
        ${baseUrls.map(
          ({ variable, url, provider }) => html`<li class="row">
            <span class="grow"><code class="name">${variable}</code><code class="url">${url}</code> <span class="quiet">${provider}</span></span>
            <button class="tool" aria-label="Copy ${variable}" title="Copy ${variable}=${url}" @click=${() => this.store.post({ type: 'copy', text: `${variable}=${url}` })}>
              ${icon('copy')}
            </button>
          </li>`,
        )}
      </ul>
      <div class="row">
        <vscode-button secondary @click=${() => this.store.post({ type: 'write-env' })}>Write to .env…</vscode-button>
        <vscode-button secondary @click=${() => this.store.post({ type: 'use-in-terminals', on: !inTerminals })}>
          ${inTerminals ? 'Remove from New Terminals' : 'Set in New Terminals'}
        </vscode-button>
      </div>
    </section>`;
  }

  static override styles = [
    shared,
    css`
      .text { max-width: 70ch; margin-bottom: 10px; }
      p.row { margin-bottom: 8px; flex-wrap: nowrap; align-items: flex-start; }
      .urls { margin-bottom: 10px; max-width: 720px; }
      .urls li { border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); padding: 2px 0; flex-wrap: nowrap; }
      .name::after { content: '='; }
      .url { overflow-wrap: anywhere; }
    `,
  ];
}
define('costlint-connect', ConnectView);
