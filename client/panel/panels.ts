/** The live panel in the editor area and its small sister in the side bar: the same page, fed from the same connection. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { GatewayMessage } from '../../core/protocol/gateway.ts';
import { type FromPanel, fromPanelSchema, type ToPanel } from '../../core/protocol/panel.ts';
import { baseUrls } from '../gateway/base-urls.ts';
import type { GatewayLink } from '../gateway/link.ts';
import type { SiteNames } from '../gateway/relay-setup.ts';
import type { Terminals } from '../gateway/terminals.ts';
import { type Batch, batched } from './batch.ts';
import { pageOf } from './html.ts';

const PANEL = 'costlint.panel';
const VIEW = 'costlint.live';

export interface PanelParts {
  readonly link: GatewayLink;
  readonly sites: SiteNames;
  readonly terminals: Terminals;
  readonly output: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
  readonly carryOut: (intent: Exclude<FromPanel, { type: 'ready' }>, post: (message: ToPanel) => void) => Promise<void>;
}

/** A page that is there now. */
interface Open {
  readonly post: (message: ToPanel) => void;
  readonly batch: Batch<GatewayMessage>;
  /** It has said that it is ready, and is to be seen. */
  isReady: boolean;
}

export class Panels implements vscode.Disposable {
  readonly #parts: PanelParts;
  readonly #open = new Set<Open>();
  readonly #disposables: vscode.Disposable[];
  #panel: vscode.WebviewPanel | undefined;
  /** Session to be shown as soon as the panel is ready. */
  #session: string | undefined;

  constructor(parts: PanelParts) {
    this.#parts = parts;
    const { link, sites, terminals } = parts;
    const connection = (): void => this.tellAll(this.#connection());
    this.#disposables = [
      vscode.window.registerWebviewViewProvider(VIEW, { resolveWebviewView: (view) => this.#serveView(view) }),
      vscode.window.registerWebviewPanelSerializer(PANEL, { deserializeWebviewPanel: async (panel) => this.#servePanel(panel) }),
      vscode.Disposable.from(link.onConnection(connection)),
      vscode.Disposable.from(
        link.onMessages((messages) => {
          for (const open of this.#open) if (open.isReady) open.batch.add(messages);
        }),
      ),
      terminals.onChange(connection),
      sites.onChange((names) => this.tellAll({ type: 'sites', names: { ...names } })),
    ];
  }

  dispose(): void {
    this.#panel?.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  /** Opens the panel or brings it to the front, with a session where one is named. */
  show(session?: string): void {
    this.#session = session;
    if (this.#panel) {
      this.#panel.reveal();
      const open = this.#panelOpen;
      if (session !== undefined && open?.isReady) this.#showSession(open);
      return;
    }
    this.#servePanel(vscode.window.createWebviewPanel(PANEL, 'Costlint: Live Spend', vscode.ViewColumn.Active));
  }

  /** To all pages that can be seen; the others ask when they come back. */
  tellAll(message: ToPanel): void {
    for (const open of this.#open) if (open.isReady) open.post(message);
  }

  #panelOpen: Open | undefined;

  #servePanel(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.#parts.extensionUri, 'media', 'icon.svg');
    const { open, disposable } = this.#serve(panel.webview, 'panel');
    this.#panelOpen = open;
    // Hidden, the page is thrown away; it keeps its own state and asks for everything when it is shown again.
    const seen = panel.onDidChangeViewState(() => {
      if (!panel.visible) this.#hidden(open);
    });
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
      if (this.#panelOpen === open) this.#panelOpen = undefined;
      seen.dispose();
      disposable.dispose();
    });
  }

  #serveView(view: vscode.WebviewView): void {
    const { open, disposable } = this.#serve(view.webview, 'compact');
    const seen = view.onDidChangeVisibility(() => {
      if (!view.visible) this.#hidden(open);
    });
    view.onDidDispose(() => {
      seen.dispose();
      disposable.dispose();
    });
  }

  #hidden(open: Open): void {
    open.isReady = false;
    open.batch.clear();
  }

  #serve(webview: vscode.Webview, view: 'panel' | 'compact'): { readonly open: Open; readonly disposable: vscode.Disposable } {
    const { extensionUri } = this.#parts;
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    const post = (message: ToPanel): void => void webview.postMessage(message);
    const batch = batched<GatewayMessage>((messages) => post({ type: 'gateway', messages: [...messages] }));
    const open: Open = { post, batch, isReady: false };
    this.#open.add(open);
    const listening = webview.onDidReceiveMessage((data: unknown) => this.#received(data, open));
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js')).toString();
    webview.html = pageOf({ view, script, nonce: randomBytes(18).toString('base64url') });
    const disposable = new vscode.Disposable(() => {
      listening.dispose();
      batch.clear();
      this.#open.delete(open);
    });
    return { open, disposable };
  }

  #received(data: unknown, open: Open): void {
    const { output, carryOut } = this.#parts;
    const parsed = fromPanelSchema.safeParse(data);
    if (!parsed.success) {
      output.warn('The panel sent a message that was not understood');
      return;
    }
    const intent = parsed.data;
    if (intent.type === 'ready') {
      this.#tellEverything(open);
      return;
    }
    carryOut(intent, open.post).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      output.error(`${intent.type}: ${message}`);
      open.post({ type: 'outcome', ok: false, message });
    });
  }

  #tellEverything(open: Open): void {
    const { link, sites, carryOut } = this.#parts;
    open.batch.clear();
    open.isReady = true;
    open.post(this.#connection());
    const { snapshot } = link;
    if (snapshot) open.post({ type: 'gateway', messages: [snapshot] });
    open.post({ type: 'sites', names: { ...sites.names } });
    for (const type of ['load-overview', 'load-sessions'] as const) carryOut({ type }, open.post).catch(() => {});
    if (open === this.#panelOpen) this.#showSession(open);
  }

  #showSession(open: Open): void {
    if (this.#session !== undefined) open.post({ type: 'show-session', id: this.#session });
    this.#session = undefined;
  }

  #connection(): ToPanel {
    const { link, terminals } = this.#parts;
    const { connection } = link;
    const urls = connection.state === 'connected' && connection.url !== undefined ? baseUrls(connection.url) : [];
    return { type: 'connection', connection, baseUrls: urls, inTerminals: terminals.wanted };
  }
}
