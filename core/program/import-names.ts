/** Names and modules in the import statements of a file, read from its text: parsing every file of a workspace would cost too much. */
import { dirname, join } from './resolve.ts';

/** The lines of code of a file. Notebooks hold them as JSON strings. */
export const plain = (path: string, text: string): string =>
  path.endsWith('.ipynb') ? text.replaceAll('\\n', '\n').replace(/(^|[[,:])\s*"/gm, '\n') : text;

const SCRIPT_SPECIFIER = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(['"])([^'"\n]+)\1/g;
const SCRIPT_IMPORT = /\b(?:import|export)\b[^'"`;=]*\bfrom\b|\b(?:const|let|var)\s*(?:\{[^}]*\}|\w+)\s*=\s*(?:await\s+import|require)\b/g;
const PYTHON_IMPORT = /^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))/gm;
/** `importlib.import_module('litellm')`. */
export const PYTHON_LAZY_IMPORT = /\bimport_module\(\s*["']([\w.]+)["']/g;

/** The path of a file as relative imports lead to it: without extension, and without `index` or `__init__`. */
export const importedAs = (path: string): string => path.replace(/\.[^./]+$/, '').replace(/\/(?:index|__init__)$/, '');

/** All that imports may call a file: its path as above, and every end of it, which absolute imports name (`app/llm/client`, `llm/client`, `client`). */
export function importKeys(path: string): readonly string[] {
  const file = importedAs(path);
  const parts = file.split('/').slice(1);
  return [file, ...parts.map((_, i) => parts.slice(i).join('/'))];
}

/** The keys of what a file imports. Of an absolute import in a script only the last name counts: the rest may be an alias or a package. */
export function importsOf(path: string, text: string, python: boolean): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const module of modulesIn(python ? plain(path, text) : text, python)) {
    if (module.startsWith('.')) keys.add(python ? pythonTarget(module, path) : scriptTarget(module, path));
    else if (python) keys.add(module.replaceAll('.', '/'));
    // A package of the same workspace is imported by its own name and reached through its index in `src`.
    else keys.add(lastName(module).replace(SCRIPT_EXTENSION, '')).add('src');
  }
  return keys;
}

/** The last name of a key. */
export const lastName = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

const SCRIPT_EXTENSION = /\.[mc]?[jt]sx?$/;

const scriptTarget = (module: string, from: string): string =>
  join(dirname(from), module)
    .replace(SCRIPT_EXTENSION, '')
    .replace(/\/index$/, '');

/** `..llm.client` in `/app/agents/run.py` is `/app/llm/client`. */
function pythonTarget(module: string, from: string): string {
  const level = /^\.*/.exec(module)?.[0].length ?? 0;
  return join(dirname(from), '../'.repeat(level - 1) + module.slice(level).replaceAll('.', '/'));
}

/** Modules that a text imports, as written; in Python also the names imported from them, which may be modules. */
export function* modulesIn(text: string, python: boolean): Iterable<string> {
  if (!python) {
    for (const match of text.matchAll(SCRIPT_SPECIFIER)) yield match[2] ?? '';
    return;
  }
  for (const [, from, list, plain] of text.matchAll(PYTHON_IMPORT)) {
    if (from) yield from;
    const inside = from && !from.endsWith('.') ? `${from}.` : (from ?? '');
    for (const item of (list ?? plain ?? '').replace(/#[^\n]*/g, '').split(',')) {
      const name = /[\w.]+/.exec(item)?.[0];
      if (name) yield inside + name;
    }
  }
  if (text.includes('import_module(')) for (const match of text.matchAll(PYTHON_LAZY_IMPORT)) yield match[1] ?? '';
}

/** All words in import and re-export statements; `*` when a whole module is imported. */
export function importedWords(text: string, python: boolean): ReadonlySet<string> {
  const words = new Set<string>();
  for (const match of text.matchAll(python ? PYTHON_IMPORT : SCRIPT_IMPORT)) {
    for (const word of match[0].matchAll(/[\w$]+|\*/g)) words.add(word[0]);
    if (python && /^\s*import\s+[\w.]+\s*(,|$|as\b|#)/.test(match[0])) words.add('*');
  }
  return words;
}
