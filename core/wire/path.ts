/** Paths of requests, without query and with any prefix. */

export interface PathOf {
  readonly path: string;
  readonly query: string;
}

export function splitPath(target: string): PathOf {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  return { path: path.length > 1 ? path.replace(/\/+$/, '') : path, query: mark < 0 ? '' : target.slice(mark + 1) };
}

/** A path segment as it is meant; as it stands where it is not well-formed. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
