/** JSON objects in any split: the elements of one top-level array (Gemini without `alt=sse`), or objects one after the other (JSON lines). */
import { type Emit, type Framing, MAX_MESSAGE, Pieces } from './framing.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

export class JsonObjectFraming implements Framing {
  readonly #object: Pieces;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #seen = 0;
  boundary = 0;
  dropped = 0;

  constructor(max = MAX_MESSAGE) {
    this.#object = new Pieces(max);
  }

  push(bytes: Uint8Array, emit: Emit): void {
    let start = this.#depth > 0 ? 0 : -1;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (byte === QUOTE && this.#depth > 0) this.#inString = true;
      else if (byte === OPEN) {
        if (this.#depth++ === 0) start = i;
      } else if (byte === CLOSE && this.#depth > 0 && --this.#depth === 0) {
        this.#object.add(bytes.subarray(start, i + 1));
        start = -1;
        this.boundary = this.#seen + i + 1;
        const whole = this.#object.take();
        if (whole) emit(whole, '');
        else this.dropped++;
      }
    }
    if (start >= 0) this.#object.add(bytes.slice(start));
    this.#seen += bytes.length;
  }

  end(): void {}
}
