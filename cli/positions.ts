/** Offsets → lines and columns as people and compilers count them: from 1. Columns are UTF-16 units, as in SARIF and in editors. */
import type { Span } from '../core/model.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** Behind the last character. */
  readonly endColumn: number;
}

export interface Positions {
  readonly place: (span: Span) => Place;
  /** Text of a line, from 1, without its line end. */
  readonly line: (line: number) => string;
}

export function positionsIn(text: string): Positions {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  const at = (offset: number): readonly [line: number, column: number] => {
    const bounded = Math.max(0, Math.min(offset, text.length));
    const line = lastAtOrBefore(starts, bounded);
    return [line + 1, bounded - (starts[line] ?? 0) + 1];
  };
  return {
    place: (span) => {
      const [line, column] = at(span.start);
      const [endLine, endColumn] = at(Math.max(span.start, span.end));
      return { line, column, endLine, endColumn };
    },
    line: (line) => text.slice(starts[line - 1] ?? text.length, starts[line] ?? text.length).replace(/[\r\n]+$/, ''),
  };
}

/** Index of the last start that is not behind `offset`. */
function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
