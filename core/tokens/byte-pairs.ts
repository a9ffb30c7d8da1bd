import type { Scanner } from './scanner.ts';

/** A byte string: one character (code 0–255) per UTF-8 byte. ASCII text is its own byte string. */
export type ByteString = string;

/** Pieces longer than this many bytes are cut: merging is n log n, so this bounds one piece to some tens of milliseconds. */
const LONGEST_PIECE = 100_000;

const encoder = new TextEncoder();
const NON_ASCII = /[^\0-\x7f]/;

function bytesToString(bytes: Uint8Array | readonly number[]): ByteString {
  if (bytes.length < 4096) return String.fromCharCode(...bytes);
  let out = '';
  for (let at = 0; at < bytes.length; at += 4096) out += String.fromCharCode(...bytes.slice(at, at + 4096));
  return out;
}

/** UTF-8 bytes of a text; lone surrogates become U+FFFD, as in every encoder. */
function toByteString(text: string): ByteString {
  return NON_ASCII.test(text) ? bytesToString(encoder.encode(text)) : text;
}

type Ranks = ReadonlyMap<ByteString, number>;

/** Rank table of an encoding, as gpt-tokenizer ships it: index = rank; a string, or bytes where they are no text. */
export type RankTable = readonly (string | readonly number[] | undefined)[];

/** Tokens that are text, by text: all that most pieces need. */
function textRanks(table: RankTable): Ranks {
  const ranks = new Map<string, number>();
  table.forEach((token, rank) => {
    if (typeof token === 'string') ranks.set(token, rank);
  });
  return ranks;
}

/** All tokens by their bytes: merging needs them once a piece is not ASCII. */
function byteRanks(table: RankTable): Ranks {
  const ranks = new Map<ByteString, number>();
  table.forEach((token, rank) => {
    if (typeof token === 'string') ranks.set(toByteString(token), rank);
    else if (token) ranks.set(bytesToString(token), rank);
  });
  return ranks;
}

/** A binary heap of pair candidates ordered by rank, then position: pops the pair that byte-pair encoding merges next. */
class PairHeap {
  private readonly keys: number[] = [];

  get size(): number {
    return this.keys.length;
  }

  push(key: number): void {
    const keys = this.keys;
    let at = keys.length;
    keys.push(key);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((keys[parent] as number) <= key) break;
      keys[at] = keys[parent] as number;
      at = parent;
    }
    keys[at] = key;
  }

  pop(): number {
    const keys = this.keys;
    const top = keys[0] as number;
    const last = keys.pop() as number;
    const length = keys.length;
    if (length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= length) break;
      if (child + 1 < length && (keys[child + 1] as number) < (keys[child] as number)) child += 1;
      if ((keys[child] as number) >= last) break;
      keys[at] = keys[child] as number;
      at = child;
    }
    keys[at] = last;
    return top;
  }
}

const NONE = Number.POSITIVE_INFINITY;

/** Short pieces: look for the lowest pair each time; faster than a heap up to some tens of bytes. */
function mergeShort(ranks: Ranks, bytes: ByteString): number {
  const starts: number[] = [];
  const pair: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    starts.push(at);
    pair.push(ranks.get(bytes.slice(at, at + 2)) ?? NONE);
  }
  pair[bytes.length - 1] = NONE;
  starts.push(bytes.length);
  const rankOf = (at: number): number => {
    const end = starts[at + 2];
    return end === undefined ? NONE : (ranks.get(bytes.slice(starts[at], end)) ?? NONE);
  };
  for (;;) {
    let best = NONE;
    let where = -1;
    for (let at = 0; at < pair.length; at++) {
      if ((pair[at] as number) < best) {
        best = pair[at] as number;
        where = at;
      }
    }
    if (where < 0) return pair.length;
    starts.splice(where + 1, 1);
    pair.splice(where, 1);
    pair[where] = rankOf(where);
    if (where > 0) pair[where - 1] = rankOf(where - 1);
  }
}

/** Room for positions in a heap key: rank × this + position stays below 2⁵³ for 2¹⁸ ranks. */
const POSITIONS = 2 ** 30;

/** Long pieces: a linked list of parts and a heap of pairs; outdated entries are skipped when they come up. */
function mergeLong(ranks: Ranks, bytes: ByteString): number {
  const length = bytes.length;
  const next = new Int32Array(length + 1);
  const previous = new Int32Array(length + 1);
  const current = new Float64Array(length + 1).fill(NONE);
  const heap = new PairHeap();
  const consider = (start: number): void => {
    const middle = next[start] as number;
    const rank = middle < length ? ranks.get(bytes.slice(start, next[middle])) : undefined;
    current[start] = rank ?? NONE;
    if (rank !== undefined) heap.push(rank * POSITIONS + start);
  };
  for (let at = 0; at <= length; at++) {
    next[at] = at + 1;
    previous[at] = at - 1;
  }
  for (let at = 0; at < length - 1; at++) consider(at);
  let parts = length;
  while (heap.size > 0) {
    const key = heap.pop();
    const start = key % POSITIONS;
    if (current[start] !== (key - start) / POSITIONS) continue;
    const gone = next[start] as number;
    const after = next[gone] as number;
    next[start] = after;
    previous[after] = start;
    current[gone] = NONE;
    parts -= 1;
    consider(start);
    if (start > 0) consider(previous[start] as number);
  }
  return parts;
}

/** Tokens of one piece that is not a token itself. */
function mergedLength(ranks: Ranks, bytes: ByteString): number {
  return bytes.length <= 48 ? mergeShort(ranks, bytes) : mergeLong(ranks, bytes);
}

/** What is seen of each piece while a text is counted: offsets in the text and its tokens. */
export type PieceVisitor = (start: number, end: number, tokens: number) => void;

/** One byte-pair encoding, ready to count. */
export interface Encoding {
  /** Tokens of the text with special tokens read as text. `exact` is false where a piece had to be cut. */
  count(text: string, visit?: PieceVisitor): { readonly tokens: number; readonly exact: boolean };
  /** The rank of a text that is one token: the lower, the more common. */
  rank(text: string): number | undefined;
}

/** Cached pieces are short, so that the cache stays within some megabytes. */
const CACHED_PIECES = 50_000;
const CACHED_LENGTH = 64;

export function createEncoding(table: RankTable, scan: Scanner): Encoding {
  // Two hundred thousand entries, made when the first text is counted: many a process counts none.
  let byText: Ranks | undefined;
  const ranksOfTexts = (): Ranks => {
    byText ??= textRanks(table);
    return byText;
  };
  let byBytes: Ranks | undefined;
  const cache = new Map<string, number>();
  const merged = (piece: string): number => {
    const ascii = !NON_ASCII.test(piece);
    if (!ascii) byBytes ??= byteRanks(table);
    const known = ascii ? ranksOfTexts() : (byBytes as Ranks);
    const bytes = ascii ? piece : toByteString(piece);
    let tokens = 0;
    for (let at = 0; at < bytes.length; at += LONGEST_PIECE) tokens += mergedLength(known, bytes.slice(at, at + LONGEST_PIECE));
    return tokens;
  };
  const ofPiece = (piece: string): number => {
    if (ranksOfTexts().has(piece)) return 1;
    const cached = cache.get(piece);
    if (cached !== undefined) return cached;
    const tokens = merged(piece);
    if (piece.length <= CACHED_LENGTH) {
      if (cache.size >= CACHED_PIECES) cache.clear();
      cache.set(piece, tokens);
    }
    return tokens;
  };
  return {
    rank: (text) => ranksOfTexts().get(text),
    count(text, visit) {
      let tokens = 0;
      let exact = true;
      for (let at = 0; at < text.length; ) {
        const end = scan(text, at);
        const here = ofPiece(text.slice(at, end));
        if (end - at > LONGEST_PIECE / 3 && encoder.encode(text.slice(at, end)).length > LONGEST_PIECE) exact = false;
        tokens += here;
        visit?.(at, end, here);
        at = end;
      }
      return { tokens, exact };
    },
  };
}
