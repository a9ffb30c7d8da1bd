/** Our own requests, checked on arrival: a wrong parameter is answered with an error, never with silence. */
import { type CancellationToken, type Connection, ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { RequestMessage } from '../core/protocol/index.ts';
import type { Log } from './log.ts';

export function handle<P, R>(
  connection: Connection,
  log: Log,
  message: RequestMessage<P, R>,
  handler: (params: P, token: CancellationToken) => Promise<R>,
): void {
  connection.onRequest(message.method, async (params: unknown, token: CancellationToken): Promise<unknown> => {
    const parsed = message.params.safeParse(params);
    if (!parsed.success) return new ResponseError(ErrorCodes.InvalidParams, `${message.method}: ${parsed.error.message}`);
    try {
      return await handler(parsed.data, token);
    } catch (error) {
      log.failure(message.method, error);
      return new ResponseError(ErrorCodes.InternalError, `${message.method} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}
