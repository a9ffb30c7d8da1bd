/** Answers what a panel asks for. Its messages come from a page: each is checked, and whatever changes something asks the person first. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import * as z from 'zod';
import { plural } from '../../core/format.ts';
import { locateSiteRequest } from '../../core/protocol/observed.ts';
import {
  type FromPanel,
  historySchema,
  overviewSchema,
  type SessionDetail,
  type SessionRow,
  sessionDetailSchema,
  sessionRowSchema,
  type ToPanel,
} from '../../core/protocol/panel.ts';
import type { GatewayActions, Outcome } from '../gateway/actions.ts';
import { writeEnv } from '../gateway/env.ts';
import { GatewayError } from '../gateway/http.ts';
import type { GatewayLink } from '../gateway/link.ts';
import type { Terminals } from '../gateway/terminals.ts';
import { ask } from '../rpc.ts';
import { readLogs } from './logs.ts';

const MAX_SESSIONS = 20_000;
const MAX_COPY = 10_000;

const sessionsSchema = z.object({ sessions: z.array(sessionRowSchema), total: z.number() });

export interface IntentParts {
  readonly link: GatewayLink;
  readonly client: LanguageClient;
  readonly output: vscode.LogOutputChannel;
  readonly actions: GatewayActions;
  readonly terminals: Terminals;
  readonly cli: string;
  readonly openPanel: (session?: string) => void;
  /** To all panels. */
  readonly tellAll: (message: ToPanel) => void;
}

export type Post = (message: ToPanel) => void;

export class Intents {
  readonly #parts: IntentParts;
  /** Sessions from local logs, once they were read. */
  #logRows: readonly SessionRow[] = [];
  #reading = false;

  constructor(parts: IntentParts) {
    this.#parts = parts;
  }

  /** All but `ready`, which is the panel's own affair. */
  async carryOut(intent: Exclude<FromPanel, { type: 'ready' }>, post: Post): Promise<void> {
    const outcome = await this.#outcomeOf(intent, post);
    if (outcome) post({ type: 'outcome', ...outcome });
  }

  async #outcomeOf(intent: Exclude<FromPanel, { type: 'ready' }>, post: Post): Promise<Outcome> {
    const { actions, link, output, terminals, openPanel } = this.#parts;
    switch (intent.type) {
      case 'start-gateway':
        return actions.start();
      case 'stop-gateway':
        return actions.stop();
      case 'write-env':
        return writeEnv(link, output);
      case 'use-in-terminals':
        await terminals.want(intent.on);
        return { ok: true, message: intent.on ? 'New terminals use the gateway' : 'New terminals do not use the gateway' };
      case 'copy':
        await vscode.env.clipboard.writeText(intent.text.slice(0, MAX_COPY));
        return { ok: true, message: 'Copied' };
      case 'pause-session':
        return actions.pauseSession(intent.id);
      case 'resume-session':
        return actions.resumeSession(intent.id);
      case 'stop-session':
        return actions.stopSession(intent.id);
      case 'end-session':
        return actions.endSession(intent.id, intent.status);
      case 'change-limit':
        return actions.changeLimit(intent.limit);
      case 'add-limit':
        return actions.addLimit();
      case 'reset-limit':
        return actions.resetLimit(intent.counter);
      case 'reset-breaker':
        return actions.resetBreaker(intent.scope);
      case 'open-site':
        return this.#openSite(intent.id);
      case 'open-panel':
        openPanel(intent.session);
        return undefined;
      case 'export-session':
        return this.#export(intent.id);
      case 'read-logs':
        return this.#readLogs();
      default:
        return this.#load(intent, post);
    }
  }

  /** What is only read: nothing where no gateway is there, which the panel knows. */
  async #load(intent: Extract<FromPanel, { type: `load-${string}` }>, post: Post): Promise<Outcome> {
    const { http } = this.#parts.link;
    if (intent.type === 'load-sessions') {
      const found = http && (await http.get(`/costlint/sessions?limit=${MAX_SESSIONS}`, sessionsSchema));
      post(this.#rows(found));
    } else if (intent.type === 'load-session') {
      post({ type: 'session', id: intent.id, detail: await this.#detail(intent.id) });
    } else if (http && intent.type === 'load-overview') post({ type: 'overview', overview: await http.get('/costlint/overview', overviewSchema) });
    else if (http && intent.type === 'load-history') {
      const { since, until, bucketMs, by } = intent.query;
      const history = await http.get(`/costlint/history?since=${since}&until=${until}&bucketMs=${bucketMs}&by=${by}`, historySchema);
      post({ type: 'history', history });
    }
    return undefined;
  }

  /** Null where the gateway does not know it, as it knows nothing of what local logs tell. */
  async #detail(id: string): Promise<SessionDetail | null> {
    const { http } = this.#parts.link;
    if (!http) return null;
    try {
      return await http.get(`/costlint/sessions/${encodeURIComponent(id)}`, sessionDetailSchema);
    } catch (error) {
      if (error instanceof GatewayError && error.status === 404) return null;
      throw error;
    }
  }

  #rows(found: z.infer<typeof sessionsSchema> | undefined): ToPanel {
    const rows = [...(found?.sessions ?? []), ...this.#logRows];
    return { type: 'sessions', rows, total: Math.max(rows.length, (found?.total ?? 0) + this.#logRows.length) };
  }

  async #openSite(id: string): Promise<Outcome> {
    const { client } = this.#parts;
    const found = await ask(client, locateSiteRequest, { id });
    if (!found) return { ok: false, message: 'This call is not in the code any more, or not in this workspace' };
    const at = new vscode.Position(found.line, found.character);
    const uri = client.protocol2CodeConverter.asUri(found.uri);
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), viewColumn: vscode.ViewColumn.One });
    return undefined;
  }

  async #export(id: string): Promise<Outcome> {
    const { http } = this.#parts.link;
    if (!http) return { ok: false, message: 'No gateway is connected' };
    const detail = await http.get(`/costlint/sessions/${encodeURIComponent(id)}`, sessionDetailSchema);
    const name = `costlint-session-${id.replace(/[^\w.-]+/g, '-').slice(0, 60)}.json`;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
      filters: { JSON: ['json'] },
    });
    if (!target) return undefined;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(`${JSON.stringify(detail, undefined, 2)}\n`));
    return { ok: true, message: `Saved ${target.fsPath}` };
  }

  async #readLogs(): Promise<Outcome> {
    if (this.#reading) return undefined;
    const { cli, tellAll, output, link } = this.#parts;
    this.#reading = true;
    tellAll({ type: 'logs', state: 'reading', share: 0, message: 'Reading the logs of Claude Code, Codex and Gemini CLI' });
    try {
      const onProgress = (share: number, message: string): void => tellAll({ type: 'logs', state: 'reading', share, message });
      const { rows, skipped } = await readLogs({ cli, execPath: process.execPath, onProgress });
      if (skipped > 0) output.warn(`Local logs: ${skipped} lines were not understood`);
      this.#logRows = rows;
      const found = link.http && (await link.http.get(`/costlint/sessions?limit=${MAX_SESSIONS}`, sessionsSchema));
      tellAll(this.#rows(found));
      const message = rows.length === 0 ? 'No sessions of Claude Code, Codex or Gemini CLI were found' : `${plural(rows.length, 'session')} read`;
      tellAll({ type: 'logs', state: rows.length === 0 ? 'none' : 'done', share: 1, message });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      output.error(`Local logs: ${message}`);
      tellAll({ type: 'logs', state: 'failed', share: 0, message });
    } finally {
      this.#reading = false;
    }
    return undefined;
  }
}
