/** Logs → calls. Streaming: a file is never in memory as a whole, but for the JSON documents of Gemini CLI. */
import fs from 'node:fs';
import path from 'node:path';
// Not from the room's index: a thread that reads need not load prices.
import { claudeCodeReader } from '../core/logs/claude-code.ts';
import { codexReader, withoutCopied } from '../core/logs/codex.ts';
import { geminiDocument, geminiReader } from '../core/logs/gemini-cli.ts';
import type { LineReader, LogCall } from '../core/logs/types.ts';
import { addTo, UniqueCalls } from '../core/logs/unique.ts';
import type { LogFile } from './files.ts';
import { linesWith } from './lines.ts';

/** What one file gave. */
export interface FileCalls {
  readonly calls: readonly LogCall[];
  /** Codex: the session of the file, and the one that it was forked from. */
  readonly session?: string;
  readonly forkedFrom?: string;
  /** Why it could not be read. */
  readonly problem?: string;
}

const MAX_DOCUMENT = 256 * 1024 * 1024;

/** Never throws. `read` is told of bytes as they pass. */
export function readLog(file: LogFile, read: (bytes: number) => void = () => {}): FileCalls {
  try {
    return callsOf(file, read);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { calls: [], problem: `cannot be read (${code})` };
  }
}

function callsOf(file: LogFile, read: (bytes: number) => void): FileCalls {
  const name = path.basename(file.path).replace(/\.jsonl?$/, '');
  if (file.source === 'gemini-cli' && file.path.endsWith('.json')) {
    if (file.bytes > MAX_DOCUMENT) return { calls: [], problem: `too large for one document: ${Math.round(file.bytes / 1024 / 1024)} MB` };
    read(file.bytes);
    return { calls: geminiDocument(fs.readFileSync(file.path, 'utf8'), { session: name, modified: file.modified }) };
  }
  const calls: LogCall[] = [];
  const run = (reader: LineReader): void => {
    const found = (line: string, whole: () => string): void => {
      for (const call of reader.line(line, whole)) addTo(calls, call);
    };
    linesWith(file.path, reader, found, read);
  };
  if (file.source === 'codex') {
    const reader = codexReader(name);
    run(reader);
    const { id, forkedFrom } = reader.session();
    return { calls, session: id, ...(forkedFrom ? { forkedFrom } : {}) };
  }
  run(file.source === 'claude-code' ? claudeCodeReader(name) : geminiReader({ session: name, modified: file.modified }));
  return { calls };
}

/** Every call once. The result does not depend on the order in which the files were read. */
export function uniqueCalls(read: readonly { readonly file: LogFile; readonly result: FileCalls }[]): readonly LogCall[] {
  const ordered = [...read].sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  const bySession = new Map(ordered.flatMap(({ result }) => (result.session === undefined ? [] : [[result.session, result.calls] as const])));
  const unique = new UniqueCalls();
  for (const { result } of ordered) {
    const { calls, forkedFrom } = result;
    for (const call of forkedFrom === undefined ? calls : withoutCopied(calls, bySession.get(forkedFrom))) unique.add(call);
  }
  return unique.all();
}
