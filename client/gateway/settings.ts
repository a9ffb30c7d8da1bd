/** What a person sets for the gateway in the editor. */
import * as vscode from 'vscode';

const section = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('costlint.gateway');

export const autoConnect = (): boolean => section().get('autoConnect', true);
export const wantsAlerts = (): boolean => section().get('alerts', true);
/** Path of a configuration file; a workspace cannot set it. */
export const configFile = (): string | undefined => section().get<string>('config', '').trim() || undefined;
