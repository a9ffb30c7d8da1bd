/** The calls of a session on a time line: how long each took, which ran at once, and when something went wrong. */
import { css, html, type TemplateResult } from 'lit';
import type uPlot from 'uplot';
import { define } from '../element.ts';
import { clock, cost, duration } from '../format.ts';
import { outcomeNames } from '../names.ts';
import type { Incident, Step } from '../session-steps.ts';
import { color } from '../theme.ts';
import { ChartElement, timeAxis } from './chart.ts';
import { lanesOf } from './lanes.ts';

/** A shorter session is drawn on as much time as this, ms. */
const LEAST_MS = 10_000;

const isBad = ({ call }: Step): boolean => call.outcome === 'failed' || call.outcome === 'cut';

export class TimeLine extends ChartElement {
  static override properties = { steps: { attribute: false }, incidents: { attribute: false }, at: { state: true } };
  declare steps: readonly Step[];
  declare incidents: readonly Incident[];
  declare at: number | undefined;
  protected override chartHeight = 110;
  #lanes: readonly number[] = [];

  constructor() {
    super();
    this.steps = [];
    this.incidents = [];
  }

  override willUpdate(): void {
    this.#lanes = lanesOf(this.steps.map(({ call }) => call));
  }

  override render(): TemplateResult {
    return html`<div class="plot" role="img" aria-label=${this.#summary()}></div>
      <p class="quiet at">${this.#hovered()}</p>`;
  }

  get #span(): [number, number] {
    const first = Math.min(this.steps[0]?.call.at ?? 0, this.incidents[0]?.at ?? Number.POSITIVE_INFINITY);
    const last = Math.max(...this.steps.map(({ call }) => call.at + call.durationMs), this.incidents.at(-1)?.at ?? 0, first + LEAST_MS);
    const room = (last - first) * 0.02;
    return [first - room, last + room];
  }

  #summary(): string {
    const [first, last] = this.#span;
    const bad = this.steps.filter(isBad).length;
    return `Time line: ${this.steps.length} calls in ${duration(last - first)}, from ${clock(first, true)} to ${clock(last, true)}${bad > 0 ? `, ${bad} failed` : ''}. The table of calls has every figure.`;
  }

  #hovered(): string {
    const step = this.at === undefined ? undefined : this.steps[this.at];
    if (!step) return '';
    const { call } = step;
    return `Step ${step.number}: ${clock(call.at, true)}, ${duration(call.durationMs)}, ${outcomeNames[call.outcome]}, ${cost(call.cost)}`;
  }

  protected override options(): Omit<uPlot.Options, 'width' | 'height'> {
    return {
      ms: 1,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: true, range: () => this.#span }, y: { range: [0, 1] } },
      axes: [timeAxis(), { show: false }],
      series: [{}, { show: false }],
      hooks: { draw: [(plot) => this.#calls(plot)], setCursor: [(plot) => this.#point(plot)] },
    };
  }

  protected override draw(plot: uPlot): void {
    const [first, last] = this.#span;
    plot.setData([
      [first, last],
      [null, null],
    ]);
  }

  #calls(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const lanes = Math.max(1, ...this.#lanes.map((lane) => lane + 1));
    const height = Math.min(bbox.height / lanes, 22 * devicePixelRatio);
    const colors = {
      good: color('charts-blue', 'foreground'),
      bad: color('charts-red', 'errorForeground'),
      warning: color('charts-yellow', 'foreground'),
      edge: color('contrastBorder', 'editor-background'),
    };
    this.steps.forEach((step, index) => {
      const x = plot.valToPos(step.call.at, 'x', true);
      const width = Math.max(2 * devicePixelRatio, plot.valToPos(step.call.at + step.call.durationMs, 'x', true) - x);
      const y = bbox.top + bbox.height - (this.#lanes[index]! + 1) * height;
      ctx.fillStyle = isBad(step) ? colors.bad : colors.good;
      ctx.fillRect(x, y + height * 0.15, width, height * 0.7);
      ctx.strokeStyle = colors.edge;
      ctx.lineWidth = 1;
      ctx.strokeRect(x, y + height * 0.15, width, height * 0.7);
    });
    for (const { at, level } of this.incidents) {
      if (level === 'info') continue;
      ctx.fillStyle = level === 'error' ? colors.bad : colors.warning;
      const x = plot.valToPos(at, 'x', true);
      ctx.fillRect(x - devicePixelRatio / 2, bbox.top, devicePixelRatio, bbox.height);
      ctx.beginPath();
      ctx.arc(x, bbox.top + 4 * devicePixelRatio, 3 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    }
  }

  #point(plot: uPlot): void {
    const { left } = plot.cursor;
    if (left === undefined || left < 0) {
      this.at = undefined;
      return;
    }
    const at = plot.posToVal(left, 'x');
    const index = this.steps.findLastIndex(({ call }) => call.at <= at);
    this.at = index >= 0 ? index : undefined;
  }

  static override styles = [ChartElement.styles, css`:host { --chart-height: 110px; } .at { min-height: 20px; }`];
}
define('costlint-time-line', TimeLine);
