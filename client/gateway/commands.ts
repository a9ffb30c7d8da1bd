/** The gateway's commands of the palette. */
import * as vscode from 'vscode';
import { formatUsd, plural } from '../../core/format.ts';
import { registered } from '../commands.ts';
import type { GatewayActions, Outcome } from './actions.ts';
import { baseUrls } from './base-urls.ts';
import { writeEnv } from './env.ts';
import type { GatewayLink } from './link.ts';
import type { Terminals } from './terminals.ts';

export interface GatewayCommandParts {
  readonly link: GatewayLink;
  readonly actions: GatewayActions;
  readonly terminals: Terminals;
  readonly output: vscode.LogOutputChannel;
  readonly openPanel: (session?: string) => void;
}

export function registerGatewayCommands({ link, actions, terminals, output, openPanel }: GatewayCommandParts): vscode.Disposable {
  const told = async (work: Thenable<Outcome>): Promise<void> => {
    const outcome = await work;
    if (outcome?.ok) void vscode.window.showInformationMessage(`Costlint: ${outcome.message}`);
    else if (outcome) await failed(outcome.message, link, actions);
  };
  return registered(
    {
      'costlint.openPanel': async () => openPanel(),
      'costlint.startGateway': () =>
        told(vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Starting the gateway' }, () => actions.start())),
      'costlint.stopGateway': () => told(actions.stop()),
      'costlint.copyBaseUrl': () => told(copyBaseUrl(link)),
      'costlint.writeEnv': () => told(writeEnv(link, output)),
      'costlint.useGatewayInTerminals': () => told(toggleTerminals(terminals)),
      'costlint.stopSession': (id) => told(ofSession(link, id, 'Which session is to be stopped?', (session) => actions.stopSession(session))),
      'costlint.resetBreaker': (scope) => told(ofBreaker(link, scope, (chosen) => actions.resetBreaker(chosen))),
      'costlint.setLimit': (id) => told(ofLimit(link, id, actions)),
    },
    output,
  );
}

async function failed(message: string, link: GatewayLink, actions: GatewayActions): Promise<void> {
  const buttons = link.state ? ['Show Output'] : ['Start Gateway', 'Show Output'];
  const choice = await vscode.window.showErrorMessage(`Costlint: ${message}`, ...buttons);
  if (choice === 'Show Output') await vscode.commands.executeCommand('costlint.showOutput');
  if (choice === 'Start Gateway') await actions.start();
}

const NOT_CONNECTED: Outcome = { ok: false, message: 'No gateway is connected' };

async function copyBaseUrl({ connection }: GatewayLink): Promise<Outcome> {
  if (connection.state !== 'connected' || connection.url === undefined) return NOT_CONNECTED;
  const items = baseUrls(connection.url).map(({ variable, url, provider }) => ({
    label: provider,
    description: url,
    detail: `${variable}=${url}`,
    url,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'Costlint: copy the base URL', placeHolder: 'For which clients?' });
  if (!chosen) return undefined;
  await vscode.env.clipboard.writeText(chosen.url);
  return { ok: true, message: `Copied ${chosen.url}` };
}

async function toggleTerminals(terminals: Terminals): Promise<Outcome> {
  const on = !terminals.wanted;
  await terminals.want(on);
  const message = on ? 'New terminals of this workspace use the gateway while it runs' : 'New terminals do not use the gateway any more';
  return { ok: true, message };
}

async function ofSession(link: GatewayLink, id: unknown, title: string, act: (session: string) => Promise<Outcome>): Promise<Outcome> {
  if (typeof id === 'string') return act(id);
  if (!link.state) return NOT_CONNECTED;
  const items = link.state.sessions
    .filter(({ status }) => status === 'running' || status === 'idle' || status === 'paused')
    .map(({ session, agent, project, totals, status }) => ({
      label: session,
      description: [agent, project, status].filter(Boolean).join(' · '),
      detail: `${formatUsd(totals.nanoUsd)} in ${plural(totals.calls, 'call')}`,
    }));
  if (items.length === 0) return { ok: true, message: 'No session is running' };
  const chosen = await vscode.window.showQuickPick(items, { title: `Costlint: ${title}`, matchOnDescription: true });
  return chosen && act(chosen.label);
}

async function ofBreaker(link: GatewayLink, scope: unknown, act: (scope: string) => Promise<Outcome>): Promise<Outcome> {
  if (typeof scope === 'string') return act(scope);
  if (!link.state) return NOT_CONNECTED;
  const items = link.state.breakers.map(({ scope: label, message }) => ({ label, detail: message }));
  if (items.length === 0) return act('all');
  const chosen = await vscode.window.showQuickPick(items, { title: 'Costlint: which circuit breaker is to be reset?' });
  return chosen && act(chosen.label);
}

async function ofLimit(link: GatewayLink, id: unknown, actions: GatewayActions): Promise<Outcome> {
  if (typeof id === 'string') return actions.changeLimit(id);
  if (!link.state) return NOT_CONNECTED;
  const known = [...new Map(link.state.limits.map((standing) => [standing.limit, standing])).values()];
  const items = known.map(({ limit, unit, max }) => ({
    label: limit,
    description: unit === 'nanoUsd' ? formatUsd(max) : `${max} ${unit}`,
    isNew: false,
  }));
  if (items.length === 0) return actions.addLimit();
  const chosen = await vscode.window.showQuickPick([...items, { label: 'New limit…', description: '', isNew: true }], {
    title: 'Costlint: which limit?',
  });
  if (!chosen) return undefined;
  return chosen.isNew ? actions.addLimit() : actions.changeLimit(chosen.label);
}
