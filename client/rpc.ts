/** Our own requests from the editor's side: typed, checked on return, and given up after their time. */
import type { RequestMessage } from '../core/protocol/index.ts';

/** What of a language client is needed here. */
export interface Sender {
  readonly sendRequest: (method: string, params: unknown, token: Token) => Promise<unknown>;
}

/** The shape of a cancellation token of the protocol's library. */
export interface Token {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: (listener: (event: unknown) => unknown) => { dispose: () => void };
}

/** Rejects when the server answers with an error, answers something else than it should, or does not answer in time; then the request is cancelled. */
export async function ask<P, R>(client: Sender, message: RequestMessage<P, R>, params: P, timeoutMs = message.timeoutMs): Promise<R> {
  const { token, cancel } = tokenSource();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      cancel();
      reject(new Error(`${message.method} took longer than ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  try {
    return message.result.parse(await Promise.race([client.sendRequest(message.method, params, token), late]));
  } finally {
    clearTimeout(timer);
  }
}

function tokenSource(): { readonly token: Token; readonly cancel: () => void } {
  const listeners = new Set<(event: unknown) => unknown>();
  let cancelled = false;
  const token: Token = {
    get isCancellationRequested() {
      return cancelled;
    },
    onCancellationRequested: (listener) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
  const cancel = (): void => {
    cancelled = true;
    for (const listener of listeners) listener(undefined);
  };
  return { token, cancel };
}
