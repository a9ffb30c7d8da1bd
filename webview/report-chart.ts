/** A chart's shapes in the colours of the theme. Its values are in the table beside it, and on each shape. */
import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import type { DrawingMark, ReportChart } from '../core/protocol/report.ts';
import { define } from './element.ts';

const SERIES = 6;

function shape(mark: DrawingMark): TemplateResult {
  switch (mark.shape) {
    case 'rect':
      return svg`<rect class="s${mark.series % SERIES}" x=${mark.x} y=${mark.y} width=${mark.width} height=${mark.height} rx="2"><title>${mark.title}</title></rect>`;
    case 'path':
      return svg`<path class="p${mark.series % SERIES}" d=${mark.d}><title>${mark.title}</title></path>`;
    case 'line':
      return svg`<line class=${mark.role} x1=${mark.x1} y1=${mark.y1} x2=${mark.x2} y2=${mark.y2}></line>`;
    case 'text':
      return svg`<text class=${mark.role} x=${mark.x} y=${mark.y} text-anchor=${mark.anchor}>${mark.title ? svg`<title>${mark.title}</title>` : ''}${mark.text}</text>`;
  }
}

export class ReportChartElement extends LitElement {
  static override properties = { chart: { attribute: false } };
  static override styles = css`
    :host { display: block; max-width: 860px; margin: 12px 0; }
    figure { margin: 0; }
    figcaption { color: var(--vscode-descriptionForeground); margin-bottom: 4px; }
    svg { display: block; width: 100%; height: auto; }
    text { font: 12px var(--vscode-font-family); fill: var(--vscode-foreground); }
    .value, .mark { font-variant-numeric: tabular-nums; }
    text.value { fill: var(--vscode-descriptionForeground); }
    line { stroke: var(--vscode-editorIndentGuide-background1, var(--vscode-panel-border, currentColor)); }
    line.axis, line.mark { stroke: var(--vscode-descriptionForeground); }
    line.mark { stroke-dasharray: 4 3; }
    rect { stroke: var(--vscode-contrastBorder, none); }
    path { fill: none; stroke-width: 2; }
    .s0 { fill: var(--vscode-charts-blue); } .s1 { fill: var(--vscode-charts-orange); } .s2 { fill: var(--vscode-descriptionForeground); }
    .s3 { fill: var(--vscode-charts-green); } .s4 { fill: var(--vscode-charts-purple); } .s5 { fill: var(--vscode-charts-red); }
    .p0 { stroke: var(--vscode-charts-blue); } .p1 { stroke: var(--vscode-charts-orange); } .p2 { stroke: var(--vscode-descriptionForeground); }
    .p3 { stroke: var(--vscode-charts-green); } .p4 { stroke: var(--vscode-charts-purple); } .p5 { stroke: var(--vscode-charts-red); }
  `;
  declare chart: ReportChart;

  override render(): TemplateResult {
    const { title, drawing } = this.chart;
    return html`<figure>
      <figcaption>${title}</figcaption>
      <svg role="img" aria-label=${title} viewBox="0 0 ${drawing.width} ${drawing.height}">${drawing.marks.map(shape)}</svg>
    </figure>`;
  }
}

define('costlint-report-chart', ReportChartElement);
