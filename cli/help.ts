/** Help texts, made from the table of commands. */
import type { OptionSpec } from './args.ts';
import type { Colours } from './colours.ts';
import { COMMANDS, type Command } from './commands.ts';

export function overview(colours: Colours): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${colours.cyan(name.padEnd(width))}  ${summary}`);
  return [
    `${colours.bold('costlint')}: what each LLM call in your code costs, why, and how to make it cheaper.`,
    '',
    `Usage: costlint <command> [options]`,
    '',
    ...lines,
    '',
    '  --help, -h      Help; "costlint <command> --help" for one command.',
    '  --version, -v   The version.',
    '',
  ].join('\n');
}

export function commandHelp(command: Command, colours: Colours): string {
  const rows = Object.entries(command.options)
    .filter(([, spec]) => !spec.hidden)
    .map(([name, spec]) => [optionNames(name, spec), optionHelp(spec)] as const);
  const width = Math.max(...rows.map(([names]) => names.length));
  const examples = command.examples.map(([line, meaning]) => `  ${colours.cyan(line)}\n      ${meaning}`);
  return [
    `Usage: ${colours.bold(`costlint ${command.name} ${command.usage}`.trim())}`,
    '',
    command.summary,
    '',
    'Options:',
    ...rows.map(([names, text]) => `  ${names.padEnd(width)}  ${text}`),
    ...(examples.length > 0 ? ['', 'Examples:', ...examples] : []),
    ...(command.notes ? ['', command.notes] : []),
    '',
  ].join('\n');
}

const optionNames = (name: string, spec: OptionSpec): string =>
  `${spec.short ? `-${spec.short}, ` : '    '}--${name}${spec.value ? ` <${spec.value}>` : ''}`;

const optionHelp = (spec: OptionSpec): string =>
  [spec.help, spec.choices && `One of ${spec.choices.join(', ')}.`, spec.default !== undefined && `Default: ${spec.default}.`]
    .filter(Boolean)
    .join(' ');
