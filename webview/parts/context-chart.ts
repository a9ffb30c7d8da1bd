/** How the context of a session grows: the prompt of each step, split by what the cache did with it. A triangle stands where the cache broke. */
import { css, html, type TemplateResult } from 'lit';
import type uPlot from 'uplot';
import { define } from '../element.ts';
import { tokens } from '../format.ts';
import { tokenKinds } from '../names.ts';
import type { Step } from '../session-steps.ts';
import { color, kindColors } from '../theme.ts';
import { drawBars, heights } from './bars.ts';
import { axis, ChartElement } from './chart.ts';

const parts = ['cacheRead', 'cacheWrite', 'uncachedInput'] as const;

function valuesOf({ prompt }: Step, part: (typeof parts)[number]): number {
  return part === 'cacheRead' ? prompt.read : part === 'cacheWrite' ? prompt.write : prompt.uncached;
}

export class ContextChart extends ChartElement {
  static override properties = { steps: { attribute: false }, at: { state: true } };
  declare steps: readonly Step[];
  /** Step under the pointer. */
  declare at: number | undefined;
  protected override chartHeight = 180;

  constructor() {
    super();
    this.steps = [];
  }

  override render(): TemplateResult {
    return html`
      <div class="plot" role="img" aria-label=${this.#summary()}></div>
      <ul class="row keys">
        ${parts.map(
          (part) => html`<li class="row">
            <svg width="10" height="10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="var(--vscode-${kindColors[part]})" /></svg>${tokenKinds[part]}
          </li>`,
        )}
        <li class="row"><svg width="10" height="10" aria-hidden="true"><path class="break" d="M0 1h10l-5 8z" /></svg>Cache broke</li>
        <li class="quiet grow end">${this.#hovered()}</li>
      </ul>
    `;
  }

  #summary(): string {
    const first = this.steps[0];
    const last = this.steps.at(-1);
    if (!first || !last) return 'Context per step: no calls';
    const breaks = this.steps.filter(({ cacheBreak }) => cacheBreak).length;
    return `Context per step: ${tokens(first.prompt.all)} tokens at the first of ${this.steps.length} steps, ${tokens(last.prompt.all)} at the last; the cache broke ${breaks} times. The table of calls has every figure.`;
  }

  #hovered(): string {
    const step = this.at === undefined ? undefined : this.steps[this.at];
    if (!step) return '';
    const broke = step.cacheBreak ? ` · cache broke: ${step.cacheBreak}` : '';
    return `Step ${step.number}: ${tokens(step.prompt.all)} tokens, ${tokens(step.prompt.read)} from the cache${broke}`;
  }

  protected override options(): Omit<uPlot.Options, 'width' | 'height'> {
    return {
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [0.5, Math.max(this.steps.length, 1) + 0.5] },
        y: { range: (_, __, max) => [0, max > 0 ? max * 1.12 : 1] },
      },
      axes: [
        axis((splits) => splits.map(String), { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000] }),
        axis((splits) => splits.map((value) => tokens(value)), { size: 52 }),
      ],
      series: [{}, heights],
      hooks: { draw: [(plot) => this.#drawBars(plot), (plot) => this.#marks(plot)], setCursor: [(plot) => this.#point(plot)] },
    };
  }

  protected override draw(plot: uPlot): void {
    plot.setData([this.steps.map(({ number }) => number), this.steps.map(({ prompt }) => prompt.all)]);
  }

  #drawBars(plot: uPlot): void {
    const at = this.steps.map(({ number }) => number);
    const series = parts.map((part) => ({ color: color(kindColors[part]!, 'foreground'), values: this.steps.map((step) => valuesOf(step, part)) }));
    drawBars(plot, { at, room: 1, place: 'middle', share: 0.9, most: 40, series });
  }

  #marks(plot: uPlot): void {
    const { ctx } = plot;
    const size = 4 * devicePixelRatio;
    ctx.fillStyle = color('foreground');
    for (const step of this.steps) {
      if (!step.cacheBreak) continue;
      const x = plot.valToPos(step.number, 'x', true);
      const y = plot.valToPos(step.prompt.all, 'y', true) - size;
      ctx.beginPath();
      ctx.moveTo(x - size, y - size * 1.6);
      ctx.lineTo(x + size, y - size * 1.6);
      ctx.lineTo(x, y);
      ctx.fill();
    }
  }

  #point(plot: uPlot): void {
    const { left } = plot.cursor;
    this.at = left === undefined || left < 0 ? undefined : Math.round(plot.posToVal(left, 'x')) - 1;
  }

  static override styles = [
    ChartElement.styles,
    css`
      :host { --chart-height: 180px; }
      .keys { gap: 4px 16px; min-height: 22px; }
      .end { text-align: right; }
      .break { fill: var(--vscode-foreground); }
      rect { stroke: var(--vscode-contrastBorder, transparent); }
    `,
  ];
}
define('costlint-context-chart', ContextChart);
