/** The figures as Markdown: ratios of one run first, since milliseconds are those of one machine. */
import os from 'node:os';
import type { Activation, ServerEdit } from './activation.ts';
import type { EditRow } from './edits.ts';
import { BARE, COSTLINT, type ScanRow } from './scan.ts';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const ms = (value: number | undefined): string =>
  value === undefined ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} ms`;
const mb = (bytes: number | undefined): string => (bytes === undefined ? '–' : `${Math.round(bytes / 1024 / 1024)} MB`);
const ratio = (a: number | undefined, b: number | undefined): string => (a === undefined || b === undefined ? '–' : `${(a / b).toFixed(2)}×`);

/** Machine, date, command: what somebody needs to repeat it. */
export function heading(command: string, today: string): string {
  const processor = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(os.totalmem() / 1024 ** 3);
  return `\`${command}\`, ${today}. ${os.cpus().length} × ${processor}, ${memory} GB, ${os.type()} ${os.release().split('-')[0]}, Node ${process.versions.node}. Medians; ratios are of one run.`;
}

export function scanTables(rows: readonly ScanRow[], runs: number): string {
  const corpora = [...new Set(rows.map((row) => row.corpus))];
  const parts = corpora.map((corpus) => {
    const mine = rows.filter((row) => row.corpus === corpus);
    const costlint = mine.find(({ name }) => name === COSTLINT);
    const bare = mine.find(({ name }) => name === BARE);
    const body = mine.map((row) => [
      row.name,
      row.note ?? ms(row.wholeMs),
      row === costlint ? '1' : ratio(row.wholeMs, costlint?.wholeMs),
      ms(row.scanMs),
      ratio(row.scanMs, bare?.scanMs),
      mb(row.memory),
    ]);
    const label = corpus.language === 'python' ? 'Python' : 'TypeScript and JavaScript';
    return [
      `#### ${label}: ${corpus.files.toLocaleString('en-US')} files, ${(corpus.bytes / 1e6).toFixed(1)} MB (${corpus.source})`,
      table(['', 'Whole process', 'Against Costlint', 'Scan alone', 'Against the bare parse', 'Peak memory'], body),
    ].join('\n\n');
  });
  return [
    '### Cold scan',
    `Median of ${runs} runs. *Whole process* includes starting and loading; *scan alone* begins when the code is loaded. The bare parse reads and parses the same files with the same parsers and does nothing else.`,
    ...parts,
  ].join('\n\n');
}

export function editTable(rows: readonly EditRow[], served: readonly ServerEdit[]): string {
  const name = { typescript: 'TypeScript', python: 'Python' } as const;
  const body = rows.map((row) => {
    const server = served.find(({ language, lines }) => language === row.language && Math.abs(lines - row.lines) < row.lines / 10);
    return [
      name[row.language],
      row.lines.toLocaleString('en-US'),
      String(row.calls),
      ms(row.p50),
      ms(row.p95),
      ratio(row.p50, row.bareP50),
      ratio(row.p95, row.bareP95),
      `${ms(server?.p50)} / ${ms(server?.p95)}`,
    ];
  });
  return [
    '### Edit to diagnostics',
    'One letter typed at a random place. *Engine*: from the changed text to new findings. *Bare re-parse*: parsing the same text again (TypeScript as a whole, Python from its previous tree). *Server*: over JSON-RPC with the built server, from the edit being sent to the diagnostics being there.',
    table(['', 'Lines', 'Calls', 'Engine p50', 'Engine p95', 'p50 / bare re-parse', 'p95 / bare re-parse', 'Server p50 / p95'], body),
  ].join('\n\n');
}

export const activationTable = (first: Activation, later: Activation): string =>
  [
    '### Activation',
    table(
      ['From the start of the server process to', '', 'first start of a version'],
      [
        ['the answer to `initialize`', ms(later.initializedMs), ms(first.initializedMs)],
        [
          'the first diagnostics of an open file (examples/typescript-agent/src/agent.ts)',
          ms(later.firstDiagnosticsMs),
          ms(first.firstDiagnosticsMs),
        ],
      ],
    ),
  ].join('\n\n');
