/** The commands: what help says of them and which file runs them. Nothing here loads the analysis. */

import type { OptionTable, ParsedArgs } from './args.ts';
import { ledger, session } from './keep-commands.ts';
import { failOn, format, help, output, since, until } from './shared-options.ts';
import type { Terminal } from './terminal.ts';

/** `0` clean, `1` findings at or above the threshold, `2` could not analyse. */
export type ExitCode = 0 | 1 | 2;

export type RunCommand = (args: ParsedArgs, terminal: Terminal) => Promise<ExitCode>;

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** After `costlint <name>`. */
  readonly usage: string;
  readonly options: OptionTable;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** More for `--help`, in paragraphs. */
  readonly notes?: string;
  readonly load: () => Promise<RunCommand>;
}

const workspaceOptions = {
  config: { type: 'string', short: 'c', value: 'file', help: 'Use this configuration; default: costlint.json in the workspace or above it.' },
  root: { type: 'string', value: 'dir', help: 'The workspace: imports are followed inside it, paths are printed relative to it.' },
  assume: { type: 'string', multiple: true, value: 'key=n', help: 'Change an assumption, as runsPerDay=500; repeatable.' },
  output,
  today: { type: 'string', value: 'date', help: 'Date (YYYY-MM-DD) at which prices are taken.', hidden: true },
} as const satisfies OptionTable;

const check: Command = {
  name: 'check',
  summary: 'Find what makes the LLM calls of a project expensive.',
  usage: '[paths...] [options]',
  options: {
    format: format('text', 'json', 'sarif', 'markdown'),
    fix: { type: 'boolean', help: 'Apply the fixes that keep the behaviour ("safe"), then report what is left.' },
    'fail-on': failOn('warning', 'Exit with 1 from this severity upwards.'),
    'max-warnings': { type: 'string', value: 'n', help: 'Tolerate so many warnings; more exit with 1.' },
    baseline: { type: 'string', value: 'file', help: 'Leave out the findings in this file; says which of them are gone.' },
    'write-baseline': {
      type: 'boolean',
      help: 'Write the findings of now to --baseline, or costlint-baseline.json in the workspace, and exit with 0.',
    },
    ...workspaceOptions,
    help,
  },
  examples: [
    ['costlint check', 'the project in this directory'],
    ['costlint check src --fix', 'apply the safe fixes in src'],
    ['costlint check . --format sarif -o costlint.sarif', 'for code scanning'],
  ],
  notes: 'Exit codes: 0 clean, 1 findings at or above the threshold, 2 could not analyse.',
  load: async () => (await import('./check.ts')).check,
};

const diff: Command = {
  name: 'diff',
  summary: 'What a change does to the LLM calls of a project and to what they cost.',
  usage: '[base] [head] [options]',
  options: {
    format: format('text', 'markdown', 'json', 'sarif'),
    'fail-on': failOn('error', 'Exit with 1 from this severity of new findings upwards. Budgets of costlint.json fail in any case.'),
    top: { type: 'string', default: '20', value: 'n', help: 'Rows in each list; 0 for all.' },
    also: { type: 'string', multiple: true, value: 'format=file', help: 'Write a further format to a file, as markdown=comment.md; repeatable.' },
    ...workspaceOptions,
    help,
  },
  examples: [
    ['costlint diff', 'this branch and what is not committed, against the default branch'],
    ['costlint diff main feature', 'two branches, without checking them out'],
    ['costlint diff --format markdown -o comment.md', 'for a pull request; see docs/ci.md'],
  ],
  notes:
    'The base is where the head branched off from it; without one it is the default branch, in CI the target of the pull request. Exit codes: 0 within budgets, 1 a budget exceeded or new findings at the threshold, 2 could not compare.',
  load: async () => (await import('./diff.ts')).diff,
};

const report: Command = {
  name: 'report',
  summary: 'What a project costs and why, and what if: eight reports.',
  usage: '[kind] [paths...] [options]',
  options: {
    format: format('text', 'markdown', 'html', 'json'),
    top: { type: 'string', value: 'n', help: 'Rows in each table; 0 for all. Default: 10, in HTML 50.' },
    tiers: { type: 'string', multiple: true, value: 'model=n,…', help: 'routing: share of calls per model, as haiku=70,sonnet=20,opus=10.' },
    escalation: { type: 'string', value: 'share', help: 'routing: share of calls that a cascade passes on to the dear model, as 0.15.' },
    utilisation: { type: 'string', value: 'share', help: 'self-hosted: share of the time that the GPUs are busy, as 0.3.' },
    set: {
      type: 'string',
      multiple: true,
      value: 'name=n',
      help: 'Another number of a report, as ceiling=4; each report lists its own. Repeatable.',
    },
    ...workspaceOptions,
    help,
  },
  examples: [
    ['costlint report', 'the project in this directory'],
    ['costlint report --assume runsPerDay=2000', 'at 2,000 runs a day'],
    ['costlint report cache src --format markdown', 'the cache audit of src, for a pull request or a wiki page'],
    ['costlint report routing --tiers haiku=70,sonnet=20,opus=10', 'what if most calls went to cheaper models'],
    ['costlint report budget --format html -o budget.html', 'one page, with charts'],
  ],
  notes: [
    'Kinds: cost (default), cache, routing, budget, batch, subscription, self-hosted, lifecycle.',
    'A directory with such a name is given as ./cache.',
  ].join('\n'),
  load: async () => (await import('./report.ts')).report,
};

const count: Command = {
  name: 'count',
  summary: 'Count the tokens of a text, offline.',
  usage: 'FILE... --model ID | --jsonl',
  options: {
    model: { type: 'string', short: 'm', value: 'id', help: 'Whose tokenizer to count with, as claude-sonnet-4-6 or openai/gpt-5.4.' },
    jsonl: { type: 'boolean', help: 'Read one request as JSON a line from standard input, answer one line of JSON for each.' },
    format: format('text', 'json'),
    help,
  },
  examples: [
    ['costlint count prompts/system.md --model claude-sonnet-4-6', 'one file'],
    ['git diff | costlint count - -m gpt-5.4', 'standard input'],
    ['costlint count --jsonl < requests.jsonl', 'many requests'],
  ],
  load: async () => (await import('./count.ts')).count,
};

const rules: Command = {
  name: 'rules',
  summary: 'List the rules with their severities, or explain one.',
  usage: '[rule]',
  options: { format: format('text', 'json'), help },
  examples: [['costlint rules cache-dynamic-prefix', 'one rule']],
  load: async () => (await import('./rules.ts')).rules,
};

const lsp: Command = {
  name: 'lsp',
  summary: 'Run the language server, for editors other than VS Code.',
  usage: '--stdio',
  options: { stdio: { type: 'boolean', help: 'Talk over standard input and output.' }, help },
  examples: [['costlint lsp --stdio', 'what Neovim, Helix and Zed start; see docs/editors.md']],
  load: async () => (await import('./lsp.ts')).lsp,
};

const gateway: Command = {
  name: 'gateway',
  summary: 'Run the local gateway that meters real calls and makes limits hold.',
  usage: '[options]',
  options: {
    port: { type: 'string', short: 'p', value: 'n', help: 'Port on loopback; default 4747, or the next free one.' },
    session: { type: 'string', value: 'usd', help: 'Ceiling of each session, USD.' },
    'agent-daily': { type: 'string', value: 'usd', help: 'Cap of each agent a day.' },
    'project-daily': { type: 'string', value: 'usd', help: 'Cap of each project a day.' },
    daily: { type: 'string', value: 'usd', help: 'Cap of everything a day.' },
    monthly: { type: 'string', value: 'usd', help: 'Cap of everything a month.' },
    'per-call': { type: 'string', value: 'usd', help: 'Ceiling of the worst case of one call.' },
    'at-ceiling': {
      type: 'string',
      choices: ['now', 'next'],
      value: 'when',
      help: 'End running streams at a ceiling, or deny the next call (default).',
    },
    'no-cap': {
      type: 'string',
      choices: ['deny', 'lower', 'cut'],
      value: 'how',
      help: 'A call without an output cap whose worst case does not fit: deny it, lower its cap (default), or cut its stream at the ceiling.',
    },
    'time-zone': { type: 'string', value: 'zone', help: 'In which days and months begin, as Europe/Berlin; default UTC.' },
    upstream: {
      type: 'string',
      multiple: true,
      value: 'name=URL',
      help: 'Replace an upstream (anthropic, openai, gemini, bedrock …) or add one; repeatable.',
    },
    'unknown-price': {
      type: 'string',
      choices: ['dearest', 'free', 'deny'],
      value: 'how',
      help: 'What limits count for a model without a known price; default: the dearest known.',
    },
    'no-breaker': { type: 'boolean', help: 'Switch the circuit breaker off.' },
    retries: { type: 'string', value: 'n', help: 'Send calls again that the provider turned away (429, 503, 529), up to n times; default 0.' },
    'inject-cache-mark': { type: 'boolean', help: 'Mark the stable prefix of Anthropic and Bedrock requests that mark nothing, once it repeats.' },
    processes: { type: 'boolean', help: 'Name sessions and agents that no client names by the calling process (Linux).' },
    store: { type: 'string', value: 'where', help: 'Where limits are kept: sqlite (default), memory, or redis://…' },
    'store-gone': {
      type: 'string',
      choices: ['closed', 'open'],
      value: 'how',
      help: 'When the store cannot be reached: deny calls (default) or let them pass.',
    },
    host: { type: 'string', value: 'address', help: 'Address to listen on; anything but loopback needs --token or COSTLINT_TOKEN.' },
    'allow-host': { type: 'string', multiple: true, value: 'name', help: 'A further name under which the gateway may be addressed; repeatable.' },
    token: { type: 'string', value: 'secret', help: 'What clients must send in x-costlint-token.' },
    'state-dir': { type: 'string', value: 'dir', help: 'Where ledger, socket and discovery file are.' },
    otlp: { type: 'string', value: 'url', help: 'Send spans and metrics to this OTLP endpoint.' },
    config: { type: 'string', short: 'c', value: 'file', help: 'Read these and further options from a JSON file; see docs/gateway.md.' },
    format: { type: 'string', short: 'f', choices: ['text', 'json'], default: 'text', value: 'format', help: 'How to say that it is ready.' },
    help,
  },
  examples: [
    ['costlint gateway --session 5 --daily 50', 'no session above $5, no day above $50'],
    ['ANTHROPIC_BASE_URL=http://127.0.0.1:4747 claude', 'a client behind it'],
    ['costlint gateway --upstream anthropic=https://llm.example.com', 'before a company gateway'],
  ],
  notes: 'Needs Node 22.19 or later; COSTLINT_NODE names one where the usual is older.',
  load: async () => (await import('./gateway.ts')).gateway,
};

const logs: Command = {
  name: 'logs',
  summary: 'What past sessions of Claude Code, Codex and Gemini CLI cost, from their local logs.',
  usage: '[options]',
  options: {
    format: format('text', 'json', 'jsonl'),
    by: { type: 'string', choices: ['day', 'session', 'model'], default: 'day', value: 'what', help: 'What a row of the text stands for.' },
    since,
    until,
    source: {
      type: 'string',
      multiple: true,
      choices: ['claude-code', 'codex', 'gemini-cli'],
      value: 'name',
      help: 'Only the logs of this agent; repeatable.',
    },
    top: { type: 'string', default: '30', value: 'n', help: 'Rows; 0 for all.' },
    output,
    help,
  },
  examples: [
    ['costlint logs', 'by day'],
    ['costlint logs --by session --since 7d', 'the sessions of the last week'],
    ['costlint logs --format json', 'everything, for a program'],
  ],
  notes: 'Reads only, and only on this machine. Prices are those of the API on the day of each call; a subscription is billed otherwise.',
  load: async () => (await import('./logs.ts')).logs,
};

export const COMMANDS: readonly Command[] = [check, diff, report, count, rules, lsp, gateway, ledger, session, logs];
