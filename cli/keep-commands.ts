/** The commands that read what a gateway keeps. */
import type { Command } from './commands.ts';
import { format, help, output, since, until } from './shared-options.ts';

const stateDir = { type: 'string', value: 'dir', help: 'Where the gateway keeps its files, if not in the usual place.' } as const;

export const ledger: Command = {
  name: 'ledger',
  summary: 'What the gateway has recorded: sums, or every event as JSON lines or CSV.',
  usage: '[options]',
  options: {
    format: format('text', 'jsonl', 'csv'),
    since,
    until,
    session: { type: 'string', value: 'id', help: 'Only this session.' },
    agent: { type: 'string', value: 'name', help: 'Only this agent.' },
    project: { type: 'string', value: 'name', help: 'Only this project.' },
    model: { type: 'string', value: 'id', help: 'Only this model, as it was served.' },
    output,
    prune: { type: 'string', value: 'when', help: 'Delete events older than that, as 90d; sums by quarter of an hour and by session stay.' },
    'state-dir': stateDir,
    help,
  },
  examples: [
    ['costlint ledger --since 7d', 'the last week by model'],
    ['costlint ledger --format csv -o november.csv --since 2026-11-01', 'one row a call, for a spreadsheet'],
    ['costlint ledger --format jsonl --session abc', 'everything about one session'],
    ['costlint ledger --prune 90d', 'forget details older than 90 days'],
  ],
  notes: 'Works while a gateway runs. Prompts and keys are never recorded.',
  load: async () => (await import('./ledger.ts')).ledger,
};

export const session: Command = {
  name: 'session',
  summary: 'What one session cost and how it ended; without an id, the latest sessions.',
  usage: '[id]',
  options: {
    format: format('text', 'json'),
    last: { type: 'string', value: 'n', default: '20', help: 'How many sessions, or calls of one session, to show.' },
    'state-dir': stateDir,
    help,
  },
  examples: [
    ['costlint session', 'the latest sessions'],
    ['costlint session 7f0c', 'one of them; the beginning of its id is enough'],
  ],
  load: async () => (await import('./session.ts')).session,
};
