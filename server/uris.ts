/** URIs of the protocol and paths of the analysis. */
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Absolute path with `/` as separator. Documents that are not files get a path that no disk has: `/untitled:Untitled-1`. */
export function pathOfUri(uri: string): string {
  if (uri.startsWith('file:')) return tidy(fileURLToPath(uri));
  return `/${decodeURIComponent(uri.replace(/[?#].*$/, '')).replace(/:\/*/, ':')}`;
}

export const uriOfPath = (path: string): string => pathToFileURL(path).toString();

/** `C:\x\` → `c:/x`. */
function tidy(path: string): string {
  const slashes = path.replaceAll('\\', '/').replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
  return slashes.length > 1 && slashes.endsWith('/') ? slashes.slice(0, -1) : slashes;
}

export const isInside = (path: string, root: string): boolean => path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);

export const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Extension in lower case with its dot; '' without. */
export function extensionOf(path: string): string {
  const base = baseOf(path);
  const dot = base.lastIndexOf('.');
  return dot < 0 ? '' : base.slice(dot).toLowerCase();
}

/** The way from a folder to a file, both on the same disk: `../../ws/a.ts`; undefined where there is none. Parts stay encoded as they are. */
export function relativeUri(folder: string, file: string): string | undefined {
  if (!folder.startsWith('file:///') || !file.startsWith('file:///')) return undefined;
  const from = folder.slice('file:///'.length).split('/').filter(Boolean);
  const to = file.slice('file:///'.length).split('/');
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && decodeURIComponent(from[shared] ?? '') === decodeURIComponent(to[shared] ?? '')) shared++;
  const onDrive = /^[a-z](:|%3A)$/i.test(to[0] ?? '');
  return shared === 0 && onDrive ? undefined : [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}
