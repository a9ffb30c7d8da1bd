/** The browser that shows VS Code's workbench, and a page of it whose console ends up in the run's logs. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { need } from '../../../scripts/lib/need.mjs';
import { out } from '../../../scripts/lib/paths.mjs';
import type { Run } from './workspace.ts';

/** `--no-sandbox`: as root Chromium has none. The others keep it from looking for the network. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function startBrowser(): Promise<Browser> {
  const { path, reason } = await need('chromium');
  if (!path) throw new Error(`no browser: ${reason}`);
  return chromium.launch({ executablePath: path, headless: true, args: flags });
}

export async function newPage(browser: Browser, run: Run): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  logConsole(page, run);
  return page;
}

export function logConsole(page: Page, run: Run): void {
  page.on('console', (message) => appendFileSync(join(run.folder, 'console.log'), `[${message.type()}] ${message.text()}\n`));
}

/** Keeps what the person would see, in out/screenshots/<name>.png. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = join(out, 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
