/** What the editor at the other end can do, in the server's words. */
import type { InitializeParams } from 'vscode-languageserver/node';
import { initializationSchema } from '../core/protocol/index.ts';

export interface ClientAbilities {
  readonly pullDiagnostics: boolean;
  readonly refreshDiagnostics: boolean;
  readonly refreshHints: boolean;
  readonly refreshLenses: boolean;
  readonly configuration: boolean;
  readonly watchConfiguration: boolean;
  readonly watchFiles: boolean;
  readonly folders: boolean;
  readonly progress: boolean;
  readonly snippetEdits: boolean;
  readonly showDocument: boolean;
  /** Has the commands of the VS Code client. */
  readonly commands: boolean;
  /** Settings that came with the start. */
  readonly settings: unknown;
}

export function abilitiesOf({ capabilities, initializationOptions }: InitializeParams): ClientAbilities {
  const { workspace, textDocument, window } = capabilities;
  const given = initializationSchema.safeParse(initializationOptions ?? {});
  return {
    pullDiagnostics: textDocument?.diagnostic !== undefined,
    refreshDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshHints: workspace?.inlayHint?.refreshSupport === true,
    refreshLenses: workspace?.codeLens?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    watchConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    watchFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    folders: workspace?.workspaceFolders === true,
    progress: window?.workDoneProgress === true,
    snippetEdits: workspace?.workspaceEdit?.snippetEditSupport === true && workspace.workspaceEdit.documentChanges === true,
    showDocument: window?.showDocument?.support === true,
    commands: given.success && given.data.commands,
    settings: given.success ? given.data.costlint : undefined,
  };
}
