/** How much two texts have in common, 0…1: the share of pieces that both hold, counted as often as they occur. */

/** A text as its pieces, to be compared with many others. */
export interface Pieces {
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
}

function piecesOf(list: readonly string[]): Pieces {
  const counts = new Map<string, number>();
  for (const piece of list) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return { counts, total: list.length };
}

export const linesOf = (text: string): Pieces => piecesOf(text.split('\n').flatMap((line) => line.trim() || []));
export const wordsOf = (text: string): Pieces => piecesOf(text.match(/[\p{L}\p{N}_]+/gu) ?? []);

/** 1 for the same pieces in any order; 1 also for two texts without any. */
export function shareOf(before: Pieces, after: Pieces): number {
  if (before.total + after.total === 0) return 1;
  const [small, large] = before.counts.size < after.counts.size ? [before, after] : [after, before];
  let both = 0;
  for (const [piece, count] of small.counts) both += Math.min(count, large.counts.get(piece) ?? 0);
  return (2 * both) / (before.total + after.total);
}
