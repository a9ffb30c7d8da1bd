/** A person watches an agent spend money in the real VS Code: every figure comes through the real gateway's socket. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FrameLocator } from 'playwright-core';
import { LedgerReader, openDatabase } from '../../gateway/ledger/index.ts';
import { LEDGER_FILE } from '../../gateway/store/open.ts';
import { usd } from '../../webview/format.ts';
import { screenshot } from './harness/browser.ts';
import { type GatewayProcess, startGatewayProcess, traffic } from './harness/gateway.ts';
import { confirm, webview as panelIn, runCommand, withWorkbench } from './harness/workbench.ts';

/** A figure of the panel by its name, as it stands on the screen. */
const figure = (panel: FrameLocator, name: string) =>
  panel.locator('dl.figures .figure').filter({ has: panel.locator('dt', { hasText: new RegExp(`^${name}$`) }) });

test('the panel shows what the ledger says, survives a restart of the gateway, is the same in two windows, and stops a session', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'costlint-panel-'));
  const replay = await traffic();
  console.log(`streams that are replayed: ${replay.kind}`);
  let gateway: GatewayProcess | undefined;
  try {
    await withWorkbench(
      'panel',
      'examples/typescript-agent',
      async ({ page, another }) => {
        await runCommand(page, 'Costlint: Open Live Spend Panel');
        const panel = panelIn(page);
        await panel.getByRole('heading', { name: 'No gateway is running' }).waitFor();
        await screenshot(page, 'panel-1-no-gateway');

        gateway = await startGatewayProcess(folder, replay.upstream.url, { daily: 500, session: 100, breaker: false });
        await panel.locator('.connection').getByText('Connected').waitFor({ timeout: 15_000 });
        await replay.play(gateway.url, 60);
        await shows(panel, folder);
        await screenshot(page, 'panel-2-spending');

        if (another) {
          const second = await another();
          await runCommand(second, 'Costlint: Open Live Spend Panel');
          await replay.play(gateway.url, 10);
          await shows(panelIn(second), folder);
          await second.close();
        }
        await shows(panel, folder);

        await gateway.stop('SIGKILL');
        await panel
          .locator('.connection')
          .getByText(/Connection lost|No gateway is running/)
          .waitFor({ timeout: 15_000 });
        await screenshot(page, 'panel-3-lost');
        gateway = await startGatewayProcess(folder, replay.upstream.url, { daily: 500, session: 100, breaker: false });
        await panel.locator('.connection').getByText('Connected').waitFor({ timeout: 20_000 });
        await replay.play(gateway.url, 5);
        await shows(panel, folder);

        await panel.getByRole('tab', { name: 'Over Time' }).click();
        await panel.locator('.uplot canvas').first().waitFor();
        await screenshot(page, 'panel-4-over-time');
        await panel.getByRole('tab', { name: 'Sessions' }).click();
        await panel
          .getByRole('gridcell', { name: /agent-3/ })
          .first()
          .click();
        await screenshot(page, 'panel-5-session');
        const actions = panel.getByRole('group', { name: 'Actions on this session' });
        await actions.getByRole('button', { name: /^Stop/ }).click();
        await page.locator('.monaco-dialog-box').waitFor();
        await screenshot(page, 'panel-6-stop');
        await confirm(page, 'Stop Session');
        await panel
          .getByText(/stopped/i)
          .first()
          .waitFor();
        assert.equal(await denied(gateway.url, 'agent-3'), true, 'a call of the stopped session is refused');
        assert.equal(await denied(gateway.url, 'agent-4'), false, 'another session goes on');
        await screenshot(page, 'panel-7-stopped');
      },
      { env: { COSTLINT_STATE_DIR: folder } },
    );
  } finally {
    await gateway?.stop();
    await replay.upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Waits until the panel's sum of today equals that of the ledger on disk, money and calls. */
async function shows(panel: FrameLocator, folder: string): Promise<void> {
  const db = openDatabase(join(folder, LEDGER_FILE), { readOnly: true });
  const midnight = new Date();
  midnight.setUTCHours(0, 0, 0, 0);
  const totals = new LedgerReader(db).totals({ since: midnight.getTime() });
  db.close();
  assert.ok(totals.calls > 0 && totals.nanoUsd > 0, 'the ledger has calls that cost something');
  const today = figure(panel, 'Today');
  await today.getByText(usd(totals.nanoUsd)).first().waitFor({ timeout: 15_000 });
  await today.getByText(new RegExp(`\\b${totals.calls} calls`)).waitFor({ timeout: 15_000 });
}

async function denied(url: string, session: string): Promise<boolean> {
  const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] });
  const answer = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    body,
    headers: { 'x-costlint-session': session, 'content-type': 'application/json' },
  });
  await answer.arrayBuffer();
  return !answer.ok;
}
