/**
 * A notebook file as a source unit: the cells of its language as one module, with every span led back to the text of the .ipynb file, so that positions and edits
 * mean that file. The editor does not come here: it has the cells of an open notebook as documents of their own.
 */
import { parseNotebook } from './notebook.ts';
import type { Frontend, SourceUnit } from './source-unit.ts';

/** `scripts`: the frontends of TypeScript and JavaScript, where they are there; without them such notebooks say that they were not read. */
export function createNotebook(python: Frontend, scripts: readonly Frontend[] = []): Frontend {
  return {
    id: 'python',
    languageIds: [],
    extensions: ['.ipynb'],
    syntax: python.syntax,
    encode: (text) => JSON.stringify(text).slice(1, -1),
    parse: (path, text) => parse([python, ...scripts], path, text),
  };
}

function parse(frontends: readonly Frontend[], path: string, text: string): SourceUnit {
  const notebook = parseNotebook(text);
  const unread = (problem: string): SourceUnit => ({
    path,
    language: 'python',
    text,
    body: { start: 0, end: 0, statements: [] },
    comments: [],
    damage: [{ start: 0, end: text.length }],
    problem,
  });
  if ('error' in notebook) return unread(notebook.error);
  const script = notebook.language === 'typescript' || notebook.language === 'javascript';
  const frontend = frontends.find((f) => f.id === (script ? notebook.language : 'python'));
  if (!frontend) return unread(`a notebook in ${notebook.language}, whose cells are not read here`);
  const unit = frontend.parse(path, notebook.text);
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
    for (const [key, value] of Object.entries(node))
      copy[key] = (key === 'start' || key === 'end') && typeof value === 'number' ? lead(value) : moved(value);
    return copy;
  };
  const { body, comments, damage } = moved({ body: unit.body, comments: unit.comments, damage: unit.damage }) as Pick<
    SourceUnit,
    'body' | 'comments' | 'damage'
  >;
  return { ...unit, path, text, body, comments, damage };
}
