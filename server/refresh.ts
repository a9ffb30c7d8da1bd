/** Asks the editor to ask again, once for a group of changes. */
import { changedNotification } from '../core/protocol/index.ts';
import type { Session } from './session.ts';

/** Long enough for a group of changes to be one, short enough not to be noticed, in ms. */
const GROUP_MS = 100;

export interface Refresh {
  readonly soon: () => void;
  /** Nothing is asked any more: the editor is going away. */
  readonly stop: () => void;
}

/** Typing changes other open documents rarely; what does is shown once the hand rests. */
export function createRefresh(session: Session): Refresh {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const { connection, client, log } = session;
  const ask = async (what: string, request: () => Promise<void>): Promise<void> => {
    try {
      await request();
    } catch (error) {
      if (!stopped) log.failure(`Refreshing ${what}`, error);
    }
  };
  const run = (): void => {
    timer = undefined;
    if (client.pullDiagnostics && client.refreshDiagnostics) void ask('diagnostics', () => connection.languages.diagnostics.refresh());
    if (client.refreshHints) void ask('inlay hints', () => connection.languages.inlayHint.refresh());
    if (client.refreshLenses) void ask('code lenses', () => connection.sendRequest('workspace/codeLens/refresh'));
    if (client.commands) void ask('figures', () => connection.sendNotification(changedNotification.method, {}));
  };
  return {
    soon: () => {
      if (!stopped) timer ??= setTimeout(run, GROUP_MS).unref();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
