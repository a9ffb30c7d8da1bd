/** Runs in the page before the panel: the part of VS Code that a webview sees, and what a test asks of the page. Plain JavaScript: the browser reads it as it is. */
(() => {
  const posted = [];
  const blocked = [];
  let state = JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => posted.push(structuredClone(message)),
    getState: () => state,
    setState: (next) => {
      state = next;
      sessionStorage.setItem('state', JSON.stringify(next));
      return next;
    },
  });
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) => {
    blocked.push(`${effectiveDirective} ${blockedURI} ${sourceFile}`);
  });
  const send = (messages) => {
    for (const data of messages) window.dispatchEvent(new MessageEvent('message', { data }));
  };
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  /** When what was sent is on the screen: the panel waits 50 ms between two drawings. */
  const drawn = async () => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    await frame();
    await frame();
  };

  /** As the extension's host does it: all variables on the root element, the kind of theme on the body. */
  const setTheme = (kind, values) => {
    const root = document.documentElement;
    root.removeAttribute('style');
    for (const [name, value] of Object.entries(values)) root.style.setProperty(name, value);
    const names = {
      dark: 'vscode-dark',
      light: 'vscode-light',
      'high-contrast': 'vscode-high-contrast',
      'high-contrast-light': 'vscode-high-contrast-light',
    };
    document.body.className = `${names[kind]}${kind === 'high-contrast-light' ? ' vscode-high-contrast' : ''}`;
    document.body.style.background = values['--vscode-editor-background'];
    document.body.style.padding = '0 20px';
    document.body.style.margin = '0';
  };

  /** What holds the focus, through all shadow roots. */
  const focused = () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element
      ? `${element.localName}${element.id ? `#${element.id}` : ''} ${element.getAttribute('aria-label') ?? element.textContent.trim()}`.trim()
      : '';
  };

  /** Frames a second and the longest frame (ms) while `ms` pass. */
  const frames = async (ms) => {
    const begin = await frame();
    const gaps = [];
    for (let last = begin; last - begin < ms; ) {
      const next = await frame();
      gaps.push(next - last);
      last = next;
    }
    gaps.sort((a, b) => a - b);
    const sum = gaps.reduce((all, gap) => all + gap, 0);
    return { fps: (gaps.length * 1000) / sum, p95: gaps[Math.floor(gaps.length * 0.95)], longest: gaps.at(-1) };
  };

  const allWithin = (node) =>
    [...node.querySelectorAll('*')].flatMap((element) => [element, ...(element.shadowRoot ? allWithin(element.shadowRoot) : [])]);

  /** What the middle of the first canvas shows: for each of a few columns its colours from above, of those that take more than 20 px, and how much they take. */
  const drawnColumns = () => {
    const canvas = allWithin(document).find(({ localName }) => localName === 'canvas');
    const columns = Array.from(
      { length: 20 },
      (_, index) => canvas.getContext('2d').getImageData(canvas.width / 2 + index, 0, 1, canvas.height).data,
    );
    return columns.map((data) => {
      const runs = [];
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] < 255) continue;
        const color = `#${[...data.slice(at, at + 3)].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
        if (runs.at(-1)?.color === color) runs.at(-1).px++;
        else runs.push({ color, px: 1 });
      }
      return runs.filter(({ px }) => px > 20);
    });
  };

  window.harness = { posted, blocked, send, frame, drawn, frames, drawnColumns, setTheme, focused };
})();
