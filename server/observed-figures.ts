/** What the gateway saw at the call sites of the workspace, as the editor told it last. */

import type { ObservedSite } from '../core/protocol/observed.ts';
import type { Engine } from './deps.ts';

export interface ObservedFigures {
  /** In place of what was told before. The ids whose figures are not as they were. */
  readonly use: (sites: readonly ObservedSite[]) => readonly string[];
  /** The engine whose projects know what was seen. */
  readonly inside: (engine: Engine) => Engine;
  /** Ids of call sites are unique within a folder; those of several folders are told apart by what comes before. Ends with a slash where there is anything. */
  readonly prefixOf: (root: string) => string;
}

/** `roots`: of the workspace's folders. */
export function createObservedFigures(roots: () => readonly string[]): ObservedFigures {
  let sites = new Map<string, ObservedSite>();
  const prefixOf = (root: string): string => {
    const all = roots();
    if (all.length < 2 || !all.includes(root)) return '';
    return `${root.slice(commonParent(all).length)}/`;
  };
  return {
    use: (given) => {
      const before = sites;
      sites = new Map(given.map((site) => [site.id, site]));
      const same = (id: string): boolean => JSON.stringify(before.get(id)) === JSON.stringify(sites.get(id));
      return [...new Set([...before.keys(), ...sites.keys()])].filter((id) => !same(id));
    },
    inside: (engine) => ({
      ...engine,
      createProject: (options) =>
        engine.createProject({ ...options, observed: (id) => (sites.size > 0 ? sites.get(`${prefixOf(options.root)}${id}`) : undefined) }),
    }),
    prefixOf,
  };
}

/** The longest folder that all paths stand in, with its slash. */
function commonParent(paths: readonly string[]): string {
  const parts = paths.map((path) => path.split('/').slice(0, -1));
  const [first = []] = parts;
  const depth = first.findIndex((part, i) => parts.some((other) => other[i] !== part));
  return `${first.slice(0, depth < 0 ? Math.min(...parts.map(({ length }) => length)) : depth).join('/')}/`;
}
