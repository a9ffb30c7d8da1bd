/** `costlint ledger`: what the gateway has recorded. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatUsd } from '../core/format.ts';
import type { Totals } from '../core/protocol/gateway.ts';
import type { LedgerReader } from '../gateway/ledger/reader.ts';
import { quarterOf } from '../gateway/ledger/sums.ts';
import type { LedgerQuery } from '../gateway/ledger/types.ts';
import { type ParsedArgs, UsageError } from './args.ts';
import { type Colours, coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { openReading, timeOf, withLedger } from './keep.ts';
import { columns, countOf, tokensOf } from './keep-table.ts';
import type { Output, Terminal } from './terminal.ts';

export function ledger(args: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  if (args.positionals.length > 0) throw new UsageError(`nothing is expected after the options: ${args.positionals[0]}`);
  return withLedger(args, terminal, (path) => (args.values.text('prune') === undefined ? print(path, args, terminal) : prune(path, args, terminal)));
}

function queryOf({ values }: ParsedArgs, nowMs: number): LedgerQuery {
  const query = {
    since: timeOf('since', values.text('since'), nowMs),
    until: timeOf('until', values.text('until'), nowMs),
    session: values.text('session'),
    agent: values.text('agent'),
    project: values.text('project'),
    model: values.text('model'),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

async function print(path: string, args: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  const query = queryOf(args, Date.now());
  const [{ LedgerReader }, { exportLines }] = await Promise.all([import('../gateway/ledger/reader.ts'), import('../gateway/ledger/export.ts')]);
  const db = await openReading(path);
  const { output, close } = outputOf(args, terminal);
  try {
    const reader = new LedgerReader(db);
    const format = args.values.text('format');
    if (format === 'jsonl' || format === 'csv') for (const line of exportLines(reader.events(query), format)) output.write(line);
    else output.write(asText(reader, query, coloursFor(terminal, output)));
  } finally {
    close();
    db.close();
  }
  return 0;
}

function outputOf({ values }: ParsedArgs, { out, cwd }: Terminal): { readonly output: Output; readonly close: () => void } {
  const file = values.text('output');
  if (file === undefined) return { output: out, close: () => {} };
  const handle = openSync(resolve(cwd, file), 'w', 0o600);
  return { output: { write: (text) => writeSync(handle, text), isTerminal: false, columns: undefined }, close: () => closeSync(handle) };
}

/** Times are taken to the quarter of an hour, for which sums are kept. */
function asText(reader: LedgerReader, asked: LedgerQuery, colours: Colours): string {
  const whole = (at: number | undefined): number | undefined => (at === undefined ? undefined : quarterOf(at));
  const query = { ...asked, since: whole(asked.since), until: whole(asked.until) };
  const models = reader.models(query).map((model) => [model, reader.totals({ ...query, model })] as const);
  const total = reader.totals(query);
  if (total.calls + total.denied + total.failed === 0) return 'nothing recorded\n';
  const rows = models.sort(([, a], [, b]) => b.nanoUsd - a.nanoUsd).map(([model, totals]) => [model || '(no model)', ...cells(totals)]);
  return columns(['model', 'calls', 'tokens in', 'cached', 'tokens out', 'cost'], [...rows, ['all', ...cells(total)]], colours) + notes(total);
}

function cells(totals: Totals): string[] {
  const { input, cached, output } = tokensOf(totals);
  return [
    countOf(totals.calls),
    countOf(input),
    input === 0 ? '' : `${Math.round((100 * cached) / input)} %`,
    countOf(output),
    formatUsd(totals.nanoUsd),
  ];
}

const calls = (count: number): string => `${countOf(count)} ${count === 1 ? 'call' : 'calls'}`;

function notes({ unpriced, denied, failed }: Totals): string {
  const lines = [
    unpriced > 0 && `The price of ${calls(unpriced)} is not wholly known; the cost is at least what stands here.`,
    denied > 0 && `Not let through: ${calls(denied)}.`,
    failed > 0 && `Failed: ${calls(failed)}.`,
  ].filter((line) => line !== false);
  return lines.length > 0 ? `\n${lines.join('\n')}\n` : '';
}

async function prune(path: string, { values }: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  const before = timeOf('prune', values.text('prune'), Date.now())!;
  const [{ CommitQueue }, { openDatabase }, { SqliteLedger }] = await Promise.all([
    import('../gateway/ledger/commit-queue.ts'),
    import('../gateway/ledger/database.ts'),
    import('../gateway/ledger/ledger.ts'),
  ]);
  const db = openDatabase(path);
  const queue = new CommitQueue(db);
  try {
    const deleted = await new SqliteLedger(db, queue).prune(before);
    terminal.out.write(`${countOf(deleted)} events older than ${new Date(before).toISOString()} deleted; sums by hour and session stay\n`);
  } finally {
    queue.close();
    db.close();
  }
  return 0;
}
