/** The page of the panel: a static frame around one script. Nothing from outside, no inline script, no other origin. Knows nothing of VS Code. */
export interface Page {
  /** `compact`: the side bar. */
  readonly view: 'panel' | 'compact';
  /** Address of `dist/webview.js` as the webview reaches it. */
  readonly script: string;
  readonly nonce: string;
}

export const pageOf = ({ view, script, nonce }: Page): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Costlint</title>
</head>
<body data-view="${view}">
<script nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>
`;

const attribute = (text: string): string => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
