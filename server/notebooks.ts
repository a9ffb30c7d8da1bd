/** The code cells of a notebook as one module: what an earlier cell defines, a later one uses. */
import { pythonOfCell } from '../core/frontends/python-magics.ts';

export interface Cell {
  readonly uri: string;
  readonly text: string;
}

/** Where one document stands within the text that is analysed. A plain file has one part. */
export interface Part {
  readonly uri: string;
  readonly start: number;
  readonly end: number;
}

/** Joins cells with a line end between them; magics and shell lines become spaces, so that offsets stay. */
export function joinCells(cells: readonly Cell[], language: string): { readonly text: string; readonly parts: readonly Part[] } {
  const parts: Part[] = [];
  let text = '';
  for (const cell of cells) {
    const start = text.length;
    text += language === 'python' ? pythonOfCell(cell.text) : cell.text;
    parts.push({ uri: cell.uri, start, end: text.length });
    text += '\n';
  }
  return { text, parts };
}
