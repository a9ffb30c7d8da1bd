/** `costlint ledger`: what the gateway has recorded. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatCount, formatShare, formatUsd, plural } from '../core/format.ts';
import type { Totals } from '../core/protocol/gateway.ts';
import type { LedgerReader } from '../gateway/ledger/reader.ts';
import { quarterOf } from '../gateway/ledger/sums.ts';
import type { LedgerQuery } from '../gateway/ledger/types.ts';
import { expectNoMore, type ParsedArgs } from './args.ts';
import { type Colours, coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { columns } from './formats/columns.ts';
import { tokensOf } from './formats/usage.ts';
import { openReading, withLedger } from './keep.ts';
import { toFile } from './output.ts';
import type { Output, Terminal } from './terminal.ts';
import { timeOf } from './when.ts';

export function ledger(args: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  expectNoMore(args);
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
  const absolute = resolve(cwd, file);
  const handle = toFile(absolute, () => openSync(absolute, 'w', 0o600));
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
  const head = ['model', 'calls', 'tokens in', 'cached', 'tokens out', 'cost'];
  const lines = columns(head, [...rows, ['all', ...cells(total)]], colours, { figures: true });
  return `${lines.join('\n')}\n${notes(total)}`;
}

function cells(totals: Totals): string[] {
  const { input, cached, output } = tokensOf(totals);
  return [
    formatCount(totals.calls),
    formatCount(input),
    input === 0 ? '' : formatShare(cached / input),
    formatCount(output),
    formatUsd(totals.nanoUsd),
  ];
}

function notes({ unpriced, denied, failed }: Totals): string {
  const lines = [
    unpriced > 0 && `The price of ${plural(unpriced, 'call')} is not wholly known; the cost is at least what stands here.`,
    denied > 0 && `Not let through: ${plural(denied, 'call')}.`,
    failed > 0 && `Failed: ${plural(failed, 'call')}.`,
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
    terminal.out.write(
      `${formatCount(deleted)} events older than ${new Date(before).toISOString()} deleted; sums by quarter of an hour and by session stay\n`,
    );
  } finally {
    await queue.close();
    db.close();
  }
  return 0;
}
