/** `costlint logs`: what past sessions of coding agents cost, from their own logs on this machine. Reads only. */
import { homedir } from 'node:os';
import { LOG_SOURCES, type LogSource } from '../core/logs/index.ts';
import type { PriceOverrides } from '../core/pricing/index.ts';
import { logDirectories } from '../logs/files.ts';
import { type ImportedLogs, importLogs } from '../logs/import.ts';
import { findConfig } from '../workspace/config-path.ts';
import { normalise } from '../workspace/paths.ts';
import { expectNoMore, type ParsedArgs, UsageError } from './args.ts';
import { coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { logsToJson, logsToText } from './formats/logs.ts';
import { emit, outputOf, topOf } from './output.ts';
import type { Terminal } from './terminal.ts';
import { timeOf } from './when.ts';

/** A session that had a call in this time may still go on. ms. */
const ACTIVE_MS = 5 * 60_000;
const CLEAR_LINE = '\r\u001b[2K';
const PROGRESS_MS = 100;

export async function logs(args: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  const { values } = args;
  expectNoMore(args);
  const now = Date.now();
  const places = { env: terminal.env, home: (process.platform !== 'win32' && terminal.env.HOME) || homedir() };
  const lines = values.text('format') === 'jsonl';
  const sources = sourcesFrom(values.list('source'));
  const progress = lines ? lineProgress(terminal) : terminalProgress(terminal);
  const imported = await importLogs({
    places,
    sources,
    since: timeOf('since', values.text('since'), now),
    until: timeOf('until', values.text('until'), now),
    prices: await ownPrices(terminal.cwd),
    dayOf: localDay,
    activeSince: now - ACTIVE_MS,
    progress: progress.step,
  });
  progress.done();
  if (!lines && imported.files === 0 && imported.skipped.length === 0) {
    const looked = logDirectories(places).map((directory) => `  ${directory}`);
    terminal.err.write(`No logs were found. Looked in:\n${looked.join('\n')}\n`);
  }
  emit(render(imported, args, terminal), values, terminal);
  return imported.files > 0 && imported.skipped.length >= imported.files ? 2 : 0;
}

/** A person's own prices. What reads a configuration is loaded only where there is one. */
async function ownPrices(cwd: string): Promise<PriceOverrides> {
  const path = findConfig(normalise(cwd));
  if (path === undefined) return {};
  const [{ loadConfigFile }, { configMessage }] = await Promise.all([import('../workspace/config-file.ts'), import('./workspace-options.ts')]);
  const { config, problems } = loadConfigFile(path);
  if (problems.length > 0) throw new UsageError(configMessage({ problems }, cwd));
  return config.prices;
}

function render(imported: ImportedLogs, { values }: ParsedArgs, terminal: Terminal): string {
  const format = values.text('format');
  if (format === 'jsonl') return imported.sums.sessions.map((row) => `${JSON.stringify(row)}\n`).join('');
  if (format === 'json') return `${JSON.stringify(logsToJson(imported), null, 2)}\n`;
  return logsToText(imported, {
    by: values.text('by') ?? 'day',
    top: topOf(values),
    colours: coloursFor(terminal, outputOf(values, terminal)),
  });
}

const sourcesFrom = (given: readonly string[]): ReadonlySet<LogSource> =>
  new Set(given.length === 0 ? LOG_SOURCES : LOG_SOURCES.filter((source) => given.includes(source)));

/** In the time zone of the machine. Not by Intl: it takes longer to load than all days to name. */
const localDay = dayNames();

function dayNames(): (at: number) => string {
  const known = new Map<number, string>();
  // Time zones differ from UTC by quarters of an hour: every call in one is of the same day.
  return (at) => {
    const quarter = Math.floor(at / 900_000);
    const day = known.get(quarter) ?? dayName(new Date(quarter * 900_000));
    known.set(quarter, day);
    return day;
  };
}

const twoDigits = (n: number): string => String(n).padStart(2, '0');
const dayName = (day: Date): string => `${day.getFullYear()}-${twoDigits(day.getMonth() + 1)}-${twoDigits(day.getDate())}`;

interface LogProgress {
  readonly step: (share: number, message: string) => void | Promise<void>;
  readonly done: () => void;
}

/** `{"progress":0.4,"message":"…"}` a line, for the editor that started this. */
function lineProgress(terminal: Terminal): LogProgress {
  const step = throttled((progress, message) => {
    terminal.out.write(`${JSON.stringify({ progress, message })}\n`);
    // The line goes out before the next file is read.
    return new Promise((next) => setImmediate(next));
  });
  return { step, done: () => {} };
}

function terminalProgress(terminal: Terminal): LogProgress {
  if (!terminal.err.isTerminal || terminal.env.CI || terminal.env.TERM === 'dumb') return { step: () => {}, done: () => {} };
  const step = throttled((share, message) => terminal.err.write(`${CLEAR_LINE}costlint ${Math.round(share * 100)}% ${message}`));
  return { step, done: () => terminal.err.write(CLEAR_LINE) };
}

function throttled(show: (share: number, message: string) => void | Promise<void>): LogProgress['step'] {
  let next = 0;
  return (share, message) => {
    const now = Date.now();
    if (now < next && share < 1) return;
    next = now + PROGRESS_MS;
    return show(share, message);
  };
}
