/** Every state of the panel in every theme: what axe objects to, what the content security policy stops; screenshots to look at are in out/screenshots. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { need } from '../../scripts/lib/need.mjs';
import { startBrowser } from '../vscode/harness/browser.ts';
import { openPanel, themes } from './harness/page.ts';
import { states } from './harness/states.ts';

const { reason } = await need('chromium');
const skip = reason && !/^(1|true)$/.test(process.env.CI ?? '') ? `no browser: ${reason}` : false;

describe('the panel looks right and is accessible', { skip }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.close());

  for (const { name, options, reach } of states) {
    test(name, async () => {
      const panel = await openPanel(browser, options);
      await reach(panel);
      const found: string[] = [];
      for (const theme of themes) {
        await panel.setTheme(theme);
        await panel.drawn();
        await panel.screenshot(`${name}-${theme}`);
        found.push(...(await panel.violations()).map((line) => `${theme} ${line}`));
      }
      assert.deepEqual(found, []);
      assert.deepEqual(await panel.blocked(), []);
      assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing is wider than the panel');
      await panel.close();
    });
  }
});
