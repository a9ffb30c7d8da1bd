/** Who needs to know that figures changed: the pushed diagnostics, the editor's hints and lenses, and requests that wait for a change. */

export interface Changes {
  /** Counts up with every change. */
  readonly generation: () => number;
  /** Something in these paths (all when undefined) has to be shown anew. `elsewhere`: not only in the document that was typed in. */
  readonly announce: (paths: readonly string[] | undefined, elsewhere: boolean) => void;
  readonly onAnnounce: (listener: (paths: readonly string[] | undefined, elsewhere: boolean) => void) => void;
  /** Resolves at the next change, or when cancelled. */
  readonly next: (cancelled: { readonly onCancellationRequested: (listener: () => void) => unknown }) => Promise<void>;
}

export function createChanges(): Changes {
  let generation = 0;
  const listeners: ((paths: readonly string[] | undefined, elsewhere: boolean) => void)[] = [];
  let waiting: (() => void)[] = [];
  return {
    generation: () => generation,
    onAnnounce: (listener) => void listeners.push(listener),
    announce: (paths, elsewhere) => {
      generation++;
      for (const listener of listeners) listener(paths, elsewhere);
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    next: (token) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        token.onCancellationRequested(() => {
          waiting = waiting.filter((each) => each !== resolve);
          resolve();
        });
      }),
  };
}
