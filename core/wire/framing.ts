/** How a response is cut into messages: server-sent events, JSON objects one after the other, lines, AWS frames, or one whole body. */

export type Emit = (data: Uint8Array, event: string) => void;

export interface Framing {
  /** Never throws. Calls `emit` for each message that these bytes complete. */
  push(bytes: Uint8Array, emit: Emit): void;
  /** The bytes have ended; what stands unfinished is emitted if it may be whole. */
  end(emit: Emit): void;
  /** Bytes up to the end of the last whole message. */
  readonly boundary: number;
  /** Messages that were too large to keep. */
  readonly dropped: number;
}

/** Larger messages are passed on but not read, bytes. */
export const MAX_MESSAGE = 64 * 1024 * 1024;

/** Bytes that arrive in pieces, up to a size; beyond it they are dropped until `take`. Pieces are views until `own` is called. */
export class Pieces {
  #pieces: Uint8Array[] = [];
  #length = 0;
  #lost = false;
  /** How many pieces are copies already. */
  #owned = 0;
  readonly #max: number;

  constructor(max = MAX_MESSAGE) {
    this.#max = max;
  }

  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    if (this.#length > this.#max) this.#lost = true;
    if (this.#lost) {
      this.#pieces = [];
      this.#owned = 0;
    } else this.#pieces.push(bytes);
  }

  /** Copies what is still a view of the caller's buffer. */
  own(): void {
    for (; this.#owned < this.#pieces.length; this.#owned++) this.#pieces[this.#owned] = this.#pieces[this.#owned]!.slice();
  }

  /** Everything so far with what comes last; most often that is all. */
  takeWith(last: Uint8Array): Uint8Array | undefined {
    if (this.#length === 0 && last.length <= this.#max) return last;
    this.add(last);
    return this.take();
  }

  /** Everything so far, and a new start; undefined where it was too much. */
  take(): Uint8Array | undefined {
    const [pieces, length, lost] = [this.#pieces, this.#length, this.#lost];
    this.#pieces = [];
    this.#length = 0;
    this.#lost = false;
    this.#owned = 0;
    if (lost) return undefined;
    if (pieces.length === 1) return pieces[0];
    const whole = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

/** One message: the whole body. A copy of each piece is kept, as the caller may reuse its buffer. */
export class WholeBody implements Framing {
  readonly #body: Pieces;
  readonly boundary = 0;
  dropped = 0;

  constructor(max = MAX_MESSAGE) {
    this.#body = new Pieces(max);
  }

  push(bytes: Uint8Array): void {
    this.#body.add(bytes.slice());
  }

  end(emit: Emit): void {
    const whole = this.#body.take();
    if (whole) emit(whole, '');
    else this.dropped++;
  }
}
