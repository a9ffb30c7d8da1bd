/** Alerts of the gateway as notifications, with what to do about them. */
import * as vscode from 'vscode';
import { plural } from '../../core/format.ts';
import type { AlertEvent, GatewayEvent } from '../../core/protocol/gateway.ts';
import { AlertGate } from './alert-gate.ts';
import type { GatewayLink } from './link.ts';
import { wantsAlerts } from './settings.ts';

export interface NotificationParts {
  readonly link: GatewayLink;
  readonly openSession: (session: string) => unknown;
  readonly stopSession: (session: string) => unknown;
  readonly openPanel: () => unknown;
}

export function createNotifications(parts: NotificationParts): vscode.Disposable {
  const gate = new AlertGate();
  return vscode.Disposable.from(
    parts.link.onMessages((messages) => {
      for (const message of messages) {
        const alert = message.type === 'event' ? alertIn(message.event) : undefined;
        if (!alert || !wantsAlerts()) continue;
        // Of several windows the one in front tells; what cannot wait is told in all.
        if (!vscode.window.state.focused && alert.level !== 'critical') continue;
        const shown = gate.pass(alert, Date.now());
        if (shown) void show(shown.alert, shown.heldBack, parts);
      }
    }),
  );
}

/** A circuit breaker that opened by itself is an alert as well. */
function alertIn(event: GatewayEvent): AlertEvent | undefined {
  if (event.kind === 'alert') return event;
  if (event.kind !== 'breaker' || event.state !== 'open' || event.cause === 'manual') return undefined;
  const { id, at, scope, session, message } = event;
  const stopped = `calls are stopped: ${message}`;
  return {
    kind: 'alert',
    id,
    at,
    alert: 'breaker',
    level: 'critical',
    message: stopped,
    value: 1,
    threshold: 1,
    scope,
    ...(session ? { session } : {}),
  };
}

async function show(
  { level, message, session, alert }: AlertEvent,
  heldBack: number,
  { openSession, stopSession, openPanel }: NotificationParts,
): Promise<void> {
  const more = heldBack > 0 ? ` (${plural(heldBack, 'more alert')} in the panel)` : '';
  const text = `Costlint: ${message}.${more}`;
  const buttons = session === undefined ? ['Open Panel'] : alert === 'breaker' ? ['Open Session'] : ['Open Session', 'Stop Session'];
  const choice = await (level === 'critical' ? vscode.window.showErrorMessage(text, ...buttons) : vscode.window.showWarningMessage(text, ...buttons));
  if (choice === 'Open Panel') await openPanel();
  else if (choice === 'Open Session' && session !== undefined) await openSession(session);
  else if (choice === 'Stop Session' && session !== undefined) await stopSession(session);
}
