/** What following values needs of the project. */
import type { Resolver } from './resolve.ts';
import type { UnitIndex } from './unit-index.ts';

/** What a decorator of a framework makes of a class. */
export interface ClassConvention {
  /** Attributes that name a YAML file, beside the file of the class, and become what it says; with the name that holds where the class gives none. */
  readonly files: Readonly<Record<string, string>>;
  /** Attributes that list what the methods with such a decorator return. */
  readonly collected: Readonly<Record<string, string>>;
}

export interface ProgramView {
  readonly root: string;
  readonly resolver: Resolver;
  /** The indexed unit of a workspace file; undefined when it cannot be read or parsed. */
  unit(path: string): UnitIndex | undefined;
  /** Files that import the given one, for finding callers. */
  importers(path: string): readonly string[];
  /** The same without tests, which say nothing of what the program does; tests count for tests. */
  importersInUse(path: string): readonly string[];
  /** The file is a test by its place or name. */
  isTest(path: string): boolean;
  /** Files of the workspace in the same folder. */
  beside(path: string): readonly string[];
  read(path: string): string | undefined;
  /** True for modules that an SDK description knows: they are outside even when a folder here has the same name. `weak`: the folder wins. */
  isSdkModule(module: string, family?: 'python' | 'typescript'): 'strong' | 'weak' | undefined;
  /** What a class decorator from outside means; undefined for most. */
  conventionOf(module: string, signature: string): ClassConvention | undefined;
  /** The class of which a function from outside hands an object, under a name, to the functions it is given; undefined for most. */
  handedBy(module: string, signature: string, name: string): string | undefined;
}
