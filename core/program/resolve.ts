/** From the name in an import to the file it means, for TypeScript/JavaScript and Python, over the injected host. */
import { parse as parseJsonc } from 'jsonc-parser';
import type { Host } from '../host.ts';
import type { LanguageId } from '../model.ts';

/** A file of the workspace, a Python namespace folder, or a package from outside. */
export type Resolved =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'package' };

const PACKAGE: Resolved = { kind: 'package' };
const SCRIPT_EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
/** TypeScript sources are imported under the name of their output. */
const OUTPUT_TO_SOURCE: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

export const dirname = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/';

/** Joins and normalises `.` and `..`. */
export function join(base: string, relative: string): string {
  const parts = relative.startsWith('/') ? [] : base.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  const path = parts.join('/');
  return path.startsWith('/') ? path : `/${path}`;
}

/** Folders from the one that holds `path` up to the root, both included. */
export function foldersUp(path: string, root: string): string[] {
  const folders: string[] = [];
  for (let dir = dirname(path); dir.startsWith(root); dir = dirname(dir)) {
    folders.push(dir);
    if (dir === root || dir === '/') break;
  }
  return folders;
}

interface TsConfig {
  readonly base: string;
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[];
}

export interface Resolver {
  resolve(from: string, language: LanguageId, module: string, level: number): Resolved;
  /** Python: `sub` of the package that `module` names, as a module of its own. */
  submodule(folder: string, name: string): Resolved;
}

/** `packageFolder`: where the workspace holds a package of that name. */
export function createResolver(host: Host, root: string, packageFolder: (name: string) => string | undefined): Resolver {
  const script = scriptResolver(host, root, packageFolder);
  const python = pythonResolver(host, root);
  return {
    resolve: (from, language, module, level) => (language === 'python' ? python.resolve(from, module, level) : script(from, module)),
    submodule: python.submodule,
  };
}

function scriptResolver(host: Host, root: string, packageFolder: (name: string) => string | undefined): (from: string, module: string) => Resolved {
  const isFile = (path: string) => host.stat(path) === 'file';

  const file = (path: string): Resolved | undefined => {
    if (path.endsWith('.json') && isFile(path)) return { kind: 'file', path };
    const extension = SCRIPT_EXTENSIONS.find((e) => path.endsWith(e));
    if (extension) {
      if (isFile(path)) return { kind: 'file', path };
      for (const source of OUTPUT_TO_SOURCE[extension] ?? []) {
        const candidate = path.slice(0, -extension.length) + source;
        if (isFile(candidate)) return { kind: 'file', path: candidate };
      }
    }
    for (const e of SCRIPT_EXTENSIONS) if (isFile(path + e)) return { kind: 'file', path: path + e };
    if (host.stat(path) === 'directory')
      for (const e of SCRIPT_EXTENSIONS) if (isFile(`${path}/index${e}`)) return { kind: 'file', path: `${path}/index${e}` };
    return undefined;
  };

  const parsed = new Map<string, { readonly text: string; readonly json: Record<string, unknown> | undefined }>();
  const readJson = (path: string): Record<string, unknown> | undefined => {
    const text = host.read(path);
    if (text === undefined) return undefined;
    const seen = parsed.get(path);
    if (seen?.text === text) return seen.json;
    const value: unknown = parseJsonc(text, [], { allowTrailingComma: true });
    const json = isRecord(value) ? value : undefined;
    parsed.set(path, { text, json });
    return json;
  };

  const readConfig = (path: string, depth = 0): TsConfig | undefined => {
    const json = depth > 4 ? undefined : readJson(path);
    if (!json) return undefined;
    const options = isRecord(json.compilerOptions) ? json.compilerOptions : {};
    const base = join(dirname(path), typeof options.baseUrl === 'string' ? options.baseUrl : '.');
    const paths = isRecord(options.paths)
      ? Object.entries(options.paths).flatMap(([k, v]) => (Array.isArray(v) ? [[k, v.map(String)] as const] : []))
      : [];
    if (paths.length > 0) return { base, paths };
    const parents = [json.extends].flat().filter((e): e is string => typeof e === 'string' && e.startsWith('.'));
    for (const parent of parents) {
      const target = join(dirname(path), parent);
      const found = readConfig(target, depth + 1) ?? readConfig(`${target}.json`, depth + 1);
      if (found) return found;
    }
    return typeof options.baseUrl === 'string' ? { base, paths: [['*', ['*']]] } : undefined;
  };

  const viaPaths = (from: string, module: string): Resolved | undefined => {
    for (const dir of foldersUp(from, root)) {
      for (const name of ['tsconfig.json', 'jsconfig.json', 'tsconfig.app.json', 'tsconfig.base.json']) {
        const config = readConfig(`${dir}/${name}`);
        for (const [pattern, targets] of config?.paths ?? []) {
          const rest = matchStar(pattern, module);
          if (rest === undefined) continue;
          for (const target of targets) {
            const found = file(join((config as TsConfig).base, target.replace('*', rest)));
            if (found) return found;
          }
        }
      }
    }
    return undefined;
  };

  const viaImports = (from: string, module: string): Resolved | undefined => {
    for (const dir of foldersUp(from, root)) {
      const json = readJson(`${dir}/package.json`);
      if (!json) continue;
      for (const [pattern, target] of Object.entries(isRecord(json.imports) ? json.imports : {})) {
        const rest = matchStar(pattern, module);
        const to = firstString(target);
        if (rest !== undefined && to) return file(join(dir, to.replace('*', rest)));
      }
      return undefined;
    }
    return undefined;
  };

  /** Packages of a monorepo: by their own name, at their source rather than their build output. */
  const viaWorkspace = (module: string): Resolved | undefined => {
    const [name, rest] = splitPackage(module);
    const at = packageFolder(name);
    const json = at === undefined ? undefined : readJson(`${at}/package.json`);
    if (at === undefined || !json) return undefined;
    const exported = isRecord(json.exports) ? (json.exports[rest ? `./${rest}` : '.'] ?? (rest ? undefined : json.exports)) : json.exports;
    const entry = firstString(exported) || rest || firstString(json.module ?? json.main) || 'index';
    return [`${at}/src/${rest || 'index'}`, `${at}/${entry}`, `${at}/${rest || 'index'}`].map(file).find((f) => f);
  };

  return (from, module) => {
    if (module.startsWith('.') || module.startsWith('/'))
      return file(join(dirname(from), module)) ?? { kind: 'file', path: join(dirname(from), module) };
    if (module.startsWith('node:')) return PACKAGE;
    if (module.startsWith('#')) return viaImports(from, module) ?? viaPaths(from, module) ?? PACKAGE;
    return viaPaths(from, module) ?? viaWorkspace(module) ?? PACKAGE;
  };
}

function pythonResolver(host: Host, root: string) {
  const at = (path: string): Resolved | undefined => {
    if (host.stat(`${path}.py`) === 'file') return { kind: 'file', path: `${path}.py` };
    if (host.stat(path) !== 'directory') return undefined;
    return host.stat(`${path}/__init__.py`) === 'file' ? { kind: 'file', path: `${path}/__init__.py` } : { kind: 'folder', path };
  };

  const resolve = (from: string, module: string, level: number): Resolved => {
    const parts = module.slice(level).split('.').filter(Boolean);
    if (level > 0) {
      let dir = dirname(from);
      for (let i = 1; i < level; i++) dir = dirname(dir);
      const path = [dir, ...parts].join('/');
      if (parts.length === 0)
        return host.stat(`${dir}/__init__.py`) === 'file' ? { kind: 'file', path: `${dir}/__init__.py` } : { kind: 'folder', path: dir };
      return at(path) ?? { kind: 'file', path: `${path}.py` };
    }
    for (const dir of foldersUp(from, root)) {
      for (const base of [dir, `${dir}/src`]) {
        // Most packages come from outside: that their first folder is missing settles it.
        if (parts.length > 1 && host.stat(`${base}/${parts[0]}`) !== 'directory') continue;
        const found = at([base, ...parts].join('/'));
        // A folder without __init__.py is only a package when the import names something deep in it: `utils` alone is too common a name.
        if (found && (found.kind === 'file' ? found.path !== from : parts.length > 1)) return found;
      }
    }
    return PACKAGE;
  };

  const submodule = (folder: string, name: string): Resolved => at(`${folder}/${name}`) ?? PACKAGE;
  return { resolve, submodule };
}

/** What `*` stands for when the pattern matches; '' for an exact match. */
function matchStar(pattern: string, module: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === module ? '' : undefined;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  if (module.length < head.length + tail.length || !module.startsWith(head) || !module.endsWith(tail)) return undefined;
  return module.slice(head.length, module.length - tail.length);
}

/** `@scope/name/deep/path` → name and the rest. */
export function splitPackage(module: string): readonly [name: string, rest: string] {
  const parts = module.split('/');
  const size = module.startsWith('@') ? 2 : 1;
  return [parts.slice(0, size).join('/'), parts.slice(size).join('/')];
}

/** The first string in a package.json target, which may be nested conditions. */
function firstString(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (isRecord(value)) {
    for (const inner of Object.values(value)) {
      const found = firstString(inner);
      if (found) return found;
    }
  }
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
