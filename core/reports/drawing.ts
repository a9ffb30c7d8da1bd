/** Charts as shapes in a fixed box. HTML and the panel put the same shapes on the page; colours and fonts are theirs. */
import { formatShare, formatTokens, formatUsd } from '../format.ts';
import type { Drawing, DrawingMark, ReportChart, ValueKind } from '../protocol/report.ts';
import { rateText } from './cells.ts';

/** Units of the drawing; a page scales it. */
const WIDTH = 720;
const ROW = 22;
const BAR = 14;
/** About the width of one character of a label. */
const CHARACTER = 7.2;
const LABEL_CHARACTERS = 34;
const LEGEND = 24;
const PLOT = { left: 64, right: 16, top: 12, height: 200, bottom: 40 };

export type Undrawn = Omit<ReportChart, 'drawing'>;

export const drawn = (chart: Undrawn): ReportChart => ({ ...chart, drawing: chart.type === 'line' ? lines(chart) : bars(chart) });

/** A value on an axis or behind a bar. */
function valueText(value: number, kind: ValueKind): string {
  if (kind === 'usd') return formatUsd(Math.round(value));
  if (kind === 'rate') return rateText(value);
  if (kind === 'share') return formatShare(value);
  if (kind === 'tokens') return formatTokens(value);
  return String(Math.round(value * 100) / 100);
}

const cut = (words: string): string => (words.length > LABEL_CHARACTERS ? `…${words.slice(1 - LABEL_CHARACTERS)}` : words);
const round = (n: number): number => Math.round(n * 10) / 10;

function legend({ series }: Undrawn, y: number): DrawingMark[] {
  let x = 0;
  return series.flatMap(({ name }, i): DrawingMark[] => {
    const left = x;
    x += 34 + name.length * CHARACTER;
    return [
      { shape: 'rect', x: left, y: y - 9, width: 10, height: 10, series: i, title: name },
      { shape: 'text', x: left + 15, y, text: name, anchor: 'start', role: 'label' },
    ];
  });
}

function bars(chart: Undrawn): Drawing {
  const { labels, series, kind } = chart;
  const top = series.length > 1 ? LEGEND : 4;
  const totals = labels.map((_, row) => series.reduce((sum, { values }) => sum + (values[row] ?? 0), 0));
  const texts = totals.map((total) => valueText(total, kind));
  const left = Math.min(LABEL_CHARACTERS, Math.max(...labels.map((label) => label.length), 1)) * CHARACTER + 10;
  const room = WIDTH - left - Math.max(...texts.map((t) => t.length), 1) * CHARACTER - 12;
  const scale = room / Math.max(...totals, Number.MIN_VALUE);
  const marks = labels.flatMap((label, row): DrawingMark[] => {
    const y = top + row * ROW;
    let x = left;
    const rects = series.flatMap(({ name, values }, i): DrawingMark[] => {
      const width = (values[row] ?? 0) * scale;
      const at = x;
      x += width;
      const title = `${label}${series.length > 1 ? `, ${name}` : ''}: ${valueText(values[row] ?? 0, kind)}`;
      return width > 0 ? [{ shape: 'rect', x: round(at), y: y + 3, width: Math.max(0.5, round(width)), height: BAR, series: i, title }] : [];
    });
    return [
      {
        shape: 'text',
        x: round(left - 8),
        y: y + 14,
        text: cut(label),
        anchor: 'end',
        role: 'label',
        ...(cut(label) === label ? {} : { title: label }),
      },
      ...rects,
      { shape: 'text', x: round(x + 6), y: y + 14, text: texts[row] ?? '', anchor: 'start', role: 'value' },
    ];
  });
  return { width: WIDTH, height: top + labels.length * ROW + 4, marks: [...(series.length > 1 ? legend(chart, 13) : []), ...marks] };
}

/** Round steps of 1, 2 or 5 that cut a span into about four. */
function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power;
  const found: number[] = [];
  for (let n = Math.ceil(from / step); n * step <= to + step * 1e-9; n++) found.push(n * step);
  return found;
}

function lines(chart: Undrawn): Drawing {
  const { x: axis, series, kind, points = [] } = chart;
  const xs = axis?.values ?? [];
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  const most = Math.max(...series.flatMap(({ values }) => values), Number.MIN_VALUE);
  const top = LEGEND + PLOT.top;
  const base = top + PLOT.height;
  const wide = WIDTH - PLOT.left - PLOT.right;
  const atX = (x: number): number => round(PLOT.left + ((x - from) / (to - from || 1)) * wide);
  const atY = (y: number): number => round(base - (y / most) * PLOT.height);
  const marks: DrawingMark[] = [...legend(chart, 13)];
  for (const y of ticks(0, most)) {
    marks.push({ shape: 'line', x1: PLOT.left, y1: atY(y), x2: WIDTH - PLOT.right, y2: atY(y), role: y === 0 ? 'axis' : 'grid' });
    marks.push({ shape: 'text', x: PLOT.left - 8, y: atY(y) + 4, text: valueText(y, kind), anchor: 'end', role: 'value' });
  }
  for (const x of ticks(from, to)) {
    marks.push({ shape: 'text', x: atX(x), y: base + 16, text: valueText(x, axis?.kind ?? 'count'), anchor: 'middle', role: 'value' });
  }
  marks.push({ shape: 'text', x: PLOT.left + wide / 2, y: base + 34, text: axis?.name ?? '', anchor: 'middle', role: 'label' });
  series.forEach(({ name, values }, i) => {
    const d = values.map((y, at) => `${at === 0 ? 'M' : 'L'}${atX(xs[at] ?? from)} ${atY(y)}`).join('');
    marks.push({ shape: 'path', d, series: i, title: name });
  });
  points.forEach(({ x, name }, i) => {
    if (x < from || x > to) return;
    const right = atX(x) > WIDTH / 2;
    marks.push({ shape: 'line', x1: atX(x), y1: top, x2: atX(x), y2: base, role: 'mark' });
    marks.push({ shape: 'text', x: atX(x) + (right ? -5 : 5), y: top + 12 + i * 15, text: name, anchor: right ? 'end' : 'start', role: 'mark' });
  });
  return { width: WIDTH, height: base + PLOT.bottom, marks };
}
