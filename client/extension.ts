/** Costlint in VS Code: puts the parts together and takes them down. What they show comes from the language server. */
import * as vscode from 'vscode';
import { keepCalibrated } from './calibrate.ts';
import { registerCommands } from './commands.ts';
import { createDecorations } from './decorations.ts';
import { createGateway } from './gateway/index.ts';
import { keepReports } from './report.ts';
import { createServer, type Server } from './server.ts';
import { createStatusBar } from './status-bar.ts';

let running: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('Costlint', { log: true });
  const server = createServer(context, output);
  running = server;
  context.subscriptions.push(
    output,
    registerCommands({ server, output, context }),
    keepReports(server.client, context),
    keepCalibrated({ client: server.client, output, context }),
    createStatusBar(server.client, output),
    createDecorations(server.client, output),
    createGateway({ client: server.client, output, context }),
  );
  await server.start();
}

export async function deactivate(): Promise<void> {
  await running?.stop();
  running = undefined;
}
