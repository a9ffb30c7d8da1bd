/**
 * The files of a workspace as indexed units, parsed when first asked for and kept until they change. Records which files an analysis read, and knows
 * which files may import which, by the names in their import statements.
 */
import type { Frontend, SourceUnit } from '../frontends/source-unit.ts';
import type { Host } from '../host.ts';
import { indexUnit } from './indexer.ts';
import { jsonUnit } from './json.ts';
import { createResolver, dirname, type Resolved, type Resolver } from './resolve.ts';
import type { UnitIndex } from './unit-index.ts';
import type { ProgramView } from './view.ts';

export interface ProgramOptions {
  readonly host: Host;
  readonly root: string;
  readonly frontends: readonly Frontend[];
  readonly isSdkModule: ProgramView['isSdkModule'];
  readonly maxCharacters: number;
  /** Names under which a unit hands SDK objects to files that import it: clients, models, factories, classes that hold one. */
  readonly sharedNames: (index: UnitIndex, program: ProgramView, received: ReadonlySet<string>) => ReadonlySet<string>;
  /** Matches text that may call an SDK object got from elsewhere. */
  readonly mayCall: RegExp;
}

export interface Program extends ProgramView {
  setFiles(paths: Iterable<string>): void;
  readonly files: ReadonlySet<string>;
  isTooLarge(path: string, text: string): boolean;
  /** Forgets a file. Returns what analyses may have read that is different now: the path, and the names it imports or imported. */
  changed(path: string): readonly string[];
  /** Runs something and adds every file it reads to `reads`. Names of importers that were asked for are added as `\0importers:name`. */
  tracking<T>(reads: Set<string>, run: () => T): T;
  frontendOf(path: string): Frontend | undefined;
  /** False when neither the file nor what it imports mentions an SDK: then nothing in it can be a billed call. */
  mayHaveCalls(path: string): boolean;
}

interface Parsed {
  readonly text: string;
  readonly index: UnitIndex | undefined;
}

export function createProgram(options: ProgramOptions): Program {
  return new WorkspaceProgram(options);
}

const IMPORTERS = '\0importers:';
/** How many imports away from an SDK a file may be and still make its calls through a shared client or factory. */
const HOPS = 3;
const NOTHING: ReadonlySet<string> = new Set();

class WorkspaceProgram implements Program {
  readonly root: string;
  readonly resolver: Resolver;
  readonly isSdkModule: ProgramView['isSdkModule'];
  private readonly options: ProgramOptions;
  /** A call like those of an SDK on something named like a client. */
  private readonly callsClient: RegExp;
  private readonly byExtension: ReadonlyMap<string, Frontend>;
  readonly files = new Set<string>();
  private readonly texts = new Map<string, string | undefined>();
  private readonly stats = new Map<string, 'file' | 'directory' | undefined>();
  private readonly units = new Map<string, Parsed>();
  /** The last unit of a changed file, for incremental parsing. */
  private readonly previous = new Map<string, SourceUnit>();
  private readonly importNames = new Map<string, ReadonlySet<string>>();
  private importersByName: Map<string, Set<string>> | undefined;
  private readonly mentions = new Map<string, boolean>();
  private readonly resolutions = new Map<string, { readonly target: Resolved; readonly reads: ReadonlySet<string> }>();
  private readonly shared = new Map<string, ReadonlySet<string>>();
  private readonly received = new Map<string, ReadonlySet<string>>();
  private readonly words = new Map<string, ReadonlySet<string>>();
  private near: ReadonlySet<string> | undefined;
  private packages: ReadonlyMap<string, string> | undefined;
  private reads: Set<string> | undefined;

  constructor(options: ProgramOptions) {
    this.options = options;
    this.root = options.root;
    this.isSdkModule = options.isSdkModule;
    this.callsClient = new RegExp(
      `(?:client|llm|model|agent|openai|anthropic|claude|gemini|chain|graph|api)\\w*(?:\\.\\w+)*\\.${options.mayCall.source.replace(/^\\b/, '')}`,
      'i',
    );
    this.byExtension = new Map(options.frontends.flatMap((f) => f.extensions.map((e) => [e, f] as const)));
    this.resolver = this.remembering(
      createResolver({ read: (p) => this.read(p), stat: (p) => this.stat(p) }, options.root, (name) => this.packageFolder(name)),
    );
  }

  setFiles(paths: Iterable<string>): void {
    this.files.clear();
    for (const path of paths) this.files.add(path);
    this.stats.clear();
    this.resolutions.clear();
    this.packages = undefined;
    this.forgetImports();
  }

  tracking<T>(reads: Set<string>, run: () => T): T {
    const outer = this.reads;
    this.reads = reads;
    try {
      return run();
    } finally {
      this.reads = outer;
    }
  }

  changed(path: string): readonly string[] {
    const nearBefore = this.near;
    const before = this.importNames.get(path);
    const wasNear = this.mentions.get(path);
    const called = this.callsClient.test(this.texts.get(path) ?? '');
    const sharedBefore = this.shared.get(path);
    const unit = this.units.get(path)?.index?.unit;
    if (unit) this.previous.set(path, unit);
    const existed = this.files.has(path) || this.texts.get(path) !== undefined;
    for (const map of [this.texts, this.units, this.importNames, this.mentions, this.shared, this.words]) map.delete(path);
    if (path.endsWith('/package.json')) this.packages = undefined;
    const text = this.raw(path);
    // What an import means depends on which files exist and on the settings of resolution, not on what other files hold.
    if (!existed || text === undefined || path.endsWith('.json')) {
      this.stats.clear();
      this.resolutions.clear();
    }
    if (text === undefined) this.files.delete(path);
    else if (this.frontendOf(path)) this.files.add(path);
    const after = text === undefined ? NOTHING : this.importsOf(path);
    if (!sameNames(before, after)) this.forgetImports();
    const isNear = text !== undefined && this.mentionsSdk(path);
    if (isNear !== wasNear || called !== this.callsClient.test(text ?? '') || (sharedBefore && !sameNames(sharedBefore, this.sharedBy(path))))
      this.near = undefined;
    return [path, ...this.nearer(nearBefore), ...[...new Set([...(before ?? []), ...after])].map((name) => IMPORTERS + name)];
  }

  /** Files that come near an SDK or leave it by a change: whether they are analysed at all is not in what their analysis read. */
  private nearer(before: ReadonlySet<string> | undefined): readonly string[] {
    if (!before || this.near === before) return [];
    const after = this.nearSdk();
    this.near = after;
    return [...[...before].filter((f) => !after.has(f)), ...[...after].filter((f) => !before.has(f))];
  }

  /** The folder of a package of this workspace: one with a package.json of that name, at most three folders deep. */
  private packageFolder(name: string): string | undefined {
    if (!this.packages) {
      const folders = new Set<string>();
      for (const file of this.files) {
        const parts = file.slice(this.root.length + 1).split('/');
        for (let depth = 1; depth <= 3 && depth < parts.length; depth++) folders.add(`${this.root}/${parts.slice(0, depth).join('/')}`);
      }
      const named = [...folders].flatMap((folder) => {
        const found = /"name"\s*:\s*"([^"]+)"/.exec(this.raw(`${folder}/package.json`) ?? '')?.[1];
        return found ? [[found, folder] as const] : [];
      });
      this.packages = new Map(named);
    }
    return this.packages.get(name);
  }

  /** Resolves the same import of the same folder once, and lets every analysis that asks depend on what that probed. */
  private remembering(resolver: Resolver): Resolver {
    const resolve: Resolver['resolve'] = (from, language, module, level) => {
      // A Python file is not what it imports under its own name.
      const own = language === 'python' && from.endsWith(`/${module.split('.').at(-1)}.py`);
      const key = `${own ? from : dirname(from)}\0${language === 'python'}\0${level}\0${module}`;
      let known = this.resolutions.get(key);
      if (!known) {
        const reads = new Set<string>();
        known = { target: this.tracking(reads, () => resolver.resolve(from, language, module, level)), reads };
        this.resolutions.set(key, known);
      }
      for (const path of known.reads) this.reads?.add(path);
      return known.target;
    };
    return { resolve, submodule: resolver.submodule };
  }

  private forgetImports(): void {
    this.importersByName = undefined;
    this.near = undefined;
  }

  frontendOf(path: string): Frontend | undefined {
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    return this.byExtension.get(name.slice(Math.max(name.lastIndexOf('.'), 0))) ?? this.options.frontends.find((f) => f.matches?.(path));
  }

  read(path: string): string | undefined {
    this.reads?.add(path);
    return this.raw(path);
  }

  private raw(path: string): string | undefined {
    if (!this.texts.has(path)) this.texts.set(path, this.options.host.read(path));
    return this.texts.get(path);
  }

  private stat(path: string): 'file' | 'directory' | undefined {
    this.reads?.add(path);
    if (this.files.has(path)) return 'file';
    if (!this.stats.has(path)) this.stats.set(path, this.options.host.stat(path));
    return this.stats.get(path);
  }

  unit(path: string): UnitIndex | undefined {
    const text = this.read(path);
    const seen = this.units.get(path);
    if (seen && seen.text === text) return seen.index;
    const frontend = this.frontendOf(path);
    if (text === undefined || this.isTooLarge(path, text)) return undefined;
    if (!frontend) return path.endsWith('.json') ? this.json(path, text) : undefined;
    const before = this.previous.get(path);
    this.previous.delete(path);
    const index = indexUnit(frontend.parse(path, text, before));
    this.units.set(path, { text, index });
    return index;
  }

  /** A notebook's own limit is the host's: most of it is output. */
  isTooLarge(path: string, text: string): boolean {
    return text.length > this.options.maxCharacters && !path.endsWith('.ipynb');
  }

  private json(path: string, text: string): UnitIndex | undefined {
    const unit = jsonUnit(path, text);
    const index = unit && indexUnit(unit);
    this.units.set(path, { text, index });
    return index;
  }

  importers(path: string): readonly string[] {
    const name = importName(path);
    this.reads?.add(IMPORTERS + name);
    return [...(this.importIndex().get(name) ?? [])].filter((p) => p !== path);
  }

  private importIndex(): Map<string, Set<string>> {
    if (!this.importersByName) {
      this.importersByName = new Map();
      for (const file of this.files) {
        for (const name of this.importsOf(file)) {
          const known = this.importersByName.get(name);
          if (known) known.add(file);
          else this.importersByName.set(name, new Set([file]));
        }
      }
    }
    return this.importersByName;
  }

  /** The last names of what a file imports: `prompts` for `./lib/prompts.js` and `app.prompts`. Read from the text, without parsing. */
  private importsOf(path: string): ReadonlySet<string> {
    const seen = this.importNames.get(path);
    if (seen) return seen;
    const names = new Set<string>();
    const frontend = this.frontendOf(path);
    const text = frontend && frontend.id !== 'prompt' ? this.raw(path) : undefined;
    if (text !== undefined && !this.isTooLarge(path, text)) {
      if (frontend?.id === 'python') pythonImports(plain(path, text), names);
      else scriptImports(text, names);
    }
    this.importNames.set(path, names);
    return names;
  }

  mayHaveCalls(path: string): boolean {
    if (this.frontendOf(path)?.id === 'prompt' || this.mentionsSdk(path)) return true;
    if (this.files.size === 0 || !this.files.has(path)) return true;
    this.near ??= this.nearSdk();
    return this.near.has(path);
  }

  private mentionsSdk(path: string): boolean {
    const seen = this.mentions.get(path);
    if (seen !== undefined) return seen;
    const frontend = this.frontendOf(path);
    const text = frontend && frontend.id !== 'prompt' ? this.raw(path) : undefined;
    let found = false;
    if (text !== undefined && !this.isTooLarge(path, text)) {
      const words = plain(path, text);
      for (const module of modulesIn(words, frontend?.id === 'python')) if (this.isSdkModule(module)) found = true;
      // A notebook may be in TypeScript.
      if (path.endsWith('.ipynb')) for (const module of modulesIn(words.replaceAll('\\"', '"'), false)) if (this.isSdkModule(module)) found = true;
    }
    this.mentions.set(path, found);
    return found;
  }

  /** `received`: names of SDK objects that files it imports share. */
  private sharedBy(path: string, received: ReadonlySet<string> = this.received.get(path) ?? NOTHING): ReadonlySet<string> {
    const seen = this.shared.get(path);
    if (seen && this.received.get(path) === received) return seen;
    this.received.set(path, received);
    this.shared.set(path, NOTHING);
    const index = this.tracking(new Set(), () => this.unit(path));
    const names = index ? this.tracking(new Set(), () => this.options.sharedNames(index, this, received)) : NOTHING;
    this.shared.set(path, names);
    return names;
  }

  /** Files that get a client, model or factory from a file that uses an SDK, directly or through others. */
  private nearSdk(): ReadonlySet<string> {
    const near = new Set<string>();
    const index = this.importIndex();
    let ring = new Map<string, ReadonlySet<string>>([...this.files].filter((f) => this.mentionsSdk(f)).map((f) => [f, NOTHING]));
    for (let hop = 0; hop <= HOPS; hop++) {
      const next = new Map<string, Set<string>>();
      for (const [file, received] of ring) {
        if (near.has(file)) continue;
        near.add(file);
        const known = this.received.get(file);
        const names = hop < HOPS ? this.sharedBy(file, known && sameNames(known, received) ? known : received) : NOTHING;
        if (names.size === 0) continue;
        for (const importer of index.get(importName(file)) ?? []) {
          if (near.has(importer) || !this.mayUse(importer, names)) continue;
          const all = next.get(importer) ?? new Set<string>();
          for (const name of names) all.add(name);
          next.set(importer, all);
        }
      }
      ring = next;
    }
    for (const file of this.files) if (!near.has(file) && this.getsClient(file, near, index)) near.add(file);
    return near;
  }

  /** A file that calls something named like a client, imported by a file that has one: it may get the client as an argument. */
  private getsClient(path: string, near: ReadonlySet<string>, index: ReadonlyMap<string, ReadonlySet<string>>): boolean {
    const importers = index.get(importName(path));
    if (!importers || ![...importers].some((f) => f !== path && near.has(f))) return false;
    return this.callsClient.test(this.raw(path) ?? '');
  }

  private mayUse(path: string, names: ReadonlySet<string>): boolean {
    const imported = this.importedNames(path);
    if (!names.has('') && !imported.has('*') && ![...imported].some((n) => names.has(n))) return false;
    const text = this.raw(path) ?? '';
    return this.options.mayCall.test(text) || /\bexport\b/.test(text) || path.endsWith('/__init__.py');
  }

  /** The words in a file's import and re-export statements; `*` when a whole module is imported. */
  private importedNames(path: string): ReadonlySet<string> {
    const seen = this.words.get(path);
    if (seen) return seen;
    const words = new Set<string>();
    const text = plain(path, this.raw(path) ?? '');
    const statements = this.frontendOf(path)?.id === 'python' ? PYTHON_IMPORT : SCRIPT_IMPORT;
    for (const match of text.matchAll(statements)) {
      for (const word of match[0].matchAll(/[\w$]+|\*/g)) words.add(word[0]);
      if (/^\s*import\s+[\w.]+\s*(,|$|as\b|#)/.test(match[0]) && statements === PYTHON_IMPORT) words.add('*');
    }
    this.words.set(path, words);
    return words;
  }
}

const sameNames = (a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): boolean =>
  a !== undefined && a.size === b.size && [...b].every((n) => a.has(n));

/** The name under which a file is imported: its own, or its folder's for `index` and `__init__`. */
function importName(path: string): string {
  const parts = path.split('/');
  const file = (parts.at(-1) ?? '').replace(/\.[^.]+$/, '');
  return file === 'index' || file === '__init__' ? (parts.at(-2) ?? file) : file;
}

/** Notebooks hold their lines as JSON strings. */
const plain = (path: string, text: string): string =>
  path.endsWith('.ipynb') ? text.replaceAll('\\n', '\n').replace(/(^|[[,:])\s*"/gm, '\n') : text;

const SCRIPT_SPECIFIER = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(['"])([^'"\n]+)\1/g;
const SCRIPT_IMPORT = /\b(?:import|export)\b[^'"`;=]*\bfrom\b|\b(?:const|let|var)\s*(?:\{[^}]*\}|\w+)\s*=\s*(?:await\s+import|require)\b/g;
const PYTHON_IMPORT = /^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))/gm;

function scriptImports(text: string, names: Set<string>): void {
  for (const match of text.matchAll(SCRIPT_SPECIFIER)) {
    const last = (match[2] ?? '').split('/').at(-1) ?? '';
    names.add(last.replace(/\.(m|c)?(j|t)sx?$/, ''));
    // A package of the same workspace is imported by its own name and reached through its index in `src`.
    if (match[2] && !match[2].startsWith('.')) names.add('src');
  }
}

function pythonImports(text: string, names: Set<string>): void {
  for (const [, from, list, plain] of text.matchAll(PYTHON_IMPORT)) {
    if (from) names.add(from.split('.').filter(Boolean).at(-1) ?? '');
    for (const item of (list ?? plain ?? '').replace(/[()#]/g, ' ').split(',')) {
      const name = item.trim().split(/\s+/)[0]?.split('.').at(-1);
      if (name) names.add(name);
    }
  }
}

/** Modules that a text imports, as written. */
function* modulesIn(text: string, python: boolean): Iterable<string> {
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
}
