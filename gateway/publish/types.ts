/** Live events for the panel, the status bar and other programs: a snapshot first, then increments with a sequence number. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayEvent, GatewayState } from '../../core/protocol/gateway.ts';

export interface Publisher {
  /** Sends to all readers; never waits for any of them. */
  emit(event: GatewayEvent): void;
  /** Number of the last event. */
  readonly seq: number;
  /** What a new reader is told first. */
  state(): GatewayState;
  /** Answers `GET /costlint/events` with Server-Sent Events until the client leaves. The caller has checked the token. */
  serveEvents(request: IncomingMessage, response: ServerResponse): void;
  readonly readers: number;
  /** Says goodbye to all readers and closes the socket. */
  close(reason: string): Promise<void>;
}

export interface PublisherLimits {
  /** Bytes that may wait for one reader before it gets no increments, and a snapshot once it has caught up. Default 1 MiB. */
  readonly maxWaiting?: number;
  /** How long a reader may stay behind before it is disconnected, ms. Default 30,000. */
  readonly maxBehindMs?: number;
  readonly maxReaders?: number;
}
