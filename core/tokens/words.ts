import type { RankTable } from './encodings.ts';

/**
 * The words that the cost table covers: lower-case words of one script run that are one token of o200k_base with a space before them, in the order of
 * their ranks. Written as code points, not as Unicode properties, so that every Node version derives the same list.
 */
const COVERED =
  /^ [a-z\u00df-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f\u0530-\u0587\u05d0-\u05ea\u0620-\u06ff\u0900-\u0dff\u0e01-\u0e4e\u0e80-\u0eff\u1000-\u109f\u10d0-\u10fa\u1200-\u137f\u1780-\u17d3\u1e00-\u1eff]+$/;

export function coveredWords(table: RankTable): readonly string[] {
  const words: string[] = [];
  for (const token of table) {
    if (typeof token === 'string' && COVERED.test(token) && token === token.toLowerCase()) words.push(token.slice(1));
  }
  return words;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ASCII = /^[a-z]+$/;

/** Tokens of one lower-case word in both generations; the last step of each stands for "that many or more". */
export interface WordCost {
  readonly v3: number;
  readonly v47: number;
  /** Tokens that a capital first letter adds in the older generation. */
  readonly title: number;
}

/** One character a word. ASCII: v3 1–4, title 0–1, v47 1–8. Other scripts: v3 1–8, v47 1–8 (a capital always adds one). */
export function packWordCost(word: string, cost: WordCost): string {
  const v47 = Math.min(cost.v47, 8) - 1;
  const high = ASCII.test(word) ? (Math.min(cost.v3, 4) - 1) * 2 + Math.min(Math.max(cost.title, 0), 1) : Math.min(cost.v3, 8) - 1;
  return ALPHABET[high * 8 + v47] as string;
}

export function unpackWordCosts(words: readonly string[], packed: string): ReadonlyMap<string, WordCost> {
  const costs = new Map<string, WordCost>();
  const codes = new Map([...ALPHABET].map((character, at) => [character, at]));
  words.forEach((word, at) => {
    const code = codes.get(packed[at] ?? '');
    if (code === undefined) return;
    const high = code >> 3;
    costs.set(
      word,
      ASCII.test(word) ? { v3: (high >> 1) + 1, title: high & 1, v47: (code & 7) + 1 } : { v3: high + 1, title: 1, v47: (code & 7) + 1 },
    );
  });
  return costs;
}
