/** Spending of today and of the last hour in the status bar, while a gateway is there. */
import * as vscode from 'vscode';
import { type Overview, overviewSchema } from '../../core/protocol/panel.ts';
import type { GatewayLink } from './link.ts';
import { hourNow, statusText } from './status-text.ts';

const EVERY_MS = 500;
/** Figures of the last hour grow old by themselves. */
const RENEW_MS = 60_000;

export function createGatewayStatus(link: GatewayLink): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('costlint.gateway', vscode.StatusBarAlignment.Right, 91);
  item.name = 'Costlint: live spend';
  item.command = 'costlint.openPanel';
  let timer: NodeJS.Timeout | undefined;
  let overview: Overview | undefined;
  const show = (): void => {
    timer = undefined;
    const { state } = link;
    if (!state) return item.hide();
    const { text, tooltip, label, level } = statusText(state, hourNow(state, overview), Date.now());
    item.text = text;
    item.tooltip = new vscode.MarkdownString(tooltip);
    item.accessibilityInformation = { label };
    item.backgroundColor = level === 'normal' ? undefined : new vscode.ThemeColor(`statusBarItem.${level}Background`);
    item.show();
  };
  const soon = (): void => {
    timer ??= setTimeout(show, EVERY_MS);
  };
  /** What the ledger says: the latest calls alone know nothing of the hour before the gateway started. */
  const renew = async (): Promise<void> => {
    overview = await link.http?.get('/costlint/overview', overviewSchema).catch(() => undefined);
    soon();
  };
  const connected = (): void => {
    overview = undefined;
    show();
    void renew();
  };
  const renewing = setInterval(() => void renew(), RENEW_MS);
  return vscode.Disposable.from(item, link.onConnection(connected), link.onMessages(soon), {
    dispose: () => {
      clearTimeout(timer);
      clearInterval(renewing);
    },
  });
}
