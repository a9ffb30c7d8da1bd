/** `.gitignore` as git reads it: the last pattern that matches decides, a deeper file wins over one above it. */
import fs from 'node:fs';

interface IgnoreRule {
  readonly index: number;
  readonly ignores: boolean;
  readonly directoriesOnly: boolean;
}

/** The patterns of one file. Patterns of plain names and of `*.ext` are looked up, only the rest is run as expressions. */
export interface IgnoreFile {
  /** What this file says of a path relative to its own directory; undefined when no pattern matches. */
  readonly verdict: (relative: string, isDirectory: boolean) => boolean | undefined;
}

export function parseIgnore(text: string): IgnoreFile {
  const names = new Map<string, IgnoreRule[]>();
  const extensions = new Map<string, IgnoreRule[]>();
  const expressions: { readonly rule: IgnoreRule; readonly expression: RegExp }[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const parsed = parseLine(line);
    if (!parsed) continue;
    const rule = { index, ignores: !parsed.negated, directoriesOnly: parsed.directoriesOnly };
    if (/^[\w.@+-]+$/.test(parsed.pattern)) push(names, parsed.pattern, rule);
    else if (/^\*\.[\w-]+$/.test(parsed.pattern)) push(extensions, parsed.pattern.slice(1), rule);
    else expressions.push({ rule, expression: toExpression(parsed.pattern) });
  }
  const verdict = (relative: string, isDirectory: boolean): boolean | undefined => {
    const name = relative.slice(relative.lastIndexOf('/') + 1);
    let last: IgnoreRule | undefined;
    const consider = (rule: IgnoreRule): void => {
      if ((isDirectory || !rule.directoriesOnly) && (!last || rule.index > last.index)) last = rule;
    };
    for (const rule of names.get(name) ?? []) consider(rule);
    const dot = name.lastIndexOf('.');
    if (dot >= 0) for (const rule of extensions.get(name.slice(dot)) ?? []) consider(rule);
    for (const { rule, expression } of expressions) if (expression.test(relative)) consider(rule);
    return last?.ignores;
  };
  return { verdict };
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function parseLine(line: string): { readonly pattern: string; readonly negated: boolean; readonly directoriesOnly: boolean } | undefined {
  let pattern = line.replace(/(?<!\\)[ \t]+$/, '');
  if (pattern === '' || pattern.startsWith('#')) return undefined;
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const directoriesOnly = pattern.endsWith('/');
  if (directoriesOnly) pattern = pattern.slice(0, -1);
  return pattern === '' ? undefined : { pattern, negated, directoriesOnly };
}

/** A pattern with a slash that is not its last character is anchored; any other matches at every depth. */
function toExpression(pattern: string): RegExp {
  const anchored = pattern.includes('/');
  const body = pattern.startsWith('/') ? pattern.slice(1) : pattern;
  let source = anchored ? '^' : '(?:^|/)';
  for (let i = 0; i < body.length; i++) {
    const [piece, used] = translate(body, i);
    source += piece;
    i += used - 1;
  }
  try {
    return new RegExp(`${source}$`, 's');
  } catch {
    // A class such as [z-a] that git would not match either.
    return /$^/;
  }
}

/** The expression for what stands at `i`, and how many characters of the pattern it stands for. */
function translate(body: string, i: number): readonly [string, number] {
  const character = body[i] ?? '';
  const atSegmentStart = i === 0 || body[i - 1] === '/';
  if (atSegmentStart && body.startsWith('**/', i)) return ['(?:.*/)?', 3];
  if (atSegmentStart && body.slice(i) === '**') return ['.+', 2];
  if (character === '*') {
    const stars = /^\*+/.exec(body.slice(i))?.[0].length ?? 1;
    return ['[^/]*', stars];
  }
  if (character === '?') return ['[^/]', 1];
  if (character === '[') {
    const match = /^\[([!^]?)(\]?[^\]]*)\]/.exec(body.slice(i));
    if (match) return [`(?!/)[${match[1] ? '^' : ''}${(match[2] ?? '').replace(/[\\\]]/g, '\\$&')}]`, match[0].length];
  }
  if (character === '\\' && i + 1 < body.length) return [escaped(body[i + 1] ?? ''), 2];
  return [escaped(character), 1];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** The rules of a directory and of those above it, nearest first. Each base is the directory its rules are relative to, with a trailing slash. */
export interface IgnoreScope {
  readonly base: string;
  readonly file: IgnoreFile;
  readonly outer: IgnoreScope | undefined;
}

/** The scope inside `directory`, given the one around it. */
export function enterScope(directory: string, outer: IgnoreScope | undefined, name = '.gitignore'): IgnoreScope | undefined {
  try {
    const base = directory.endsWith('/') ? directory : `${directory}/`;
    return { base, file: parseIgnore(fs.readFileSync(`${base}${name}`, 'utf8')), outer };
  } catch {
    // No such file, or one that may not be read: git goes on without it as well.
    return outer;
  }
}

export function isIgnored(scope: IgnoreScope | undefined, path: string, isDirectory: boolean): boolean {
  for (let at = scope; at; at = at.outer) {
    const verdict = at.file.verdict(path.slice(at.base.length), isDirectory);
    if (verdict !== undefined) return verdict;
  }
  return false;
}
