/** Small line drawings, 16 by 16, in the colour of the text. They say nothing to a screen reader: what they stand for is written beside them or in a label. */
import { html, svg, type TemplateResult } from 'lit';

const shapes = {
  play: svg`<path d="M4.5 2.8 13 8l-8.5 5.2z" />`,
  pause: svg`<path d="M5.5 3v10M10.5 3v10" />`,
  stop: svg`<path d="M3.5 3.5h9v9h-9z" />`,
  check: svg`<path d="m2.8 8.6 3.4 3.6 7-8" />`,
  error: svg`<circle cx="8" cy="8" r="6.2" /><path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" />`,
  warning: svg`<path d="M8 2 14.5 13.5h-13zM8 6.2v3.6M8 11.3v.9" />`,
  info: svg`<circle cx="8" cy="8" r="6.2" /><path d="M8 7.2v4M8 4.6v1" />`,
  copy: svg`<path d="M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1" />`,
  back: svg`<path d="M13.5 8H3m4.5-4.5L3 8l4.5 4.5" />`,
  up: svg`<path d="m4 10 4-4 4 4" />`,
  down: svg`<path d="m4 6 4 4 4-4" />`,
  close: svg`<path d="m3.5 3.5 9 9m0-9-9 9" />`,
  link: svg`<path d="M9 2.5h4.5V7M13.5 2.5 7.5 8.5M11.5 9.5v4h-9v-9h4" />`,
  plug: svg`<path d="M5 1.5v3M11 1.5v3M3.5 4.5h9V8a4.5 4.5 0 0 1-9 0zM8 12.5v2.5" />`,
  dot: svg`<circle cx="8" cy="8" r="3.2" class="full" />`,
} as const;
export type IconName = keyof typeof shapes;

export const icon = (name: IconName): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">${shapes[name]}</svg>`;
