/** `costlint session`: what a session cost, how it ended, and what happened on the way. */
import { formatCount, formatShare, formatUsd } from '../core/format.ts';
import type { CallEvent, LedgerEvent, SessionSummary } from '../core/protocol/gateway.ts';
import type { LedgerReader } from '../gateway/ledger/reader.ts';
import { type ParsedArgs, UsageError } from './args.ts';
import { type Colours, coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { columns } from './formats/columns.ts';
import { costText, tokensOf } from './formats/usage.ts';
import { openReading, withLedger } from './keep.ts';
import { fail } from './run.ts';
import type { Terminal } from './terminal.ts';

export function session(args: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  if (args.positionals.length > 1) throw new UsageError('one session at a time');
  return withLedger(args, terminal, async (path) => {
    const { LedgerReader } = await import('../gateway/ledger/reader.ts');
    const db = await openReading(path);
    try {
      return show(new LedgerReader(db), args, terminal);
    } finally {
      db.close();
    }
  });
}

function show(reader: LedgerReader, { values, positionals }: ParsedArgs, terminal: Terminal): ExitCode {
  const last = Math.max(1, values.count('last') ?? 20);
  const asJson = values.text('format') === 'json';
  const colours = coloursFor(terminal, terminal.out);
  const [id] = positionals;
  if (id === undefined) {
    const sessions = reader.sessions({ limit: last });
    terminal.out.write(asJson ? `${JSON.stringify(sessions, null, 2)}\n` : listText(sessions, colours));
    return 0;
  }
  const found = reader.sessionsLike(id);
  const [summary] = found;
  if (!summary) return fail(terminal, `no session ${id} is recorded`, 'costlint session');
  if (found.length > 1) return fail(terminal, `${id} could be ${found.map((one) => one.session).join(', ')}`);
  const events = [...reader.events({ session: summary.session, order: 'newest' })].reverse();
  terminal.out.write(asJson ? `${JSON.stringify({ ...summary, events }, null, 2)}\n` : oneText(summary, events, last, colours));
  return 0;
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
const timeText = (at: number): string => new Date(at).toLocaleString('sv-SE');

function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function listText(sessions: readonly SessionSummary[], colours: Colours): string {
  if (sessions.length === 0) return 'no sessions recorded\n';
  const rows = sessions.map((one) => [
    one.session,
    one.status,
    timeText(one.lastAt),
    one.agent ?? '',
    formatCount(one.totals.calls),
    costText(one.totals),
  ]);
  return lines(columns(['session', 'status', 'last call', 'agent', 'calls', 'cost'], rows, colours, { figures: true }));
}

function oneText(summary: SessionSummary, events: readonly LedgerEvent[], last: number, colours: Colours): string {
  const { totals, session: id, status, via, firstAt, lastAt } = summary;
  const { input, cached, output } = tokensOf(totals);
  const ratio = input === 0 ? '' : ` (${formatShare(cached / input)} from the cache)`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['status', via === undefined ? status : `${status} (by ${via})`],
    ['agent', summary.agent],
    ['project', summary.project],
    ['client', summary.client],
    ['started by', summary.parent],
    ['time', `${timeText(firstAt)}, ${durationText(lastAt - firstAt)}`],
    ['cost', costText(totals)],
    [
      'calls',
      [
        formatCount(totals.calls),
        totals.failed > 0 && `${formatCount(totals.failed)} failed`,
        totals.denied > 0 && `${formatCount(totals.denied)} denied`,
      ]
        .filter(Boolean)
        .join(', '),
    ],
    ['tokens', `${formatCount(input)} in${ratio}, ${formatCount(output)} out`],
  ];
  const head = facts.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(10)}  ${text}\n`])).join('');
  const happened = events.flatMap((event) => happeningText(event) ?? []).slice(-last);
  const calls = events.filter((event) => event.kind === 'call').slice(-last);
  return [
    `${colours.bold(`Session ${id}`)}\n${head}`,
    happened.length > 0 && `\n${colours.bold('What happened')}\n${happened.map((line) => `  ${line}\n`).join('')}`,
    calls.length > 0 &&
      `\n${colours.bold(`Last ${calls.length} calls`)}\n${lines(columns(['time', 'model', 'in', 'cached', 'out', 'cost', 'outcome'], calls.map(callRow), colours, { figures: true }))}`,
    calls.length === 0 && '\nIts calls are no longer in the ledger.\n',
  ]
    .filter((part) => part !== false)
    .join('');
}

function callRow({ at, servedModel, model, usage, cost, outcome, source, error }: CallEvent): string[] {
  const { input, cached, output } = tokensOf({ tokens: usage });
  const price = cost.kind === 'known' ? formatUsd(cost.nanoUsd) : `≥ ${formatUsd(cost.atLeast)}`;
  const end = [outcome, error, source === 'estimated' && 'estimated'].filter(Boolean).join(', ');
  return [timeText(at), servedModel ?? model ?? '', formatCount(input), formatCount(cached), formatCount(output), price, end];
}

/** What a person wants to know of an event that is not a call. */
function happeningText(event: LedgerEvent): string | undefined {
  const at = timeText(event.at);
  switch (event.kind) {
    case 'session':
      return `${at}  ${event.status}${event.reason === undefined ? '' : `: ${event.reason}`}`;
    case 'breaker':
      return `${at}  circuit breaker ${event.state} (${event.cause}): ${event.message}`;
    case 'limit':
      return `${at}  limit ${event.standing.limit} ${event.state}`;
    case 'alert':
    case 'denied':
      return `${at}  ${event.kind === 'alert' ? event.level : 'denied'}: ${event.message}`;
    default:
      return undefined;
  }
}
