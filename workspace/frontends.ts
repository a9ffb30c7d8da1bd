/** The language frontends, loaded when the first file of their language turns up: a Python project never pays for the TypeScript compiler. */
import type { Frontend } from '../core/frontends/source-unit.ts';
import type { LanguageId } from '../core/model.ts';
import type { Assets } from './assets.ts';
import { baseName } from './paths.ts';

const TYPESCRIPT = /\.[cm]?tsx?$/;
const JAVASCRIPT = /\.[cm]?jsx?$/;
const PYTHON = /\.(py|pyw|ipynb)$/;
const PROMPT = /\.(prompt|prompty|jinja|jinja2|j2|hbs|handlebars|mustache|md|txt)$/;

/** Whether any frontend may take a path. Endings of prompt files only save asking their frontend about every file. */
export async function loadAcceptor(): Promise<(path: string) => boolean> {
  const { isPromptPath } = await import('../core/frontends/prompt-file.ts');
  return (path) => {
    const name = baseName(path).toLowerCase();
    return TYPESCRIPT.test(name) || JAVASCRIPT.test(name) || PYTHON.test(name) || (PROMPT.test(name) && isPromptPath(path));
  };
}

/** The languages that these files are written in. */
export function languagesOf(files: Iterable<string>): ReadonlySet<LanguageId> {
  const languages = new Set<LanguageId>();
  for (const file of files) {
    const name = baseName(file).toLowerCase();
    if (TYPESCRIPT.test(name)) languages.add('typescript');
    else if (JAVASCRIPT.test(name)) languages.add('javascript');
    else if (PYTHON.test(name)) languages.add('python');
    else languages.add('prompt');
  }
  return languages;
}

/** Loads the frontends of the given languages. TypeScript and JavaScript come together: each may import the other. */
export async function loadFrontends(languages: ReadonlySet<LanguageId>, assets: () => Assets): Promise<readonly Frontend[]> {
  const script = languages.has('typescript') || languages.has('javascript');
  const scripts: readonly Frontend[] = script ? await import('../core/frontends/typescript.ts').then((m) => [m.typescript, m.javascript]) : [];
  const loaded = await Promise.all([
    scripts,
    languages.has('python') ? loadPython(assets(), scripts) : [],
    import('../core/frontends/prompt-file.ts').then((m) => [m.promptFile]),
  ]);
  return loaded.flat();
}

async function loadPython(assets: Assets, scripts: readonly Frontend[]): Promise<readonly Frontend[]> {
  const [{ initTreeSitter }, { createPython }, { createNotebook }] = await Promise.all([
    import('../core/frontends/tree-sitter.ts'),
    import('../core/frontends/python.ts'),
    import('../core/frontends/notebook-file.ts'),
  ]);
  const python = createPython(await initTreeSitter(assets));
  return [python, createNotebook(python, scripts)];
}
