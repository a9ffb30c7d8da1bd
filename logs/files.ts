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
  readonly accepts: (relative: string) => boolean;
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
  for (const { source, directory, accepts } of placesOf(places)) {
    if (!sources.has(source)) continue;
    for (const relative of listed(directory, skipped)) {
      // A Codex session keeps its name when it is archived.
      const name = source === 'codex' ? path.basename(relative) : path.join(directory, relative);
      if (!accepts(relative) || names.has(`${source}\0${name}`)) continue;
      names.add(`${source}\0${name}`);
      const file = path.join(directory, relative);
      const found = fs.lstatSync(file, { throwIfNoEntry: false });
      if (found?.isFile() && found.mtimeMs >= since) files.push({ source, path: file, bytes: found.size, modified: Math.round(found.mtimeMs) });
    }
  }
  return { files: files.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)), skipped };
}

function listed(directory: string, skipped: { path: string; reason: string }[]): readonly string[] {
  try {
    return fs.readdirSync(directory, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code !== 'ENOENT') skipped.push({ path: directory, reason: `cannot be read (${code})` });
    return [];
  }
}
