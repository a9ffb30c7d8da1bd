/**
 * A table of any length: only the rows in sight are in the page. To a screen reader it is a grid with all of its rows; the keyboard moves one active row and
 * Enter opens it, so that focus stays on the grid and cannot be lost by scrolling.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { define } from '../element.ts';
import { icon } from '../icons.ts';
import { shared } from '../styles.ts';

export interface Column<T> {
  readonly id: string;
  readonly title: string;
  /** A grid track: `minmax(8em, 2fr)`. */
  readonly width: string;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** Left out where the panel is narrower than this, px. */
  readonly from?: number;
  cell(row: T): TemplateResult | string;
}

export const ROW_HEIGHT = 24;
const HEAD_HEIGHT = 26;
const SPARE = 6;

/** Fires `open` with the row as detail, and `sort` with the column's id. */
export class RowGrid<T> extends LitElement {
  static override properties = {
    rows: { attribute: false },
    columns: { attribute: false },
    key: { attribute: false },
    version: { attribute: false },
    label: {},
    sort: {},
    descending: { type: Boolean },
    active: { state: true },
    top: { state: true },
    height: { state: true },
    width: { state: true },
  };
  declare rows: readonly T[];
  declare columns: readonly Column<T>[];
  /** Cells may say something new although the rows are the same. */
  declare version: number;
  /** What a row is known by while the rows are sorted anew. */
  declare key: (row: T) => unknown;
  declare label: string;
  /** Id of the sorted column. */
  declare sort: string;
  declare descending: boolean;
  /** Key of the row that the keyboard is at; undefined: the first. */
  declare active: unknown;
  declare top: number;
  declare height: number;
  declare width: number;

  readonly #sizes = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    this.rows = [];
    this.columns = [];
    this.version = 0;
    this.label = '';
    this.sort = '';
    this.descending = false;
    this.key = (row) => row;
    this.active = undefined;
    this.top = 0;
    this.height = 400;
    this.width = 800;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  override updated(changed: PropertyValues): void {
    const body = this.#body;
    if (!body) return;
    const tracks = this.#columns.map(({ width }) => width).join(' ');
    if (this.style.getPropertyValue('--tracks') !== tracks) this.style.setProperty('--tracks', tracks);
    const full = `${this.rows.length * ROW_HEIGHT}px`;
    if (body.style.height !== full) body.style.height = full;
    for (const row of body.querySelectorAll<HTMLElement>('.line')) {
      const place = `translateY(${Number(row.dataset.index) * ROW_HEIGHT}px)`;
      if (row.style.transform !== place) row.style.transform = place;
    }
    if (changed.has('rows')) this.#measure();
  }

  override render(): TemplateResult {
    const columns = this.#columns;
    const active = this.#activeIndex;
    const first = Math.max(0, Math.floor(this.top / ROW_HEIGHT) - SPARE);
    const end = Math.min(this.rows.length, Math.ceil((this.top + this.height) / ROW_HEIGHT) + SPARE);
    const inSight = active >= first && active < end;
    return html`<div
      class="grid focusable"
      role="grid"
      tabindex="0"
      aria-label=${this.label}
      aria-rowcount=${this.rows.length + 1}
      aria-colcount=${columns.length}
      aria-activedescendant=${inSight ? `r${active}` : nothing}
      @keydown=${this.#key}
      @scroll=${this.#scrolled}
    >
      <div role="rowgroup" class="top"><div class="head" role="row" aria-rowindex="1">${columns.map((column) => this.#head(column))}</div></div>
      <div class="body" role="rowgroup">
        ${this.rows.slice(first, end).map((row, index) => this.#line(row, first + index, columns, active))}
      </div>
    </div>`;
  }

  get #columns(): readonly Column<T>[] {
    return this.columns.filter(({ from }) => this.width >= (from ?? 0));
  }

  get #body(): HTMLElement | null {
    return this.renderRoot.querySelector('.body');
  }

  /** What scrolls: it is what has the focus. */
  get #frame(): HTMLElement | null {
    return this.renderRoot.querySelector('.grid');
  }

  #head({ id, title, numeric, sortable }: Column<T>): TemplateResult {
    const isSorted = id === this.sort;
    const order = isSorted ? (this.descending ? 'descending' : 'ascending') : 'none';
    const mark = isSorted ? icon(this.descending ? 'down' : 'up') : nothing;
    return html`<div role="columnheader" class=${numeric ? 'cell end' : 'cell'} aria-sort=${sortable ? order : nothing}>
      ${sortable ? html`<button class="tool sort" @click=${() => this.#tell('sort', id)}>${title}${mark}</button>` : html`<span class="clip">${title}</span>`}
    </div>`;
  }

  #line(row: T, index: number, columns: readonly Column<T>[], active: number): TemplateResult {
    const isActive = index === active;
    return html`<div
      class=${isActive ? 'line active' : index % 2 === 0 ? 'line' : 'line odd'}
      id="r${index}"
      role="row"
      aria-rowindex=${index + 2}
      aria-selected=${isActive}
      data-index=${index}
      @click=${() => this.#open(index)}
    >
      ${columns.map((column) => html`<div role="gridcell" class=${column.numeric ? 'cell end number clip' : 'cell clip'}>${column.cell(row)}</div>`)}
    </div>`;
  }

  get #activeIndex(): number {
    return this.active === undefined
      ? 0
      : Math.max(
          0,
          this.rows.findIndex((row) => this.key(row) === this.active),
        );
  }

  #activate(index: number): void {
    const row = this.rows[index];
    if (row !== undefined) this.active = this.key(row);
  }

  #measure(): void {
    const frame = this.#frame;
    if (!frame) return;
    this.height = frame.clientHeight - HEAD_HEIGHT;
    this.width = frame.clientWidth;
    this.top = frame.scrollTop;
  }

  #scrolled = (): void => this.#measure();

  #key = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(this.height / ROW_HEIGHT) - 1);
    const last = this.rows.length - 1;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -last, End: last };
    const inHeader = (event.composedPath()[0] as HTMLElement).localName === 'button';
    const step = steps[event.key];
    if (step !== undefined) this.#moveTo(Math.max(0, Math.min(last, this.#activeIndex + step)));
    else if (event.key === 'Enter' && !inHeader) this.#open(this.#activeIndex);
    else return;
    event.preventDefault();
  };

  #moveTo(index: number): void {
    this.#activate(index);
    const frame = this.#frame;
    if (!frame) return;
    const place = index * ROW_HEIGHT;
    if (place < frame.scrollTop) frame.scrollTop = place;
    else if (place + ROW_HEIGHT > frame.scrollTop + this.height) frame.scrollTop = place + ROW_HEIGHT - this.height;
    this.#measure();
  }

  #open(index: number): void {
    this.#activate(index);
    const row = this.rows[index];
    if (row !== undefined) this.#tell('open', row);
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  static override styles = [
    shared,
    css`
      :host { display: flex; min-height: 0; height: 100%; }
      .grid { flex: 1; min-width: 0; overflow-y: auto; overflow-x: hidden; position: relative; }
      .head, .line { display: grid; grid-template-columns: var(--tracks); align-items: center; }
      .top { position: sticky; top: 0; z-index: 1; background: var(--vscode-editor-background); }
      .head { height: ${HEAD_HEIGHT}px; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, var(--vscode-charts-lines))); font-weight: 600; }
      .body { position: relative; }
      .line { position: absolute; inset: 0 0 auto 0; height: ${ROW_HEIGHT}px; cursor: pointer; }
      .line:hover { background: var(--vscode-list-hoverBackground); color: var(--vscode-list-hoverForeground, inherit);
        outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      .grid:focus-visible .line.active { background: var(--vscode-list-inactiveSelectionBackground); color: var(--vscode-list-inactiveSelectionForeground, inherit);
        outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
      .cell { padding: 0 8px; min-width: 0; }
      .end { text-align: right; }
      .sort { font-weight: 600; margin: 0 -4px; }
      .head .end .sort { flex-direction: row-reverse; }
    `,
  ];
}
define('costlint-rows', RowGrid);
