/**
 * Half-typed code in a file that was sound before: an open bracket makes a parser doubt everything behind it. Only the statements
 * around the edit are parsed, on their own; the others stay as they were, and the damage stays where it is. Within a class the same
 * holds for its members.
 */
import type { Span } from '../model.ts';
import type { Member } from './python-context.ts';
import type { Snapshot, TextEdit } from './python-reuse.ts';
import { shiftComment, shiftStatement } from './shift.ts';
import type { ClassStmt, SourceUnit, Stmt } from './source-unit.ts';

/** Neighbouring statements `[first, last)` of a module or class, and the stretch of the old text that they take, whole lines. */
export interface Region extends Span {
  readonly first: number;
  readonly last: number;
  /** The class and its place in the module, when the region is one of members. */
  readonly owner?: { readonly index: number; readonly statement: ClassStmt; readonly members: readonly Member[] };
  /** What must stand before the region's text to parse it as what it is. */
  readonly prefix: string;
}

/** The statements that an edit touches, and `reach` more on either side. Undefined when that is the whole module. */
export function regionAround(before: Snapshot, edit: TextEdit, reach: number, membersOf: WeakMap<ClassStmt, readonly Member[]>): Region | undefined {
  const { saved, text } = before;
  const index = saved.findIndex((s) => s.start < edit.start && edit.oldEnd < s.end);
  const statement = saved[index]?.stmts[0];
  const members = statement?.kind === 'class' ? (membersOf.get(statement) ?? []) : [];
  const firstMember = members[0];
  if (statement?.kind === 'class' && firstMember && firstMember.start < edit.start && text.slice(statement.start, firstMember.start).includes('\n')) {
    const range = neighbours(members, text, edit, reach, lineStart(text, firstMember.start), statement.end);
    return { ...range, owner: { index, statement, members }, prefix: 'class _:\n' };
  }
  const range = neighbours(saved, text, edit, reach, 0, text.length);
  return range.first === 0 && range.last === saved.length ? undefined : { ...range, prefix: '' };
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** `start` and `end` are the limits of the list as a whole. */
function neighbours(list: readonly Span[], text: string, edit: TextEdit, reach: number, start: number, end: number): Omit<Region, 'prefix'> {
  const startsLine = (i: number) => text.slice(lineStart(text, list[i]?.start ?? 0), list[i]?.start).trim() === '';
  const touched = list.findIndex((s) => s.end >= edit.start);
  const behind = list.findIndex((s) => s.start > edit.oldEnd);
  let first = Math.max(0, (touched < 0 ? list.length : touched) - reach);
  let last = Math.min(list.length, (behind < 0 ? list.length : behind) + reach);
  while (first > 0 && !startsLine(first)) first--;
  while (last < list.length && !startsLine(last)) last++;
  const behindAll = Math.max(lineStart(text, edit.start), list[first - 1]?.end ?? start);
  const from = first < list.length ? lineStart(text, list[first]?.start ?? start) : behindAll;
  return { first, last, start: first === 0 ? start : from, end: last < list.length ? lineStart(text, list[last]?.start ?? end) : end };
}

/** The module with the region's statements, lowered from prefix and region alone, between those before and behind it. */
export function withRegion(before: Snapshot, region: Region, lowered: SourceUnit, path: string, text: string): SourceUnit {
  const moved = text.length - before.text.length;
  const by = region.start - region.prefix.length;
  const changed = lowered.body.statements.map((s) => shiftStatement(s, by));
  const behind = (stmts: readonly Stmt[]) => stmts.map((s) => (moved === 0 ? s : shiftStatement(s, moved)));
  const { owner } = region;
  const [first, last] = owner ? [owner.index, owner.index + 1] : [region.first, region.last];
  const statements = [
    ...before.saved.slice(0, first).flatMap((s) => s.stmts),
    ...(owner ? [changedClass(owner.statement, owner.members, region, changed, moved, behind)] : changed),
    ...before.saved.slice(last).flatMap((s) => behind(s.stmts)),
  ];
  const comments = [
    ...before.comments.filter((c) => c.end <= region.start),
    ...lowered.comments.map((c) => shiftComment(c, by)),
    ...before.comments.filter((c) => c.start >= region.end).map((c) => shiftComment(c, moved)),
  ];
  const damage = lowered.damage.map((d) => ({ start: Math.max(d.start + by, region.start), end: Math.max(d.end + by, region.start) }));
  return { path, language: 'python', text, body: { start: 0, end: text.length, statements }, comments, damage };
}

/** What the parser no longer took for members of the class is put among them: that is where it stands. */
function changedClass(
  old: ClassStmt,
  members: readonly Member[],
  region: Region,
  changed: readonly Stmt[],
  moved: number,
  behind: (stmts: readonly Stmt[]) => Stmt[],
): ClassStmt {
  const inside = changed.flatMap((s) => (s.kind === 'class' && s.name === '_' ? s.body.statements : [s]));
  const { statements } = old.body;
  const body = {
    start: old.body.start,
    end: old.body.end + moved,
    statements: [
      ...statements.slice(0, members[region.first]?.from ?? 0),
      ...inside.filter((s) => s.start >= region.start),
      ...behind(statements.slice(members[region.last]?.from ?? statements.length)),
    ],
  };
  return { ...old, end: old.end + moved, body };
}
