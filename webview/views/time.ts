/** Spending over time: by what, over which range, as a chart or as a table. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { define, StoreElement } from '../element.ts';
import { moment, tokens, usd } from '../format.ts';
import { type RangeName, rangeSizes, ranges, type SpendHistory } from '../history.ts';
import { type Split, seriesName, splitNames } from '../names.ts';
import { shared } from '../styles.ts';

/** Rows of the table: enough to read a day in hours, few enough to listen to. */
const TABLE_ROWS = 48;
/** Bars are drawn anew at most this often: what the last second adds to them can hardly be seen. The tick of every second brings what came since. */
const CHART_MS = 200;

export class TimeView extends StoreElement {
  #drawn: { readonly history: SpendHistory; readonly version: number; readonly at: number } | undefined;

  override render(): TemplateResult {
    return html`${this.#controls()} ${this.#content()}`;
  }

  #controls(): TemplateResult {
    const { range } = this.store;
    const { by, table } = this.store.saved;
    return html`<div class="row controls">
      <label class="row">
        <span class="quiet" aria-hidden="true">Split by</span>
        <vscode-single-select .label=${'Split by'} .value=${by} @change=${this.#split}>
          ${Object.entries(splitNames).map(([value, name]) => html`<vscode-option value=${value} ?selected=${value === by}>${name}</vscode-option>`)}
        </vscode-single-select>
      </label>
      <fieldset class="ranges">
        <legend class="hidden">Range</legend>
        ${ranges.map(
          (name) => html`<label class=${name === range ? 'range chosen' : 'range'} title="Last ${rangeSizes[name].label}">
            <input type="radio" name="range" class="hidden" value=${name} .checked=${name === range} aria-label="Last ${rangeSizes[name].label}" @change=${() => this.#range(name)} />
            <span aria-hidden="true">${name}</span>
          </label>`,
        )}
      </fieldset>
      <button class="tool toggle" aria-pressed=${table} @click=${() => this.store.show({ table: !table })}>Table</button>
    </div>`;
  }

  #content(): TemplateResult {
    const { history, connection, saved } = this.store;
    if (!history) {
      if (connection.state !== 'connected')
        return html`<p class="empty">Spending over time is kept by the gateway, and none is connected: see Now for how to start it.</p>`;
      return html`<section>
        <p class="quiet">Reading the ledger …</p>
        <vscode-progress-bar aria-label="Reading the ledger" indeterminate></vscode-progress-bar>
      </section>`;
    }
    if (history.isEmpty)
      return html`<p class="empty">No calls in the last ${rangeSizes[this.store.range].label}: choose a longer range, or send a program through the gateway.</p>`;
    return saved.table ? this.#table(history) : this.#chart(history);
  }

  #chart(history: SpendHistory): TemplateResult {
    return html`<costlint-spend-chart
      .history=${history}
      .version=${this.#version(history)}
      .sites=${this.store.sites}
      .now=${Math.floor(this.store.now / 60_000) * 60_000}
    ></costlint-spend-chart>`;
  }

  #version(history: SpendHistory): number {
    const at = performance.now();
    if (this.#drawn?.history !== history || at - this.#drawn.at >= CHART_MS) this.#drawn = { history, version: history.version, at };
    return this.#drawn.version;
  }

  #table(history: SpendHistory): TemplateResult {
    const { at, series } = history.bars(history.since, history.until, TABLE_ROWS);
    const { by } = history.query;
    const show = (value: number): string => (value === 0 ? '–' : by === 'kind' ? tokens(value) : usd(value));
    const total = (index: number): number => series.reduce((sum, { values }) => sum + values[index]!, 0);
    const filled = at.map((_, index) => index).filter((index) => total(index) > 0);
    return html`<div class="scroll focusable" tabindex="0" role="region" aria-label="Table of spending over time">
      <table>
        <caption class="hidden">${by === 'kind' ? 'Tokens' : 'Spending'} over time by ${splitNames[by].toLowerCase()}; times without calls are left out</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" class="end">All</th>
            ${series.map(({ key, label }) => html`<th scope="col" class="end">${seriesName(by, key, label, this.store.sites)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${filled.map(
            (index) => html`<tr>
              <th scope="row" class="number">${moment(at[index]!, this.store.now)}</th>
              <td class="end number">${show(total(index))}</td>
              ${series.map(({ values }) => html`<td class="end number">${show(values[index]!)}</td>`)}
            </tr>`,
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            <td class="end number">${show(series.reduce((sum, one) => sum + one.total, 0))}</td>
            ${series.map((one) => html`<td class="end number">${show(one.total)}</td>`)}
          </tr>
        </tfoot>
      </table>
      ${filled.length === 0 ? html`<p class="empty">No calls.</p>` : nothing}
    </div>`;
  }

  #split = (event: Event): void => this.store.show({ by: (event.target as HTMLElement & { value: string }).value as Split });

  #range(range: RangeName): void {
    this.store.show({ range });
  }

  static override styles = [
    shared,
    css`
      .controls { margin-bottom: 12px; gap: 8px 16px; }
      vscode-single-select { width: 150px; }
      .ranges { display: flex; border: 1px solid var(--vscode-settings-dropdownBorder, var(--vscode-contrastBorder, transparent)); border-radius: 4px; padding: 0; margin: 0; overflow: hidden; }
      .range { padding: 2px 10px; min-height: 24px; cursor: pointer; position: relative; }
      .range:hover { background: var(--vscode-toolbar-hoverBackground); }
      .chosen { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground);
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      .range:focus-within { outline: 1px solid var(--vscode-focusBorder); outline-offset: -2px; }
      .toggle { padding: 2px 10px; border-color: var(--vscode-settings-dropdownBorder, var(--vscode-contrastBorder, transparent)); }
      .toggle[aria-pressed='true'] { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground);
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      .toggle[aria-pressed='true']:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -2px; }
      .scroll { overflow: auto; max-height: 70vh; }
      table { border-collapse: collapse; min-width: 50%; }
      th { text-align: left; }
      thead th { position: sticky; top: 0; background: var(--vscode-editor-background); font-weight: 600; }
      tbody th { font-weight: normal; }
      th, td { padding: 3px 12px 3px 0; white-space: nowrap; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
      .end { text-align: right; padding-left: 12px; }
      th:not(.end) { width: 9em; }
    `,
  ];
}
define('costlint-time', TimeView);
