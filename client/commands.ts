/** The commands of the palette. Each failure is told once, in words, with the way to the details. */
import * as vscode from 'vscode';
import { clientCommands } from '../core/protocol/index.ts';
import { calibrate, forgetCalibration } from './calibrate.ts';
import { createConfigFile } from './config-file.ts';
import { showFileCost } from './file-cost.ts';
import { fixAll } from './fix-all.ts';
import { showReport } from './report.ts';
import { openRuleDocs } from './rule-docs.ts';
import type { Server } from './server.ts';
import { toggle } from './settings.ts';

export interface CommandParts {
  readonly server: Server;
  readonly output: vscode.LogOutputChannel;
  readonly context: vscode.ExtensionContext;
}

export function registerCommands({ server, output, context }: CommandParts): vscode.Disposable {
  const { client } = server;
  const commands: Commands = {
    [clientCommands.showFileCost]: () => showFileCost(client),
    [clientCommands.openRuleDocs]: (rule) => openRuleDocs(context.extensionUri, rule),
    'costlint.showReport': (kind) => showReport(client, context, kind),
    'costlint.calibrate': () => calibrate({ client, output, context }),
    'costlint.forgetCalibration': () => forgetCalibration({ client, context, output }),
    'costlint.restartServer': () => server.restart(),
    'costlint.fixAll': () => fixAll(),
    'costlint.toggleInlayHints': () => toggle('inlayHints'),
    'costlint.toggleCodeLens': () => toggle('codeLens'),
    'costlint.toggleDecorations': () => toggle('decorations'),
    'costlint.createConfig': () => createConfigFile(),
    'costlint.showOutput': async () => output.show(),
  };
  return registered(commands, output);
}

export type Commands = Readonly<Record<string, (argument: unknown) => Thenable<unknown>>>;

/** Registers commands; what one throws is told in words, and in full in the output. */
export function registered(commands: Commands, output: vscode.LogOutputChannel): vscode.Disposable {
  const run = async (name: string, command: (argument: unknown) => Thenable<unknown>, argument: unknown): Promise<unknown> => {
    try {
      return await command(argument);
    } catch (error) {
      output.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      const message = `Costlint: ${error instanceof Error ? error.message : String(error)}`;
      void vscode.window.showErrorMessage(message, 'Show Output').then((choice) => choice && output.show());
      return undefined;
    }
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) => vscode.commands.registerCommand(name, (argument: unknown) => run(name, command, argument))),
  );
}
