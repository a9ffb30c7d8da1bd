/** Base URLs for new terminals, where the person wants that in this workspace. They go when the gateway goes: programs would call nobody. */
import * as vscode from 'vscode';
import { baseUrls } from './base-urls.ts';
import type { GatewayLink } from './link.ts';

const WANTED = 'costlint.gateway.inTerminals';

export interface Terminals extends vscode.Disposable {
  readonly wanted: boolean;
  want(on: boolean): Promise<void>;
  readonly onChange: vscode.Event<void>;
}

export function createTerminals(link: GatewayLink, context: vscode.ExtensionContext): Terminals {
  const variables = context.environmentVariableCollection;
  // A window that opens later asks anew whether a gateway is there.
  variables.persistent = false;
  variables.description = 'Send calls of language models through the Costlint gateway';
  const changed = new vscode.EventEmitter<void>();
  const wanted = (): boolean => context.workspaceState.get(WANTED, false);
  const apply = (): void => {
    variables.clear();
    const { state, url } = link.connection;
    if (!wanted() || state !== 'connected' || url === undefined) return;
    for (const { variable, url: value } of baseUrls(url)) variables.replace(variable, value);
  };
  apply();
  const following = link.onConnection(apply);
  return {
    get wanted() {
      return wanted();
    },
    want: async (on) => {
      await context.workspaceState.update(WANTED, on);
      apply();
      changed.fire();
    },
    onChange: changed.event,
    dispose: () => {
      following.dispose();
      changed.dispose();
      variables.clear();
    },
  };
}
