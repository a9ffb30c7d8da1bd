/**
 * AWS event streams (`application/vnd.amazon.eventstream`): binary frames of prelude (total length, header length, CRC), headers, payload, CRC. Checksums are written but not
 * verified: the client does that; a length that cannot be ends the reading.
 */
import { type Emit, type Framing, MAX_MESSAGE } from './framing.ts';

const PRELUDE = 12;
const utf8 = new TextDecoder();
const encoder = new TextEncoder();

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Sizes of header values by type; 6 and 7 (bytes, string) carry theirs. */
const FIXED: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };

function headersOf(bytes: Uint8Array): Record<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headers: Record<string, string> = {};
  let at = 0;
  while (at + 2 <= bytes.length) {
    const nameEnd = at + 1 + bytes[at]!;
    const name = utf8.decode(bytes.subarray(at + 1, nameEnd));
    const type = bytes[nameEnd];
    if (type === undefined) break;
    let size = FIXED[type];
    at = nameEnd + 1;
    if (size === undefined) {
      if ((type !== 6 && type !== 7) || at + 2 > bytes.length) break;
      size = view.getUint16(at);
      at += 2;
    }
    if (type === 7) headers[name] = utf8.decode(bytes.subarray(at, at + size));
    at += size;
  }
  return headers;
}

/** One frame, for errors of our own and for tests. */
export function encodeFrame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Uint8Array {
  const parts = Object.entries(headers).map(([name, value]) => {
    const [key, text] = [encoder.encode(name), encoder.encode(value)];
    return Uint8Array.from([key.length, ...key, 7, text.length >> 8, text.length & 0xff, ...text]);
  });
  const headerLength = parts.reduce((sum, part) => sum + part.length, 0);
  const frame = new Uint8Array(PRELUDE + headerLength + payload.length + 4);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length);
  view.setUint32(4, headerLength);
  view.setUint32(8, crc32(frame.subarray(0, 8)));
  let at = PRELUDE;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  frame.set(payload, at);
  view.setUint32(frame.length - 4, crc32(frame.subarray(0, frame.length - 4)));
  return frame;
}

/** Emits payloads; the event name is `:event-type`, or `!` and `:exception-type` (`!` and `:error-code`) for errors. */
export class AwsEventFraming implements Framing {
  #pending = new Uint8Array(0);
  #length = 0;
  #broken = false;
  boundary = 0;
  dropped = 0;

  push(bytes: Uint8Array, emit: Emit): void {
    if (this.#broken) return;
    this.#append(bytes);
    let at = 0;
    const view = new DataView(this.#pending.buffer);
    while (this.#length - at >= PRELUDE) {
      const [total, headerLength] = [view.getUint32(at), view.getUint32(at + 4)];
      if (total < PRELUDE + 4 + headerLength || total > MAX_MESSAGE) {
        this.#broken = true;
        this.dropped++;
        this.#pending = new Uint8Array(0);
        return;
      }
      if (this.#length - at < total) break;
      const headers = headersOf(this.#pending.subarray(at + PRELUDE, at + PRELUDE + headerLength));
      const payload = this.#pending.slice(at + PRELUDE + headerLength, at + total - 4);
      at += total;
      this.boundary += total;
      const failure = headers[':exception-type'] ?? headers[':error-code'];
      emit(payload, failure === undefined ? (headers[':event-type'] ?? '') : `!${failure}`);
    }
    this.#pending.copyWithin(0, at, this.#length);
    this.#length -= at;
  }

  end(): void {}

  #append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#pending.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#pending.length, 1024));
      grown.set(this.#pending.subarray(0, this.#length));
      this.#pending = grown;
    }
    this.#pending.set(bytes, this.#length);
    this.#length = needed;
  }
}
