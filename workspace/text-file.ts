/** Text as it stands on disk: encoding, byte order mark, line ends. What is read loses the mark; what is written gets it back. */
import fs from 'node:fs';
import { systemProblem } from './system-error.ts';

/** Larger files are data or generated: no person writes two megabytes of agent code. Bytes. */
export const MAX_BYTES = 2 * 1024 * 1024;
/** Notebooks hold pictures and other output beside their code. Bytes. */
export const MAX_NOTEBOOK_BYTES = 16 * 1024 * 1024;

const limitOf = (file: string): number => (file.endsWith('.ipynb') ? MAX_NOTEBOOK_BYTES : MAX_BYTES);

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export interface TextFile {
  /** Without byte order mark; line ends as on disk. */
  readonly text: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
  /** False where decoding lost something (bytes that are not in the encoding): such a file must not be written back. */
  readonly faithful: boolean;
}

/** Why a file gives no text, in words for a log. */
export interface Unreadable {
  readonly problem: string;
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** Reads a text file; never throws. */
export function readTextFile(file: string, maxBytes = limitOf(file)): TextFile | Unreadable {
  try {
    const size = fs.statSync(file).size;
    if (size > maxBytes) return { problem: `too large: ${megabytes(size)}, the limit is ${megabytes(maxBytes)}` };
    return decode(fs.readFileSync(file));
  } catch (error) {
    return { problem: systemProblem(error) };
  }
}

/** Bytes to text; a NUL among the first 8,000 bytes makes a file binary, as in git. */
export function decode(bytes: Uint8Array): TextFile | Unreadable {
  const encoding = encodingOf(bytes);
  if (encoding.name === 'utf-8' && bytes.subarray(0, 8000).includes(0)) return { problem: 'binary, not text' };
  const text = new TextDecoder(encoding.name, { ignoreBOM: true }).decode(bytes.subarray(encoding.markBytes));
  const faithful = !text.includes('\uFFFD') || Buffer.from(bytes).equals(encode(text, encoding.name, encoding.markBytes > 0));
  return { text, encoding: encoding.name, bom: encoding.markBytes > 0, faithful };
}

function encodingOf(bytes: Uint8Array): { readonly name: Encoding; readonly markBytes: number } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { name: 'utf-8', markBytes: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { name: 'utf-16le', markBytes: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { name: 'utf-16be', markBytes: 2 };
  return { name: 'utf-8', markBytes: 0 };
}

export function encode(text: string, encoding: Encoding, bom: boolean): Buffer {
  const marked = bom ? `\uFEFF${text}` : text;
  if (encoding === 'utf-8') return Buffer.from(marked, 'utf8');
  const bytes = Buffer.from(marked, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

/** The line end that most lines of a text use. */
export function lineEnd(text: string): '\n' | '\r\n' {
  const crlf = text.split('\r\n').length - 1;
  return crlf * 2 > text.split('\n').length - 1 ? '\r\n' : '\n';
}

/** Replaces a file as a whole or not at all; keeps its permissions, and a symbolic link stays a link. */
export function writeTextFile(file: string, text: string, like: TextFile): void {
  const target = fs.realpathSync(file);
  const temporary = `${target}.${process.pid}.costlint.tmp`;
  try {
    fs.writeFileSync(temporary, encode(text, like.encoding, like.bom), { mode: fs.statSync(target).mode });
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}
