/**
 * The files of a workspace as indexed units, parsed when first asked for and kept until they change. Records which files an analysis read, and knows
 * which files may import which, by the names in their import statements.
 */
import type { Frontend, SourceUnit } from '../frontends/source-unit.ts';
import type { Host } from '../host.ts';
import { importedAs, lastName } from './import-names.ts';
import { Importers, type SourceFiles } from './importers.ts';
import { indexUnit } from './indexer.ts';
import { jsonUnit } from './json.ts';
import { NearSdk, sameNames } from './near.ts';
import { createResolver, dirname, foldersUp, type Resolved, type Resolver } from './resolve.ts';
import { isTestPath } from './test-paths.ts';
import type { UnitIndex } from './unit-index.ts';
import type { ProgramView } from './view.ts';
import { yamlUnit } from './yaml.ts';

export interface ProgramOptions {
  readonly host: Host;
  readonly root: string;
  readonly frontends: readonly Frontend[];
  readonly isSdkModule: ProgramView['isSdkModule'];
  readonly conventionOf: ProgramView['conventionOf'];
  readonly handedBy: ProgramView['handedBy'];
  readonly maxCharacters: number;
  /** Names under which a unit hands SDK objects to files that import it: clients, models, factories, classes that hold one. */
  readonly sharedNames: (index: UnitIndex, program: ProgramView, received: ReadonlySet<string>) => ReadonlySet<string>;
  /** Matches text that may call an SDK object got from elsewhere. */
  readonly mayCall: RegExp;
  /** Matches text that names an endpoint of a provider's API. */
  readonly endpoint: RegExp;
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
const NOTHING: ReadonlySet<string> = new Set();

class WorkspaceProgram implements Program, SourceFiles {
  readonly root: string;
  readonly resolver: Resolver;
  readonly isSdkModule: ProgramView['isSdkModule'];
  readonly conventionOf: ProgramView['conventionOf'];
  readonly handedBy: ProgramView['handedBy'];
  private readonly options: ProgramOptions;
  private readonly byExtension: ReadonlyMap<string, Frontend>;
  readonly files = new Set<string>();
  private readonly texts = new Map<string, string | undefined>();
  private readonly stats = new Map<string, 'file' | 'directory' | undefined>();
  private readonly units = new Map<string, Parsed>();
  /** The last unit of a changed file, for incremental parsing. */
  private readonly previous = new Map<string, SourceUnit>();
  private readonly imports = new Importers(this);
  private readonly near: NearSdk;
  private readonly resolutions = new Map<string, { readonly target: Resolved; readonly reads: ReadonlySet<string> }>();
  private packages: ReadonlyMap<string, string> | undefined;
  private reads: Set<string> | undefined;

  constructor(options: ProgramOptions) {
    this.options = options;
    this.root = options.root;
    this.isSdkModule = options.isSdkModule;
    this.conventionOf = options.conventionOf;
    this.handedBy = options.handedBy;
    this.byExtension = new Map(options.frontends.flatMap((f) => f.extensions.map((e) => [e, f] as const)));
    this.resolver = this.remembering(
      createResolver({ read: (p) => this.read(p), stat: (p) => this.stat(p) }, options.root, (name) => this.packageFolder(name)),
    );
    this.near = new NearSdk({
      sources: this,
      importers: this.imports,
      isSdkModule: this.isSdkModule,
      sharedNames: (path, received) => this.sharedNames(path, received),
      mayCall: options.mayCall,
      endpoint: options.endpoint,
    });
  }

  setFiles(paths: Iterable<string>): void {
    this.files.clear();
    for (const path of paths) this.files.add(path);
    this.stats.clear();
    this.resolutions.clear();
    this.packages = undefined;
    this.forgetImports();
  }

  private forgetImports(): void {
    this.imports.forgetIndex();
    this.near.forget();
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
    const near = this.near.before(path, this.texts.get(path));
    const before = this.imports.known(path);
    const unit = this.units.get(path)?.index?.unit;
    if (unit) this.previous.set(path, unit);
    const existed = this.files.has(path) || this.texts.get(path) !== undefined;
    for (const part of [this.texts, this.units]) part.delete(path);
    this.imports.forgetFile(path);
    this.near.forgetFile(path);
    if (path.endsWith('/package.json')) this.packages = undefined;
    const text = this.raw(path);
    const folders = existed || text === undefined ? [] : this.missingFolders(path);
    // What an import means depends on which files exist and on the settings of resolution, not on what other files hold.
    if (!existed || text === undefined || path.endsWith('.json')) {
      this.stats.clear();
      this.resolutions.clear();
    }
    if (text === undefined) this.files.delete(path);
    else if (this.frontendOf(path)) this.files.add(path);
    const after = text === undefined ? NOTHING : this.imports.importsOf(path);
    if (!sameNames(before, after)) this.forgetImports();
    return [
      path,
      ...folders,
      ...this.near.changed(path, text, near),
      ...new Set([...(before ?? []), ...after].map((key) => IMPORTERS + lastName(key))),
    ];
  }

  /** Folders around a path that were asked for and were not there. */
  private missingFolders(path: string): readonly string[] {
    return foldersUp(path, this.root).filter((folder) => this.stats.has(folder) && this.stats.get(folder) === undefined);
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

  frontendOf(path: string): Frontend | undefined {
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    return this.byExtension.get(name.slice(Math.max(name.lastIndexOf('.'), 0))) ?? this.options.frontends.find((f) => f.matches?.(path));
  }

  read(path: string): string | undefined {
    this.reads?.add(path);
    return this.raw(path);
  }

  raw(path: string): string | undefined {
    if (!this.texts.has(path)) this.texts.set(path, this.options.host.read(path));
    return this.texts.get(path);
  }

  code(path: string): string | undefined {
    const frontend = this.frontendOf(path);
    const text = frontend && frontend.id !== 'prompt' ? this.raw(path) : undefined;
    return text === undefined || this.isTooLarge(path, text) ? undefined : text;
  }

  private stat(path: string): 'file' | 'directory' | undefined {
    this.reads?.add(path);
    if (this.files.has(path)) return 'file';
    return this.probed(path);
  }

  /** Most paths that resolution asks for lie in a folder that is not there: that is asked once for all of them. */
  private probed(path: string): 'file' | 'directory' | undefined {
    if (this.stats.has(path)) return this.stats.get(path);
    const folder = dirname(path);
    const isMissing = folder.startsWith(`${this.root}/`) && this.probed(folder) !== 'directory';
    const found = isMissing ? undefined : this.options.host.stat(path);
    this.stats.set(path, found);
    return found;
  }

  unit(path: string): UnitIndex | undefined {
    const text = this.read(path);
    const seen = this.units.get(path);
    if (seen && seen.text === text) return seen.index;
    const frontend = this.frontendOf(path);
    if (text === undefined || this.isTooLarge(path, text)) return undefined;
    if (!frontend) return /\.(json|ya?ml)$/.test(path) ? this.data(path, text) : undefined;
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

  private data(path: string, text: string): UnitIndex | undefined {
    const unit = path.endsWith('.json') ? jsonUnit(path, text) : yamlUnit(path, text);
    const index = unit && indexUnit(unit);
    this.units.set(path, { text, index });
    return index;
  }

  importers(path: string): readonly string[] {
    this.reads?.add(IMPORTERS + lastName(importedAs(path)));
    return this.imports.of(path);
  }

  importersInUse(path: string): readonly string[] {
    const importers = this.importers(path);
    return this.isTest(path) ? importers : importers.filter((importer) => !this.isTest(importer));
  }

  isTest(path: string): boolean {
    return isTestPath(path.slice(this.root.length));
  }

  beside(path: string): readonly string[] {
    const folder = dirname(path);
    return [...this.files].filter((file) => dirname(file) === folder);
  }

  mayHaveCalls(path: string): boolean {
    if (this.frontendOf(path)?.id === 'prompt' || this.near.mentionsSdk(path)) return true;
    if (this.files.size === 0 || !this.files.has(path)) return true;
    return this.near.has(path);
  }

  /** What other files get from a file does not depend on who asks, so that no analysis records it as read. */
  private sharedNames(path: string, received: ReadonlySet<string>): ReadonlySet<string> {
    return this.tracking(new Set(), () => {
      const index = this.unit(path);
      return index ? this.options.sharedNames(index, this, received) : NOTHING;
    });
  }
}
