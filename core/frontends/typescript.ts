/**
 * TypeScript and JavaScript: parsed by the TypeScript compiler that ts-morph brings, then lowered in one pass. No type checker, no
 * program: a file is understood by itself.
 */
import { ts } from 'ts-morph';
import type { LanguageId, Span } from '../model.ts';
import type { Frontend, LanguageSyntax, SourceUnit, Stmt } from './source-unit.ts';
import type { Lowering } from './typescript-context.ts';
import { damageOf, directiveComments, merged, syntaxErrors } from './typescript-damage.ts';
import { takenOver } from './typescript-reuse.ts';
import { lowerStatement } from './typescript-statements.ts';

const syntax: LanguageSyntax = {
  lineComment: '//',
  option: (name, value) => `${/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : `'${name}'`}: ${value}`,
  true: 'true',
  null: 'null',
};

const SCRIPT_KINDS: Readonly<Record<string, ts.ScriptKind>> = {
  '.tsx': ts.ScriptKind.TSX,
  '.js': ts.ScriptKind.JS,
  '.mjs': ts.ScriptKind.JS,
  '.cjs': ts.ScriptKind.JS,
  '.jsx': ts.ScriptKind.JSX,
};

function scriptKind(path: string, language: LanguageId): ts.ScriptKind {
  const extension = /\.[^./\\]*$/.exec(path)?.[0].toLowerCase() ?? '';
  return SCRIPT_KINDS[extension] ?? (language === 'javascript' ? ts.ScriptKind.JSX : ts.ScriptKind.TS);
}

/** JSDoc is read from the text where a function needs it; parsing all of it costs a tenth of the parse. */
const OPTIONS: ts.CreateSourceFileOptions = {
  languageVersion: ts.ScriptTarget.ESNext,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
};

/** The syntax trees of files that are being edited. A file that was read only once keeps no tree: trees are many times the size of the text. */
const trees = new WeakMap<SourceUnit, ts.SourceFile>();

function parse(language: LanguageId, path: string, text: string, previous: SourceUnit | undefined): SourceUnit {
  const damage: Span[] = [];
  const file = parseTree(language, path, text, previous, damage);
  if (file === undefined) return { path, language, text, body: { start: 0, end: text.length, statements: [] }, comments: [], damage };
  const body = { start: 0, end: text.length, statements: lowerFile(file, previous !== undefined, damage) };
  const comments = text.includes('costlint') ? directiveComments(file) : [];
  const unit: SourceUnit = { path, language, text, body, comments, damage: merged([...damage, ...damageOf(file)]) };
  if (previous !== undefined) trees.set(unit, file);
  return unit;
}

function lowerFile(file: ts.SourceFile, isEdited: boolean, damage: Span[]): readonly Stmt[] {
  const c: Lowering = { file, text: file.text, isEdited, damage, depth: 0, inSwitch: false, lastPos: -1, lastStart: 0 };
  const statements: Stmt[] = [];
  for (const node of file.statements) {
    try {
      takenOver(c, node, statements, lowerStatement);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      damage.push({ start: node.pos, end: node.end });
      c.depth = 0;
      c.inSwitch = false;
    }
  }
  return statements;
}

/** A file nested so deep that the parser overflows is read again with the deep parts blanked; undefined when that fails too. */
function parseTree(language: LanguageId, path: string, text: string, previous: SourceUnit | undefined, damage: Span[]): ts.SourceFile | undefined {
  const kind = scriptKind(path, language);
  const updated = previous?.path === path ? updateTree(previous, text) : undefined;
  const whole = updated ?? attempt(() => ts.createSourceFile(path, text, OPTIONS, false, kind));
  if (whole !== undefined) return whole;
  const deep = deepParts(text);
  const flat = attempt(() => ts.createSourceFile(path, blanked(text, deep), OPTIONS, false, kind));
  damage.push(...(flat === undefined ? [{ start: 0, end: text.length }] : deep));
  return flat;
}

/** The previous tree with the change applied. The compiler takes nodes out of the old tree, which is of no use afterwards. */
function updateTree(previous: SourceUnit, text: string): ts.SourceFile | undefined {
  const tree = trees.get(previous);
  if (tree === undefined || tree.text !== previous.text) return undefined;
  trees.delete(previous);
  const change = changeBetween(previous.text, text);
  const errors = outsideOf(tree, change);
  const updated = attempt(() => ts.updateSourceFile(tree, text, change));
  return updated && keepsErrors(errors, updated) ? updated : undefined;
}

/** A syntax error of the old tree, with the nodes around it, and where it stands in the new text. */
interface OldError {
  readonly at: number;
  readonly around: readonly ts.Node[];
}

/** The errors that a change does not touch. To be asked for before the tree is updated, which moves its nodes. */
function outsideOf(file: ts.SourceFile, { span, newLength }: ts.TextChangeRange): readonly OldError[] {
  return syntaxErrors(file)
    .filter(({ start }) => start < span.start || start > span.start + span.length)
    .map(({ start }) => ({ at: start < span.start ? start : start - span.length + newLength, around: nodesAround(file, start) }));
}

/** A node that is taken over may leave its syntax error behind: an error that is gone must have stood in what was parsed anew. */
function keepsErrors(errors: readonly OldError[], file: ts.SourceFile): boolean {
  if (errors.length === 0) return true;
  const starts = new Set(syntaxErrors(file).map((error) => error.start));
  return errors.every(({ at, around }) => starts.has(at) || !nodesAround(file, at).some((node) => around.includes(node)));
}

function nodesAround(file: ts.SourceFile, offset: number): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const enter = (node: ts.Node): void => {
    if (offset < node.pos || offset > node.end) return;
    found.push(node);
    ts.forEachChild(node, enter);
  };
  ts.forEachChild(file, enter);
  return found;
}

/** The parser keeps state between files that an overflow leaves behind; parsing an empty file clears it. */
function attempt(run: () => ts.SourceFile): ts.SourceFile | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    ts.createSourceFile('reset.ts', '', OPTIONS);
    return undefined;
  }
}

/** The smallest change that turns one text into the other: what is left without their common start and end. */
export function changeBetween(before: string, after: string): ts.TextChangeRange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  while (tail < shorter - start && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail++;
  return { span: { start, length: before.length - start - tail }, newLength: after.length - start - tail };
}

/** Brackets that a person writes do not nest deeper than this. */
const MAX_BRACKETS = 100;

/** The parts of a text within more than MAX_BRACKETS brackets, counted without regard to strings: only for files that overflow the parser. */
function deepParts(text: string): readonly Span[] {
  const parts: Span[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if ('([{'.includes(char) && ++depth === MAX_BRACKETS) start = at + 1;
    if (')]}'.includes(char) && depth > 0 && depth-- === MAX_BRACKETS) parts.push({ start, end: at });
  }
  if (depth >= MAX_BRACKETS) parts.push({ start, end: text.length });
  return parts;
}

function blanked(text: string, parts: readonly Span[]): string {
  let result = '';
  let from = 0;
  for (const { start, end } of parts) {
    result += text.slice(from, start) + ' '.repeat(end - start);
    from = end;
  }
  return result + text.slice(from);
}

export const typescript: Frontend = {
  id: 'typescript',
  languageIds: ['typescript', 'typescriptreact'],
  extensions: ['.ts', '.tsx', '.mts', '.cts'],
  syntax,
  parse: (path, text, previous) => parse('typescript', path, text, previous),
};

export const javascript: Frontend = {
  id: 'javascript',
  languageIds: ['javascript', 'javascriptreact'],
  extensions: ['.js', '.jsx', '.mjs', '.cjs'],
  syntax,
  parse: (path, text, previous) => parse('javascript', path, text, previous),
};
