/** Asks the editor to ask again, once for a group of changes. */
import { changedNotification } from '../core/protocol/index.ts';
import type { Session } from './session.ts';

/** Long enough for a group of changes to be one, short enough not to be noticed, in ms. */
const GROUP_MS = 100;

/** Typing changes other open documents rarely; what does is shown once the hand rests. */
export function createRefresh(session: Session): () => void {
  let timer: NodeJS.Timeout | undefined;
  const { connection, client, log } = session;
  const ask = (what: string, request: Promise<void>): void => void request.catch((error) => log.failure(`Refreshing ${what}`, error));
  const run = (): void => {
    timer = undefined;
    if (client.pullDiagnostics && client.refreshDiagnostics) ask('diagnostics', connection.languages.diagnostics.refresh());
    if (client.refreshHints) ask('inlay hints', connection.languages.inlayHint.refresh());
    if (client.refreshLenses) ask('code lenses', connection.sendRequest('workspace/codeLens/refresh'));
    if (client.commands) ask('figures', connection.sendNotification(changedNotification.method, {}));
  };
  return () => {
    timer ??= setTimeout(run, GROUP_MS);
    timer.unref();
  };
}
