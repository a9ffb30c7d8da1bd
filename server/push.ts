/** Diagnostics for editors that do not ask for them: open documents only, published as soon as the typed batch is in. */
import { diagnosticsOf } from './diagnostics.ts';
import type { Session } from './session.ts';

export interface Push {
  readonly changed: (path: string) => void;
  readonly closed: (uris: readonly string[]) => void;
}

export function createPush(session: Session): Push {
  const pending = new Set<string>();
  const publish = async (path: string): Promise<void> => {
    const buffer = session.buffers.byPath(path);
    if (!buffer) return;
    const view = await session.view(buffer.parts[0]?.uri ?? '');
    const found = view ? diagnosticsOf(session, view) : new Map(buffer.parts.map((part) => [part.uri, []]));
    for (const [uri, diagnostics] of found) {
      const version = view?.buffer.version(uri);
      await session.connection.sendDiagnostics({ uri, diagnostics: [...diagnostics], ...(version === undefined ? {} : { version }) });
    }
  };
  const flush = (): void => {
    const paths = [...pending];
    pending.clear();
    for (const path of paths) publish(path).catch((error) => session.log.failure(`Diagnostics of ${path}`, error));
  };
  return {
    changed: (path) => {
      if (pending.size === 0) setImmediate(flush);
      pending.add(path);
    },
    closed: (uris) => {
      for (const uri of uris)
        session.connection.sendDiagnostics({ uri, diagnostics: [] }).catch((error) => session.log.failure('Clearing diagnostics', error));
    },
  };
}
