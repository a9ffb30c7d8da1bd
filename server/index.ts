/** The language server as others start it: `costlint lsp --stdio`, the VS Code client, tests. */
import { type Connection, createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { ServerDeps } from './deps.ts';
import { defaultDeps } from './engine.ts';
import { createServer } from './server.ts';

export type { Engine, ServerDeps } from './deps.ts';
export { createServer } from './server.ts';

/** Serves until the editor goes away. The transport is read from the arguments (`--stdio`, `--node-ipc`) unless one is given. */
export function startServer(transport?: 'stdio', deps: ServerDeps = defaultDeps()): Connection {
  const connection =
    transport === 'stdio' ? createConnection(ProposedFeatures.all, process.stdin, process.stdout) : createConnection(ProposedFeatures.all);
  createServer(connection, deps);
  connection.listen();
  return connection;
}
