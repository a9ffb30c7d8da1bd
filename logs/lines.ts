/** The lines of a large file that hold one of a few words, without making a string of any other: most of a log is prompts and tool output. */
import fs from 'node:fs';
import type { LineReader } from '../core/logs/index.ts';

const CHUNK = 4 * 1024 * 1024;
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
  readonly skip: Wanted['skip'];
  readonly cut: { readonly from: Buffer; readonly to: Buffer } | undefined;
}

/** Calls `found` with each line that has a needle, in order. Throws where the file cannot be read. `read` is told of bytes as they pass. */
export function linesWith(file: string, { needles, skip, cut }: Wanted, found: Found, read: (bytes: number) => void): void {
  const search: Search = {
    needles: needles.map((needle) => Buffer.from(needle)),
    skip,
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

function eachLine(text: Buffer, { needles, skip, cut }: Search, found: Found): void {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf(NEWLINE, start);
    const end = newline < 0 ? text.length : newline;
    if (!skip || !isSkipped(text.toString('latin1', start, Math.min(start + HEAD, end)), skip)) {
      const line = text.subarray(start, end);
      const at = firstOf(line, needles);
      const whole = (): string => line.toString();
      if (at >= 0) found((cut && withoutPart(line, at, cut)) ?? whole(), whole);
    }
    start = end + 1;
  }
}

function isSkipped(head: string, { has, before }: NonNullable<Wanted['skip']>): boolean {
  const at = head.indexOf(has);
  if (at < 0) return false;
  const limit = head.indexOf(before);
  return limit < 0 || at < limit;
}

function firstOf(line: Buffer, needles: readonly Buffer[]): number {
  for (const needle of needles) {
    const at = line.indexOf(needle);
    if (at >= 0) return at;
  }
  return -1;
}

/** The line with a 0 for the part that nobody reads; undefined where it has none. */
function withoutPart(line: Buffer, at: number, { from, to }: NonNullable<Search['cut']>): string | undefined {
  const first = line.indexOf(from) + from.length;
  const last = first < from.length ? -1 : line.lastIndexOf(to, at);
  if (first > at || last <= first) return undefined;
  return `${line.toString('utf8', 0, first)}0${line.toString('utf8', last)}`;
}
