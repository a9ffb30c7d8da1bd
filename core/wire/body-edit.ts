/** Setting one field of a JSON body and leaving every other byte as it is: no number loses digits, no key its place. */

const QUOTE = 34;
const BACKSLASH = 92;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(body: Uint8Array, at: number): number {
  let i = at;
  while (isSpace(body[i])) i++;
  return i;
}

/** The end of the string that begins at `at`. */
function endOfString(body: Uint8Array, at: number): number {
  for (let i = body.indexOf(QUOTE, at + 1); i >= 0; i = body.indexOf(QUOTE, i + 1)) {
    let slashes = 0;
    while (body[i - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return i + 1;
  }
  return -1;
}

/** The end of the value that begins at `at`. */
function endOfValue(body: Uint8Array, at: number): number {
  let depth = 0;
  for (let i = at; i < body.length; i++) {
    const byte = body[i]!;
    if (byte === QUOTE) {
      i = endOfString(body, i) - 1;
      if (i < 0) return -1;
      if (depth === 0) return i + 1;
    } else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return i;
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (byte === 0x2c || isSpace(byte))) return i;
  }
  return depth === 0 ? body.length : -1;
}

export interface FieldSpan {
  /** Of the value. */
  readonly start: number;
  readonly end: number;
}

/** Where the value of a field of the object that begins at or after `from` stands; the last one where the field comes twice, as parsers take it. */
export function fieldSpan(body: Uint8Array, name: string, from = 0): FieldSpan | undefined {
  let at = skipSpace(body, from);
  if (body[at] !== 0x7b) return undefined;
  let found: FieldSpan | undefined;
  for (at = skipSpace(body, at + 1); body[at] === QUOTE; at = skipSpace(body, at + 1)) {
    const keyEnd = endOfString(body, at);
    if (keyEnd < 0) return undefined;
    const key = decoder.decode(body.subarray(at + 1, keyEnd - 1));
    const colon = skipSpace(body, keyEnd);
    if (body[colon] !== 0x3a) return undefined;
    const start = skipSpace(body, colon + 1);
    const end = endOfValue(body, start);
    if (end < 0) return undefined;
    if (key === name) found = { start, end };
    at = skipSpace(body, end);
    if (body[at] !== 0x2c) break;
  }
  return found;
}

/** Where the items of the array that begins at or after `from` stand; undefined where it is none. */
export function itemSpans(body: Uint8Array, from = 0): FieldSpan[] | undefined {
  const open = skipSpace(body, from);
  if (body[open] !== 0x5b) return undefined;
  const spans: FieldSpan[] = [];
  for (let start = skipSpace(body, open + 1); start < body.length && body[start] !== 0x5d; ) {
    const end = endOfValue(body, start);
    if (end <= start) return undefined;
    spans.push({ start, end });
    const next = skipSpace(body, end);
    if (body[next] !== 0x2c) break;
    start = skipSpace(body, next + 1);
  }
  return spans;
}

/** The body with a field (or a field of a field) set, in pieces; `undefined` where the body is not a JSON object. */
export function withField(body: Uint8Array, path: readonly [string, ...string[]], json: string, from = 0): Uint8Array[] | undefined {
  const [name, ...rest] = path;
  const open = skipSpace(body, from);
  if (body[open] !== 0x7b) return undefined;
  const span = fieldSpan(body, name, open);
  const [next, ...deeper] = rest;
  if (span && next !== undefined && body[span.start] === 0x7b) return withField(body, [next, ...deeper], json, span.start);
  const value = rest.reduceRight((inner, key) => `{${JSON.stringify(key)}:${inner}}`, json);
  if (span) return [body.subarray(0, span.start), encoder.encode(value), body.subarray(span.end)];
  const isEmpty = body[skipSpace(body, open + 1)] === 0x7d;
  const added = `${JSON.stringify(name)}:${value}${isEmpty ? '' : ','}`;
  return [body.subarray(0, open + 1), encoder.encode(added), body.subarray(open + 1)];
}
