/** Characters of base64 that are decoded at a file's beginning and at its end: enough for the tables of contents of nearly every file. */
const EDGE = 4_194_304;

/** The bytes of base64 or a `data:` URL as a Latin-1 string, of a very long one its beginning and its end; undefined for links, ids and what is no base64. */
export function decodeEdges(data: unknown): string | undefined {
  if (typeof data !== 'string') return undefined;
  const start = data.startsWith('data:') ? data.indexOf(',') + 1 : 0;
  if (!/^[A-Za-z0-9+/]{40}/.test(data.slice(start, start + 40))) return undefined;
  const length = data.length - start;
  if (length <= 2 * EDGE) return decode(data.slice(start));
  const tail = start + Math.ceil((length - EDGE) / 4) * 4;
  const [head, end] = [decode(data.slice(start, start + EDGE)), decode(data.slice(tail))];
  return head === undefined || end === undefined ? undefined : head + end;
}

/** A Latin-1 string of bytes, read as UTF-8. */
export const utf8 = (bytes: string): string => new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));

/** Bytes that base64 or a `data:` URL stands for. */
export const base64Bytes = (data: string): number => ((data.length - (data.startsWith('data:') ? data.indexOf(',') + 1 : 0)) * 3) / 4;

function decode(base64: string): string | undefined {
  try {
    return atob(base64.slice(0, base64.length - (base64.length % 4)));
  } catch {
    return undefined; // not base64 after all
  }
}
