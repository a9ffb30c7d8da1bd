/** Starts the report panel in a webview. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import type { FromReportPanel, ReportOptions, ToReportPanel } from '../core/protocol/report.ts';
import type { ReportKind } from '../core/protocol/report-kinds.ts';
import './report-view.ts';
import type { ReportView } from './report-view.ts';

/** What is shown: the same report comes back after a restart of the editor. */
interface Saved {
  readonly kind: ReportKind;
  readonly options: ReportOptions;
}

const vscode = acquireVsCodeApi<Saved>();
const view = document.createElement('costlint-report') as ReportView;
view.post = (message: FromReportPanel): void => vscode.postMessage(message);
view.restore(vscode.getState());
window.addEventListener('message', ({ data }: MessageEvent<ToReportPanel>) => {
  view.receive(data);
  if (data.type === 'report') vscode.setState({ kind: data.report.kind, options: view.options });
});
document.body.append(view);
view.post({ type: 'ready' });
