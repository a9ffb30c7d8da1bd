/** Which files may import which, by their import statements. */
import type { Frontend } from '../frontends/source-unit.ts';
import { importKeys, importsOf } from './import-names.ts';

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
  /** By file: the keys of what it imports. */
  private readonly imports = new Map<string, ReadonlySet<string>>();
  private byKey: Map<string, Set<string>> | undefined;

  constructor(sources: SourceFiles) {
    this.sources = sources;
  }

  /** Other files that may import a file. */
  of(path: string): readonly string[] {
    this.byKey ??= this.build();
    const found = new Set<string>();
    for (const key of importKeys(path)) for (const file of this.byKey.get(key) ?? []) if (file !== path) found.add(file);
    return [...found];
  }

  private build(): Map<string, Set<string>> {
    const index = new Map<string, Set<string>>();
    for (const file of this.sources.files) {
      for (const key of this.importsOf(file)) {
        const known = index.get(key);
        if (known) known.add(file);
        else index.set(key, new Set([file]));
      }
    }
    return index;
  }

  /** The keys of what a file imports. */
  importsOf(path: string): ReadonlySet<string> {
    const seen = this.imports.get(path);
    if (seen) return seen;
    const text = this.sources.code(path);
    const keys = text === undefined ? new Set<string>() : importsOf(path, text, this.sources.frontendOf(path)?.id === 'python');
    this.imports.set(path, keys);
    return keys;
  }

  /** What `importsOf` last said of a file; undefined when it was not asked. */
  known(path: string): ReadonlySet<string> | undefined {
    return this.imports.get(path);
  }

  forgetFile(path: string): void {
    this.imports.delete(path);
  }

  forgetIndex(): void {
    this.byKey = undefined;
  }
}
