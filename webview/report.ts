/** Starts the report panel in a webview. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import type { FromReportPanel, ToReportPanel } from '../core/protocol/report.ts';
import './report-view.ts';
import type { ReportView } from './report-view.ts';

const vscode = acquireVsCodeApi();
const view = document.createElement('costlint-report') as ReportView;
view.post = (message: FromReportPanel): void => vscode.postMessage(message);
window.addEventListener('message', ({ data }: MessageEvent<ToReportPanel>) => view.receive(data));
document.body.append(view);
view.post({ type: 'ready' });
