/** Python: web-tree-sitter's tree, lowered to the neutral form. */
import { type Language, Parser, type Tree } from 'web-tree-sitter';
import { Context, type Member, type Saved } from './python-context.ts';
import { grammarTables } from './python-kinds.ts';
import { memoryReader } from './python-memory.ts';
import { editBetween, type Known, placed, placedComments, reusable, type Snapshot, treeEdit } from './python-reuse.ts';
import { cursorReader, Rows, sameRows, type TreeReader } from './python-rows.ts';
import { moduleStatements } from './python-stmt.ts';
import type { ClassStmt, Comment, Frontend, LanguageSyntax, SourceUnit, Stmt } from './source-unit.ts';
import { type LinearMemory, parserMemory } from './tree-sitter.ts';

/** Trees kept for the next edit, of files that were edited before, and of others: a scan of a workspace neither evicts the former nor keeps its own. */
const KEPT_EDITED = 16;
const KEPT_OTHERS = 2;
/** Longer texts (UTF-16 units) are parsed afresh each time: their trees take hundreds of megabytes. */
const KEPT_LENGTH = 2_000_000;

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
  private readonly edited: Snapshot[] = [];
  private readonly others: Snapshot[] = [];
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
      if (previous) retain(this.edited, snapshot, KEPT_EDITED);
      else retain(this.others, snapshot, KEPT_OTHERS);
      return unit;
    } catch {
      // Out of memory, or a trap in the runtime: this parser's state cannot be trusted any more.
      this.parser = new Parser().setLanguage(this.language);
      return damagedUnit(path, text);
    }
  }

  private parseUnit(path: string, text: string, before: Snapshot | undefined): Parsed {
    const old = before?.tree;
    if (!before || !old) return this.lower(path, text, this.parser.parse(text));
    const edit = editBetween(before.text, text);
    old.edit(treeEdit(before.text, text, edit));
    before.tree = undefined;
    try {
      const tree = this.parser.parse(text, old);
      return this.lower(path, text, tree, before, reusable(before, edit, this.members));
    } finally {
      // Only now: as long as the old tree lives, equal identities mean equal subtrees.
      old.delete();
    }
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
    comments.sort((a, b) => a.start - b.start);
    const damage = [...rows.damage, ...context.damage].sort((a, b) => a.start - b.start);
    const unit: SourceUnit = { path, language: 'python', text, body: { start: 0, end: text.length, statements }, comments, damage };
    if (text.length <= KEPT_LENGTH) return { unit, snapshot: { text, comments, saved, tree } };
    tree.delete();
    return { unit };
  }
}

interface Parsed {
  readonly unit: SourceUnit;
  readonly snapshot?: Snapshot;
}

/** Adds a snapshot; of those over the limit the trees are freed, oldest first. */
function retain(list: Snapshot[], snapshot: Snapshot, limit: number): void {
  list.push(snapshot);
  const spent = list.findIndex((other) => other.tree === undefined);
  const [evicted] = list.splice(Math.max(spent, 0), spent >= 0 || list.length > limit ? 1 : 0);
  evicted?.tree?.delete();
  if (evicted) evicted.tree = undefined;
}

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
