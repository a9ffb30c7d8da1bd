/**
 * How a text of a prompt is named without saying it. The language server names the texts of the code, the gateway those of requests, and both must come to the same
 * names: this is the one place that says how. The hash itself is handed in: HMAC-SHA-256 with the gateway's salt.
 */
import { HEAD_LENGTHS } from '../protocol/observed.ts';

/** Salted: equal texts, equal hashes; useless to anyone without the salt. */
export type Hash = (text: string) => string;

/** Longer texts are named by their length, beginning and end: no request costs the time to hash megabytes. UTF-16 units. */
const LONGEST = 64 * 1024;
/** Hexadecimal digits of the hash of a beginning or an end: 40 bits tell the few thousand texts of a workspace apart. */
const PART_DIGITS = 10;

/** SDKs and template languages strip white space around a text, or do not. */
const bare = (text: string): string => text.trim();

const bounded = (text: string): string =>
  text.length <= LONGEST ? text : `${text.length}\n${text.slice(0, LONGEST / 2)}\n${text.slice(-LONGEST / 2)}`;

export interface TextNames {
  readonly whole: string;
  /** Of its beginnings and ends, of those `HEAD_LENGTHS` that are shorter than the text. */
  readonly heads: readonly string[];
  readonly tails: readonly string[];
}

export const wholeName = (text: string, hash: Hash): string => hash(bounded(bare(text)));

const partName = (part: string, hash: Hash): string => hash(part).slice(0, PART_DIGITS);

/** All names of a text that was sent. */
export function namesOf(text: string, hash: Hash): TextNames {
  const plain = bare(text);
  const lengths = HEAD_LENGTHS.filter((length) => length < plain.length);
  return {
    whole: hash(bounded(plain)),
    heads: lengths.map((length) => partName(plain.slice(0, length), hash)),
    tails: lengths.map((length) => partName(plain.slice(-length), hash)),
  };
}

export interface PartName {
  readonly hash: string;
  readonly length: number;
}

const longestIn = (length: number): number | undefined => HEAD_LENGTHS.findLast((each) => each <= length);

/** The longest beginning that has a name, of a text that begins like this and goes on unknown; undefined where too little is known. */
export function headName(text: string, hash: Hash): PartName | undefined {
  const plain = text.trimStart();
  const length = longestIn(plain.length);
  return length === undefined ? undefined : { hash: partName(plain.slice(0, length), hash), length };
}

/** The same of a text that is known from somewhere on to its end. */
export function tailName(text: string, hash: Hash): PartName | undefined {
  const plain = text.trimEnd();
  const length = longestIn(plain.length);
  return length === undefined ? undefined : { hash: partName(plain.slice(-length), hash), length };
}

/** The name of a list of tools. */
export const toolsName = (names: readonly string[], hash: Hash): string => hash(names.join('\n'));
