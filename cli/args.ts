/** Command-line arguments by a table of options; errors say what was probably meant. */
import { parseArgs } from 'node:util';
import { closest } from '../workspace/closest.ts';

export interface OptionSpec {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  /** What stands for the value in help: `n`, `file`. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly help: string;
  /** Works, but is not listed: for tests. */
  readonly hidden?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The values that were given, by option name. */
export interface Values {
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  readonly list: (name: string) => readonly string[];
  /** A whole number of at least 0; throws UsageError for anything else. */
  readonly count: (name: string) => number | undefined;
}

export interface ParsedArgs {
  readonly values: Values;
  readonly positionals: readonly string[];
}

/** The command was called in a way it does not understand: exit code 2. */
export class UsageError extends Error {}

/** For commands that take options alone. */
export function expectNoMore({ positionals }: ParsedArgs): void {
  if (positionals.length > 0) throw new UsageError(`nothing is expected beside the options: ${positionals[0]}`);
}

export function parseArguments(args: readonly string[], table: OptionTable): ParsedArgs {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, spec]) => [name, { type: spec.type, multiple: true, ...(spec.short && { short: spec.short }) }] as const),
  );
  const { tokens, positionals } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const spec = table[token.name];
    if (!spec) throw new UsageError(unknownOption(token.rawName, table));
    given.set(token.name, [...(given.get(token.name) ?? []), checkedValue(token.rawName, token.value, spec)]);
  }
  const last = (name: string): string | undefined => given.get(name)?.at(-1) ?? table[name]?.default;
  return {
    positionals,
    values: { flag: (name) => given.has(name), text: last, list: (name) => given.get(name) ?? [], count: (name) => wholeNumber(name, last(name)) },
  };
}

function checkedValue(option: string, value: string | undefined, spec: OptionSpec): string {
  if (spec.type === 'boolean') {
    if (value !== undefined) throw new UsageError(`${option} takes no value`);
    return '';
  }
  if (value === undefined || value === '') throw new UsageError(`${option} needs a value${spec.choices ? `: ${spec.choices.join(', ')}` : ''}`);
  if (spec.choices && !spec.choices.includes(value)) {
    const meant = closest(value, spec.choices);
    throw new UsageError(`${option} cannot be "${value}"${meant ? `, did you mean "${meant}"?` : '.'} It takes ${spec.choices.join(', ')}.`);
  }
  return value;
}

function unknownOption(option: string, table: OptionTable): string {
  const known = Object.entries(table).filter(([, spec]) => !spec.hidden);
  const meant = closest(
    option.replace(/^-+/, ''),
    known.map(([name]) => name),
  );
  return `unknown option ${option}${meant ? `, did you mean --${meant}?` : ''}`;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${name} needs a whole number, not "${text}"`);
  return Number(text);
}
