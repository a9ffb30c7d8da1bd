/** A table of a report: sorted by any column, the first rows first, cells that lead to their line. */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ReportCell, ReportPlace, ReportTable, ValueKind } from '../core/protocol/report.ts';
import { define } from './element.ts';
import { icon } from './icons.ts';
import { shared } from './styles.ts';

/** More rows come when they are asked for. */
const ROWS = 25;

export interface Order {
  readonly column: number;
  readonly down: boolean;
}

const numeric: ReadonlySet<ValueKind> = new Set<ValueKind>(['count', 'tokens', 'usd', 'rate', 'share', 'days']);

const classOf = (kind: ValueKind): string => (numeric.has(kind) ? 'end' : kind === 'place' ? 'place' : '');

/** What a cell is sorted by; undefined: nobody knows, it comes last. */
function keyOf({ text, value, at }: ReportCell): number | string | undefined {
  if (at && value === undefined) return `${at.path}\0${String(at.line).padStart(7, '0')}`;
  if (value === null) return undefined;
  if (typeof value === 'object') return value.expected;
  return typeof value === 'number' ? value : text.toLowerCase();
}

/** Rows in an order; equal ones stay as they were. */
export function sorted(rows: readonly (readonly ReportCell[])[], { column, down }: Order): readonly (readonly ReportCell[])[] {
  const keyed = rows.map((row) => ({ row, key: row[column] && keyOf(row[column]) }));
  const known = keyed.filter(({ key }) => key !== undefined);
  known.sort(({ key: a = 0 }, { key: b = 0 }) => (a === b ? 0 : (a < b ? -1 : 1) * (down ? -1 : 1)));
  return [...known, ...keyed.filter(({ key }) => key === undefined)].map(({ row }) => row);
}

export class ReportTableElement extends LitElement {
  static override properties = { table: { attribute: false }, heading: {}, order: { state: true }, all: { state: true } };
  static override styles = [
    shared,
    css`
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; margin: 8px 0; }
      th, td { text-align: left; vertical-align: top; padding: 3px 10px 3px 4px; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); overflow-wrap: break-word; }
      .place { overflow-wrap: anywhere; min-width: 18ch; }
      th { white-space: nowrap; font-weight: 600; }
      .end { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      .end .tool { flex-direction: row-reverse; }
      tbody tr:hover { background: var(--vscode-list-hoverBackground); }
      th .tool { padding: 0; font-weight: inherit; }
      td .link { text-align: left; display: inline; min-height: 0; padding: 0; overflow-wrap: anywhere; }
      sup { color: var(--vscode-descriptionForeground); }
    `,
  ];
  declare table: ReportTable;
  declare heading: string;
  declare order: Order | undefined;
  declare all: boolean;

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('table');
    // Another report has other columns; a slider's answer keeps the order.
    if (before && before.columns.map(({ id }) => id).join() !== this.table.columns.map(({ id }) => id).join()) {
      this.order = undefined;
      this.all = false;
    }
  }

  override render(): TemplateResult {
    const { columns, rows } = this.table;
    const shown = columns.flatMap(({ shown }, i) => (shown === 'data' ? [] : [i]));
    const ordered = this.order ? sorted(rows, this.order) : rows;
    const some = this.all ? ordered : ordered.slice(0, ROWS);
    return html`
      <div class="scroll" role="region" aria-label=${this.heading} tabindex="0">
        <table>
          <thead>
            <tr>${shown.map((i) => this.#head(i))}</tr>
          </thead>
          <tbody>
            ${some.map((row) => html`<tr>${shown.map((i) => html`<td class=${classOf(columns[i]?.kind ?? 'text')}>${row[i] ? this.#cell(row[i]) : nothing}</td>`)}</tr>`)}
          </tbody>
        </table>
      </div>
      ${rows.length > some.length ? html`<button class="tool link" @click=${this.#showAll}>Show all ${rows.length} rows</button>` : nothing}
    `;
  }

  #head(column: number): TemplateResult {
    const { name = '', kind = 'text' } = this.table.columns[column] ?? {};
    const own = this.order?.column === column ? this.order : undefined;
    const direction = own ? (own.down ? 'descending' : 'ascending') : 'none';
    return html`<th scope="col" aria-sort=${direction} class=${classOf(kind)}>
      <button class="tool" title="Sort by ${name}" @click=${() => this.#sort(column, numeric.has(kind))}>${name}${own ? icon(own.down ? 'down' : 'up') : nothing}</button>
    </th>`;
  }

  #sort(column: number, largestFirst: boolean): void {
    const own = this.order?.column === column ? this.order : undefined;
    this.order = { column, down: own ? !own.down : largestFirst };
  }

  #showAll(): void {
    this.all = true;
  }

  #cell({ text, at, source }: ReportCell): TemplateResult {
    const words = at ? html`<button class="tool link" title="Go to ${at.path}:${at.line}" @click=${() => this.#open(at)}>${text}</button>` : text;
    return html`${words}${source === undefined ? nothing : html`<sup title="Source ${source + 1}">${source + 1}</sup>`}`;
  }

  #open(place: ReportPlace): void {
    this.dispatchEvent(new CustomEvent<ReportPlace>('open-place', { detail: place, bubbles: true, composed: true }));
  }
}

define('costlint-report-table', ReportTableElement);
