/** Stacked bars on the canvas of a chart. */
import type uPlot from 'uplot';
import { separator } from '../theme.ts';

export interface StackedBars {
  /** Where bars stand, on the x scale. */
  readonly at: readonly number[];
  /** How much of the x scale each has for itself, from its place on or around it. */
  readonly room: number;
  readonly place: 'start' | 'middle';
  /** The share of that room that a bar takes, but never more than `most` px. */
  readonly share: number;
  readonly most: number;
  /** From the lowest up, each with a value for every bar. */
  readonly series: readonly { readonly color: string; readonly values: readonly number[] }[];
}

/** Tells uPlot how high the bars are, and draws nothing. */
export const heights: uPlot.Series = { paths: () => null, points: { show: false } };

/**
 * Piece by piece and on whole pixels. uPlot makes one path of all bars of a series, each down to the axis: where the processor draws, that takes longer than a frame.
 */
export function drawBars(plot: uPlot, bars: StackedBars): void {
  const { ctx, bbox } = plot;
  const [lefts, width] = columns(plot, bars);
  const max = plot.scales.y?.max ?? 1;
  const zero = plot.valToPos(0, 'y', true);
  const perUnit = (zero - plot.valToPos(max, 'y', true)) / max;
  const sums = new Array<number>(lefts.length).fill(0);
  const edge = separator();
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = edge ?? 'transparent';
  for (const { color, values } of bars.series) {
    ctx.fillStyle = color;
    lefts.forEach((left, index) => {
      const bottom = Math.round(zero - sums[index]! * perUnit);
      sums[index]! += values[index] ?? 0;
      const top = Math.round(zero - sums[index]! * perUnit);
      if (top === bottom) return;
      ctx.fillRect(left, top, width, bottom - top);
      if (edge) ctx.strokeRect(left, top, width, bottom - top);
    });
  }
  ctx.restore();
}

/** Where the bars begin and how wide they are, in pixels of the canvas. */
function columns(plot: uPlot, { at, room, place, share, most }: StackedBars): readonly [lefts: readonly number[], width: number] {
  const [first = 0] = at;
  const wide = (plot.valToPos(first + room, 'x', true) - plot.valToPos(first, 'x', true)) * share;
  const width = Math.max(1, Math.round(Math.min(wide, most * devicePixelRatio)));
  return [at.map((x) => Math.round(plot.valToPos(x, 'x', true) - (place === 'middle' ? width / 2 : 0))), width];
}
