/** What a command may touch of the process it runs in: streams, environment, working directory. Tests hand in their own. */

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
    stream.write(text);
  },
  isTerminal: stream.isTTY === true,
  // 0 where a terminal was not told its size, as under `docker run -t`.
  columns: stream.columns || undefined,
});

/** The process itself. A reader that closes early (`| head`) ends the command quietly, as it ends every other. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
  return { cwd: process.cwd(), env: process.env, out: streamOutput(process.stdout), err: streamOutput(process.stderr), input: () => process.stdin };
}
