/**
 * Statements taken over from the parse before. The compiler keeps the nodes that an edit does not touch and only moves them: what such a node was lowered to
 * holds, at its new place.
 */
import type { ts } from 'ts-morph';
import { shiftStatement } from './shift.ts';
import type { Stmt } from './source-unit.ts';
import type { Lowering } from './typescript-context.ts';

interface Lowered {
  /** Where the node stood then. */
  readonly pos: number;
  readonly stmts: readonly Stmt[];
}

const known = new WeakMap<ts.Node, Lowered>();

/** Appends what a node was lowered to before, or lowers it. Only in files that are being edited, whose trees are kept. */
export function takenOver<N extends ts.Node>(c: Lowering, node: N, out: Stmt[], lower: (c: Lowering, node: N, out: Stmt[]) => void): void {
  if (!c.isEdited) {
    lower(c, node, out);
    return;
  }
  const before = known.get(node);
  if (before) {
    const by = node.pos - before.pos;
    const stmts = by === 0 ? before.stmts : before.stmts.map((stmt) => shiftStatement(stmt, by));
    if (by !== 0) known.set(node, { pos: node.pos, stmts });
    out.push(...stmts);
    return;
  }
  const [from, damaged] = [out.length, c.damage.length];
  lower(c, node, out);
  if (c.damage.length === damaged) known.set(node, { pos: node.pos, stmts: out.slice(from) });
}
