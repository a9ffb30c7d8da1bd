/** What following values needs of the project. */
import type { Resolver } from './resolve.ts';
import type { UnitIndex } from './unit-index.ts';

export interface ProgramView {
  readonly root: string;
  readonly resolver: Resolver;
  /** The indexed unit of a workspace file; undefined when it cannot be read or parsed. */
  unit(path: string): UnitIndex | undefined;
  /** Files that import the given one, for finding callers. */
  importers(path: string): readonly string[];
  read(path: string): string | undefined;
  /** True for modules that an SDK description knows: they are outside even when a folder here has the same name. `weak`: the folder wins. */
  isSdkModule(module: string, family?: 'python' | 'typescript'): 'strong' | 'weak' | undefined;
}
