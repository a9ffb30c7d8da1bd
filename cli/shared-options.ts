/** Options that several commands have. */
import type { OptionSpec } from './args.ts';

export const help = { type: 'boolean', short: 'h', help: 'Show this help.' } as const satisfies OptionSpec;
export const output = {
  type: 'string',
  short: 'o',
  value: 'file',
  help: 'Write to a file in place of standard output.',
} as const satisfies OptionSpec;
export const since = {
  type: 'string',
  value: 'when',
  help: 'From this time on: 30m, 12h, 7d, or a date such as 2026-11-01.',
} as const satisfies OptionSpec;
export const until = { type: 'string', value: 'when', help: 'Before this time.' } as const satisfies OptionSpec;

/** The first of the choices is the default. */
export const format = (...choices: readonly string[]): OptionSpec => ({
  type: 'string',
  short: 'f',
  choices,
  default: choices[0],
  value: 'format',
  help: 'How to print.',
});

/** `usual`: the lowest severity that fails where nothing is said. */
export const failOn = (usual: string, help: string): OptionSpec => ({
  type: 'string',
  choices: ['error', 'warning', 'info', 'hint', 'never'],
  default: usual,
  value: 'severity',
  help,
});
