/** What a parse leaves for the next one of the same file: its tree, and which statements came from which subtree. */
import { Edit, type Tree } from 'web-tree-sitter';
import type { Span } from '../model.ts';
import type { Member, Saved } from './python-context.ts';
import type { Reusable } from './python-rows.ts';
import { shiftComment, shiftStatement } from './shift.ts';
import type { ClassStmt, Comment, Stmt } from './source-unit.ts';

export interface Snapshot {
  readonly text: string;
  readonly comments: readonly Comment[];
  readonly saved: readonly Saved[];
  /** The text has no syntax errors. */
  readonly sound: boolean;
  /** Gone once the snapshot was used or evicted. */
  tree: Tree | undefined;
}

/** One replaced stretch: `[start, oldEnd)` of the old text became `[start, newEnd)` of the new one. */
export interface TextEdit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** The smallest stretch that differs, widened to whole characters. */
export function editBetween(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start + BLOCK <= shorter && before.slice(start, start + BLOCK) === after.slice(start, start + BLOCK)) start += BLOCK;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start--;
  const left = shorter - start;
  const b = before.length;
  const a = after.length;
  let same = 0;
  while (same + BLOCK <= left && before.slice(b - same - BLOCK, b - same) === after.slice(a - same - BLOCK, a - same)) same += BLOCK;
  while (same < left && before.charCodeAt(b - 1 - same) === after.charCodeAt(a - 1 - same)) same++;
  if (same > 0 && isLowSurrogate(before.charCodeAt(b - same))) same--;
  return { start, oldEnd: b - same, newEnd: a - same };
}

/** Texts are compared in blocks first: comparing strings is many times faster than comparing their units one by one. */
const BLOCK = 4096;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

export function treeEdit(before: string, after: string, edit: TextEdit): Edit {
  const startPosition = pointAt(before, edit.start, { row: 0, column: 0 }, 0);
  return new Edit({
    startIndex: edit.start,
    oldEndIndex: edit.oldEnd,
    newEndIndex: edit.newEnd,
    startPosition,
    oldEndPosition: pointAt(before, edit.oldEnd, startPosition, edit.start),
    newEndPosition: pointAt(after, edit.newEnd, startPosition, edit.start),
  });
}

interface Point {
  readonly row: number;
  readonly column: number;
}

/** Row and column of `offset`, counted on from a point known to be at `from`. */
function pointAt(text: string, offset: number, known: Point, from: number): Point {
  let { row } = known;
  let lineStart = from - known.column;
  for (let at = text.indexOf('\n', from); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    row++;
    lineStart = at + 1;
  }
  return { row, column: offset - lineStart };
}

/** A statement that may stand in the new text as it was lowered before, `by` units further. */
export interface Known extends Reusable {
  readonly by: number;
  readonly stmts: readonly Stmt[];
}

/** By subtree identity, what lies outside the edit: statements of the module, and members of its classes. */
export function reusable(before: Snapshot, edit: TextEdit, membersOf: WeakMap<ClassStmt, readonly Member[]>): Map<number, Known> {
  const known = new Map<number, Known>();
  const moved = edit.newEnd - edit.oldEnd;
  const add = (id: number, { start, end }: Span, stmts: readonly Stmt[], inClass: boolean) => {
    if (id === 0) return;
    if (end <= edit.start) known.set(id, { start, end, by: 0, stmts, inClass });
    else if (start >= edit.oldEnd) known.set(id, { start: start + moved, end: end + moved, by: moved, stmts, inClass });
  };
  const addMembers = (owner: Stmt | undefined) => {
    if (owner?.kind !== 'class') return;
    for (const member of membersOf.get(owner) ?? []) {
      const stmts = owner.body.statements.slice(member.from, member.to);
      add(member.id, member, stmts, true);
      addMembers(stmts[0]);
    }
  };
  for (const statement of before.saved) {
    add(statement.id, statement, statement.stmts, false);
    addMembers(statement.stmts[0]);
  }
  return known;
}

/** The statements at their new place. Classes keep knowing their members. */
export function placed({ stmts, by }: Known, membersOf: WeakMap<ClassStmt, readonly Member[]>): readonly Stmt[] {
  if (by === 0) return stmts;
  return stmts.map((old) => {
    const moved = shiftStatement(old, by);
    const members = old.kind === 'class' ? membersOf.get(old) : undefined;
    if (members && moved.kind === 'class') {
      membersOf.set(
        moved,
        members.map((m) => ({ ...m, start: m.start + by, end: m.end + by })),
      );
    }
    return moved;
  });
}

/** Comments inside a statement that was taken over. */
export function placedComments(before: Snapshot, { start, end, by }: Known): Comment[] {
  const inside = before.comments.filter((c) => c.start + by >= start && c.end + by <= end);
  return by === 0 ? inside : inside.map((c) => shiftComment(c, by));
}
