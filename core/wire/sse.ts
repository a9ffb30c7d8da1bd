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
      const rest = bytes.subarray(start, end);
      start = end + (isPair ? 2 : 1);
      if (end === cr && start === bytes.length && !isPair) this.#afterCr = true;
      this.#endLine(rest, this.#seen + start, emit);
      if (lf >= 0 && lf < start) lf = bytes.indexOf(LF, start);
      if (cr >= 0 && cr < start) cr = bytes.indexOf(CR, start);
    }
    if (start < bytes.length) this.#line.add(bytes.subarray(start));
    this.#line.own();
    this.#data.own();
    this.#seen += bytes.length;
  }

  end(emit: Emit): void {
    if (this.#line.length > 0) this.#endLine(NONE, this.boundary, emit);
    this.#dispatch(emit);
  }

  /** `rest`: what of the line has come with these bytes. */
  #endLine(rest: Uint8Array, offset: number, emit: Emit): void {
    if (this.#line.length === 0 && rest.length === 0) {
      this.#dispatch(emit);
      this.boundary = offset;
      this.#first = false;
      return;
    }
    const line = this.#line.takeWith(rest);
    if (line) this.#field(this.#first ? withoutMark(line) : line);
    else this.dropped++;
    this.#first = false;
  }

  #field(line: Uint8Array): void {
    const isData = isNamed(line, DATA);
    if (!isData && !isNamed(line, EVENT)) return;
    const at = isData ? DATA.length : EVENT.length;
    const value = line.subarray(line[at + 1] === SPACE ? at + 2 : at + 1);
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
function isNamed(line: Uint8Array, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (line[i] !== name[i]) return false;
  return line.length === name.length || line[name.length] === COLON;
}

const withoutMark = (line: Uint8Array): Uint8Array => (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? line.subarray(3) : line);
