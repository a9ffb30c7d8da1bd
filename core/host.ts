/**
 * The only way in which analysis reaches other files. The editor answers from unsaved buffers, the command line from disk, tests
 * from a map. All calls are synchronous; a path is whatever the host uses (absolute POSIX paths in practice, `/` as separator).
 */
export interface Host {
  /** The text of a file, or undefined when it does not exist, is not text, or may not be read. */
  readonly read: (path: string) => string | undefined;
  /** What stands at a path. Kept apart from `read` since resolution probes many paths that do not exist. */
  readonly stat: (path: string) => 'file' | 'directory' | undefined;
}
