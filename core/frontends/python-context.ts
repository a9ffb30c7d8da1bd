/** What lowering carries along: the text, the rows of its tree, and a few facts about where it is. */
import type { Span } from '../model.ts';
import { FIELD, KIND } from './python-kinds.ts';
import type { Rows } from './python-rows.ts';
import type { ClassStmt, Expr, Stmt } from './source-unit.ts';

/** Nesting beyond this is not followed: no person writes it, and every walk over the result recurses. */
export const MAX_DEPTH = 200;
/** Longest chain of `a.b().c` or `a + b + c` that becomes nested nodes; a longer one becomes a flat `other`. */
export const MAX_CHAIN = 1000;

/** A statement of a module as lowered. */
export interface Saved extends Span {
  /** Identity of its subtree; 0 where it cannot be recognised again. */
  readonly id: number;
  readonly stmts: readonly Stmt[];
}

/** A member of a class as lowered: which of the body's statements came from which subtree. */
export interface Member extends Span {
  readonly id: number;
  /** Indexes into the statements of the class body. */
  readonly from: number;
  readonly to: number;
}

export class Context {
  readonly text: string;
  readonly rows: Rows;
  readonly kind: Uint8Array;
  readonly field: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly next: Int32Array;
  /** Gives the statements for a row of kind `reused`. */
  readonly reused: (row: number) => readonly Stmt[];
  depth = 0;
  /** Set when the function being lowered contains a `yield`. */
  yields = false;
  inClass = false;
  /** What is nested too deeply to follow. */
  readonly damage: Span[] = [];
  readonly members: WeakMap<ClassStmt, readonly Member[]>;

  constructor(text: string, rows: Rows, members: WeakMap<ClassStmt, readonly Member[]>, reused: (row: number) => readonly Stmt[]) {
    this.text = text;
    this.rows = rows;
    this.members = members;
    this.kind = rows.kind;
    this.field = rows.field;
    this.start = rows.start;
    this.end = rows.end;
    this.next = rows.next;
    this.reused = reused;
  }

  slice(row: number): string {
    return this.text.slice(this.start[row], this.end[row]);
  }

  /** The first child in a field; −1 without. */
  child(row: number, field: number): number {
    const end = this.next[row] as number;
    for (let i = row + 1; i < end; i = this.next[i] as number) if (this.field[i] === field) return i;
    return -1;
  }

  /** The first child of a kind; −1 without. */
  childOfKind(row: number, kind: number): number {
    const end = this.next[row] as number;
    for (let i = row + 1; i < end; i = this.next[i] as number) if (this.kind[i] === kind) return i;
    return -1;
  }

  /** The children that are not errors and operators. */
  parts(row: number): number[] {
    const found: number[] = [];
    const end = this.next[row] as number;
    for (let i = row + 1; i < end; i = this.next[i] as number) {
      const kind = this.kind[i];
      if (kind !== KIND.ERROR && kind !== KIND.operator && kind !== KIND.async) found.push(i);
    }
    return found;
  }

  /** Text of the `operator` child; '' without. */
  operator(row: number): string {
    const i = this.child(row, FIELD.operator);
    return i < 0 ? '' : this.slice(i);
  }

  span(row: number): Span {
    return { start: this.start[row] as number, end: this.end[row] as number };
  }
}

export const nothing = (at: number): Expr => ({ kind: 'other', start: at, end: at, children: [] });

/** One value as it is, several as the tuple that they are. */
export function oneOrArray(values: readonly Expr[], end: number): Expr {
  const [first] = values;
  if (first === undefined) return nothing(end);
  return values.length === 1 ? first : { kind: 'array', start: first.start, end: values[values.length - 1]?.end ?? end, items: values };
}
