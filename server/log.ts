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

/** How many different things are remembered as said. */
const MEMORY = 1000;

export function createLog(sink: Sink): Log {
  const said = new Set<string>();
  const say = (level: keyof Sink, message: string): void => {
    try {
      sink[level](message);
    } catch {
      // The connection has closed: nobody is left to tell.
    }
  };
  const once = (key: string, level: keyof Sink, message: string): void => {
    if (said.has(key)) return;
    if (said.size > MEMORY) said.clear();
    said.add(key);
    say(level, message);
  };
  return {
    info: (message) => say('info', message),
    warn: (message) => say('warn', message),
    error: (message) => say('error', message),
    once: (key, message) => once(key, 'warn', message),
    failure: (doing, error) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      once(`${doing}\n${text}`, 'error', `${doing} failed (further failures of this kind are not shown): ${text}`);
    },
  };
}
