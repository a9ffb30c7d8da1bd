/** A report as a page: figures, what-if sliders, charts and tables. What a person wants goes to the extension; a new report comes back. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type {
  FromReportPanel,
  Report,
  ReportControl,
  ReportFormat,
  ReportOptions,
  ReportPlace,
  ReportSection,
  ToReportPanel,
} from '../core/protocol/report.ts';
import { type ReportKind, reportKinds, reportNames } from '../core/protocol/report-kinds.ts';
import { define } from './element.ts';
import { icon } from './icons.ts';
import './report-chart.ts';
import './report-table.ts';
import { shared } from './styles.ts';

/** A slider that moves asks once it rests for so long, ms. */
const DEBOUNCE_MS = 100;
const FORMATS: readonly (readonly [ReportFormat, string])[] = [
  ['markdown', 'Markdown'],
  ['html', 'HTML'],
  ['json', 'JSON'],
];

export class ReportView extends LitElement {
  static override properties = { report: { state: true }, working: { state: true }, problem: { state: true }, options: { state: true } };
  static override styles = [
    shared,
    css`
      :host-context(.vscode-dark), :host-context(.vscode-high-contrast:not(.vscode-high-contrast-light)) { color-scheme: dark; }
      :host { max-width: 1200px; margin: 0 auto; padding: 16px 8px 48px; }
      h1 { font-size: 1.5em; font-weight: 600; margin: 0; }
      section > h2 { font-size: 1.15em; margin-top: 28px; }
      p { max-width: 90ch; margin: 4px 0; }
      .head { margin-bottom: 12px; }
      vscode-single-select { width: 230px; }
      .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); gap: 8px; margin: 14px 0; }
      .facts div { padding: 8px 12px; border: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); border-radius: 4px; }
      dt { color: var(--vscode-descriptionForeground); }
      dd { font-size: 1.4em; font-variant-numeric: tabular-nums; }
      fieldset { border: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); border-radius: 4px; padding: 8px 12px; margin: 12px 0; }
      legend { padding: 0 6px; color: var(--vscode-descriptionForeground); }
      .controls { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)); gap: 8px 24px; }
      .control { display: grid; grid-template-columns: 1fr auto; gap: 2px 8px; }
      input { grid-column: 1 / -1; width: 100%; margin: 0; accent-color: var(--vscode-button-background); }
      input:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
      output { font-variant-numeric: tabular-nums; }
      pre { margin: 4px 0; padding: 8px 12px; overflow-x: auto; background: var(--vscode-textCodeBlock-background); border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 4px; }
      pre, pre code { font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px); color: var(--vscode-foreground); }
      ol { list-style: decimal; padding-left: 24px; }
      ul { list-style: disc; padding-left: 24px; }
    `,
  ];
  declare report: Report | undefined;
  declare working: string | undefined;
  declare problem: string | undefined;
  declare options: ReportOptions;
  /** To the extension. */
  post: (message: FromReportPanel) => void = () => undefined;
  #timer = 0;
  /** The report that `options` belong to. */
  #kind: ReportKind | undefined;

  constructor() {
    super();
    this.options = {};
    this.working = 'Reading the workspace…';
  }

  /** What was asked of a report before the editor was restarted. */
  restore(saved: { readonly kind: ReportKind; readonly options: ReportOptions } | undefined): void {
    this.#kind = saved?.kind;
    this.options = saved?.options ?? {};
  }

  receive(message: ToReportPanel): void {
    if (message.type === 'working') this.working = message.message;
    else this.working = undefined;
    if (message.type === 'failed') this.problem = message.message;
    if (message.type !== 'report') return;
    if (message.report.kind !== this.#kind) this.options = {};
    this.#kind = message.report.kind;
    this.problem = undefined;
    this.report = message.report;
  }

  override render(): TemplateResult {
    return html`<main aria-busy=${this.working !== undefined}>
      ${this.#head()}
      ${this.working !== undefined && !this.report ? html`<vscode-progress-bar aria-label=${this.working}></vscode-progress-bar>` : nothing}
      <div role="status" aria-live="polite" class="quiet">${this.working ?? ''}</div>
      ${this.problem === undefined ? nothing : html`<p class="note error" role="alert">${icon('error')}<span>${this.problem}</span></p>`}
      ${this.report ? this.#body(this.report) : nothing}
    </main>`;
  }

  #head(): TemplateResult {
    const kind = this.report?.kind;
    return html`<header class="row head">
      <h1 class="grow">${this.report?.title ?? 'Report'}</h1>
      ${
        this.report
          ? html`<vscode-single-select label="Report" aria-label="Report" .value=${kind ?? 'cost'} @change=${this.#choose}>
              ${reportKinds.map((one) => html`<vscode-option value=${one} ?selected=${one === kind}>${reportNames[one].name}</vscode-option>`)}
            </vscode-single-select>
            <vscode-button secondary @click=${() => this.#show(this.report?.kind ?? 'cost')}>Refresh</vscode-button>
            <span class="quiet">Save as</span>
            ${FORMATS.map(([format, name]) => html`<vscode-button secondary title="Save as ${name}…" @click=${() => this.post({ type: 'save', format })}>${name}…</vscode-button>`)}`
          : nothing
      }
    </header>`;
  }

  #body(report: Report): TemplateResult {
    const facts = report.facts.filter(({ main }) => main);
    return html`
      ${report.summary.map((line) => html`<p>${line}</p>`)}
      ${facts.length > 0 ? html`<dl class="facts">${facts.map(({ name, text }) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>` : nothing}
      ${
        report.controls.length > 0
          ? html`<fieldset><legend>What if</legend><div class="controls">${report.controls.map((one) => this.#control(one))}</div></fieldset>`
          : nothing
      }
      ${report.sections.map((section) => this.#section(section))} ${this.#notes(report)}
    `;
  }

  #control({ id, label, min, max, step, value, unit }: ReportControl): TemplateResult {
    const now = this.options[id] ?? value;
    const words = `${Math.round(now * 100) / 100}${unit && ` ${unit}`}`;
    // An output inside a label would be what it labels.
    return html`<div class="control">
      <label for=${id}>${label}</label><output for=${id}>${words}</output>
      <input id=${id} type="range" min=${min} max=${max} step=${step} .value=${String(now)} aria-valuetext=${words} @input=${(event: Event) => this.#slide(id, event)} />
    </div>`;
  }

  #slide(id: string, { target }: Event): void {
    // The shares of all tiers go together, or the one that moved would stand alone.
    const tiers = id.startsWith('tiers.') ? this.report?.controls.filter((one) => one.id.startsWith('tiers.')) : undefined;
    const others = Object.fromEntries((tiers ?? []).map((one) => [one.id, this.options[one.id] ?? one.value]));
    this.options = { ...others, ...this.options, [id]: Number((target as HTMLInputElement).value) };
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.report && this.post({ type: 'show', kind: this.report.kind, options: this.options }), DEBOUNCE_MS);
  }

  #choose({ target }: Event): void {
    const kind = reportKinds.find((one) => one === (target as HTMLSelectElement).value);
    if (kind && kind !== this.report?.kind) this.#show(kind);
  }

  #show(kind: ReportKind): void {
    this.post({ type: 'show', kind, options: kind === this.report?.kind ? this.options : {} });
  }

  #section({ heading, text, chart, table, code = [] }: ReportSection): TemplateResult {
    return html`<section @open-place=${({ detail }: CustomEvent<ReportPlace>) => this.post({ type: 'open', place: detail })}>
      <h2>${heading}</h2>
      ${text.map((line) => html`<p>${line}</p>`)}
      ${chart ? html`<costlint-report-chart .chart=${chart}></costlint-report-chart>` : nothing}
      ${table ? html`<costlint-report-table .heading=${heading} .table=${table}></costlint-report-table>` : nothing}
      ${code.map(
        (block) => html`<h3 class="row"><span class="grow">${block.title}</span>
          <button class="tool" title="Copy" aria-label="Copy: ${block.title}" @click=${() => this.post({ type: 'copy', text: block.text })}>${icon('copy')}</button></h3>
          <pre tabindex="0"><code>${block.text}</code></pre>`,
      )}
    </section>`;
  }

  #notes({ assumptions, sources, skipped }: Report): TemplateResult {
    return html`
      ${
        assumptions.length > 0
          ? html`<section><h2>Assumed, where the code does not tell</h2>
              <ul>${assumptions.map(({ setting, text, source }) => html`<li>${text} <span class="quiet">(<code>${setting}</code>; ${source})</span></li>`)}</ul></section>`
          : nothing
      }
      ${
        sources.length > 0
          ? html`<section><h2>Sources</h2><ol>${sources.map(({ name, date, about }) => html`<li>${[name, date].filter(Boolean).join(', ')}: <span class="quiet">${about}</span></li>`)}</ol></section>`
          : nothing
      }
      ${skipped.length > 0 ? html`<section><h2>Not analysed</h2><ul>${skipped.map(({ path, reason }) => html`<li><code>${path}</code>: ${reason}</li>`)}</ul></section>` : nothing}
    `;
  }
}

define('costlint-report', ReportView);
