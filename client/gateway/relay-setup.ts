/** Keeps gateway and language server informed of each other: which call sites there are, and what was seen at them. */
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { changedNotification } from '../../core/protocol/index.ts';
import { observedAnswerSchema, siteFingerprintsRequest, useObservedRequest } from '../../core/protocol/observed.ts';
import { ask } from '../rpc.ts';
import { selector } from '../server.ts';
import type { GatewayHttp } from './http.ts';
import type { GatewayLink } from './link.ts';
import { Relay } from './relay.ts';

/** So many wait for one request at most, as the gateway takes them. */
const MAX_SITES = 20_000;

export interface SiteNames {
  readonly names: Readonly<Record<string, string>>;
  readonly onChange: vscode.Event<Readonly<Record<string, string>>>;
}

export function createRelay(link: GatewayLink, client: LanguageClient, output: vscode.LogOutputChannel): SiteNames & vscode.Disposable {
  const changed = new vscode.EventEmitter<Readonly<Record<string, string>>>();
  let names: Readonly<Record<string, string>> = {};
  // Stays the same for this workspace, and says nothing of its place.
  const workspace = workspaceName();
  const http = (): GatewayHttp => {
    if (!link.http) throw new Error('the gateway is gone');
    return link.http;
  };
  const relay = new Relay({
    fingerprints: async (salt) => {
      if (client.state !== State.Running) return undefined;
      const { sites, cancelled } = await ask(client, siteFingerprintsRequest, { salt });
      return cancelled ? undefined : sites.slice(0, MAX_SITES);
    },
    tell: (sites) => http().post('/costlint/sites', { workspace, sites }, observedAnswerSchema),
    observed: () => http().get(`/costlint/observed?workspace=${encodeURIComponent(workspace)}`, observedAnswerSchema),
    use: async (sites) => (client.state === State.Running ? ask(client, useObservedRequest, { sites: [...sites] }) : undefined),
    onNames: (found) => {
      names = found;
      changed.fire(found);
    },
    onError: (error) => output.warn(`Observed cost: ${error instanceof Error ? error.message : String(error)}`),
  });
  const connected = (): void =>
    relay.connected(link.connection.state === 'connected' && client.state === State.Running ? link.discovery?.salt : undefined);
  connected();
  return {
    get names() {
      return names;
    },
    onChange: changed.event,
    dispose: vscode.Disposable.from(
      relay,
      changed,
      link.onConnection(connected),
      link.onMessages((messages) => {
        if (messages.some((message) => message.type === 'event' && message.event.kind === 'call')) relay.callsCame();
      }),
      client.onDidChangeState(connected),
      client.onNotification(changedNotification.method, () => relay.codeChanged('maybe')),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (vscode.languages.match(selector as vscode.DocumentSelector, document)) relay.codeChanged();
      }),
    ).dispose,
  };
}

const workspaceName = (): string => {
  const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.toString()) ?? [];
  const file = vscode.workspace.workspaceFile?.toString();
  return file ?? folders.join('\n') ?? 'no folder';
};
