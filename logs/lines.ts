/** The lines of a large file that hold one of a few words, without making a string of any other: most of a log is prompts and tool output. */
import fs from 'node:fs';
import type { LineReader } from '../core/logs/index.ts';

/** Bytes read at once: so few that they are still in the processor's cache when they are searched. */
const CHUNK = 256 * 1024;
/** A longer line holds a document, no usage. Bytes. */
const MAX_LINE = 64 * 1024 * 1024;
const NEWLINE = 10;
/** One for all files: reading is synchronous, and memory that is taken anew has to be cleared by the system. */
const shared = Buffer.allocUnsafe(CHUNK);

/** What is looked for. */
export type Wanted = Pick<LineReader, 'needles' | 'skip' | 'cut'>;

type Found = (line: string, whole: () => string) => void;

interface Search {
  readonly needles: readonly Buffer[];
  readonly skip: { readonly has: Buffer; readonly before: Buffer } | undefined;
  readonly cut: { readonly from: Buffer; readonly to: Buffer } | undefined;
}

/** Calls `found` with each line that has a needle, in order. Throws where the file cannot be read. `read` is told of bytes as they pass. */
export function linesWith(file: string, { needles, skip, cut }: Wanted, found: Found, read: (bytes: number) => void): void {
  const search: Search = {
    needles: needles.map((needle) => Buffer.from(needle)),
    skip: skip && { has: Buffer.from(skip.has), before: Buffer.from(skip.before) },
    cut: cut && { from: Buffer.from(cut.from), to: Buffer.from(cut.to) },
  };
  const handle = fs.openSync(file, 'r');
  try {
    let buffer = shared;
    let kept = 0;
    let skipping = false;
    for (;;) {
      if (kept === buffer.length) {
        if (buffer.length < MAX_LINE) buffer = Buffer.concat([buffer], buffer.length * 2);
        else [kept, skipping] = [0, true];
      }
      const bytes = fs.readSync(handle, buffer, kept, buffer.length - kept, null);
      read(bytes);
      const end = kept + bytes;
      const last = bytes === 0 ? end : buffer.lastIndexOf(NEWLINE, end - 1) + 1;
      let start = 0;
      if (skipping && last > 0) {
        start = bytes === 0 ? end : buffer.indexOf(NEWLINE) + 1;
        skipping = bytes === 0;
      }
      if (last > start) eachLine(buffer.subarray(start, last), search, found);
      if (bytes === 0) return;
      buffer.copy(buffer, 0, last, end);
      kept = end - last;
    }
  } finally {
    fs.closeSync(handle);
  }
}

/** What is called near the start of a line. Bytes. */
const HEAD = 512;
const QUOTE = 34;

function eachLine(text: Buffer, search: Search, found: Found): void {
  const { skip } = search;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf(NEWLINE, start);
    const end = newline < 0 ? text.length : newline;
    if (!skip || !isSkipped(text, start, Math.min(start + HEAD, end), skip)) oneLine(text, start, end, search, found);
    start = end + 1;
  }
}

function oneLine(text: Buffer, start: number, end: number, { needles, cut }: Search, found: Found): void {
  const at = firstOf(text.subarray(start, end), needles);
  if (at < 0) return;
  const whole = (): string => text.toString('utf8', start, end);
  found((cut && withoutPart(text, start, end, start + at, cut)) ?? whole(), whole);
}

/** Byte by byte: most lines end here, and a search in native code costs more to call than these few bytes take. */
function isSkipped(text: Buffer, start: number, end: number, { has, before }: NonNullable<Search['skip']>): boolean {
  for (let at = start; at < end; at++) {
    if (text[at] !== QUOTE) continue;
    if (isAt(text, at, end, has)) return true;
    if (isAt(text, at, end, before)) return false;
  }
  return false;
}

function isAt(text: Buffer, at: number, end: number, wanted: Buffer): boolean {
  if (at + wanted.length > end) return false;
  for (let i = 1; i < wanted.length; i++) if (text[at + i] !== wanted[i]) return false;
  return true;
}

function firstOf(line: Buffer, needles: readonly Buffer[]): number {
  for (const needle of needles) {
    const at = line.indexOf(needle);
    if (at >= 0) return at;
  }
  return -1;
}

/** The line with a 0 for the part that nobody reads; undefined where it has none before the needle at `needle`. */
function withoutPart(text: Buffer, start: number, end: number, needle: number, { from, to }: NonNullable<Search['cut']>): string | undefined {
  const first = text.indexOf(from, start) + from.length;
  if (first < from.length || first > needle) return undefined;
  const last = text.indexOf(to, first);
  // An empty part stays empty.
  if (last <= first || last > needle) return undefined;
  return `${text.toString('utf8', start, first)}0${text.toString('utf8', last, end)}`;
}
