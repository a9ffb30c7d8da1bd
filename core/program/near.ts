/**
 * Files that come near an SDK: they mention one, or get a client, a model or a factory from a file that does. Most files of a workspace do not, and need no
 * analysis at all.
 */
import { importedWords, modulesIn, plain } from './import-names.ts';
import type { Importers, SourceFiles } from './importers.ts';
import type { ProgramView } from './view.ts';

/** How many imports away from an SDK a file may be and still make its calls through a shared client or factory. */
const HOPS = 3;
const NOTHING: ReadonlySet<string> = new Set();

export interface NearOptions {
  readonly sources: SourceFiles;
  readonly importers: Importers;
  readonly isSdkModule: ProgramView['isSdkModule'];
  /** Names under which a file hands SDK objects to files that import it. `received`: names of those that it got itself. */
  readonly sharedNames: (path: string, received: ReadonlySet<string>) => ReadonlySet<string>;
  /** Matches text that names an endpoint of a provider's API: requests without an SDK. */
  readonly endpoint: RegExp;
  /** Matches text that may call an SDK object got from elsewhere. */
  readonly mayCall: RegExp;
}

/** What was known of a file before it changed. */
export interface NearBefore {
  readonly near: ReadonlySet<string> | undefined;
  readonly mentions: boolean | undefined;
  readonly calls: boolean;
  readonly shared: ReadonlySet<string> | undefined;
}

export class NearSdk {
  private readonly options: NearOptions;
  /** A call like those of an SDK on something named like a client. */
  private readonly callsClient: RegExp;
  private readonly mentions = new Map<string, boolean>();
  private readonly shared = new Map<string, ReadonlySet<string>>();
  private readonly received = new Map<string, ReadonlySet<string>>();
  private readonly words = new Map<string, ReadonlySet<string>>();
  private near: ReadonlySet<string> | undefined;

  constructor(options: NearOptions) {
    this.options = options;
    this.callsClient = new RegExp(
      `(?:client|llm|model|agent|openai|anthropic|claude|gemini|chain|graph|api)\\w*(?:\\.\\w+)*\\.${options.mayCall.source.replace(/^\\b/, '')}`,
      'i',
    );
  }

  has(path: string): boolean {
    this.near ??= this.find();
    return this.near.has(path);
  }

  /** To be asked for before a file changes, with its old text. */
  before(path: string, text: string | undefined): NearBefore {
    return {
      near: this.near,
      mentions: this.mentions.get(path),
      calls: this.callsClient.test(text ?? ''),
      shared: this.shared.get(path),
    };
  }

  forgetFile(path: string): void {
    for (const map of [this.mentions, this.shared, this.words]) map.delete(path);
  }

  forget(): void {
    this.near = undefined;
  }

  /**
   * Files that come near an SDK or leave it by a change of a file, which must be forgotten by then: whether they are analysed at all is not in what their
   * analysis read.
   */
  changed(path: string, text: string | undefined, before: NearBefore): readonly string[] {
    const mentions = text !== undefined && this.mentionsSdk(path);
    const isDifferent =
      mentions !== before.mentions ||
      before.calls !== this.callsClient.test(text ?? '') ||
      (before.shared !== undefined && !sameNames(before.shared, this.sharedBy(path)));
    if (isDifferent) this.forget();
    const old = before.near;
    if (!old || this.near === old) return [];
    const near = this.find();
    this.near = near;
    return [...[...old].filter((f) => !near.has(f)), ...[...near].filter((f) => !old.has(f))];
  }

  /** The file imports an SDK itself, or names what an SDK would send its requests to. */
  mentionsSdk(path: string): boolean {
    const seen = this.mentions.get(path);
    if (seen !== undefined) return seen;
    const text = this.options.sources.code(path);
    const found = text !== undefined && (this.importsSdk(path, plain(path, text)) || this.options.endpoint.test(text));
    this.mentions.set(path, found);
    return found;
  }

  private importsSdk(path: string, text: string): boolean {
    const imports = (words: string, python: boolean): boolean => {
      for (const module of modulesIn(words, python)) if (this.options.isSdkModule(module)) return true;
      return false;
    };
    // A notebook may be in TypeScript.
    return imports(text, this.isPython(path)) || (path.endsWith('.ipynb') && imports(text.replaceAll('\\"', '"'), false));
  }

  private isPython(path: string): boolean {
    return this.options.sources.frontendOf(path)?.id === 'python';
  }

  /** `received`: names of SDK objects that files it imports share. */
  private sharedBy(path: string, received: ReadonlySet<string> = this.received.get(path) ?? NOTHING): ReadonlySet<string> {
    const seen = this.shared.get(path);
    if (seen && this.received.get(path) === received) return seen;
    this.received.set(path, received);
    this.shared.set(path, NOTHING);
    const names = this.options.sharedNames(path, received);
    this.shared.set(path, names);
    return names;
  }

  /** Files that get a client, model or factory from a file that uses an SDK, directly or through others. */
  private find(): ReadonlySet<string> {
    const near = new Set<string>();
    const { sources, importers } = this.options;
    let ring = new Map<string, ReadonlySet<string>>([...sources.files].filter((f) => this.mentionsSdk(f)).map((f) => [f, NOTHING]));
    for (let hop = 0; hop <= HOPS; hop++) {
      for (const file of ring.keys()) near.add(file);
      const next = new Map<string, Set<string>>();
      for (const [file, received] of hop < HOPS ? ring : []) {
        // What nobody takes needs no look: most files that use an SDK are imported by none that does not.
        const takers = importers.of(file).filter((importer) => !near.has(importer));
        if (takers.length === 0) continue;
        const known = this.received.get(file);
        const names = this.sharedBy(file, known && sameNames(known, received) ? known : received);
        if (names.size === 0) continue;
        for (const importer of takers) {
          if (!this.mayUse(importer, names)) continue;
          const all = next.get(importer) ?? new Set<string>();
          for (const name of names) all.add(name);
          next.set(importer, all);
        }
      }
      ring = next;
    }
    for (const file of sources.files) if (!near.has(file) && this.getsClient(file, near)) near.add(file);
    return near;
  }

  /** A file that calls something named like a client, imported by a file that has one: it may get the client as an argument. */
  private getsClient(path: string, near: ReadonlySet<string>): boolean {
    const { importers, sources } = this.options;
    return importers.of(path).some((f) => near.has(f)) && this.callsClient.test(sources.raw(path) ?? '');
  }

  private mayUse(path: string, names: ReadonlySet<string>): boolean {
    const imported = this.wordsOf(path);
    if (!names.has('') && !imported.has('*') && ![...imported].some((n) => names.has(n))) return false;
    const text = this.options.sources.raw(path) ?? '';
    return this.options.mayCall.test(text) || /\bexport\b/.test(text) || path.endsWith('/__init__.py');
  }

  private wordsOf(path: string): ReadonlySet<string> {
    const seen = this.words.get(path);
    if (seen) return seen;
    const words = importedWords(plain(path, this.options.sources.raw(path) ?? ''), this.isPython(path));
    this.words.set(path, words);
    return words;
  }
}

export const sameNames = (a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): boolean =>
  a !== undefined && a.size === b.size && [...b].every((n) => a.has(n));
