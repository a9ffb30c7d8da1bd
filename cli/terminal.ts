/** What a command may touch of the process it runs in: streams, environment, working directory. Tests hand in their own. */

import { errorCode, systemProblem } from '../workspace/system-error.ts';
import { printable } from './printable.ts';

export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Characters in a line; undefined where it is not a terminal. */
  readonly columns: number | undefined;
}

export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  readonly err: Output;
  readonly input: () => AsyncIterable<Uint8Array | string>;
}

export const streamOutput = (stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>): Output => ({
  write: (text) => {
    stream.write(printable(text));
  },
  isTerminal: stream.isTTY === true,
  // 0 where a terminal was not told its size, as under `docker run -t`.
  columns: stream.columns || undefined,
});

/** The process itself. A reader that closes early (`| head`) ends the command quietly, as it ends every other; a full disk is said. */
export function processTerminal(): Terminal {
  const failed = (error: unknown): never => {
    if (errorCode(error) === 'EPIPE') process.exit();
    process.stderr.write(`costlint: the output cannot be written: ${systemProblem(error)}\n`);
    process.exit(2);
  };
  process.stdout.on('error', failed);
  process.stderr.on('error', () => process.exit());
  return { cwd: process.cwd(), env: process.env, out: streamOutput(process.stdout), err: streamOutput(process.stderr), input: () => process.stdin };
}
