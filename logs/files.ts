/** Where coding agents keep their logs. Nothing is written, links are not followed. */
import fs from 'node:fs';
import path from 'node:path';
import type { LogSource } from '../core/logs/index.ts';

export interface LogFile {
  readonly source: LogSource;
  readonly path: string;
  readonly bytes: number;
  /** ms. */
  readonly modified: number;
}

export interface LogPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

interface Place {
  readonly source: LogSource;
  readonly directory: string;
  readonly accepts: (file: string) => boolean;
}

const isJsonl = (name: string): boolean => name.endsWith('.jsonl');
const isChat = (name: string): boolean => /(^|[\\/])chats[\\/].*\.jsonl?$/.test(name);

/** Directories that may hold logs, also missing ones. */
function placesOf({ env, home }: LogPlaces): readonly Place[] {
  const claude = env.CLAUDE_CONFIG_DIR
    ? env.CLAUDE_CONFIG_DIR.split(',').map((directory) => directory.trim())
    : [path.join(env.XDG_CONFIG_HOME || path.join(home, '.config'), 'claude'), path.join(home, '.claude')];
  const codex = env.CODEX_HOME || path.join(home, '.codex');
  const gemini = path.join(env.GEMINI_CLI_HOME || home, '.gemini');
  return [
    ...claude.map((directory): Place => ({ source: 'claude-code', directory: path.join(directory, 'projects'), accepts: isJsonl })),
    { source: 'codex', directory: path.join(codex, 'sessions'), accepts: isJsonl },
    { source: 'codex', directory: path.join(codex, 'archived_sessions'), accepts: isJsonl },
    { source: 'gemini-cli', directory: path.join(gemini, 'tmp'), accepts: isChat },
  ];
}

/** The directories that were looked in, for a person who has no logs. */
export const logDirectories = (places: LogPlaces): readonly string[] => placesOf(places).map(({ directory }) => directory);

export interface FoundLogs {
  /** Largest first, so that several threads end at the same time. */
  readonly files: readonly LogFile[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** `since`: files that were last written before cannot hold later calls. ms. */
export function findLogs(places: LogPlaces, sources: ReadonlySet<LogSource>, since = 0): FoundLogs {
  const files: LogFile[] = [];
  const skipped: { path: string; reason: string }[] = [];
  const names = new Set<string>();
  const orSkipped = <T>(file: string, look: () => T): T | undefined => {
    try {
      return look();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      if (code !== 'ENOENT') skipped.push({ path: file, reason: `cannot be read (${code})` });
      return undefined;
    }
  };
  function* filesIn(directory: string): Generator<string> {
    for (const entry of orSkipped(directory, () => fs.readdirSync(directory, { withFileTypes: true })) ?? []) {
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) yield* filesIn(file);
      else if (entry.isFile()) yield file;
    }
  }
  for (const { source, directory, accepts } of placesOf(places)) {
    if (!sources.has(source)) continue;
    for (const file of filesIn(directory)) {
      // A Codex session keeps its name when it is archived.
      const name = `${source}\0${source === 'codex' ? path.basename(file) : file}`;
      if (!accepts(file) || names.has(name)) continue;
      names.add(name);
      const found = orSkipped(file, () => fs.lstatSync(file));
      if (found && found.mtimeMs >= since) files.push({ source, path: file, bytes: found.size, modified: Math.round(found.mtimeMs) });
    }
  }
  return { files: files.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)), skipped };
}
