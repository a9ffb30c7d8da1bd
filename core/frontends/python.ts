/** Python: web-tree-sitter's tree, lowered to the neutral form. */
import { type Language, Parser, type Tree } from 'web-tree-sitter';
import { Context, type Member, type Saved } from './python-context.ts';
import { grammarTables } from './python-kinds.ts';
import { memoryReader } from './python-memory.ts';
import { regionAround, withRegion } from './python-region.ts';
import { editBetween, type Known, placed, placedComments, reusable, type Snapshot, type TextEdit, treeEdit } from './python-reuse.ts';
import { cursorReader, Rows, sameRows, type TreeReader } from './python-rows.ts';
import { moduleStatements } from './python-stmt.ts';
import type { ClassStmt, Comment, Frontend, LanguageSyntax, SourceUnit, Stmt } from './source-unit.ts';
import { type LinearMemory, parserMemory } from './tree-sitter.ts';

/** Trees kept for the next edit, of files that were edited before, and of others: a scan of a workspace neither evicts the former nor keeps its own. */
const KEPT_EDITED = 16;
const KEPT_OTHERS = 2;
/** Longer texts (UTF-16 units) are parsed afresh each time: their trees take hundreds of megabytes. */
const KEPT_LENGTH = 2_000_000;
/** Progress reports (100 steps of the parser each, 30–60 µs) after which a re-parse is taken to be lost in errors: a sound one needs one per 4,000 units. */
const BUDGET = 60;
const BUDGET_UNITS = 1500;

const syntax: LanguageSyntax = {
  lineComment: '#',
  option: (name, value, form) => (form === 'keywords' ? `${name}=${value}` : `"${name}": ${value}`),
  true: 'True',
  null: 'None',
};

export function createPython(language: Language): Frontend {
  const python = new PythonParser(language);
  const parse = (path: string, text: string, previous?: SourceUnit) => python.parse(path, text, previous);
  return { id: 'python', languageIds: ['python'], extensions: ['.py', '.pyw'], syntax, parse };
}

class PythonParser {
  private readonly language: Language;
  private readonly reader: TreeReader;
  private readonly rows = new Rows();
  private readonly snapshots = new WeakMap<SourceUnit, Snapshot>();
  /** Snapshots that hold a tree, the latest last. */
  private edited: readonly Snapshot[] = [];
  private others: readonly Snapshot[] = [];
  private readonly members = new WeakMap<ClassStmt, readonly Member[]>();
  private parser: Parser;

  constructor(language: Language) {
    this.language = language;
    this.parser = new Parser().setLanguage(language);
    this.reader = chooseReader(language, this.parser, parserMemory());
  }

  parse(path: string, text: string, previous?: SourceUnit): SourceUnit {
    if (previous?.text === text && previous.path === path) return previous;
    try {
      const { unit, snapshot } = this.parseUnit(path, text, previous && this.snapshots.get(previous));
      if (!snapshot) return unit;
      this.snapshots.set(unit, snapshot);
      this.keep(snapshot, previous !== undefined);
      return unit;
    } catch {
      // Out of memory, or a trap in the runtime: this parser's state cannot be trusted any more.
      this.parser = new Parser().setLanguage(this.language);
      return damagedUnit(path, text);
    }
  }

  private keep(snapshot: Snapshot, edited: boolean): void {
    const without = (list: readonly Snapshot[]) => list.filter((other) => other !== snapshot);
    this.edited = latest([...without(this.edited), ...(edited ? [snapshot] : [])], KEPT_EDITED);
    this.others = latest([...without(this.others), ...(edited ? [] : [snapshot])], KEPT_OTHERS);
  }

  private parseUnit(path: string, text: string, before: Snapshot | undefined): Parsed {
    if (!before?.tree) return this.lower(path, text, this.parser.parse(text));
    const edit = editBetween(before.text, text);
    const old = before.tree.copy();
    old.edit(treeEdit(before.text, text, edit));
    let tree: Tree | null = null;
    try {
      tree = before.sound ? this.parseSound(text, old) : this.parser.parse(text, old);
      const unit = before.sound && !tree ? this.parseRegion(path, text, before, edit) : undefined;
      // The sound tree is kept: the edit that mends the code is compared with it.
      if (unit) return { unit, snapshot: before };
      tree ??= this.parser.parse(text, old);
      return this.lower(path, text, tree, before, reusable(before, edit, this.members));
    } finally {
      old.delete();
    }
  }

  /** Parses after an edit; null as soon as it shows that the code is broken now, which can take longer to find out than parsing afresh. */
  private parseSound(text: string, old: Tree): Tree | null {
    let budget = BUDGET + text.length / BUDGET_UNITS;
    const tree = this.parser.parse(text, old, { progressCallback: (state) => state.hasError || --budget < 0 });
    if (!tree) this.parser.reset();
    if (!tree?.rootNode.hasError) return tree;
    tree.delete();
    return null;
  }

  /**
   * Only the statements around the edit; undefined when they are sound by themselves, or all there is. With one more on either side, for an `else` or
   * a decorator may join them; of both attempts the one with less damage.
   */
  private parseRegion(path: string, text: string, before: Snapshot, edit: TextEdit): SourceUnit | undefined {
    const wide = this.parseWithin(path, text, before, edit, 1);
    if (!wide) return undefined;
    const narrow = this.parseWithin(path, text, before, edit, 0);
    return narrow && damaged(narrow) < damaged(wide) ? narrow : wide;
  }

  private parseWithin(path: string, text: string, before: Snapshot, edit: TextEdit, reach: number): SourceUnit | undefined {
    const region = regionAround(before, edit, reach, this.members);
    if (!region) return undefined;
    const part = region.prefix + text.slice(region.start, region.end + text.length - before.text.length);
    const { unit, snapshot } = this.lower(path, part, this.parser.parse(part));
    snapshot?.tree?.delete();
    return snapshot?.sound === false ? withRegion(before, region, unit, path, text) : undefined;
  }

  private lower(path: string, text: string, tree: Tree | null, before?: Snapshot, known?: ReadonlyMap<number, Known>): Parsed {
    if (!tree) return { unit: damagedUnit(path, text) };
    const { rows } = this;
    this.reader.read(tree, rows, known);
    const comments: Comment[] = text.includes('costlint') ? spoken(text, rows) : [];
    const context = new Context(text, rows, this.members, (row) => {
      const statement = known?.get(rows.id[row] as number);
      if (!statement || !before) return [];
      if (before.comments.length > 0) comments.push(...placedComments(before, statement));
      return placed(statement, this.members);
    });
    const saved: Saved[] = [];
    const statements: Stmt[] = [];
    moduleStatements(context, 0, saved, statements);
    // Only now: as long as the old tree lives, equal identities mean equal subtrees.
    free(before);
    comments.sort((a, b) => a.start - b.start);
    const damage = [...rows.damage, ...context.damage].sort((a, b) => a.start - b.start);
    const unit: SourceUnit = { path, language: 'python', text, body: { start: 0, end: text.length, statements }, comments, damage };
    if (text.length <= KEPT_LENGTH) return { unit, snapshot: { text, comments, saved, sound: rows.damage.length === 0, tree } };
    tree.delete();
    return { unit };
  }
}

interface Parsed {
  readonly unit: SourceUnit;
  readonly snapshot?: Snapshot;
}

function free(snapshot: Snapshot | undefined): void {
  snapshot?.tree?.delete();
  if (snapshot) snapshot.tree = undefined;
}

/** The latest of them, as many as the limit allows; the trees of the older ones are freed. */
function latest(snapshots: readonly Snapshot[], limit: number): readonly Snapshot[] {
  const live = snapshots.filter((snapshot) => snapshot.tree !== undefined);
  for (const snapshot of live.slice(0, -limit)) free(snapshot);
  return live.slice(-limit);
}

const damaged = (unit: SourceUnit): number => unit.damage.reduce((sum, { start, end }) => sum + end - start + 1, 0);

const damagedUnit = (path: string, text: string): SourceUnit => {
  const all = { start: 0, end: text.length };
  return { path, language: 'python', text, body: { ...all, statements: [] }, comments: [], damage: [all] };
};

/** The comments that speak to costlint. */
function spoken(text: string, rows: Rows): Comment[] {
  const comments: Comment[] = [];
  for (const { start, end } of rows.comments) {
    const comment = text.slice(start, end);
    if (comment.includes('costlint')) comments.push({ start, end, text: comment.replace(/^#+/, '').trim() });
  }
  return comments;
}

/** Touches what the memory layout could get wrong: aliases, fields of hidden rules, extras, errors, missing tokens, long and wide tokens. */
const PROBE = `@d
async def f(a, *b, c: "T" = 1, **k) -> list[int] | None:
    """${'doc '.repeat(80)}"""
    # costlint
    with open(p) as q, r: x = y = {'a': 1, **z} if not a in b is not c else -1
    return [i async for i in j if k], print, lambda: (yield), f"a{b!r:>{w}}{{"
match type:
    case A(x=1) | -2: pass
type X[T] = int; print >>a, b
def g(:
    "é\u{1F600}" 'x'; a.b[1:2](c=d, *e


class
`;

/** Reads from memory when that gives the very rows that the cursor gives. */
function chooseReader(language: Language, parser: Parser, memory: LinearMemory | undefined): TreeReader {
  const tables = grammarTables(language);
  const cursor = cursorReader(tables);
  if (!memory) return cursor;
  const tree = parser.parse(PROBE);
  if (!tree) return cursor;
  const expected = new Rows();
  const found = new Rows();
  const direct = memoryReader(memory, tables);
  try {
    cursor.read(tree, expected);
    direct.read(tree, found);
    return sameRows(expected, found) ? direct : cursor;
  } catch {
    return cursor;
  } finally {
    tree.delete();
  }
}
