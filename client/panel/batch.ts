/** Hands on what comes one by one in few pieces. Knows nothing of VS Code. */
export interface Batch<T> {
  add(items: readonly T[]): void;
  /** Forgets what waits. */
  clear(): void;
}

/** The first goes at once, what follows within `ms` goes together. */
export function batched<T>(send: (items: readonly T[]) => void, ms = 50): Batch<T> {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    timer = setTimeout(flush, ms);
    send(items);
  };
  return {
    add: (items) => {
      for (const item of items) waiting.push(item);
      if (!timer) flush();
    },
    clear: () => {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
}
