/** Offsets of the analysis ↔ positions of the protocol. Both count UTF-16 units; only line ends and bounds need care. Nothing else converts. */
import type { Position, Range } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Span } from '../core/model.ts';

export interface Positions {
  readonly text: string;
  readonly range: (span: Span) => Range;
  readonly position: (offset: number) => Position;
  readonly offset: (position: Position) => number;
  /** Offset of the first character of the line that holds `offset`. */
  readonly lineStart: (offset: number) => number;
  /** Offset behind the last character of that line, before its line end. */
  readonly lineEnd: (offset: number) => number;
}

export function positionsIn(text: string): Positions {
  const document = TextDocument.create('', '', 0, text);
  const position = (offset: number): Position => document.positionAt(offset);
  const lineStart = (offset: number): number => document.offsetAt({ line: position(offset).line, character: 0 });
  return {
    text,
    position,
    range: (span) => ({ start: position(span.start), end: position(span.end) }),
    offset: (at) => document.offsetAt(at),
    lineStart,
    lineEnd: (offset) => {
      const end = /[\r\n]/.exec(text.slice(offset));
      return end ? offset + end.index : text.length;
    },
  };
}
