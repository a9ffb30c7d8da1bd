/** Symbolic links of a state of a repository, by what their blobs say: git does not follow them, a checkout does. */
import path from 'node:path';
import { isInside, parentOf } from './paths.ts';

const MAX_LINKS = 8;

export class GitLinks {
  /** Absolute path of a link → absolute path of what it names. */
  private readonly targets: ReadonlyMap<string, string>;
  private readonly top: string;

  /** `texts`: the paths of links with the contents of their blobs. */
  constructor(top: string, texts: Iterable<readonly [path: string, text: string]>) {
    this.top = top;
    this.targets = new Map([...texts].map(([link, text]) => [link, path.posix.resolve(parentOf(link), text)]));
  }

  /** Where a path leads; undefined when out of the repository or round in a circle. */
  real(file: string): string | undefined {
    let at = file;
    for (let steps = 0; steps <= MAX_LINKS; steps++) {
      const link = this.linkAbove(at);
      if (!link) return isInside(at, this.top) ? at : undefined;
      at = link.target + at.slice(link.path.length);
    }
    return undefined;
  }

  private linkAbove(file: string): { readonly path: string; readonly target: string } | undefined {
    if (this.targets.size === 0) return undefined;
    for (let at = file; at.length > this.top.length; at = parentOf(at)) {
      const target = this.targets.get(at);
      if (target !== undefined) return { path: at, target };
    }
    return undefined;
  }

  /** Other paths under which these files can be read. */
  aliases(files: Iterable<string>): readonly string[] {
    const changed = [...files];
    return [...this.targets.keys()].flatMap((link) => {
      const target = this.real(link);
      return target === undefined ? [] : changed.filter((file) => isInside(file, target)).map((file) => link + file.slice(target.length));
    });
  }
}
