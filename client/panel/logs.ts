/**
 * Past sessions from the local logs of agents: `costlint logs --format jsonl` reads them in a process of its own and says one JSON object a line: a session, or
 * `{"progress": 0.5, "message": "…"}`. Knows nothing of VS Code.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { type SessionRow, sessionRowSchema } from '../../core/protocol/panel.ts';
import { ownEnv } from '../gateway/launch.ts';

const MAX_ROWS = 20_000;
const SAID = 400;

const lineSchema = z.union([sessionRowSchema, z.object({ progress: z.number().min(0).max(1), message: z.string().default('') })]);

export interface LogsOptions {
  readonly cli: string;
  readonly execPath: string;
  readonly onProgress: (share: number, message: string) => void;
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Logs {
  /** The newest first. */
  readonly rows: readonly SessionRow[];
  /** Lines that could not be understood. */
  readonly skipped: number;
}

/** Rejects with a sentence where the logs cannot be read. */
export async function readLogs({ cli, execPath, onProgress, signal, env = process.env }: LogsOptions): Promise<Logs> {
  const child = spawn(execPath, [cli, 'logs', '--format', 'jsonl'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    env: ownEnv(env),
    ...(signal ? { signal } : {}),
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-SAID);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // Told below; without this a failure before the first line would go unheard.
  ended.catch(() => {});
  const rows: SessionRow[] = [];
  let skipped = 0;
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const found = understood(line);
    if (!found) skipped++;
    else if ('progress' in found) onProgress(found.progress, found.message);
    else if (rows.length < MAX_ROWS) rows.push(found);
  }
  const code = await ended;
  if (code !== 0) throw new Error(reasonOf(said, code));
  return { rows: rows.sort((a, b) => b.lastAt - a.lastAt), skipped };
}

function understood(line: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function reasonOf(said: string, code: number | null): string {
  if (/unknown command|no command|not a command/i.test(said)) return 'this version of Costlint cannot read local logs yet';
  const [line = ''] = said.trim().split('\n');
  return line === '' ? `the logs could not be read (exit code ${code})` : line.replace(/^costlint: /, '');
}
