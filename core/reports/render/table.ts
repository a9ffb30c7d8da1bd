/** What of a table is drawn. */
import type { ReportColumn, ReportTable } from '../../protocol/report.ts';

export interface CutTable extends ReportTable {
  /** Rows that were left out. */
  readonly more: number;
}

/** The columns for people, without the wide ones where lines are short. */
export function shownColumns({ columns, rows }: ReportTable, wide: boolean): ReportTable {
  const keep = columns.map(({ shown }) => shown === undefined || (wide && shown === 'wide'));
  const pick = <T>(all: readonly T[]): T[] => all.filter((_, i) => keep[i]);
  return { columns: pick<ReportColumn>(columns), rows: rows.map((row) => pick(row)) };
}

/** The first `top` rows. */
export const cutTo = (table: ReportTable, top: number): CutTable => ({
  ...table,
  rows: table.rows.slice(0, top),
  more: Math.max(0, table.rows.length - top),
});
