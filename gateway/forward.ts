/** One request to the upstream and its response back, byte for byte as they come: with back-pressure, and with aborts in both directions at once. */
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { headerIn, headerStrings } from './headers.ts';
import { soon } from './soon.ts';

/** Connections to upstreams, kept open between calls. One pool an origin. */
export class Pools {
  readonly #pools = new Map<string, Pool>();
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  of(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known) return known;
    const made = new Pool(origin, {
      headersTimeout: this.#timeoutMs,
      bodyTimeout: this.#timeoutMs,
      connect: { timeout: 20_000 },
      // Below the idle time of common load balancers, so that a request seldom meets a connection that is being closed.
      keepAliveTimeout: 10_000,
    });
    this.#pools.set(origin, made);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }
}

export interface Outgoing {
  readonly pool: Dispatcher;
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer | Readable | null;
}

/** `complete`: all of the response has come · `client`: the client went away · `upstream`: the connection broke · `stopped`: the gateway ended it. */
export type Ending = 'complete' | 'client' | 'upstream' | 'stopped';

export interface Hooks {
  /** The response's headers have come; returns those that the client gets. */
  head(status: number, headers: readonly string[]): string[];
  /** Bytes have come; returns those that the client gets. */
  data(chunk: Buffer): readonly Uint8Array[];
  /** Whether the upstream should wait, beyond what the client's own connection asks for. */
  busy?(): boolean;
  /** No more will come. What it returns is sent, then the response ends; it waits for a promise. */
  end(how: Ending): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Nothing has been sent to the client yet, and nothing will come from upstream. Answers the client. */
  failed(error: Error): void | Promise<void>;
}

/** A running exchange, to be ended from outside. */
export interface Exchange {
  /** Sends `last` and ends the response; the upstream is aborted at once. Without `last` the client's connection is torn down. */
  stop(last: Uint8Array | undefined): void;
  readonly headSent: boolean;
  readonly done: Promise<void>;
}

/** How often a paused upstream is asked whether it may go on, ms: only while a decoder is behind. */
const BUSY_MS = 5;

class Running implements Exchange, Dispatcher.DispatchHandler {
  readonly done: Promise<void>;
  readonly #response: ServerResponse;
  readonly #hooks: Hooks;
  #controller: Dispatcher.DispatchController | undefined;
  #resolve: () => void = () => {};
  #ended = false;
  /** Bytes of the body that are still to come; NaN where nobody says. */
  #left = Number.NaN;
  /** What has come and is not written yet: what comes in one turn goes out in one piece, and what comes with the end goes out with the end. */
  #waiting: Uint8Array[] = [];
  #asked = false;

  constructor(response: ServerResponse, hooks: Hooks) {
    this.#response = response;
    this.#hooks = hooks;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    response.once('close', () => {
      if (!response.writableFinished) this.#finish('client');
    });
    response.on('drain', () => this.#controller?.resume());
  }

  get headSent(): boolean {
    return this.#response.headersSent;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(new Error('the client went away'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: unknown, statusText?: string): void {
    // 1xx of the upstream concern its connection, not the client's.
    if (status < 200 || this.#ended) return;
    const raw = headerStrings(controller.rawHeaders);
    this.#left = Number(headerIn(raw, 'content-length') ?? Number.NaN);
    this.#response.writeHead(status, statusText ?? '', this.#hooks.head(status, raw));
    // They leave together with the first bytes of the body where these come in the same turn, which saves a packet.
    soon(() => {
      if (!this.#ended && this.#left !== 0) this.#response.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    this.#waiting.push(...this.#hooks.data(chunk));
    this.#left -= chunk.length;
    if (this.#hooks.busy?.()) this.#waitWhileBusy(controller);
    // With the last byte of a known length the client would have all of it: it waits for the end.
    if (this.#asked || this.#left === 0) return;
    this.#asked = true;
    process.nextTick(() => {
      this.#asked = false;
      if (!this.#ended && this.#left !== 0 && !this.#write()) controller.pause();
    });
  }

  onResponseEnd(): void {
    this.#finish('complete');
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#ended) return;
    if (this.#response.headersSent) return this.#finish('upstream');
    this.#ended = true;
    Promise.resolve(this.#hooks.failed(error)).then(this.#resolve, this.#resolve);
  }

  stop(last: Uint8Array | undefined): void {
    if (this.#ended) return;
    if (last) this.#waiting.push(last);
    this.#finish('stopped', last !== undefined);
  }

  /** Writes what waits; false where the client should be waited for. */
  #write(): boolean {
    const pieces = this.#waiting;
    this.#waiting = [];
    const [first] = pieces;
    // One large piece costs less than many small ones, each of which would be framed and copied by itself.
    const whole = pieces.length === 1 ? first : Buffer.concat(pieces);
    return !whole || whole.length === 0 || this.#response.write(whole);
  }

  #waitWhileBusy(controller: Dispatcher.DispatchController): void {
    controller.pause();
    const look = (): void => {
      if (this.#ended) return;
      if (this.#hooks.busy?.()) setTimeout(look, BUSY_MS);
      else if (!this.#response.writableNeedDrain) controller.resume();
    };
    setTimeout(look, BUSY_MS);
  }

  #finish(how: Ending, whole = how === 'complete'): void {
    if (this.#ended) return;
    this.#ended = true;
    if (how !== 'complete') this.#controller?.abort(new Error(how));
    const last = (pieces: readonly Uint8Array[]): void => {
      this.#waiting.push(...pieces);
      // After a client that is gone nothing can be written.
      if (how !== 'client') this.#write();
      // A torn connection is how a client learns that the response is not whole.
      if (whole) this.#response.end();
      else this.#response.destroy();
      this.#resolve();
    };
    const pieces = this.#hooks.end(how);
    if (pieces instanceof Promise) pieces.then(last, () => last([]));
    else last(pieces);
  }
}

/** Sends a request upstream and its response to the client. */
export function forward(outgoing: Outgoing, response: ServerResponse, hooks: Hooks): Exchange {
  const running = new Running(response, hooks);
  const { pool, method, path, headers, body } = outgoing;
  try {
    pool.dispatch({ method: method as Dispatcher.HttpMethod, path, headers, body }, running);
  } catch (error) {
    running.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)));
  }
  return running;
}
