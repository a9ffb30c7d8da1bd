/** Which cell of a notebook a place of its file is in: nobody who works on a notebook sees the lines of its JSON. */
import { parseNotebook } from '../core/frontends/notebook.ts';

/** Both from 1; cells are counted with those that hold text. */
export interface CellPlace {
  readonly cell: number;
  readonly line: number;
}

/** `cell 3, line 5`. */
export const cellText = ({ cell, line }: CellPlace): string => `cell ${cell}, line ${line}`;

/** The cell of an offset in the text of an .ipynb file; undefined before the first one, and where the file cannot be read. */
export function cellPlaces(text: string): (offset: number) => CellPlace | undefined {
  const notebook = parseNotebook(text);
  if ('error' in notebook) return () => undefined;
  const lines = notebook.cells
    .filter(({ start, end }) => end > start)
    .flatMap(({ index, start, source }) => {
      const starts = [0, ...[...source.matchAll(/\n/g)].map((match) => match.index + 1)];
      return starts.map((from, i) => ({ cell: index + 1, line: i + 1, at: notebook.offsetAt(start + from) }));
    });
  return (offset) => lines.findLast(({ at }) => at <= offset);
}
