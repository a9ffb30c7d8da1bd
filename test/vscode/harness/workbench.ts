/** VS Code as a person has it: the packaged extension installed, a folder open, a page to look at and type into. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import { type ElectronHost, type ServerHost, vscodeHost } from '../../../scripts/lib/vscode-host.mjs';
import { logConsole, newPage, screenshot, startBrowser } from './browser.ts';
import { installExtension, startServer } from './server.ts';
import { newRun, type Run } from './workspace.ts';

export interface Workbench {
  readonly page: Page;
  /** The opened copy of the sample project. */
  readonly workspace: string;
  /** A second window on the same project; undefined on the desktop, where a second one would only focus the first. */
  readonly another: (() => Promise<Page>) | undefined;
}

interface Options {
  /** Beside the environment of the tests themselves. */
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Readonly<Record<string, unknown>>;
}

type Opened = { readonly page: Page; readonly another: Workbench['another']; close(): Promise<void> };

/** Runs one scenario and cleans up; on failure there is a screenshot `<name>-failed` and the logs stay. */
export async function withWorkbench(
  name: string,
  sample: string,
  scenario: (workbench: Workbench) => Promise<void>,
  { env = {}, settings = {} }: Options = {},
): Promise<void> {
  const { host, reason } = await vscodeHost();
  if (!host) throw new Error(`no VS Code: ${reason}`);
  const run = newRun(name, sample, settings);
  let failed = true;
  try {
    const { page, another, close } = await (host.kind === 'server' ? onServer(host, run, env) : onDesktop(host, run, env));
    try {
      await ready(page);
      await scenario({ page, workspace: run.workspace, another });
      failed = false;
    } finally {
      if (failed) await screenshot(page, `${name}-failed`).catch(() => undefined);
      await close();
    }
  } finally {
    run.end(failed);
  }
}

const ready = (page: Page): Promise<void> => page.locator('.explorer-folders-view').first().waitFor({ timeout: 60_000 });

/** What the only webview shows. */
export const webview = (page: Page): FrameLocator => page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');

/** Presses a button of the modal question that is open. */
export async function confirm(page: Page, button: string): Promise<void> {
  await page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).first().click();
  await page.locator('.monaco-dialog-box').waitFor({ state: 'hidden' });
}

/** A notification with this text, in the list behind the bell: pop-ups go by themselves. */
export async function notification(page: Page, text: RegExp): Promise<Locator> {
  const found = page.locator('.notifications-center .notification-list-item').filter({ hasText: text }).first();
  if (!(await page.locator('.notifications-center.visible').isVisible())) await page.locator('.statusbar-item[id*="notifications"]').first().click();
  await found.waitFor({ timeout: 15_000 });
  return found;
}

/** Runs a command of the palette by its title. A palette that was opened before the extension's commands were known does not learn of them: it is opened again. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input').waitFor();
    await page.keyboard.type(title);
    try {
      await row.waitFor({ timeout: 5_000 });
      break;
    } catch (error) {
      if (attempt === 5) throw error;
      await page.keyboard.press('Escape');
      await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    }
  }
  await page.keyboard.press('Enter');
}

/** Opens a file by its name through quick open and waits for its text. */
export async function openFile(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input').waitFor();
  await page.keyboard.type(path);
  const name = path.split('/').at(-1)!;
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').filter({ hasText: name }).waitFor();
  await page.locator('.editor-instance .view-line').first().waitFor();
}

async function onServer(host: ServerHost, run: Run, env: NodeJS.ProcessEnv): Promise<Opened> {
  installExtension(host, run, newestPackage());
  const server = await startServer(host, run, env);
  const browser = await startBrowser().catch(async (error) => {
    await server.stop();
    throw error;
  });
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  const open = async () => {
    const page = await newPage(browser, run);
    await page.goto(`http://${server.authority}/?${new URLSearchParams({ folder: run.workspace })}`);
    return page;
  };
  const another = async () => {
    const page = await open();
    await ready(page);
    return page;
  };
  return { page: await open(), another, close };
}

/** The desktop build under Playwright; the same page inside a window of its own. */
async function onDesktop(host: ElectronHost, run: Run, env: NodeJS.ProcessEnv): Promise<Opened> {
  const { _electron } = await import('playwright-core');
  const folders = ['--user-data-dir', run.userData, '--extensions-dir', run.extensions];
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', '--disable-updates'];
  const app = await _electron.launch({
    executablePath: host.executable,
    args: [run.workspace, `--extensionDevelopmentPath=${root}`, ...folders, ...flags],
    env: { ...process.env, ...env } as Record<string, string>,
  });
  const page = await app.firstWindow();
  logConsole(page, run);
  return { page, another: undefined, close: () => app.close() };
}

/** The .vsix that `npm run package` made last. */
function newestPackage(): string {
  const files = readdirSync(root).filter((name) => /^costlint-.*\.vsix$/.test(name));
  const [newest] = files.map((name) => ({ name, time: statSync(join(root, name)).mtimeMs })).sort((a, b) => b.time - a.time);
  if (!newest) throw new Error("no costlint-*.vsix in the checkout: run 'npm run package' first");
  return join(root, newest.name);
}
