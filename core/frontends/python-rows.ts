/**
 * A syntax tree as flat rows in source order, each followed by the rows inside it: what lowering reads instead of syntax nodes.
 * Punctuation, comments and the insides of strings have no rows.
 */
import type { Tree } from 'web-tree-sitter';
import type { Span } from '../model.ts';
import { COMMENT, DROP, FIELD, type GrammarTables, IS_LEAF, KIND, TOKEN } from './python-kinds.ts';

export class Rows {
  count = 0;
  kind = new Uint8Array(0);
  field = new Uint8Array(0);
  start = new Int32Array(0);
  end = new Int32Array(0);
  /** Index of the row after the last one inside this one. */
  next = new Int32Array(0);
  /** Identity of the subtree, where the reader can tell (0 otherwise): equal in two trees when the parser has taken it over. */
  id = new Int32Array(0);
  comments: Span[] = [];
  /** Outermost errors, and the places of missing tokens. */
  damage: Span[] = [];

  /** Empties the table and makes room for `rows`. */
  reset(rows: number): void {
    this.count = 0;
    this.comments = [];
    this.damage = [];
    if (rows <= this.kind.length && (this.kind.length < HUGE || rows * 4 > this.kind.length)) return;
    const capacity = Math.max(1024, rows + (rows >> 2));
    this.kind = new Uint8Array(capacity);
    this.field = new Uint8Array(capacity);
    this.start = new Int32Array(capacity);
    this.end = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.id = new Int32Array(capacity);
  }
}

/** Tables above this size are given back when a much smaller file follows. */
const HUGE = 1 << 20;

/** What an earlier parse has left of a statement; a reader does not go into it again, unless there are errors in it. */
export interface Reusable {
  /** Where the statement stands in the new text. */
  readonly start: number;
  readonly end: number;
  /** Lowered as a member of a class; it fits nowhere else. */
  readonly inClass: boolean;
}

export interface TreeReader {
  /** Fills `rows`; statements whose identity is in `reuse` become a row of kind `reused`. */
  readonly read: (tree: Tree, rows: Rows, reuse?: ReadonlyMap<number, Reusable>) => void;
}

/** Reads a tree through the public cursor: three times slower than the memory reader, independent of the runtime's memory layout. */
export function cursorReader({ kindOf, fieldOf }: GrammarTables): TreeReader {
  const read = (tree: Tree, rows: Rows) => {
    const cursor = tree.walk();
    rows.reset(tree.rootNode.descendantCount + 1);
    const open: number[] = [];
    let errorEnd = -1;
    for (;;) {
      const start = cursor.startIndex;
      const end = cursor.endIndex;
      const field = fieldOf[cursor.currentFieldId] ?? 0;
      let kind = kindOf[cursor.nodeTypeId] ?? TOKEN;
      if (cursor.nodeIsMissing) {
        if (start >= errorEnd) rows.damage.push({ start, end });
        kind = DROP;
      }
      if (kind === TOKEN && (field === FIELD.operator || field === FIELD.operators)) kind = KIND.operator;
      if (kind === COMMENT) rows.comments.push({ start, end });
      let row = -1;
      if (kind < TOKEN) {
        row = rows.count++;
        rows.kind[row] = kind;
        rows.field[row] = field;
        rows.start[row] = start;
        rows.end[row] = end;
        rows.next[row] = row + 1;
        if (kind === KIND.ERROR && start >= errorEnd) {
          rows.damage.push({ start, end });
          errorEnd = end;
        }
      }
      if (row >= 0 && IS_LEAF[kind] === 0 && cursor.gotoFirstChild()) {
        open.push(row);
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) {
          cursor.delete();
          return;
        }
        rows.next[open.pop() as number] = rows.count;
      }
    }
  };
  return { read };
}

/** True when two readers see the same rows. */
export function sameRows(a: Rows, b: Rows): boolean {
  if (a.count !== b.count || JSON.stringify([a.comments, a.damage]) !== JSON.stringify([b.comments, b.damage])) return false;
  for (let i = 0; i < a.count; i++) {
    const same =
      a.kind[i] === b.kind[i] && a.field[i] === b.field[i] && a.start[i] === b.start[i] && a.end[i] === b.end[i] && a.next[i] === b.next[i];
    if (!same) return false;
  }
  return true;
}
