/** Open documents and notebooks, by the path under which the analysis knows them. */
import { type Connection, NotebookDocuments, type Position, type Range, TextDocumentSyncKind, TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Span } from '../core/model.ts';
import { joinCells, type Part } from './notebooks.ts';
import { type Positions, positionsIn } from './positions.ts';
import { pathOfUri } from './uris.ts';

/** One text that is analysed: a document, or all code cells of a notebook. */
export interface Buffer {
  readonly path: string;
  readonly text: string;
  readonly parts: readonly Part[];
  /** Version of the document or cell with this URI. */
  readonly version: (uri: string) => number | undefined;
  /** Place of a span; the part that holds its start decides the document. */
  readonly locate: (span: Span) => { readonly uri: string; readonly range: Range } | undefined;
  /** Offset in `text` of a position in one of the documents. */
  readonly offset: (uri: string, position: Position) => number;
  readonly part: (uri: string) => Part | undefined;
  /** Positions within the document that a part stands for. */
  readonly positions: (part: Part) => Positions;
}

export interface Buffers {
  readonly byPath: (path: string) => Buffer | undefined;
  readonly byUri: (uri: string) => Buffer | undefined;
  readonly all: () => Iterable<Buffer>;
  /** Registers the handlers; before this nothing is received. */
  readonly listen: () => void;
  readonly onDidChange: (listener: (path: string) => void) => void;
  readonly onDidClose: (listener: (path: string, uris: readonly string[]) => void) => void;
}

/** Extension that stands for a language, with its dot, so that an unsaved or oddly named document finds its parser. */
export type ExtensionFor = (path: string, languageId: string) => string;

const sync = {
  create: TextDocument.create,
  update: TextDocument.update,
};

export function createBuffers(connection: Connection, extensionFor: ExtensionFor, home: () => string | undefined): Buffers {
  const documents = new TextDocuments(sync);
  const notebooks = new NotebookDocuments(sync);
  const byPath = new Map<string, Buffer>();
  const pathByUri = new Map<string, string>();
  const changeListeners: ((path: string) => void)[] = [];
  const closeListeners: ((path: string, uris: readonly string[]) => void)[] = [];

  const put = (buffer: Buffer): void => {
    const before = byPath.get(buffer.path);
    for (const part of before?.parts ?? []) pathByUri.delete(part.uri);
    byPath.set(buffer.path, buffer);
    for (const part of buffer.parts) pathByUri.set(part.uri, buffer.path);
    for (const listener of changeListeners) listener(buffer.path);
  };
  const drop = (path: string): void => {
    const buffer = byPath.get(path);
    if (!buffer) return;
    byPath.delete(path);
    for (const part of buffer.parts) pathByUri.delete(part.uri);
    for (const listener of closeListeners)
      listener(
        path,
        buffer.parts.map((part) => part.uri),
      );
  };

  /** Unsaved documents live in the first folder, so that their imports find the workspace. */
  const pathFor = (uri: string, languageId: string): string => {
    const path = pathOfUri(uri);
    const root = uri.startsWith('untitled:') ? home() : undefined;
    const placed = root && !path.slice(1).includes('/') ? `${root}${path}` : path;
    return placed + extensionFor(placed, languageId);
  };

  const putDocument = (document: TextDocument): void => {
    const part = { uri: document.uri, start: 0, end: document.getText().length };
    put(bufferOf(pathFor(document.uri, document.languageId), document.getText(), [part], () => document.version));
  };
  documents.onDidChangeContent((event) => putDocument(event.document));
  documents.onDidClose((event) => drop(pathFor(event.document.uri, event.document.languageId)));

  const putNotebook = (uri: string): void => {
    const notebook = notebooks.getNotebookDocument(uri);
    if (!notebook) return;
    const cells = notebook.cells.flatMap((cell) => notebooks.getCellTextDocument(cell) ?? []);
    const language = cells.find((cell) => extensionFor('', cell.languageId) !== '')?.languageId ?? 'python';
    const code = cells.filter((cell) => cell.languageId === language);
    const joined = joinCells(
      code.map((cell) => ({ uri: cell.uri, text: cell.getText() })),
      language,
    );
    const versions = new Map(code.map((cell) => [cell.uri, cell.version]));
    put(bufferOf(notebookPath(uri, language), joined.text, joined.parts, (cell) => versions.get(cell)));
    notebookPaths.set(uri, notebookPath(uri, language));
  };
  const notebookPath = (uri: string, language: string): string => `${pathFor(uri, '')}:cells${extensionFor('', language)}`;
  const notebookPaths = new Map<string, string>();
  notebooks.onDidOpen((notebook) => putNotebook(notebook.uri));
  notebooks.onDidChange((event) => putNotebook(event.notebookDocument.uri));
  notebooks.onDidClose((notebook) => {
    const path = notebookPaths.get(notebook.uri);
    notebookPaths.delete(notebook.uri);
    if (path) drop(path);
  });

  return {
    byPath: (path) => byPath.get(path),
    byUri: (uri) => byPath.get(pathByUri.get(uri) ?? ''),
    all: () => byPath.values(),
    listen: () => {
      documents.listen(connection);
      notebooks.listen(connection);
    },
    onDidChange: (listener) => void changeListeners.push(listener),
    onDidClose: (listener) => void closeListeners.push(listener),
  };
}

export const textSync = TextDocumentSyncKind.Incremental;

/** The path of the notebook file behind a path of joined cells. */
export const notebookFile = (path: string): string | undefined => /^(.*):cells\.\w+$/.exec(path)?.[1];

/** A buffer over text that is not open, at its file's URI. */
export const closedBuffer = (path: string, uri: string, text: string): Buffer =>
  bufferOf(path, text, [{ uri, start: 0, end: text.length }], () => undefined);

function bufferOf(path: string, text: string, parts: readonly Part[], version: Buffer['version']): Buffer {
  const memo = new Map<string, Positions>();
  const positions = (part: Part): Positions => {
    const known = memo.get(part.uri) ?? positionsIn(text.slice(part.start, part.end));
    memo.set(part.uri, known);
    return known;
  };
  const part = (uri: string): Part | undefined => parts.find((each) => each.uri === uri);
  return {
    path,
    text,
    parts,
    version,
    part,
    positions,
    locate: (span) => {
      const home = parts.find((each) => span.start >= each.start && span.start <= each.end);
      if (!home) return undefined;
      const inside = { start: span.start - home.start, end: Math.min(span.end, home.end) - home.start };
      return { uri: home.uri, range: positions(home).range(inside) };
    },
    offset: (uri, position) => {
      const home = part(uri);
      return home ? home.start + positions(home).offset(position) : 0;
    },
  };
}
