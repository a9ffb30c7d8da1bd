/** Paths as the analysis knows them: absolute, `/` as separator, no trailing slash, on every system. */
import path from 'node:path';

/** An absolute path in the form the analysis uses. */
export const normalise = (file: string, base = process.cwd()): string => {
  const absolute = path.resolve(base, file).replaceAll(path.sep, '/');
  return absolute.length > 1 && absolute.endsWith('/') ? absolute.slice(0, -1) : absolute;
};

export const parentOf = (file: string): string => {
  const cut = file.lastIndexOf('/');
  return cut <= 0 ? '/' : file.slice(0, cut);
};

export const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

/** `directory` itself counts as inside. */
export const isInside = (file: string, directory: string): boolean =>
  file === directory || file.startsWith(directory.endsWith('/') ? directory : `${directory}/`);

/** `file` as seen from `directory`; absolute when it lies elsewhere. `.` for the directory itself. */
export const relativeTo = (directory: string, file: string): string => {
  if (file === directory) return '.';
  if (!isInside(file, directory)) return file;
  return file.slice(directory.endsWith('/') ? directory.length : directory.length + 1);
};

/** A path for a person at a terminal: relative to where they stand when it lies there, absolute otherwise. */
export const displayPath = (cwd: string, file: string): string => relativeTo(cwd, file);

/** The directories from `directory` up to the root of the file system, nearest first. */
export function* ancestors(directory: string): Generator<string> {
  for (let at = directory; ; at = parentOf(at)) {
    yield at;
    if (parentOf(at) === at || /^[A-Za-z]:$/.test(at)) return;
  }
}
