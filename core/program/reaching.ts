/** Which of a name's definitions hold at a place: scopes from the inside out, and within a function the order of branches. */
import type { Block, IfStmt, TryStmt } from '../frontends/source-unit.ts';
import { contains, functionOf } from './frames.ts';
import type { Definition, Frame, Scope } from './unit-index.ts';

const NONE: readonly Definition[] = [];

/** The definitions that a name may have at a place: those that reach it, the nearest scope first. Empty when it is not defined in the unit. `members`: a
 * class body is a scope of names, as in Python. `inOneGo`: the module runs from its start to its end before its functions do, unlike the cells of a notebook. */
export function reaching(name: string, frame: Frame, offset: number, members = true, inOneGo = false): readonly Definition[] {
  const own = functionOf(frame);
  const found: Definition[] = [];
  let crossedFunction = false;
  for (let scope: Scope | undefined = frame.scope; scope; scope = scope.parent) {
    if (scope.kind !== 'class' || (members && !crossedFunction)) {
      const all = visible(scope.definitions.get(name), frame);
      if (all.length > 0) {
        if (all.length === 1 && found.length === 0 && !all[0]?.outer) return all;
        const first = all.find((d) => !d.outer) ?? all[0];
        const holding = functionOf(first?.frame) === own ? flowing(all, frame, offset) : inOneGo ? atTheEnd(all) : all;
        found.push(...holding.filter((d) => !found.includes(d)));
        // What this function sets is declared further out, and may not have been set yet.
        const declaring = scope;
        if (!holding.every((d) => d.outer && d.frame.scope === declaring && !surelyRan(d, frame, offset))) return found;
      }
    }
    if (scope.kind === 'function') crossedFunction = true;
  }
  return found;
}

function visible(definitions: readonly Definition[] | undefined, frame: Frame): readonly Definition[] {
  const isVisible = (d: Definition): boolean => !d.blockScoped || contains(d.frame, frame);
  return definitions === undefined ? NONE : definitions.every(isVisible) ? definitions : definitions.filter(isVisible);
}

const surelyRan = (d: Definition, use: Frame, offset: number): boolean => d.at <= offset && contains(branchFrame(d.frame), use);

/** Of definitions of a module, seen from its functions: they run when all of it has. */
function atTheEnd(all: readonly Definition[]): readonly Definition[] {
  let module = all[0]?.frame;
  while (module?.parent) module = module.parent;
  return module && all.every((d) => functionOf(d.frame) === undefined) ? flowing(all, module, Number.POSITIVE_INFINITY) : all;
}

/** Of definitions in the same function: the last one that surely ran before the offset, and those after it that may have. */
function flowing(all: readonly Definition[], frame: Frame, offset: number): readonly Definition[] {
  const before = all.filter((d) => d.at <= offset);
  if (before.length === 0) return all;
  let last = -1;
  before.forEach((d, i) => {
    if (d.kind === 'add') return;
    const own = branchFrame(d.frame);
    if (contains(own, frame) || inEveryBranch(own, frame, before)) last = i;
  });
  if (last < 0) return before;
  // All branches of one statement count, not only the last of them.
  const stmt = statementOf(branchFrame((before[last] as Definition).frame), frame);
  const first = stmt === undefined ? last : before.findIndex((d) => d.at >= stmt.start && d.at <= stmt.end);
  return before.slice(first);
}

/** The if or try that a definition stands in a branch of, when the place of use stands behind the whole statement. */
function statementOf(own: Frame, use: Frame): IfStmt | TryStmt | undefined {
  if ((own.kind !== 'branch' && own.kind !== 'try' && own.kind !== 'handler') || contains(own, use)) return undefined;
  return own.parent && contains(branchFrame(own.parent), use) ? own.stmt : undefined;
}

/** `if … else …` or `try … except …` in which each way that goes on sets the name: what stood before it is gone. */
function inEveryBranch(own: Frame, use: Frame, definitions: readonly Definition[]): boolean {
  const stmt = statementOf(own, use);
  if (!stmt) return false;
  if (stmt.kind === 'if' && stmt.branches.at(-1)?.test) return false;
  const blocks = stmt.kind === 'if' ? stmt.branches.map((b) => b.body) : [stmt.body, ...stmt.handlers.map((h) => h.body)];
  return blocks.every(
    (block) =>
      leaves(block) ||
      definitions.some((d) => d.kind !== 'add' && d.at >= block.start && d.at <= block.end && statementOf(branchFrame(d.frame), use) === stmt),
  );
}

/** A block that does not go on to what follows it. */
const leaves = (block: Block): boolean =>
  block.statements.some((s) => s.kind === 'return' || s.kind === 'raise' || s.kind === 'continue' || s.kind === 'break');

/** A definition among call arguments or in a with runs whenever its surroundings run. */
function branchFrame(frame: Frame): Frame {
  let f = frame;
  while (f.parent && (f.kind === 'argument' || f.kind === 'with' || f.kind === 'block')) f = f.parent;
  return f;
}
