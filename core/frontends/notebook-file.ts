/**
 * A notebook file as a source unit: its Python cells as one module, with every span led back to the text of the .ipynb file, so that positions and edits
 * mean that file. The editor does not come here: it has the cells of an open notebook as documents of their own.
 */
import { parseNotebook } from './notebook.ts';
import type { Frontend, SourceUnit } from './source-unit.ts';

export function createNotebook(python: Frontend): Frontend {
  return {
    id: 'python',
    languageIds: [],
    extensions: ['.ipynb'],
    syntax: python.syntax,
    encode: (text) => JSON.stringify(text).slice(1, -1),
    parse: (path, text) => parse(python, path, text),
  };
}

function parse(python: Frontend, path: string, text: string): SourceUnit {
  const notebook = parseNotebook(text);
  if ('error' in notebook) return { path, language: 'python', text, body: { start: 0, end: 0, statements: [] }, comments: [], damage: [{ start: 0, end: text.length }], problem: notebook.error };
  const unit = python.parse(path, notebook.text);
  const memo = new Map<number, number>();
  const lead = (offset: number): number => {
    const seen = memo.get(offset);
    if (seen !== undefined) return seen;
    const at = notebook.offsetAt(offset);
    memo.set(offset, at);
    return at;
  };
  const moved = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(moved);
    if (typeof node !== 'object' || node === null) return node;
    const copy: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(node)) copy[key] = (key === 'start' || key === 'end') && typeof value === 'number' ? lead(value) : moved(value);
    return copy;
  };
  const { body, comments, damage } = moved({ body: unit.body, comments: unit.comments, damage: unit.damage }) as Pick<SourceUnit, 'body' | 'comments' | 'damage'>;
  return { ...unit, path, text, body, comments, damage };
}
