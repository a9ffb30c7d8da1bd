/** The code cells of a notebook as one module: what an earlier cell defines, a later one uses. */

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

/** Cell magics behind which the rest of the cell is still Python. */
const PYTHON_MAGICS = /^%%(time|timeit|capture|prun|memit)\b/;

/** Joins cells with a line end between them; magics and shell lines become comments of the same length, so that offsets stay. */
export function joinCells(cells: readonly Cell[], language: string): { readonly text: string; readonly parts: readonly Part[] } {
  const parts: Part[] = [];
  let text = '';
  for (const cell of cells) {
    const start = text.length;
    text += language === 'python' ? withoutMagics(cell.text) : cell.text;
    parts.push({ uri: cell.uri, start, end: text.length });
    text += '\n';
  }
  return { text, parts };
}

export function withoutMagics(cell: string): string {
  if (/^\s*%%/.test(cell) && !PYTHON_MAGICS.test(cell.trimStart())) return cell.replace(/[^\r\n]/g, ' ');
  return cell.replace(/^(\s*)[%!?]/gm, '$1#');
}
