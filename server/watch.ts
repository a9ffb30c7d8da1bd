/** Files that changed outside the editor. */
import { type Connection, DidChangeWatchedFilesNotification, FileChangeType, type FileEvent } from 'vscode-languageserver/node';
import type { Changes } from './changes.ts';
import type { Session } from './session.ts';
import { baseOf, extensionOf, isInside, pathOfUri } from './uris.ts';

/** What configuration is read from; a change means reading settings and the list of files again. */
const CONFIGURATION = new Set(['costlint.json', '.gitignore']);
/** Beside code: prompts read at run time, manifests, lockfiles. */
const OTHER = ['md', 'txt', 'json', 'yaml', 'yml', 'toml', 'lock', 'jinja', 'jinja2', 'j2', 'hbs', 'mustache', 'prompt', 'prompty'];

function watchGlobs(extensions: readonly string[]): readonly string[] {
  const all = [...new Set([...extensions.map((extension) => extension.slice(1)), ...OTHER])];
  return [`**/*.{${all.join(',')}}`, '**/.gitignore'];
}

export async function registerWatchers(connection: Connection, extensions: readonly string[]): Promise<void> {
  const watchers = watchGlobs(extensions).map((globPattern) => ({ globPattern }));
  await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
}

/** Open buffers are what the editor holds, whatever happens on disk. */
export async function filesChanged(session: Session, changes: Changes, events: readonly FileEvent[]): Promise<void> {
  const paths = events.map((event) => ({ path: pathOfUri(event.uri), exists: event.type !== FileChangeType.Deleted }));
  const stale = new Set(paths.filter(({ path, exists }) => session.folders.fileSeen(path, exists)).map(({ path }) => path));
  for (const { path } of paths) {
    if (session.buffers.byPath(path)) continue;
    for (const folder of session.folders.loaded()) {
      if (isInside(path, folder.root) || extensionOf(path) === '.json') {
        // A file that nobody read and that is no code is nobody's concern.
        for (const each of folder.project.changed(path)) if (each !== path || session.engine.frontendFor(path)) stale.add(each);
      }
    }
  }
  if (paths.some(({ path }) => CONFIGURATION.has(baseOf(path)))) {
    await session.folders.reload();
    changes.announce(undefined, true);
  } else if (stale.size > 0) changes.announce([...stale], true);
}
