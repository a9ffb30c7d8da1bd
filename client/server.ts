/** Starts the language server in its own process and looks after it. */
import * as vscode from 'vscode';
import {
  CloseAction,
  type DocumentSelector,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from 'vscode-languageclient/node';
import { chosenSettings, contributedKeys } from './settings.ts';

const LANGUAGES = [
  'typescript',
  'typescriptreact',
  'javascript',
  'javascriptreact',
  'python',
  'prompt',
  'prompty',
  'jinja',
  'handlebars',
  'mustache',
];
/** Markdown and text are prompts only by their place or name. */
const PROMPT_PATTERNS = ['**/{prompt,prompts}/**/*.{md,txt}', '**/*.prompt.{md,txt}'];

/** Not `git:` and the like: the old side of a diff is nobody's to change. */
const SCHEMES = ['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs'];

export const selector: DocumentSelector = SCHEMES.flatMap((scheme) => [
  ...LANGUAGES.map((language) => ({ scheme, language })),
  ...PROMPT_PATTERNS.map((pattern) => ({ scheme, pattern })),
]);

/** So many unasked ends within `WINDOW_MS` and the server stays down until a person wants it. */
const MAX_CRASHES = 4;
const WINDOW_MS = 3 * 60_000;

export interface Server {
  readonly client: LanguageClient;
  readonly start: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function createServer(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Server {
  const module = context.asAbsolutePath('dist/server.js');
  const debug = { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6017'] } };
  const serverOptions: ServerOptions = { run: { module, transport: TransportKind.ipc }, debug };
  const keys = contributedKeys(context.extension.packageJSON);
  const clientOptions: LanguageClientOptions = {
    documentSelector: selector,
    outputChannel: output,
    initializationOptions: { commands: true },
    markdown: { isTrusted: false, supportHtml: false },
    errorHandler: crashHandler(output),
    initializationFailedHandler: (error) => {
      output.error(`The language server could not start: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    },
    middleware: {
      workspace: {
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          if (!Array.isArray(answers)) return answers;
          return params.items.map((item, index) =>
            item.section === 'costlint' ? chosenSettings(keys, item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined) : answers[index],
          );
        },
      },
    },
  };
  const client = new QuietClient('costlint', 'Costlint', serverOptions, clientOptions);
  const guarded = async (doing: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      output.error(`${doing}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      void tellDown('Costlint could not start its language server.', output);
    }
  };
  return {
    client,
    start: () => guarded('Start', () => client.start()),
    restart: () => guarded('Restart', () => client.restart()),
    stop: () => (client.needsStop() ? client.stop() : Promise.resolve()),
  };
}

/** The library pops up a message for each failed step; here they go to the output, and a person is told once what to do. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function crashHandler(output: vscode.LogOutputChannel): LanguageClientOptions['errorHandler'] {
  let crashes: number[] = [];
  return {
    error: (error) => {
      output.error(`Connection: ${error.message}`);
      return { action: ErrorAction.Continue, handled: true };
    },
    closed: () => {
      const now = Date.now();
      crashes = [...crashes.filter((then) => now - then < WINDOW_MS), now];
      if (crashes.length < MAX_CRASHES) {
        output.warn('The language server ended by itself and is started again.');
        return { action: CloseAction.Restart, handled: true };
      }
      crashes = [];
      void tellDown(
        `Costlint’s language server ended ${MAX_CRASHES} times within ${WINDOW_MS / 60_000} minutes and is not started again by itself.`,
        output,
      );
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}

let telling = false;

async function tellDown(message: string, output: vscode.LogOutputChannel): Promise<void> {
  if (telling) return;
  telling = true;
  const choice = await vscode.window.showErrorMessage(message, 'Show Output', 'Restart');
  telling = false;
  if (choice === 'Show Output') output.show();
  if (choice === 'Restart') await vscode.commands.executeCommand('costlint.restartServer');
}
