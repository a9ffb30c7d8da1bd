/**
 * Server-sent events in any split: lines end in LF, CRLF or CR, `data:` may lack its space, several `data` lines make one message, a byte order mark and comments are
 * skipped (WHATWG HTML, "Interpreting an event stream").
 */
import { type Emit, type Framing, MAX_MESSAGE, Pieces } from './framing.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;
const NEWLINE = new Uint8Array([LF]);
const NONE = new Uint8Array(0);
const ascii = new TextDecoder('latin1');
const DATA = new TextEncoder().encode('data');
const EVENT = new TextEncoder().encode('event');

export class SseFraming implements Framing {
  readonly #max: number;
  /** The line that is not finished yet. */
  readonly #line: Pieces;
  /** `data` lines of the event that is not finished yet. */
  readonly #data: Pieces;
  #hasData = false;
  #event = '';
  /** The last byte was CR: an LF that follows belongs to it. */
  #afterCr = false;
  #first = true;
  #seen = 0;
  boundary = 0;
  dropped = 0;

  constructor(max = MAX_MESSAGE) {
    this.#max = max;
    this.#line = new Pieces(max);
    this.#data = new Pieces(max);
  }

  push(bytes: Uint8Array, emit: Emit): void {
    let start = 0;
    if (this.#afterCr && bytes.length > 0) {
      if (bytes[0] === LF) {
        start = 1;
        if (this.boundary === this.#seen) this.boundary++;
      }
      this.#afterCr = false;
    }
    let lf = bytes.indexOf(LF, start);
    let cr = bytes.indexOf(CR, start);
    while (lf >= 0 || cr >= 0) {
      const end = lf >= 0 && (cr < 0 || lf < cr) ? lf : cr;
      const isPair = end === cr && lf === cr + 1;
      const next = end + (isPair ? 2 : 1);
      if (end === cr && next === bytes.length && !isPair) this.#afterCr = true;
      this.#endLine(bytes, start, end, this.#seen + next, emit);
      start = next;
      if (lf >= 0 && lf < start) lf = bytes.indexOf(LF, start);
      if (cr >= 0 && cr < start) cr = bytes.indexOf(CR, start);
    }
    if (start < bytes.length) this.#line.add(bytes.subarray(start));
    this.#line.own();
    this.#data.own();
    this.#seen += bytes.length;
  }

  end(emit: Emit): void {
    if (this.#line.length > 0) this.#endLine(NONE, 0, 0, this.boundary, emit);
    this.#dispatch(emit);
  }

  /** From `start` to `end` of these bytes is what of the line has come with them. */
  #endLine(bytes: Uint8Array, start: number, end: number, offset: number, emit: Emit): void {
    const isWhole = this.#line.length === 0;
    if (isWhole && start === end) {
      this.#dispatch(emit);
      this.boundary = offset;
    } else if (isWhole && !this.#first && end - start <= this.#max) {
      // Most lines come whole, thousands in a stream: nothing is made of them but their value.
      this.#field(bytes, start, end);
    } else {
      const taken = this.#line.takeWith(bytes.subarray(start, end));
      const line = taken && this.#first ? withoutMark(taken) : taken;
      if (line) this.#field(line, 0, line.length);
      else this.dropped++;
    }
    this.#first = false;
  }

  #field(bytes: Uint8Array, start: number, end: number): void {
    const isData = isNamed(bytes, start, end, DATA);
    if (!isData && !isNamed(bytes, start, end, EVENT)) return;
    const colon = start + (isData ? DATA.length : EVENT.length);
    const value = bytes.subarray(Math.min(end, bytes[colon + 1] === SPACE ? colon + 2 : colon + 1), end);
    if (!isData) {
      this.#event = ascii.decode(value);
      return;
    }
    if (this.#hasData) this.#data.add(NEWLINE);
    this.#data.add(value);
    this.#hasData = true;
  }

  #dispatch(emit: Emit): void {
    const event = this.#event;
    this.#event = '';
    if (!this.#hasData) return;
    this.#hasData = false;
    const data = this.#data.length === 0 ? NONE : this.#data.take();
    if (data) emit(data, event);
    else this.dropped++;
  }
}

/** A line without a colon is a field of that name, too. */
function isNamed(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start < name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return end - start === name.length || bytes[start + name.length] === COLON;
}

const withoutMark = (line: Uint8Array): Uint8Array => (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? line.subarray(3) : line);
