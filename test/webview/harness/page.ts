/** The panel's real bundle in a real browser, under the policy and in the colours of a VS Code webview; messages go in and come out as with the extension. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { FromPanel, ToPanel } from '../../../core/protocol/panel.ts';
import { out, root } from '../../../scripts/lib/paths.mjs';

export const themes = ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const;
export type Theme = (typeof themes)[number];

/** The moment at which the panel believes to be: a Wednesday in the middle of a month, UTC. */
export const NOW = Date.UTC(2026, 5, 17, 14, 20, 30);

const address = 'https://panel.invalid/';
/** Stricter than the extension's: not even styles by the webview's own source. */
const policy = "default-src 'none'; script-src 'nonce-n'; style-src 'none'";

let bundle: Promise<string> | undefined;

/** webview/main.ts as esbuild.mjs makes it. */
export function bundled(): Promise<string> {
  bundle ??= build({
    absWorkingDir: root,
    entryPoints: ['webview/main.ts'],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    logLevel: 'silent',
  }).then(({ outputFiles }) => outputFiles[0]!.text);
  return bundle;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function themeValues(theme: Theme): Record<string, string> {
  return JSON.parse(readFileSync(join(root, `test/webview/themes/${theme}.json`), 'utf8'));
}

export interface PanelPage {
  readonly page: Page;
  send(...messages: readonly ToPanel[]): Promise<void>;
  /** When all that was done so far is on the screen. */
  drawn(): Promise<void>;
  /** What the panel has sent since it was asked last. */
  posted(): Promise<FromPanel[]>;
  setTheme(theme: Theme): Promise<void>;
  /** What axe finds, one line each. */
  violations(): Promise<string[]>;
  /** What the content security policy has stopped. */
  blocked(): Promise<string[]>;
  /** Keeps it in out/screenshots/panel-<name>.png. */
  screenshot(name: string): Promise<void>;
  focused(): Promise<string>;
  close(): Promise<void>;
}

export interface PanelOptions {
  readonly theme?: Theme;
  readonly view?: 'panel' | 'compact';
  readonly width?: number;
  readonly height?: number;
  /** Time stands still at NOW, unless it is to be measured. */
  readonly realTime?: boolean;
}

export async function openPanel(browser: Browser, options: PanelOptions = {}): Promise<PanelPage> {
  const { theme = 'dark', view = 'panel', width = 1000, height = 760, realTime = false } = options;
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const page = await context.newPage();
  if (!realTime) await page.clock.setFixedTime(NOW);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.addInitScript({ path: join(root, 'test/webview/harness/inside.js') });
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Spend</title></head><body data-view="${view}"><script nonce="n" src="webview.js"></script></body></html>`;
  const script = await bundled();
  await page.route(address, (route) => route.fulfill({ body: html, contentType: 'text/html', headers: { 'Content-Security-Policy': policy } }));
  await page.route(`${address}webview.js`, (route) => route.fulfill({ body: script, contentType: 'text/javascript; charset=utf-8' }));
  await page.goto(address);
  const ask = <T>(expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;
  const setTheme = (name: Theme): Promise<void> => ask(`harness.setTheme(${JSON.stringify(name)}, ${JSON.stringify(themeValues(name))})`);
  await setTheme(theme);
  const drawn = (): Promise<void> => ask('harness.drawn()');
  return {
    page,
    setTheme,
    async send(...messages) {
      await ask(`harness.send(${JSON.stringify(messages)})`);
      await drawn();
    },
    drawn,
    async posted() {
      await drawn();
      return ask('harness.posted.splice(0)');
    },
    async violations() {
      if (!(await ask<boolean>('typeof axe === "object"'))) await page.evaluate(axeSource);
      const found = await ask<{ id: string; nodes: { target: unknown[]; failureSummary: string }[] }[]>(
        `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
      );
      return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target)} ${failureSummary}`));
    },
    blocked: () => ask('harness.blocked'),
    async screenshot(name) {
      mkdirSync(join(out, 'screenshots'), { recursive: true });
      await page.screenshot({ path: join(out, 'screenshots', `panel-${name}.png`) });
    },
    focused: () => ask('harness.focused()'),
    async close() {
      await context.close();
      if (errors.length > 0) throw new Error(`errors in the page:\n${errors.join('\n')}`);
    },
  };
}
