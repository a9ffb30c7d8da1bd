/** Between the pool and whoever receives a response: holds responses back until it is decided whether they are passed on, asked for again, or thrown away. */
import { Dispatcher } from 'undici';
import { headerStrings } from './headers.ts';

/** A response that nobody has seen yet. */
export interface Held {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** `reject`: the receiver gets the error in place of the response. */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'reject'; readonly error: Error };

export interface Plan {
  /** An attempt begins. */
  sends?(): void;
  /** Whether a response that begins so is held back. */
  holds(status: number): boolean;
  /** What becomes of a response that was held back, or of an attempt that failed before there was one. */
  decide(outcome: Held | Error): Verdict;
}

/** Longer responses are passed on as they come, bytes. */
const MAX_HELD = 16 * 1024 * 1024;

type Controller = Dispatcher.DispatchController;
type Receiver = Dispatcher.DispatchHandler;
type Start = Parameters<NonNullable<Receiver['onResponseStart']>>;

/** A pool whose responses are held back as the plan says. One for each request. */
export class Holding extends Dispatcher {
  readonly #pool: Dispatcher;
  readonly #plan: Plan;

  constructor(pool: Dispatcher, plan: Plan) {
    super();
    this.#pool = pool;
    this.#plan = plan;
  }

  override dispatch(options: Dispatcher.DispatchOptions, receiver: Receiver): boolean {
    new Attempts(this.#pool, options, receiver, this.#plan).send();
    return true;
  }
}

/** One request to its receiver, as many to the pool as it takes. The receiver holds this in place of the connection, whichever serves it. */
class Attempts implements Receiver, Controller {
  rawHeaders: Controller['rawHeaders'] = null;
  rawTrailers: Controller['rawTrailers'] = null;
  aborted = false;
  paused = false;
  reason: Error | null = null;
  readonly #pool: Dispatcher;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #receiver: Receiver;
  readonly #plan: Plan;
  #connection: Controller | undefined;
  #begun = false;
  #passed = false;
  /** The response that is held back. */
  #start: Start | undefined;
  #chunks: Buffer[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(pool: Dispatcher, options: Dispatcher.DispatchOptions, receiver: Receiver, plan: Plan) {
    this.#pool = pool;
    this.#options = options;
    this.#receiver = receiver;
    this.#plan = plan;
  }

  send(): void {
    if (!this.#begun) {
      this.#begun = true;
      // At once, not when a connection stands: the receiver may give up before there is one.
      this.#receiver.onRequestStart?.(this, {});
    }
    if (this.aborted) return;
    this.#plan.sends?.();
    try {
      this.#pool.dispatch(this.#options, this);
    } catch (error) {
      this.onResponseError(this, error instanceof Error ? error : new Error(String(error)));
    }
  }

  onRequestStart(connection: Controller): void {
    this.#connection = connection;
    if (this.aborted) connection.abort(this.reason ?? new Error('aborted'));
  }

  onResponseStart(...start: Start): void {
    const [connection, status] = start;
    if (status < 200) return;
    this.rawHeaders = connection.rawHeaders;
    this.#start = start;
    if (!this.#plan.holds(status)) this.#pass();
  }

  onResponseData(_connection: Controller, chunk: Buffer): void {
    if (!this.#start) return void this.#receiver.onResponseData?.(this, chunk);
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length > MAX_HELD) this.#pass();
  }

  onResponseEnd(_connection: Controller, trailers: Parameters<NonNullable<Receiver['onResponseEnd']>>[1]): void {
    this.#connection = undefined;
    if (!this.#start) return void this.#receiver.onResponseEnd?.(this, trailers);
    const [, status] = this.#start;
    const verdict = this.#plan.decide({ status, headers: headerStrings(this.rawHeaders), body: Buffer.concat(this.#chunks) });
    if (this.#follow(verdict)) return;
    this.#pass();
    this.#receiver.onResponseEnd?.(this, trailers);
  }

  onResponseError(_connection: unknown, error: Error): void {
    this.#connection = undefined;
    // A response that broke off while it was held back breaks off for its receiver.
    if (this.#start) this.#pass();
    else if (!this.#passed && !this.aborted && this.#follow(this.#plan.decide(error))) return;
    this.#receiver.onResponseError?.(this, error);
  }

  abort(reason: Error): void {
    this.aborted = true;
    this.reason = reason;
    clearTimeout(this.#timer);
    this.#connection?.abort(reason);
  }

  pause(): void {
    this.paused = true;
    this.#connection?.pause();
  }

  resume(): void {
    this.paused = false;
    this.#connection?.resume();
  }

  /** From here on the receiver gets the response as it comes. */
  #pass(): void {
    const start = this.#start;
    if (!start) return;
    this.#passed = true;
    this.#start = undefined;
    const [, status, headers, text] = start;
    this.#receiver.onResponseStart?.(this, status, headers, text);
    for (const chunk of this.#chunks.splice(0)) this.#receiver.onResponseData?.(this, chunk);
  }

  /** Does what was decided; false where the response is to be passed on. */
  #follow(verdict: Verdict): boolean {
    if (verdict.kind === 'pass') return false;
    this.#start = undefined;
    this.#chunks = [];
    this.#length = 0;
    if (verdict.kind === 'again') this.#timer = setTimeout(() => this.send(), verdict.afterMs);
    else this.#receiver.onResponseError?.(this, verdict.error);
    return true;
  }
}
