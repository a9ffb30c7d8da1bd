/** The shape of a typed message. Transport, timeouts and error replies are in `client/rpc.ts` and `server/rpc.ts`. */
import type * as z from 'zod';

export interface RequestMessage<P, R> {
  readonly method: string;
  readonly params: z.ZodType<P>;
  readonly result: z.ZodType<R>;
  /** After which the caller gives up, in ms. */
  readonly timeoutMs: number;
}

export interface NotificationMessage<P> {
  readonly method: string;
  readonly params: z.ZodType<P>;
}
