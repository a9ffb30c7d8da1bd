/** A person's steps in VS Code with the packaged extension. Few, and each waits for what the person would see; the rest is asserted in test/vscode/inside. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { screenshot } from './harness/browser.ts';
import { openFile, withWorkbench } from './harness/workbench.ts';

test('open the sample agent, see what it costs, repair a finding and save', async () => {
  await withWorkbench('editor', 'examples/typescript-agent', async ({ page, workspace }) => {
    const file = join(workspace, 'src/agent.ts');
    const before = readFileSync(file, 'utf8');
    await openFile(page, 'src/agent.ts');

    const squiggle = page.locator('.squiggly-error, .squiggly-warning, .squiggly-info').first();
    await squiggle.waitFor({ timeout: 30_000 });
    await page.locator('.view-line').filter({ hasText: /\$\d/ }).first().waitFor(); // the inlay hint
    const status = page.locator('.statusbar-item[id*="costlint"]').filter({ hasText: '$' });
    await status.first().waitFor();
    await screenshot(page, '1-open');

    await page.locator('.view-line').filter({ hasText: 'client.messages.create' }).first().getByText('create', { exact: true }).hover();
    const hover = page.locator('.monaco-hover:visible').filter({ hasText: 'per call' }).first();
    await hover.waitFor();
    await screenshot(page, '1-hover');
    await page.keyboard.press('Escape');

    // From finding to finding with F8, to the first one that has a fix.
    await page.locator('.editor-instance .view-line').first().click();
    await page.keyboard.press('Control+Home');
    const fix = page.locator('.action-widget .monaco-list-row.action').filter({ hasNotText: /disable|documentation/i });
    for (let finding = 1; ; finding++) {
      await page.keyboard.press('F8');
      await page.locator('.marker-widget').waitFor();
      await screenshot(page, `2-finding-${finding}`);
      await page.keyboard.press('Escape');
      await page.locator('.marker-widget').waitFor({ state: 'hidden' });
      await openFixes(page);
      if ((await fix.count()) > 0) break;
      await page.keyboard.press('Escape');
      await page.locator('.action-widget').waitFor({ state: 'hidden' });
      assert.ok(finding < 10, 'none of ten findings has a fix');
    }
    await screenshot(page, '3-quick-fix');
    await fix.first().click();
    await page.locator('.tab.active.dirty').waitFor();
    await page.keyboard.press('Control+S');
    await page.locator('.tab.active:not(.dirty)').waitFor();
    await screenshot(page, '4-fixed');
    assert.notEqual(readFileSync(file, 'utf8'), before, 'the fix is on the disk');
  });
});

/** Ctrl+. on the finding under the cursor. Once in a while the menu does not open at the first key press (1 of 16 runs): that is said. */
async function openFixes(page: Page): Promise<void> {
  const menu = page.locator('.action-widget .monaco-list-row.action').first();
  for (let attempt = 1; attempt <= 3; attempt++) {
    await page.keyboard.press('Control+.');
    const opened = menu.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
    if (await opened) return;
    console.log(`the quick fix menu did not open, attempt ${attempt} of 3`);
  }
  assert.fail('the quick fix menu did not open');
}
