/** Starts the panel in a webview: the store, one element, and when it is drawn. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { FromPanel, ToPanel } from '../core/protocol/panel.ts';
import type { Panel } from './panel.ts';
import './panel.ts';
import './parts/context-chart.ts';
import './parts/rows.ts';
import './parts/spend-chart.ts';
import './parts/time-line.ts';
import type { Saved } from './saved.ts';
import { PanelStore } from './store.ts';
import './views/compact.ts';
import './views/connect.ts';
import './views/now.ts';
import './views/session.ts';
import './views/sessions.ts';
import './views/time.ts';

const SECOND = 1_000;

const vscode = acquireVsCodeApi<Saved>();
const panel = document.createElement('costlint-panel') as Panel;
/** Figures that change more often than this cannot be read, and drawing them takes time from scrolling and zooming. */
const PAUSE_MS = 50;
let isScheduled = false;
let drawnAt = Number.NEGATIVE_INFINITY;

/** The first change is drawn with the next frame, further ones after a pause, however many messages come; while the page is hidden, none is. */
function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  const wait = drawnAt + PAUSE_MS - performance.now();
  if (wait > 0) setTimeout(() => requestAnimationFrame(draw), wait);
  else requestAnimationFrame(draw);
}

function draw(): void {
  isScheduled = false;
  drawnAt = performance.now();
  panel.version = store.version;
}

const host = {
  isCompact: document.body.dataset.view === 'compact',
  post: (message: FromPanel): void => vscode.postMessage(message),
  save: (state: Saved): void => void vscode.setState(state),
  now: (): number => Date.now(),
};
const store = new PanelStore(host, schedule, vscode.getState());

panel.store = store;
panel.compact = host.isCompact;
panel.version = 0;
window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => store.receive(data));
// In place of VS Code's default style, whose style element the policy may stop.
const page = new CSSStyleSheet();
page.replaceSync(`
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) transparent; }
  html, body { height: 100%; margin: 0 !important; padding: 0 !important; }
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, page];
document.body.append(panel);
store.start();
const tick = (): void => {
  if (!document.hidden) store.tick();
};
setInterval(tick, SECOND);
document.addEventListener('visibilitychange', tick);
