/** Names and modules in the import statements of a file, read from its text: parsing every file of a workspace would cost too much. */

/** The name under which a file is imported: its own, or its folder's for `index` and `__init__`. */
export function importName(path: string): string {
  const parts = path.split('/');
  const file = (parts.at(-1) ?? '').replace(/\.[^.]+$/, '');
  return file === 'index' || file === '__init__' ? (parts.at(-2) ?? file) : file;
}

/** The lines of code of a file. Notebooks hold them as JSON strings. */
export const plain = (path: string, text: string): string =>
  path.endsWith('.ipynb') ? text.replaceAll('\\n', '\n').replace(/(^|[[,:])\s*"/gm, '\n') : text;

const SCRIPT_SPECIFIER = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(['"])([^'"\n]+)\1/g;
const SCRIPT_IMPORT = /\b(?:import|export)\b[^'"`;=]*\bfrom\b|\b(?:const|let|var)\s*(?:\{[^}]*\}|\w+)\s*=\s*(?:await\s+import|require)\b/g;
const PYTHON_IMPORT = /^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))/gm;
/** `importlib.import_module('litellm')`. */
export const PYTHON_LAZY_IMPORT = /\bimport_module\(\s*["']([\w.]+)["']/g;

/** The last names of what a script imports: `prompts` for `./lib/prompts.js`. */
export function scriptImports(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(SCRIPT_SPECIFIER)) {
    const last = (match[2] ?? '').split('/').at(-1) ?? '';
    names.add(last.replace(/\.(m|c)?(j|t)sx?$/, ''));
    // A package of the same workspace is imported by its own name and reached through its index in `src`.
    if (match[2] && !match[2].startsWith('.')) names.add('src');
  }
  return names;
}

/** The last names of what a Python file imports: `prompts` for `app.prompts`, and the names imported from it, which may be modules. */
export function pythonImports(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, from, list, plain] of text.matchAll(PYTHON_IMPORT)) {
    if (from) names.add(from.split('.').filter(Boolean).at(-1) ?? '');
    for (const item of (list ?? plain ?? '').replace(/[()#]/g, ' ').split(',')) {
      const name = item.trim().split(/\s+/)[0]?.split('.').at(-1);
      if (name) names.add(name);
    }
  }
  return names;
}

/** Modules that a text imports, as written. */
export function* modulesIn(text: string, python: boolean): Iterable<string> {
  if (!python) {
    for (const match of text.matchAll(SCRIPT_SPECIFIER)) yield match[2] ?? '';
    return;
  }
  for (const [, from, list, plain] of text.matchAll(PYTHON_IMPORT)) {
    if (from) {
      yield from;
      for (const item of (list ?? '').replace(/[()]/g, ' ').split(',')) yield `${from}.${item.trim().split(/\s+/)[0]}`;
    } else {
      for (const item of (plain ?? '').split(',')) yield item.trim().split(/\s+/)[0] ?? '';
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
