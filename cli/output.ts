/** Where the result of a command goes: to standard output, or to the file that `--output` names. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemProblem } from '../workspace/system-error.ts';
import { UsageError, type Values } from './args.ts';
import { printable } from './printable.ts';
import type { Output, Terminal } from './terminal.ts';

export function emit(text: string, values: Values, terminal: Terminal): void {
  const file = values.text('output');
  if (file === undefined) terminal.out.write(text);
  else writeOutput(path.resolve(terminal.cwd, file), text);
}

export const writeOutput = (file: string, text: string): void => toFile(file, () => writeFileSync(file, printable(text)));

/** Makes the folder where it is missing. Throws UsageError where nothing can be written. */
export function toFile<T>(file: string, write: () => T): T {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    return write();
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${systemProblem(error)}`);
  }
}

/** What it is written for: a file has no colours and no width. */
export const outputOf = (values: Values, { out }: Terminal): Output =>
  values.text('output') === undefined ? out : { ...out, isTerminal: false, columns: undefined };

/** Rows of a list as `--top` says, 0 for all. */
export function topOf(values: Values, usual = 0): number {
  return (values.count('top') ?? usual) || Number.POSITIVE_INFINITY;
}
