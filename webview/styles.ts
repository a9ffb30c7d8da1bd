/** Shared by all parts. Only the theme's colours: in high contrast they become borders by themselves. */
import { css } from 'lit';

export const shared = css`
  :host {
    display: block;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    line-height: 1.4;
  }
  :host([hidden]) { display: none; }
  * { box-sizing: border-box; }
  h2, h3, p, ul, dl, dd, ol { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  h2 { font-size: 1em; font-weight: 600; }
  h3 { font-size: 1em; font-weight: 600; }
  a { color: var(--vscode-textLink-foreground); }
  code { font-family: var(--vscode-editor-font-family, monospace); color: inherit; }
  .quiet { color: var(--vscode-descriptionForeground); }
  .number { font-variant-numeric: tabular-nums; }
  .row { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; }
  .grow { flex: 1 1 auto; min-width: 0; }
  .clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .hidden { position: absolute; margin-left: 4px; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .icon { flex: none; vertical-align: -3px; fill: none; stroke: currentColor; stroke-width: 1.3; stroke-linejoin: round; stroke-linecap: round; }
  .icon .full { fill: currentColor; }
  .error { color: var(--vscode-errorForeground); }
  .warning { color: var(--vscode-editorWarning-foreground, var(--vscode-charts-yellow)); }
  .good { color: var(--vscode-charts-green); }
  .tool {
    position: relative; display: inline-flex; align-items: center; gap: 4px; padding: 2px 4px; min-height: 24px; min-width: 24px; justify-content: center;
    font: inherit; color: var(--vscode-foreground); background: none; border: 1px solid transparent; border-radius: 4px; cursor: pointer;
  }
  .tool:hover { background: var(--vscode-toolbar-hoverBackground); outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
  .tool:focus-visible, .focusable:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  .tool[disabled] { opacity: 0.5; cursor: default; }
  .link { color: var(--vscode-textLink-foreground); padding: 0 2px; min-height: 20px; text-decoration: none; }
  .link:hover { color: var(--vscode-textLink-activeForeground); text-decoration: underline; background: none; }
  .note {
    display: flex; gap: 8px; align-items: flex-start; padding: 6px 10px; border-radius: 4px;
    background: var(--vscode-textBlockQuote-background, var(--vscode-editorWidget-background)); border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .note > .icon { margin-top: 1px; }
  vscode-progress-bar { margin: 6px 0; }
  .empty { padding: 20px 0; color: var(--vscode-descriptionForeground); max-width: 60ch; }
  section { margin-bottom: 20px; }
  section > h2, .title { margin-bottom: 8px; }
`;
