/** From arguments to exit code. Loads a command only when it is called, so that `--version` and `--help` answer at once. */
import { closest } from '../workspace/closest.ts';
import { version } from '../workspace/version.ts';
import { parseArguments, UsageError } from './args.ts';
import { coloursFor } from './colours.ts';
import { COMMANDS, type ExitCode } from './commands.ts';
import { commandHelp, overview } from './help.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line. Never throws: what went wrong is on standard error, and the code is 2. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = argv;
  const colours = coloursFor(terminal, terminal.out);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return explain(rest[0], terminal);
  if (name === '--version' || name === '-v' || name === '-V') {
    terminal.out.write(`${version()}\n`);
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) return fail(terminal, unknownCommand(name), 'costlint --help');
  try {
    const parsed = parseArguments(rest, command.options);
    if (parsed.values.flag('help')) {
      terminal.out.write(commandHelp(command, colours));
      return 0;
    }
    const runCommand = await command.load();
    return await runCommand(parsed, terminal);
  } catch (error) {
    if (error instanceof UsageError) return fail(terminal, error.message, `costlint ${command.name} --help`);
    return crash(terminal, error);
  }
}

function explain(name: string | undefined, terminal: Terminal): ExitCode {
  const colours = coloursFor(terminal, terminal.out);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (name !== undefined && !command) return fail(terminal, unknownCommand(name), 'costlint --help');
  terminal.out.write(command ? commandHelp(command, colours) : overview(colours));
  return 0;
}

function unknownCommand(name: string): string {
  const kind = name.startsWith('-') ? 'option' : 'command';
  const meant = closest(name.replace(/^-+/, ''), [...COMMANDS.map((command) => command.name), 'help', 'version']);
  return `unknown ${kind} ${name}${meant ? `, did you mean ${kind === 'option' ? '--' : ''}${meant}?` : ''}`;
}

export function fail(terminal: Terminal, message: string, tryThis?: string): ExitCode {
  const colours = coloursFor(terminal, terminal.err);
  terminal.err.write(`${colours.red('costlint:')} ${message}\n`);
  if (tryThis) terminal.err.write(`Try ${colours.cyan(tryThis)}\n`);
  return 2;
}

/** Something that costlint itself got wrong. The stack helps whoever reports it. */
function crash(terminal: Terminal, error: unknown): ExitCode {
  const detail = error instanceof Error ? (terminal.env.COSTLINT_DEBUG ? error.stack : error.message) : String(error);
  return fail(terminal, `${detail ?? 'unknown error'}${terminal.env.COSTLINT_DEBUG ? '' : ' (COSTLINT_DEBUG=1 shows where)'}`);
}
