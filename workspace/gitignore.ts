/** `.gitignore` as git reads it: the last pattern that matches decides, a deeper file wins over one above it. */
import fs from 'node:fs';
import { pathPattern } from './path-glob.ts';

type Pattern = ReturnType<typeof pathPattern>;

interface IgnoreRule {
  readonly index: number;
  readonly ignores: boolean;
  readonly directoriesOnly: boolean;
}

/** The patterns of one file. Patterns of plain names and of `*.ext` are looked up, only the rest is tried one by one. */
export interface IgnoreFile {
  /** What this file says of a path relative to its own directory; undefined when no pattern matches. */
  readonly verdict: (relative: string, isDirectory: boolean) => boolean | undefined;
}

export function parseIgnore(text: string): IgnoreFile {
  const names = new Map<string, IgnoreRule[]>();
  const extensions = new Map<string, IgnoreRule[]>();
  const patterns: { readonly rule: IgnoreRule; readonly fits: Pattern }[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const parsed = parseLine(line);
    if (!parsed) continue;
    const rule = { index, ignores: !parsed.negated, directoriesOnly: parsed.directoriesOnly };
    if (/^[\w.@+-]+$/.test(parsed.pattern)) push(names, parsed.pattern, rule);
    else if (/^\*\.[\w-]+$/.test(parsed.pattern)) push(extensions, parsed.pattern.slice(1), rule);
    else patterns.push({ rule, fits: compiled(parsed.pattern) });
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
    const parts = patterns.length > 0 ? relative.split('/') : [];
    for (const { rule, fits } of patterns) if (fits(parts)) consider(rule);
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
const compiled = (pattern: string): Pattern => pathPattern(pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`);

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
