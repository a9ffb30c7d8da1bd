/** What every feature works on: the open buffers, the folders and the analysis of a document. */
import type { Connection } from 'vscode-languageserver/node';
import type { FileAnalysis } from '../core/analyze.ts';
import { type Buffer, type Buffers, closedBuffer, notebookFile } from './buffers.ts';
import type { ClientAbilities } from './client-abilities.ts';
import type { Engine, ServerDeps } from './deps.ts';
import type { Calibration } from './features/calibration-counter.ts';
import type { Folder, Folders } from './folders.ts';
import type { LastGood } from './last-good.ts';
import type { Log } from './log.ts';
import type { ObservedFigures } from './observed-figures.ts';
import { uriOfPath } from './uris.ts';

/** One file with what is known of it now. */
export interface View {
  readonly folder: Folder;
  readonly buffer: Buffer;
  readonly analysis: FileAnalysis;
}

export interface Session {
  readonly connection: Connection;
  readonly deps: ServerDeps;
  readonly engine: Engine;
  readonly calibration: Calibration;
  readonly observed: ObservedFigures;
  readonly log: Log;
  readonly client: ClientAbilities;
  readonly buffers: Buffers;
  readonly folders: Folders;
  /** An open document or cell; undefined where costlint has nothing to say (another language, excluded, not open). */
  readonly view: (uri: string) => Promise<View | undefined>;
  /** Any file of a folder, open or not. */
  readonly viewPath: (folder: Folder, path: string) => View | undefined;
  /** The text of another file as positions are counted in it. */
  readonly bufferAt: (folder: Folder, path: string) => Buffer | undefined;
}

export function createSession(parts: Omit<Session, 'view' | 'viewPath' | 'bufferAt'> & { readonly lastGood: LastGood }): Session {
  const { buffers, folders, engine, log, lastGood } = parts;
  const merged = new WeakMap<FileAnalysis, FileAnalysis>();
  const closed = new WeakMap<FileAnalysis, Buffer>();

  const analyze = (folder: Folder, path: string, buffer: Buffer | undefined): FileAnalysis => {
    const fresh = folder.project.analyze(path);
    if (fresh.skipped !== undefined) log.once(`${path}\n${fresh.skipped}`, `${path} is not analysed: ${folder.host.problem(path) ?? fresh.skipped}`);
    if (!buffer) return fresh;
    const known = merged.get(fresh) ?? lastGood.merge(buffer.text, fresh);
    merged.set(fresh, known);
    return known;
  };

  const bufferAt = (folder: Folder, path: string): Buffer | undefined => {
    const open = buffers.byPath(path);
    if (open) return open;
    const text = folder.host.read(path);
    return text === undefined ? undefined : closedBuffer(path, uriOfPath(path), text);
  };

  const viewPath = (folder: Folder, path: string): View | undefined => {
    const open = buffers.byPath(path);
    const analysis = analyze(folder, path, open);
    if (open) return { folder, buffer: open, analysis };
    const buffer = closed.get(analysis) ?? bufferAt(folder, path);
    if (!buffer) return undefined;
    if (analysis.findings.length > 0) closed.set(analysis, buffer);
    return { folder, buffer, analysis };
  };

  return {
    ...parts,
    bufferAt,
    viewPath,
    view: async (uri) => {
      const path = buffers.byUri(uri)?.path;
      if (path === undefined || !engine.frontendFor(path)) return undefined;
      const folder = await folders.of(path);
      if (!folder.includes(notebookFile(path) ?? path)) return undefined;
      return buffers.byPath(path) ? viewPath(folder, path) : undefined;
    },
  };
}
