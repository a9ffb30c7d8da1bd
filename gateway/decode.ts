/** Reads compressed bodies for metering, beside the bytes that pass through untouched. */
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  gunzipSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

export interface Decoder {
  /** Feeds bytes; what they decode to is handed to `out`, at once or a little later. */
  push(bytes: Uint8Array): void;
  /** Calls back when everything pushed has been handed out. `ok` is false where the data was broken. */
  end(done: (ok: boolean) => void): void;
  /** Whether bytes come out as they went in. */
  readonly plain: boolean;
  /** Bytes that are waiting to be decoded: above a limit the source should pause. */
  readonly waiting: number;
}

const makers = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress, zstd: createZstdDecompress };
const isCoding = (name: string): name is keyof typeof makers => Object.hasOwn(makers, name);

/** A decoder for a `content-encoding`; undefined where it is one that nobody here knows, or several. */
export function decoderFor(encoding: string | undefined, out: (bytes: Uint8Array) => void): Decoder | undefined {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return { push: out, end: (done) => done(true), plain: true, waiting: 0 };
  if (!isCoding(name)) return undefined;
  const stream = makers[name]();
  let broken = false;
  let finished: ((ok: boolean) => void) | undefined;
  const settle = (ok: boolean): void => {
    finished?.(ok);
    finished = undefined;
  };
  stream.on('data', out);
  stream.on('end', () => settle(true));
  stream.on('error', () => {
    broken = true;
    settle(false);
  });
  return {
    push: (bytes) => {
      if (!broken) stream.write(bytes);
    },
    end: (done) => {
      finished = done;
      if (broken) settle(false);
      else stream.end();
    },
    plain: false,
    get waiting() {
      return broken ? 0 : stream.writableLength;
    },
  };
}

/** A whole request body as it was before compression; undefined where it cannot be read or grows beyond `max` bytes. */
export function decodeWhole(body: Buffer, encoding: string | undefined, max: number): Buffer | undefined {
  const options = { maxOutputLength: max };
  try {
    const name = (encoding ?? '').trim().toLowerCase();
    if (name === '' || name === 'identity') return body;
    if (name === 'gzip' || name === 'x-gzip') return gunzipSync(body, options);
    if (name === 'deflate') return inflateSync(body, options);
    if (name === 'br') return brotliDecompressSync(body, options);
    return name === 'zstd' ? zstdDecompressSync(body, options) : undefined;
  } catch {
    return undefined;
  }
}
