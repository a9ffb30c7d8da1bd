/** The output channel. Errors go here and never interrupt a person; the same one is written out once. */

export interface Sink {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
}

export interface Log extends Sink {
  /** Says something once for each key. */
  readonly once: (key: string, message: string) => void;
  /** A failure inside the server. */
  readonly failure: (doing: string, error: unknown) => void;
}

export function createLog(sink: Sink): Log {
  const said = new Set<string>();
  const once = (key: string, say: () => void): void => {
    if (said.has(key)) return;
    if (said.size > 1000) said.clear();
    said.add(key);
    say();
  };
  return {
    info: sink.info,
    warn: sink.warn,
    error: sink.error,
    once: (key, message) => once(key, () => sink.warn(message)),
    failure: (doing, error) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      once(`${doing}\n${text}`, () => sink.error(`${doing} failed (further failures of this kind are not shown): ${text}`));
    },
  };
}
