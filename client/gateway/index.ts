/** The gateway in VS Code: connection, status bar, alerts, panels, commands, and the relay between it and the language server. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { Intents } from '../panel/intents.ts';
import { Panels } from '../panel/panels.ts';
import { GatewayActions } from './actions.ts';
import { registerGatewayCommands } from './commands.ts';
import { defaultFolder } from './discovery.ts';
import { GatewayLink } from './link.ts';
import { createNotifications } from './notifications.ts';
import { createRelay } from './relay-setup.ts';
import { autoConnect } from './settings.ts';
import { createGatewayStatus } from './status.ts';
import { createTerminals } from './terminals.ts';

export interface GatewayParts {
  readonly client: LanguageClient;
  readonly output: vscode.LogOutputChannel;
  readonly context: vscode.ExtensionContext;
}

export function createGateway({ client, output, context }: GatewayParts): vscode.Disposable {
  const folder = defaultFolder();
  const cli = context.asAbsolutePath('dist/cli.js');
  const link = new GatewayLink({ folder, warn: (message) => output.debug(message) });
  const terminals = createTerminals(link, context);
  const actions = new GatewayActions({ link, output, cli, folder });
  const sites = createRelay(link, client, output);
  const intents: Intents = new Intents({
    ...{ link, client, output, actions, terminals, cli },
    openPanel: (session) => openPanel(session),
    tellAll: (message) => panels.tellAll(message),
  });
  const panels: Panels = new Panels({
    ...{ link, sites, terminals, output },
    extensionUri: context.extensionUri,
    carryOut: (intent, post) => {
      link.start();
      return intents.carryOut(intent, post);
    },
  });
  const openPanel = (session?: string): void => {
    link.start();
    panels.show(session);
  };
  if (autoConnect()) link.start();
  return vscode.Disposable.from(
    link,
    terminals,
    sites,
    panels,
    createGatewayStatus(link),
    createNotifications({ link, openPanel, openSession: openPanel, stopSession: (session) => actions.stopSession(session) }),
    registerGatewayCommands({ link, actions, terminals, output, openPanel }),
    link.onConnection(({ state, url, message }) => {
      void vscode.commands.executeCommand('setContext', 'costlint.gatewayConnected', state === 'connected');
      output.info(`Gateway: ${state}${url ? ` ${url}` : ''}${message ? ` (${message})` : ''}`);
    }),
  );
}
