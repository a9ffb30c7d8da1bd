/** Request bodies: read once into one buffer, with a limit in bytes and in time. */
import type { IncomingMessage } from 'node:http';

export type ReadBody = { readonly body: Buffer } | { readonly problem: 'too-large' | 'aborted' };

/** Reads the body whole. With a `content-length` the bytes go straight into a buffer of that size, without it they are joined at the end. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  if (declared > maxBytes) return Promise.resolve({ problem: 'too-large' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let whole: Buffer | undefined;
    let length = 0;
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) {
        // The rest is let through to nowhere.
        whole = undefined;
        chunks.length = 0;
        request.off('data', take);
        return resolve({ problem: 'too-large' });
      }
      // One chunk is most often all of it: then nothing is copied.
      if (!whole && declared > chunk.length) whole = Buffer.allocUnsafeSlow(declared);
      if (whole) chunk.copy(whole, length - chunk.length);
      else chunks.push(chunk);
    };
    // What comes after the first of these changes nothing: taking listeners off again costs more than leaving them to the request.
    const finish = (): void => resolve({ body: whole ?? (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)) });
    const abort = (): void => resolve({ problem: 'aborted' });
    request.on('data', take).on('end', finish).on('close', abort);
  });
}
