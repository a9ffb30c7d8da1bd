/**
 * Jupyter notebooks (.ipynb, nbformat 3 and 4). The cells in the kernel's language (Python, TypeScript or JavaScript) become one module, because a later cell uses the names of an earlier
 * one; every offset of that module leads back to its cell, and to the place in the file that holds it.
 */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { cellLanguage, pythonOfCell } from './python-magics.ts';

export interface NotebookCell {
  /** Position among all cells of the notebook, text cells included; from 0. */
  readonly index: number;
  /** `python`; what a cell magic names (`bash`, `html`); or the language of the kernel. */
  readonly language: string;
  /** As written, with magics. */
  readonly source: string;
  /** Where the cell stands in the module, in UTF-16 units; an empty stretch for cells in other languages. */
  readonly start: number;
  readonly end: number;
}

/** An offset in UTF-16 units within a cell's source. */
export interface CellPosition {
  readonly cell: NotebookCell;
  readonly offset: number;
}

/** A place in the text of the .ipynb file. `line` and `column` count from 1, columns in UTF-16 units. */
export interface FilePosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export interface Notebook {
  /** The kernel's language. */
  readonly language: string;
  /** Code cells in order. */
  readonly cells: readonly NotebookCell[];
  /** The cells of the main language as one module, each with a line end behind it; magics and shell lines are blank. */
  readonly text: string;
  /** The cell of an offset in `text`; undefined for a notebook without such a cell. */
  readonly cellAt: (offset: number) => CellPosition | undefined;
  /** The offset in the file of an offset in `text`. */
  readonly offsetAt: (offset: number) => number;
  /** The place in the file of an offset in `text`. */
  readonly fileAt: (offset: number) => FilePosition;
}

export interface NotebookError {
  /** What is wrong, and what to do. */
  readonly error: string;
}

/** Reads the text of an .ipynb file. */
export function parseNotebook(text: string): Notebook | NotebookError {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    return { error: 'This notebook is nested too deeply to be read. Open it in Jupyter and save it again.' };
  }
  const [first] = errors;
  if (first || !root) return { error: damaged(text, first) };
  const format = Number(child(root, 'nbformat')?.value);
  const cells = format === 3 ? worksheetCells(root) : child(root, 'cells');
  if (root.type !== 'object' || cells?.type !== 'array') return { error: unsupported(format) };
  return assemble(text, root, cells.children ?? [], format);
}

function damaged(text: string, error: ParseError | undefined): string {
  if (/^(<{7}|>{7}) /m.test(text))
    return 'This notebook has an unresolved merge conflict. Resolve it, then open the notebook in Jupyter and save it.';
  if (!error || text.trim() === '') return 'This notebook is empty. Open it in Jupyter and save it, or remove it.';
  const { line, column } = positionAt(text, error.offset);
  return `This notebook is not valid JSON (line ${line}, column ${column}: ${printParseErrorCode(error.error)}). Open it in Jupyter and save it again, or restore it.`;
}

function unsupported(format: number): string {
  if (format < 3) return `Notebook format ${format} is too old. Convert it: jupyter nbconvert --to notebook --inplace <file>.`;
  return 'This file has no notebook cells. Open it in Jupyter and save it again, or leave it out of the check.';
}

const child = (node: Node | undefined, key: string): Node | undefined =>
  node?.type === 'object' ? node.children?.find((property) => property.children?.[0]?.value === key)?.children?.[1] : undefined;

/** nbformat 3 keeps its cells in worksheets, of which there is nearly always one. */
function worksheetCells(root: Node): Node | undefined {
  const sheets = child(root, 'worksheets')?.children;
  return sheets && { type: 'array', offset: 0, length: 0, children: sheets.flatMap((sheet) => child(sheet, 'cells')?.children ?? []) };
}

function assemble(text: string, root: Node, nodes: readonly Node[], format: number): Notebook {
  const metadata = child(root, 'metadata');
  const kernel = child(child(metadata, 'language_info'), 'name')?.value ?? child(child(metadata, 'kernelspec'), 'language')?.value ?? 'python';
  const language = languageName(kernel);
  // A module has one language: that of the kernel where it is one that is read, else Python.
  const main = language === 'typescript' || language === 'javascript' ? language : 'python';
  const cells: NotebookCell[] = [];
  const places = new Map<NotebookCell, readonly Node[]>();
  let module = '';
  nodes.forEach((node, index) => {
    if (child(node, 'cell_type')?.value !== 'code') return;
    const lines = strings(child(node, format === 3 ? 'input' : 'source'));
    const source = lines.map((line) => line.value as string).join('');
    const named = child(node, 'language')?.value ?? child(child(child(node, 'metadata'), 'vscode'), 'languageId')?.value;
    const written = named === undefined ? language : languageName(named);
    const cell: NotebookCell = placed(index, written === 'python' ? cellLanguage(source) : written, source, module.length, main);
    if (cell.language === main) module += `${main === 'python' ? pythonOfCell(source) : source}\n`;
    cells.push(cell);
    places.set(cell, lines);
  });
  const own = cells.filter((cell) => cell.language === main);
  const cellAt = (offset: number) => cellOf(own, offset);
  const offsetAt = (offset: number) => {
    const at = cellOf(own, offset);
    return at ? fileOffset(text, places.get(at.cell) ?? [], at.offset) : 0;
  };
  return { language, cells, text: module, cellAt, offsetAt, fileAt: (offset) => positionAt(text, offsetAt(offset)) };
}

const placed = (index: number, language: string, source: string, start: number, main: string): NotebookCell => ({
  index,
  language,
  source,
  start,
  end: start + (language === main ? source.length : 0),
});

const languageName = (name: unknown): string => (/^i?python\d?$/i.test(String(name)) ? 'python' : String(name).toLowerCase());

/** A source is one string, or a list of lines. */
function strings(source: Node | undefined): readonly Node[] {
  return (source?.type === 'array' ? (source.children ?? []) : source ? [source] : []).filter((node) => node.type === 'string');
}

function cellOf(cells: readonly NotebookCell[], offset: number): CellPosition | undefined {
  // The line end between two cells counts to the first of them.
  const cell = cells.findLast((c) => c.start <= offset);
  return cell && { cell, offset: Math.min(offset, cell.end) - cell.start };
}

/** Where a character of a cell stands in the file: within the JSON string that holds it. */
function fileOffset(text: string, lines: readonly Node[], offset: number): number {
  let left = offset;
  let last = 0;
  for (const line of lines) {
    const { length } = line.value as string;
    if (left < length) return unescapedOffset(text, line.offset + 1, left);
    left -= length;
    last = line.offset + line.length - 1;
  }
  return last;
}

/** Steps over `count` decoded UTF-16 units of a JSON string, from `at` behind its quote. */
function unescapedOffset(text: string, from: number, count: number): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    if (text[at] !== '\\') at++;
    else at += text[at + 1] === 'u' ? 6 : 2;
  }
  return at;
}

function positionAt(text: string, offset: number): FilePosition {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { offset, line: before.split('\n').length, column: offset - lineStart + 1 };
}
