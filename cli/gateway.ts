/** `costlint gateway`: from options to a running gateway, on a Node that can run it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { readTextFile } from '../workspace/text-file.ts';
import { version } from '../workspace/version.ts';
import { expectNoMore, type ParsedArgs, UsageError } from './args.ts';
import type { ExitCode } from './commands.ts';
import { noSuitableNode, suitableNode, type Version } from './newer-node.ts';
import { fail } from './run.ts';
import type { Terminal } from './terminal.ts';

/** The gateway's own process is started with this much JSON. */
interface RunInput {
  readonly options: Record<string, unknown>;
  readonly version: string;
  readonly anyPort: boolean;
  readonly text: boolean;
}

/** undici 8, and the SQLite that is part of Node. */
const WITH_UNDICI: Version = [22, 19];

/** Command-line option → option of the gateway. */
const NUMBERS: Readonly<Record<string, string>> = {
  session: 'session',
  'agent-daily': 'agentDaily',
  'project-daily': 'projectDaily',
  daily: 'daily',
  monthly: 'monthly',
  'per-call': 'perCall',
};
const TEXTS: Readonly<Record<string, string>> = {
  host: 'host',
  token: 'token',
  'time-zone': 'timeZone',
  'at-ceiling': 'atCeiling',
  'no-cap': 'noCap',
  'unknown-price': 'unknownPrice',
  store: 'store',
  'store-gone': 'storeGone',
  'state-dir': 'stateDir',
  otlp: 'otlp',
};

export async function gateway(args: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  expectNoMore(args);
  const { values } = args;
  const input: RunInput = {
    options: optionsOf(values, terminal),
    version: version(),
    anyPort: values.text('port') === undefined,
    text: values.text('format') !== 'json',
  };
  const node = suitableNode(terminal, WITH_UNDICI);
  if (!node) return fail(terminal, noSuitableNode('the gateway', WITH_UNDICI));
  return start(node, JSON.stringify(input));
}

function optionsOf(values: ParsedArgs['values'], terminal: Terminal): Record<string, unknown> {
  const file = values.text('config');
  const options: Record<string, unknown> = file === undefined ? {} : fromFile(resolve(terminal.cwd, file));
  for (const [flag, name] of Object.entries(NUMBERS)) {
    const text = values.text(flag);
    if (text !== undefined) options[name] = dollars(flag, text);
  }
  for (const [flag, name] of Object.entries(TEXTS)) {
    const text = values.text(flag);
    if (text !== undefined) options[name] = text;
  }
  if (options.token === undefined && terminal.env.COSTLINT_TOKEN) options.token = terminal.env.COSTLINT_TOKEN;
  const port = values.count('port');
  if (port !== undefined) options.port = port;
  const upstreams = values.list('upstream').map((text) => named('upstream', text));
  if (upstreams.length > 0)
    options.upstreams = { ...(typeof options.upstreams === 'object' ? options.upstreams : {}), ...Object.fromEntries(upstreams) };
  const hosts = values.list('allow-host');
  if (hosts.length > 0) options.hosts = hosts;
  if (values.flag('no-breaker')) options.breaker = false;
  const retries = values.count('retries');
  if (retries !== undefined) options.retries = retries;
  if (values.flag('inject-cache-mark')) options.injectCacheMark = true;
  if (values.flag('processes')) options.processes = true;
  return options;
}

/** JSON with comments, as `costlint.json`. */
function fromFile(path: string): Record<string, unknown> {
  const file = readTextFile(path);
  if ('problem' in file) throw new UsageError(`${path}: ${file.problem}`);
  const errors: ParseError[] = [];
  const json: unknown = parse(file.text, errors, { allowTrailingComma: true });
  if (errors[0]) throw new UsageError(syntaxProblem(path, file.text, errors[0]));
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
  throw new UsageError(`${path} is not a JSON object`);
}

/** `gateway.json:3:5: not valid JSON: property name expected`. */
function syntaxProblem(path: string, text: string, { offset, error }: ParseError): string {
  const before = text.slice(0, offset).split('\n');
  const what = printParseErrorCode(error).replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`);
  return `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: not valid JSON: ${what.toLowerCase()}`;
}

function dollars(flag: string, text: string): number {
  const amount = Number(text.replace(/^\$/, ''));
  if (!Number.isFinite(amount) || amount <= 0) throw new UsageError(`--${flag} needs an amount in USD, not "${text}"`);
  return amount;
}

function named(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--${flag} needs name=URL, not "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Beside this file when bundled, in its own room when not. */
function entry(): string {
  const bundled = fileURLToPath(new URL('./gateway.js', import.meta.url));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../gateway/main.ts', import.meta.url));
}

/** In a process of its own: its Node may be another, and its end is its own. */
function start(node: string, json: string): Promise<ExitCode> {
  // By the environment: arguments, and the token with them, can be read by every user of the machine.
  const child = spawn(node, [entry()], { stdio: 'inherit', env: { ...process.env, COSTLINT_GATEWAY: json } });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  // A terminal sends Ctrl+C to both; this one waits for the other to drain.
  const ignore = (): void => {};
  process.on('SIGTERM', pass);
  process.on('SIGHUP', pass);
  process.on('SIGINT', process.stdin.isTTY ? ignore : pass);
  return new Promise((resolve) => {
    const done = (code: number | null): void => {
      process.off('SIGTERM', pass).off('SIGHUP', pass).off('SIGINT', ignore).off('SIGINT', pass);
      resolve(code === 0 ? 0 : 2);
    };
    child.once('exit', done);
    child.once('error', () => done(2));
  });
}
