/** Text in columns at a terminal. */
import type { Colours } from '../colours.ts';

interface Layout {
  /** All columns but the first hold figures and stand to the right. */
  readonly figures?: boolean;
  readonly indent?: string;
}

/** Lines of a table, its head first. */
export function columns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { dim }: Pick<Colours, 'dim'>,
  { figures = false, indent = '' }: Layout = {},
): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (text: string, column: number): string =>
    figures && column > 0 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  const line = (row: readonly string[]): string => `${indent}${row.map(padded).join('  ')}`.trimEnd();
  return [dim(line(head)), ...rows.map(line)];
}

/** Said below a list that was cut; nothing where all of it is shown. */
export const cutNote = (more: number, { dim }: Pick<Colours, 'dim'>, indent = ''): string[] =>
  more > 0 ? [dim(`${indent}… and ${more} more (--top 0 shows all)`)] : [];

/** What must stay on its line, for grep, for columns, and since a line of its own may be a command to a CI (`::error::`). */
export const oneLine = (text: string): string => text.replace(/\s*[\n\r]\s*/g, ' ');
