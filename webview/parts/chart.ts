/** uPlot in an element: made anew with the theme, as wide as its place, its style sheet without a style element. */
import { type CSSResultGroup, css, LitElement, unsafeCSS } from 'lit';
import uPlot from 'uplot';
import plotStyles from 'uplot/dist/uPlot.min.css' with { type: 'text' };
import { clock, day } from '../format.ts';
import { shared } from '../styles.ts';
import { color, faint, onTheme } from '../theme.ts';

export abstract class ChartElement extends LitElement {
  static override styles: CSSResultGroup = [
    shared,
    unsafeCSS(plotStyles),
    css`
      .uplot { font-family: inherit; }
      .u-select { background: var(--vscode-editor-selectionBackground, var(--vscode-list-hoverBackground)); opacity: 0.6; }
      .u-hz .u-cursor-x { border-right: 1px solid var(--vscode-foreground); }
      .plot { position: relative; min-height: var(--chart-height, 220px); }
    `,
  ];
  protected plot: uPlot | undefined;
  #stopTheme: (() => void) | undefined;
  readonly #sizes = new ResizeObserver(() => this.#resize());
  #place: HTMLElement | undefined;

  protected abstract chartHeight: number;
  protected abstract options(): Omit<uPlot.Options, 'width' | 'height'>;
  /** Puts the newest data into the plot. */
  protected abstract draw(plot: uPlot): void;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopTheme = onTheme(() => this.remake());
    if (this.#place) this.remake();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopTheme?.();
    this.#sizes.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
  }

  override updated(): void {
    const place = this.renderRoot.querySelector<HTMLElement>('.plot') ?? undefined;
    if (place !== this.#place || !this.plot) {
      this.#place = place;
      this.remake();
    } else this.draw(this.plot);
  }

  protected remake(): void {
    this.plot?.destroy();
    this.plot = undefined;
    this.#sizes.disconnect();
    const place = this.#place;
    if (!place?.isConnected) return;
    this.plot = new uPlot({ ...this.options(), width: Math.max(120, place.clientWidth), height: this.chartHeight }, [[]], place);
    this.#sizes.observe(place);
    this.draw(this.plot);
  }

  /** Width of what is drawn, without axes, px; a guess before there is a plot. */
  protected get drawnWidth(): number {
    return this.plot ? this.plot.bbox.width / devicePixelRatio : Math.max(120, this.clientWidth - 70);
  }

  #resize(): void {
    const width = this.#place?.clientWidth ?? 0;
    if (!this.plot || width === 0 || width === this.plot.width) return;
    this.plot.setSize({ width, height: this.chartHeight });
    this.requestUpdate();
  }
}

const font = (): string => `11px ${getComputedStyle(document.documentElement).getPropertyValue('--vscode-font-family') || 'sans-serif'}`;

/** An axis in the theme's colours. `values`: its labels. */
export function axis(values: (splits: readonly number[]) => string[], more: uPlot.Axis = {}): uPlot.Axis {
  const lines = { stroke: faint(0.14), width: 1 };
  return {
    stroke: color('descriptionForeground', 'foreground'),
    font: font(),
    grid: lines,
    ticks: { ...lines, size: 4 },
    values: (_, splits) => values(splits),
    size: 28,
    gap: 4,
    ...more,
  };
}

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const;
/** Steps of a time axis, ms; none below a second, which labels do not show. */
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map((count) => count * HOUR),
  ...[1, 2, 3, 5, 7, 10, 14, 28].map((count) => count * DAY),
];

export const timeAxis = (): uPlot.Axis => axis(timeLabels, { incrs: timeSteps, space: 64 });

/** Times, with seconds where the steps are shorter than a minute, and the day where one begins or where only days are shown. */
export function timeLabels(splits: readonly number[]): string[] {
  const [first = 0, second = Number.POSITIVE_INFINITY] = splits;
  const withSeconds = second - first < MINUTE;
  return splits.map((at, index) => {
    const before = splits[index - 1];
    const isNewDay = before !== undefined && new Date(before).toDateString() !== new Date(at).toDateString();
    const isMidnight = clock(at) === '00:00';
    return isMidnight || (isNewDay && at - before >= 20 * 3_600_000) ? day(at) : clock(at, withSeconds);
  });
}
