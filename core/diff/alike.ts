/** How much two texts have in common, 0…1: the share of pieces that both hold, counted as often as they occur. */

const shareOf = (before: readonly string[], after: readonly string[]): number => {
  if (before.length + after.length === 0) return 1;
  const counts = new Map<string, number>();
  for (const piece of before) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  let both = 0;
  for (const piece of after) {
    const left = counts.get(piece) ?? 0;
    if (left > 0) both++;
    counts.set(piece, left - 1);
  }
  return (2 * both) / (before.length + after.length);
};

const lines = (text: string): readonly string[] => text.split('\n').flatMap((line) => line.trim() || []);
const words = (text: string): readonly string[] => text.match(/[\p{L}\p{N}_]+/gu) ?? [];

export const shareOfLines = (before: string, after: string): number => shareOf(lines(before), lines(after));
export const shareOfWords = (before: string, after: string): number => (before === after ? 1 : shareOf(words(before), words(after)));
