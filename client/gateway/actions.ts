/** What a person does to the gateway, its sessions and limits. Each that changes something asks first, is carried out by the gateway, and is logged here and there. */
import * as vscode from 'vscode';
import * as z from 'zod';
import { formatUsd } from '../../core/format.ts';
import type { GatewayStanding, SessionStatus } from '../../core/protocol/gateway.ts';
import type { GatewayHttp } from './http.ts';
import { launchGateway } from './launch.ts';
import type { GatewayLink } from './link.ts';
import { configFile } from './settings.ts';

/** What became of it; undefined: the person thought better of it. */
export type Outcome = { readonly ok: boolean; readonly message: string } | undefined;

export interface ActionParts {
  readonly link: GatewayLink;
  readonly output: vscode.LogOutputChannel;
  /** Path of `dist/cli.js`. */
  readonly cli: string;
  /** The gateway's state folder. */
  readonly folder: string;
}

const anything = z.unknown();
const stoppedSchema = z.object({ stopped: z.number() });
const resetSchema = z.object({ reset: z.array(z.string()) });

const confirmed = async (message: string, detail: string, button: string): Promise<boolean> =>
  (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;

const sessionPath = (id: string, verb: string): string => `/costlint/sessions/${encodeURIComponent(id)}/${verb}`;

/** Limits that can be added here: who, over what time. */
const NEW_LIMITS = [
  { id: 'account-day', label: 'Everything, each day', layer: 'account', window: 'day' },
  { id: 'account-month', label: 'Everything, each month', layer: 'account', window: 'month' },
  { id: 'account-5h', label: 'Everything, each 5 hours', layer: 'account', window: '5h' },
  { id: 'each-session', label: 'Each session', layer: 'session', window: 'session' },
  { id: 'each-agent-day', label: 'Each agent, each day', layer: 'agent', window: 'day' },
  { id: 'each-project-day', label: 'Each project, each day', layer: 'project', window: 'day' },
] as const;

export class GatewayActions {
  readonly #parts: ActionParts;

  constructor(parts: ActionParts) {
    this.#parts = parts;
  }

  async start(): Promise<Outcome> {
    const { link, output, cli, folder } = this.#parts;
    link.start();
    if (link.state) return { ok: true, message: `The gateway runs at ${link.connection.url}` };
    link.setStarting(true);
    try {
      const config = configFile();
      output.info(`Starting the gateway${config ? ` with ${config}` : ''}`);
      await launchGateway({ cli, execPath: process.execPath, folder, config });
    } catch (error) {
      link.setStarting(false);
      output.error(`Start of the gateway: ${String(error)}`);
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
    link.look();
    return { ok: true, message: 'The gateway is started. It goes on when this window closes.' };
  }

  stop(): Promise<Outcome> {
    const running = this.#parts.link.state?.running.length ?? 0;
    const calls = running > 0 ? `${running} running calls have half a minute to end. ` : '';
    return this.#ask(
      'Stop the Costlint gateway?',
      `${calls}Programs that use its address cannot reach their provider any more, and other windows lose it too.`,
      'Stop Gateway',
      async (http) => {
        await http.post('/costlint/stop', {}, anything);
        return 'The gateway stops';
      },
    );
  }

  pauseSession(id: string): Promise<Outcome> {
    const detail = 'New calls of this session are told to come again in 15 s, until you resume it. Calls that are on their way go on.';
    return this.#ask(`Pause session ${id}?`, detail, 'Pause', async (http) => {
      await http.post(sessionPath(id, 'pause'), {}, anything);
      return `Session ${id} is paused`;
    });
  }

  resumeSession(id: string): Promise<Outcome> {
    return this.#ask(`Resume session ${id}?`, 'Its calls are let through again.', 'Resume', async (http) => {
      await http.post(sessionPath(id, 'resume'), {}, anything);
      return `Session ${id} goes on`;
    });
  }

  stopSession(id: string): Promise<Outcome> {
    const detail = 'Its running calls end now, further ones are denied until its circuit breaker is reset. What was answered so far is paid for.';
    return this.#ask(`Stop session ${id}?`, detail, 'Stop Session', async (http) => {
      const { stopped } = await http.post(sessionPath(id, 'stop'), {}, stoppedSchema);
      return `Session ${id} is stopped${stopped > 0 ? `, ${stopped} running calls were ended` : ''}`;
    });
  }

  endSession(id: string, status: SessionStatus): Promise<Outcome> {
    return this.#ask(
      `Mark session ${id} as ${status}?`,
      'It counts in the cost per completed session by that.',
      `Mark as ${status}`,
      async (http) => {
        await http.post(sessionPath(id, 'status'), { status, via: 'person' }, anything);
        return `Session ${id} is marked as ${status}`;
      },
    );
  }

  async changeLimit(id: string): Promise<Outcome> {
    const standing = this.#parts.link.state?.limits.find(({ limit, counter }) => limit === id || counter === id);
    if (!standing) return { ok: false, message: `The gateway has no limit ${id}` };
    const { limit, unit, max } = standing;
    const now = unit === 'nanoUsd' ? formatUsd(max) : `${max.toLocaleString('en-US')} ${unit}`;
    const amount = await askAmount(`Limit ${limit}: ${unit === 'nanoUsd' ? 'USD' : unit}`, `Now ${now}`, unit === 'nanoUsd' ? max / 1e9 : max, unit);
    if (amount === undefined) return undefined;
    const next = unit === 'nanoUsd' ? formatUsd(Math.round(amount * 1e9)) : `${amount.toLocaleString('en-US')} ${unit}`;
    const isLower = (unit === 'nanoUsd' ? amount * 1e9 : amount) < max;
    const effect = isLower ? 'Calls that no longer fit are denied from now on; running ones go on.' : 'Calls that were denied pass from now on.';
    const detail = `${effect} It holds over restarts, until the gateway is started with another amount.`;
    return this.#ask(`${isLower ? 'Lower' : 'Raise'} limit ${limit} from ${now} to ${next}?`, detail, isLower ? 'Lower' : 'Raise', async (http) => {
      await http.post('/costlint/limits/set', { id: limit, ...bodyOf(unit, amount) }, anything);
      return `Limit ${limit} is ${next} now`;
    });
  }

  async addLimit(): Promise<Outcome> {
    const chosen = await vscode.window.showQuickPick([...NEW_LIMITS], { title: 'Costlint: new limit', placeHolder: 'What shall it hold for?' });
    if (!chosen) return undefined;
    const amount = await askAmount(`${chosen.label}: USD`, 'Calls are denied above it', undefined, 'nanoUsd');
    if (amount === undefined) return undefined;
    const { id, layer, window, label } = chosen;
    const exists = this.#parts.link.state?.limits.some(({ limit }) => limit === id) ?? false;
    const usd = formatUsd(Math.round(amount * 1e9));
    return this.#ask(
      `Limit: ${label.toLowerCase()} ${usd}?`,
      'Calls that would exceed it are denied before they are sent. It holds over restarts.',
      'Add Limit',
      async (http) => {
        await http.post('/costlint/limits/set', { id, usd: amount, ...(exists ? {} : { layer, window }) }, anything);
        return `${label}: ${usd} at most`;
      },
    );
  }

  resetLimit(counter: string): Promise<Outcome> {
    return this.#ask(`Reset ${counter}?`, 'It counts from 0 again. What was spent stays in the ledger.', 'Reset', async (http) => {
      await http.post('/costlint/limits/reset', { counter }, anything);
      return `${counter} counts from 0 again`;
    });
  }

  resetBreaker(scope: string): Promise<Outcome> {
    const whom = scope === 'all' ? 'all circuit breakers' : `the circuit breaker of ${scope}`;
    return this.#ask(`Reset ${whom}?`, 'Calls that it stopped are let through again.', 'Reset', async (http) => {
      const { reset } = await http.post('/costlint/breaker/reset', { scope }, resetSchema);
      return reset.length > 0 ? `Closed: ${reset.join(', ')}` : 'No circuit breaker was open';
    });
  }

  /** Asks, does, and logs both. */
  async #ask(question: string, detail: string, button: string, act: (http: GatewayHttp) => Promise<string>): Promise<Outcome> {
    const { link, output } = this.#parts;
    if (!link.http) return { ok: false, message: 'No gateway is connected' };
    if (!(await confirmed(question, detail, button))) return undefined;
    try {
      // The gateway may be another one since the question.
      const { http } = link;
      if (!http) throw new Error('the gateway is gone');
      const message = await act(http);
      output.info(`${question.replace(/\?$/, '')}: ${message}`);
      return { ok: true, message };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      output.error(`${question.replace(/\?$/, '')}: ${message}`);
      return { ok: false, message };
    }
  }
}

const bodyOf = (unit: GatewayStanding['unit'], amount: number): object => (unit === 'nanoUsd' ? { usd: amount } : { [unit]: amount });

async function askAmount(title: string, prompt: string, value: number | undefined, unit: GatewayStanding['unit']): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    ...(value === undefined ? {} : { value: String(value) }),
    validateInput: (given) => amountProblem(given, unit),
  });
  return text === undefined ? undefined : amountIn(text);
}

const amountIn = (text: string): number => Number(text.trim().replace(/^\$/, '').replaceAll(',', ''));

function amountProblem(text: string, unit: GatewayStanding['unit']): string | undefined {
  const amount = amountIn(text);
  if (text.trim() === '' || !Number.isFinite(amount) || amount <= 0) return 'Write an amount above 0.';
  return unit !== 'nanoUsd' && !Number.isInteger(amount) ? `Write a whole number of ${unit}.` : undefined;
}
