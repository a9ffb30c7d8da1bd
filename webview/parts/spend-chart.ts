/**
 * Spending over time as stacked bars. Dragging zooms, a double click shows all again. For the keyboard and for screen readers it is a slider over the bars: arrows
 * move and say what a bar holds, + and − zoom around it, 0 shows all.
 */
import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import type uPlot from 'uplot';
import { define } from '../element.ts';
import { clock, moment, percent, tokens, usd } from '../format.ts';
import type { Bars, SpendHistory } from '../history.ts';
import { seriesName, splitNames } from '../names.ts';
import { color, faint, seriesColor } from '../theme.ts';
import { drawBars, heights } from './bars.ts';
import { axis, ChartElement, timeAxis } from './chart.ts';

/** Narrower bars cannot be told apart. */
const BAR_PX = 6;

export class SpendChart extends ChartElement {
  static override properties = {
    history: { attribute: false },
    version: { attribute: false },
    sites: { attribute: false },
    now: { attribute: false },
    window: { state: true },
    cursor: { state: true },
  };
  declare history: SpendHistory;
  declare version: number;
  declare sites: Readonly<Record<string, string>>;
  declare now: number;
  /** The zoomed part; undefined: all. */
  declare window: { readonly from: number; readonly until: number } | undefined;
  /** Bar that the keyboard or the pointer is at; undefined: none. */
  declare cursor: number | undefined;
  protected override chartHeight = 260;
  #bars: Bars = { at: [], widthMs: 1, series: [] };
  /** Series keep their place and colour while they are the same, although one may outgrow another. */
  #order: string[] = [];

  constructor() {
    super();
    this.sites = {};
    this.version = 0;
    this.now = 0;
  }

  override willUpdate(changed: PropertyValues): void {
    const before = changed.get('history') as SpendHistory | undefined;
    if (changed.has('history') && before && before.query.bucketMs !== this.history.query.bucketMs) {
      this.window = undefined;
      this.cursor = undefined;
    }
    const { from, until } = this.#span;
    const bars = this.history.bars(from, until, Math.max(20, Math.floor(this.drawnWidth / BAR_PX)));
    this.#bars = { ...bars, series: this.#inOrder(bars.series) };
    if (this.cursor !== undefined && this.cursor >= bars.at.length) this.cursor = bars.at.length - 1;
  }

  override render(): TemplateResult {
    const { at } = this.#bars;
    const isZoomed = this.window !== undefined;
    const index = this.cursor ?? this.#lastFull;
    return html`
      <div
        class="plot focusable"
        tabindex="0"
        role="slider"
        aria-label="${this.#isTokens ? 'Tokens' : 'Spending'} over time, ${splitNames[this.history.query.by]}. Plus and minus zoom, 0 shows all."
        aria-orientation="horizontal"
        aria-valuemin="0"
        aria-valuemax=${Math.max(0, at.length - 1)}
        aria-valuenow=${Math.max(0, index)}
        aria-valuetext=${this.#barText(index)}
        @keydown=${this.#key}
        @focus=${() => this.#point(this.cursor ?? this.#lastFull)}
        @blur=${() => this.#point(undefined)}
      ></div>
      <div class="row foot">
        <span class="quiet grow" aria-hidden="true">${this.cursor === undefined ? this.#spanText() : this.#title(this.cursor)}</span>
        ${isZoomed ? html`<button class="tool link" @click=${this.showAll}>Show all</button>` : html`<span class="quiet">Drag to zoom</span>`}
      </div>
      <table class="legend">
        <caption class="hidden">Series of the chart</caption>
        <thead class="hidden"><tr><th>Series</th><th>At the cursor</th><th>In sight</th><th>Share</th></tr></thead>
        <tbody>${this.#legend()}</tbody>
      </table>
    `;
  }

  showAll = (): void => {
    this.window = undefined;
    this.cursor = undefined;
  };

  /** The last bar that does not change any more: a screen reader would read out each change. */
  get #lastFull(): number {
    return Math.max(0, this.#bars.at.length - 2);
  }

  #doubleClick(): null {
    this.showAll();
    return null;
  }

  get #isTokens(): boolean {
    return this.history.query.by === 'kind';
  }

  get #span(): { from: number; until: number } {
    const { since, until } = this.history;
    if (!this.window) return { from: since, until };
    return { from: Math.max(since, this.window.from), until: Math.min(until, this.window.until) };
  }

  #inOrder(series: Bars['series']): Bars['series'] {
    const keys = new Set(series.map(({ key }) => key));
    if (keys.size !== this.#order.length || this.#order.some((key) => !keys.has(key))) this.#order = series.map(({ key }) => key);
    return this.#order.map((key) => series.find((one) => one.key === key)!);
  }

  #figure(value: number): string {
    return this.#isTokens ? tokens(value) : usd(value);
  }

  #name(series: Bars['series'][number]): string {
    return seriesName(this.history.query.by, series.key, series.label, this.sites);
  }

  #title(index: number): string {
    const at = this.#bars.at[index];
    if (at === undefined) return '';
    const total = this.#bars.series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0);
    return `${moment(at, this.now)}–${clock(at + this.#bars.widthMs)}: ${this.#figure(total)}${this.#isTokens ? ' tokens' : ''}`;
  }

  #barText(index: number): string {
    const { series } = this.#bars;
    const parts = series.filter(({ values }) => (values[index] ?? 0) > 0).map((one) => `${this.#name(one)} ${this.#figure(one.values[index]!)}`);
    return [this.#title(index), ...parts].join(', ') || 'no calls';
  }

  #spanText(): string {
    const { from, until } = this.#span;
    return `${moment(from, this.now)} – ${moment(until, this.now)}, one bar is ${this.#barWidth()}`;
  }

  #barWidth(): string {
    const minutes = this.#bars.widthMs / 60_000;
    if (minutes < 1) return `${minutes * 60} s`;
    return minutes < 60 ? `${minutes} min` : `${Math.round((minutes / 60) * 10) / 10} h`;
  }

  #legend(): readonly TemplateResult[] {
    const { series } = this.#bars;
    const all = series.reduce((sum, { total }) => sum + total, 0);
    const { cursor } = this;
    return series.map(
      (one, rank) => html`<tr>
        <th scope="row"><span class="name">
          <svg class="swatch" width="10" height="10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="var(--vscode-${seriesColor(rank, one.key)})" /></svg>
          <span class="clip" title=${this.#name(one)}>${this.#name(one)}</span>
        </span></th>
        <td class="number end">${cursor === undefined ? '' : this.#figure(one.values[cursor] ?? 0)}</td>
        <td class="number end">${this.#figure(one.total)}</td>
        <td class="number end quiet">${percent(one.total / all)}</td>
      </tr>`,
    );
  }

  #point(index: number | undefined): void {
    this.cursor = index;
  }

  /** Lies behind the bar that the cursor is at. */
  #band(plot: uPlot): void {
    const at = this.cursor === undefined ? undefined : this.#bars.at[this.cursor];
    if (at === undefined) return;
    const { ctx, bbox } = plot;
    const left = plot.valToPos(at, 'x', true);
    const width = plot.valToPos(at + this.#bars.widthMs, 'x', true) - left;
    ctx.fillStyle = faint(0.2);
    ctx.fillRect(left, bbox.top, width, bbox.height);
  }

  #key = (event: KeyboardEvent): void => {
    const last = this.#bars.at.length - 1;
    const here = this.cursor ?? this.#lastFull;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -10,
      PageUp: 10,
      Home: -last,
      End: last,
    };
    const step = steps[event.key];
    if (step !== undefined) this.#point(Math.max(0, Math.min(last, here + step)));
    else if (event.key === '+' || event.key === '=') this.#zoom(here, 0.5);
    else if (event.key === '-') this.#zoom(here, 2);
    else if (event.key === '0') this.showAll();
    else return;
    event.preventDefault();
  };

  #zoom(index: number, factor: number): void {
    const { from, until } = this.#span;
    const middle = (this.#bars.at[index] ?? from) + this.#bars.widthMs / 2;
    const half = ((until - from) * factor) / 2;
    this.zoomTo(middle - half, middle + half);
    this.updateComplete.then(() => {
      const bar = this.#bars.at.findIndex((at) => at + this.#bars.widthMs > middle);
      if (bar >= 0) this.#point(bar);
    });
  }

  /** Shows a part; at least four buckets, and all where it would be everything. */
  zoomTo(from: number, until: number): void {
    const { since, until: end, query } = this.history;
    const least = query.bucketMs * 4;
    const wide = Math.max(until - from, least);
    const start = Math.max(since, Math.min((from + until - wide) / 2, end - wide));
    this.window = wide >= end - since ? undefined : { from: start, until: start + wide };
  }

  protected override options(): Omit<uPlot.Options, 'width' | 'height'> {
    return {
      ms: 1,
      legend: { show: false },
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => this.#doubleClick() },
      },
      scales: { x: { time: true, range: () => this.#xRange() }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.05 : 1] } },
      axes: [timeAxis(), axis((splits) => splits.map((value) => (value === 0 ? '0' : this.#figure(value))), { size: 58 })],
      series: [{}, heights],
      hooks: {
        drawClear: [(plot) => this.#band(plot)],
        draw: [(plot) => this.#drawBars(plot)],
        setSelect: [(plot) => this.#selected(plot)],
        setCursor: [(plot) => this.#hovered(plot)],
      },
    };
  }

  #xRange(): [number, number] {
    const { from, until } = this.#span;
    return [from, until];
  }

  protected override draw(plot: uPlot): void {
    const { at, series } = this.#bars;
    const all = at.map((_, index) => series.reduce((sum, { values }) => sum + values[index]!, 0));
    plot.setData([[...at], all]);
  }

  #drawBars(plot: uPlot): void {
    const { at, widthMs, series } = this.#bars;
    const colored = series.map(({ key, values }, rank) => ({ color: color(seriesColor(rank, key), 'foreground'), values }));
    drawBars(plot, { at, room: widthMs, place: 'start', share: 0.86, most: 60, series: colored });
  }

  #selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 5) return;
    this.zoomTo(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  #hovered(plot: uPlot): void {
    const { left } = plot.cursor;
    if (left === undefined || left < 0) {
      if (this.renderRoot.querySelector('.plot:focus')) return;
      this.cursor = undefined;
      return;
    }
    const at = plot.posToVal(left, 'x');
    const index = Math.floor((at - (this.#bars.at[0] ?? at)) / this.#bars.widthMs);
    this.cursor = index >= 0 && index < this.#bars.at.length ? index : undefined;
  }

  static override styles = [
    ChartElement.styles,
    css`
      :host { --chart-height: 260px; }
      .plot { cursor: crosshair; }
      .foot { min-height: 26px; margin: 2px 0 8px; }
      .legend { border-collapse: collapse; width: 100%; max-width: 640px; table-layout: fixed; }
      .legend th { text-align: left; font-weight: normal; padding: 2px 8px 2px 0; width: 50%; }
      .name { display: flex; align-items: center; gap: 8px; min-width: 0; }
      .legend td { padding: 2px 8px; width: 17%; }
      .end { text-align: right; }
      .swatch { flex: none; }
      .swatch rect { stroke: var(--vscode-contrastBorder, transparent); }
    `,
  ];
}
define('costlint-spend-chart', SpendChart);
