/** Colours of the theme for what is drawn on a canvas, where var() does not reach. */

let known = new Map<string, string>();

/** The value of `--vscode-<name>`; of the first name that the theme has. */
export function color(...names: readonly string[]): string {
  const style = getComputedStyle(document.documentElement);
  for (const name of names) {
    const value = known.get(name) ?? style.getPropertyValue(`--vscode-${name}`).trim();
    known.set(name, value);
    if (value) return value;
  }
  return style.color;
}

/** The text's colour, thinned out: for lines and bands that stay behind. `share`: 0…1. */
export const faint = (share: number): string => `color-mix(in srgb, ${color('foreground')} ${share * 100}%, transparent)`;

/** What stands between stacked pieces: in high contrast, colours of neighbours may look alike. */
export const separator = (): string | undefined =>
  document.body.classList.contains('vscode-high-contrast') ? color('editor-background') : undefined;

/** Tells when the person takes another theme. Returns how to stop it. */
export function onTheme(changed: () => void): () => void {
  const observer = new MutationObserver(() => {
    known = new Map();
    changed();
  });
  observer.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id', 'data-vscode-theme-kind'] });
  return () => observer.disconnect();
}

/** Colours of series in the order of their size; what is left over is grey. */
// Not charts-orange: it is dark brown in the dark theme and missing in high contrast.
const palette = ['charts-blue', 'charts-green', 'charts-purple', 'charts-yellow', 'terminal-ansiCyan', 'charts-red'] as const;

/** One colour for each kind of token, everywhere. None is red: no kind is an error. */
export const kindColors: Readonly<Record<string, string>> = {
  cacheRead: 'charts-green',
  cacheWrite: 'charts-yellow',
  uncachedInput: 'charts-blue',
  output: 'charts-purple',
  reasoning: 'terminal-ansiCyan',
};

/** The theme's name of a series' colour. */
export const seriesColor = (rank: number, key: string): string =>
  kindColors[key] ?? (key === 'other' ? 'descriptionForeground' : (palette[rank % palette.length] ?? 'foreground'));

export const reducedMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
