import type { Encoding, RankTable } from './byte-pairs.ts';

/**
 * The words that the cost table covers: lower-case words that are one token of o200k_base with a space before them, in the order of their ranks.
 * Written as code points, not as Unicode properties, so that every Node version derives the same list.
 */
const RANGES: readonly (readonly [number, number])[] = [
  [0x61, 0x7a],
  [0xdf, 0xf6],
  [0xf8, 0x24f],
  [0x370, 0x3ff],
  [0x400, 0x52f],
  [0x530, 0x587],
  [0x5d0, 0x5ea],
  [0x620, 0x6ff],
  [0x900, 0xdff],
  [0xe01, 0xe4e],
  [0xe80, 0xeff],
  [0x1000, 0x109f],
  [0x10d0, 0x10fa],
  [0x1200, 0x137f],
  [0x1780, 0x17d3],
  [0x1e00, 0x1eff],
];

/** 1 for code units of covered words: the table of tokens is gone through whenever a process counts its first text for Claude. */
const COVERED = new Uint8Array(0x10000);
for (const [first, last] of RANGES) COVERED.fill(1, first, last + 1);

function isCovered(token: string): boolean {
  if (token.length < 2 || token.charCodeAt(0) !== 32) return false;
  let ascii = true;
  for (let at = 1; at < token.length; at++) {
    const code = token.charCodeAt(at);
    if (COVERED[code] === 0) return false;
    ascii &&= code < 0x80;
  }
  return ascii || token === token.toLowerCase();
}

/** Ranks of the covered words. */
function coveredRanks(table: RankTable): readonly number[] {
  const ranks: number[] = [];
  table.forEach((token, rank) => {
    if (typeof token === 'string' && isCovered(token)) ranks.push(rank);
  });
  return ranks;
}

export const coveredWords = (table: RankTable): readonly string[] => coveredRanks(table).map((rank) => (table[rank] as string).slice(1));

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ASCII = /^[a-z]+$/;

/** Tokens of one lower-case word in both generations; the last step of each stands for "that many or more". */
export interface WordCost {
  readonly v3: number;
  readonly v47: number;
  /** Tokens that a capital first letter adds in the older generation. */
  readonly title: number;
}

/** What covered words cost. */
export interface WordCosts {
  get(word: string): WordCost | undefined;
}

/** One character a word. ASCII: v3 1–4, title 0–1, v47 1–8. Other scripts: v3 1–8, v47 1–8 (a capital always adds one). */
export function packWordCost(word: string, cost: WordCost): string {
  const v47 = Math.min(cost.v47, 8) - 1;
  const high = ASCII.test(word) ? (Math.min(cost.v3, 4) - 1) * 2 + Math.min(Math.max(cost.title, 0), 1) : Math.min(cost.v3, 8) - 1;
  return ALPHABET[high * 8 + v47] as string;
}

const costsOf = (ascii: boolean): readonly WordCost[] =>
  Array.from(ALPHABET, (_, code) => {
    const high = code >> 3;
    return ascii ? { v3: (high >> 1) + 1, title: high & 1, v47: (code & 7) + 1 } : { v3: high + 1, title: 1, v47: (code & 7) + 1 };
  });

/** The packed table, by rank; undefined where it belongs to another vocabulary. */
function unpack(table: RankTable, packed: string): Uint8Array | undefined {
  const ranks = coveredRanks(table);
  if (ranks.length !== packed.length) return undefined;
  const decoded = new Uint8Array(0x80);
  for (let at = 0; at < ALPHABET.length; at++) decoded[ALPHABET.charCodeAt(at)] = at + 1;
  const codes = new Uint8Array(table.length);
  ranks.forEach((rank, at) => {
    codes[rank] = decoded[packed.charCodeAt(at)] ?? 0;
  });
  return codes;
}

/** Reads the packed table when the first word is asked for. A table of another length belongs to another vocabulary: then no word is covered, and all are estimated. */
export function unpackWordCosts(o200k: Encoding, table: RankTable, packed: string): WordCosts {
  const [ascii, wide] = [costsOf(true), costsOf(false)];
  let codes: Uint8Array | undefined;
  return {
    get(word) {
      codes ??= unpack(table, packed) ?? new Uint8Array(0);
      const code = codes[o200k.rank(` ${word}`) ?? -1] ?? 0;
      return code === 0 ? undefined : (ASCII.test(word) ? ascii : wide)[code - 1];
    },
  };
}
