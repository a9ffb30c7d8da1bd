/** Which line of code a comment speaks of. */

/** Offsets of line starts. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}

export function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

const COMMENT_LINE = /^\s*(?:$|#|\/\/|\/\*|\*|\{#|\{\{!|<!--)/;

/** The line of code below line `from`: comments and blank lines do not count. */
export function nextCodeLine(text: string, starts: readonly number[], from: number): number {
  let line = from + 1;
  while (line < starts.length && COMMENT_LINE.test(text.slice(starts[line], starts[line + 1] ?? text.length).replace(/\r?\n$/, ''))) line++;
  return line;
}
