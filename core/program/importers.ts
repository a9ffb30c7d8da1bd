/** Which files may import which, by the last names in their import statements. */
import type { Frontend } from '../frontends/source-unit.ts';
import { plain, pythonImports, scriptImports } from './import-names.ts';

/** The files of a workspace as text. */
export interface SourceFiles {
  readonly files: ReadonlySet<string>;
  /** The text of a file, without recording that it was read. */
  raw(path: string): string | undefined;
  /** The text of a file that holds code; undefined for prompts and for what is too large. */
  code(path: string): string | undefined;
  frontendOf(path: string): Frontend | undefined;
}

export class Importers {
  private readonly sources: SourceFiles;
  private readonly names = new Map<string, ReadonlySet<string>>();
  private byName: Map<string, Set<string>> | undefined;

  constructor(sources: SourceFiles) {
    this.sources = sources;
  }

  /** Files by the names of what they import. */
  get index(): ReadonlyMap<string, ReadonlySet<string>> {
    this.byName ??= this.build();
    return this.byName;
  }

  private build(): Map<string, Set<string>> {
    const index = new Map<string, Set<string>>();
    for (const file of this.sources.files) {
      for (const name of this.namesOf(file)) {
        const known = index.get(name);
        if (known) known.add(file);
        else index.set(name, new Set([file]));
      }
    }
    return index;
  }

  /** The last names of what a file imports: `prompts` for `./lib/prompts.js` and `app.prompts`. */
  namesOf(path: string): ReadonlySet<string> {
    const seen = this.names.get(path);
    if (seen) return seen;
    const text = this.sources.code(path);
    const names = text === undefined ? new Set<string>() : this.read(path, text);
    this.names.set(path, names);
    return names;
  }

  private read(path: string, text: string): ReadonlySet<string> {
    return this.sources.frontendOf(path)?.id === 'python' ? pythonImports(plain(path, text)) : scriptImports(text);
  }

  /** What `namesOf` last said of a file; undefined when it was not asked. */
  known(path: string): ReadonlySet<string> | undefined {
    return this.names.get(path);
  }

  forgetFile(path: string): void {
    this.names.delete(path);
  }

  forgetIndex(): void {
    this.byName = undefined;
  }
}
