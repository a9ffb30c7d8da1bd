/** Our own requests from the editor's side: typed, checked on return, and given up after their time. */
import { CancellationTokenSource, type LanguageClient } from 'vscode-languageclient/node';
import type { RequestMessage } from '../core/protocol/index.ts';

/** Rejects when the server answers with an error, answers something else than it should, or does not answer in time. */
export async function ask<P, R>(client: LanguageClient, message: RequestMessage<P, R>, params: P): Promise<R> {
  const source = new CancellationTokenSource();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      source.cancel();
      reject(new Error(`${message.method} took longer than ${message.timeoutMs / 1000} s`));
    }, message.timeoutMs);
  });
  try {
    const answer = await Promise.race([client.sendRequest(message.method, params, source.token), late]);
    return message.result.parse(answer);
  } finally {
    clearTimeout(timer);
    source.dispose();
  }
}
