/** A person's way through the reports in VS Code: choose one, move a slider, go to a line of code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { screenshot } from './harness/browser.ts';
import { openFile, runCommand, withWorkbench } from './harness/workbench.ts';

test('choose a report, ask what if, and go to a call', async () => {
  await withWorkbench('reports', 'examples/typescript-agent', async ({ page }) => {
    await openFile(page, 'package.json');
    await runCommand(page, 'Costlint: Show Report');
    const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Routing plan' }).first();
    await row.waitFor();
    await screenshot(page, 'reports-1-choose');
    await row.click();

    const panel = page.frameLocator('iframe.webview').first().frameLocator('iframe').first();
    const fact = panel.locator('dl.facts').filter({ hasText: 'With the cascade' });
    await fact.waitFor({ timeout: 60_000 });
    await screenshot(page, 'reports-2-routing');
    await panel.getByLabel('Cascade: passed on').press('Home');
    await panel.getByText('with the cascade (0% passed on)').waitFor();

    await panel
      .getByRole('button', { name: /^src\/.*:\d+$/ })
      .first()
      .click();
    await page.locator('.tab.active').filter({ hasText: '.ts' }).waitFor();
    await page
      .locator('.statusbar-item')
      .filter({ hasText: /^Ln \d+, Col 1/ })
      .first()
      .waitFor();
    await screenshot(page, 'reports-3-line');

    // The editor is restarted: the report is there again, with the answer to the question that was asked.
    await page.getByRole('tab', { name: /^Costlint: Routing/ }).click();
    await panel.getByText('with the cascade (0% passed on)').waitFor();
    await runCommand(page, 'Developer: Reload Window');
    await page.locator('.tab').filter({ hasText: 'Costlint: Routing' }).waitFor({ state: 'detached' });
    await page.locator('.tab').filter({ hasText: 'Costlint: Routing' }).waitFor({ timeout: 60_000 });
    await panel.getByText('with the cascade (0% passed on)').waitFor({ timeout: 60_000 });
    assert.equal(await panel.getByLabel('Cascade: passed on').inputValue(), '0');
    await screenshot(page, 'reports-4-restored');
  });
});
