/** What the analysis reads: open buffers first, then the disk. */
import type { DiskHost } from './deps.ts';
import { parentOf } from './uris.ts';

export interface Overlay {
  readonly textOf: (path: string) => string | undefined;
}

export function overlayHost(disk: DiskHost, overlay: Overlay): DiskHost {
  return {
    read: (path) => overlay.textOf(path) ?? disk.read(path),
    stat: (path) => (overlay.textOf(path) === undefined ? disk.stat(path) : 'file'),
    problem: (path) => (overlay.textOf(path) === undefined ? disk.problem(path) : undefined),
  };
}

/** A disk with nothing on it, for documents that are not files. */
export const emptyDisk: DiskHost = { read: () => undefined, stat: () => undefined, problem: () => undefined };

/** Whether a path stands for something that no disk has (`/untitled:Untitled-1`, `/vscode-vfs:github/…`). */
export const isVirtual = (path: string): boolean =>
  /^\/[\w+.-]+:/.test(path) || /\/untitled:[^/]*$/.test(path) || parentOf(path).includes('/untitled:');
