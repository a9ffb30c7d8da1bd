/**
 * What really happened stands at the line: the sample agent runs through a gateway that the editor has found by itself. And back: from a call of its session, among
 * 10,000 others in the panel, to the line.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { agentProvider } from '../observed/agent-provider.ts';
import { screenshot } from './harness/browser.ts';
import { type GatewayProcess, startGatewayProcess } from './harness/gateway.ts';
import { seedSessions } from './harness/ledger.ts';
import { openFile, runCommand, webview, withWorkbench } from './harness/workbench.ts';

const PAST_SESSIONS = 10_000;

test('the sample agent runs through the gateway, its line says what it really cost, and the panel leads from its calls to the line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'costlint-observed-'));
  const upstream = await agentProvider();
  let gateway: GatewayProcess | undefined;
  try {
    await seedSessions(folder, PAST_SESSIONS);
    gateway = await startGatewayProcess(folder, upstream.url, { breaker: false });
    const { url } = gateway;
    await withWorkbench(
      'observed',
      'examples/typescript-agent',
      async ({ page, workspace }) => {
        await openFile(page, 'src/agent.ts');
        const line = page.locator('.view-line').filter({ hasText: 'client.messages.create' }).first();
        await line.filter({ hasText: /\$\d/ }).waitFor();

        Object.assign(process.env, { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'sk-ant-test', SHOP_API: `${upstream.url}/shop` });
        const { answer } = await import(new URL('../../examples/typescript-agent/src/agent.ts', import.meta.url).href);
        for (let i = 0; i < 25; i++) await answer(`Where is parcel ${i}?`);

        await line.filter({ hasText: /observed\s\$\d/ }).waitFor({ timeout: 45_000 });
        await screenshot(page, 'observed-1-hint');
        await line.getByText('create', { exact: true }).hover();
        const hover = page.locator('.monaco-hover:visible').filter({ hasText: 'observed' }).first();
        await hover.waitFor();
        await screenshot(page, 'observed-2-hover');
        await page.keyboard.press('Escape');

        await runCommand(page, 'Costlint: Open Live Spend Panel');
        const panel = webview(page);
        await panel.getByRole('tab', { name: 'Sessions' }).click();
        await panel
          .getByRole('grid', { name: 'Sessions' })
          .and(panel.locator(`[aria-rowcount="${PAST_SESSIONS + 2}"]`))
          .waitFor();
        await panel.getByRole('grid', { name: 'Sessions' }).press('End');
        await panel.getByRole('gridcell', { name: `past-${PAST_SESSIONS - 1}` }).waitFor();
        await screenshot(page, 'observed-3-sessions');
        await panel.getByRole('textbox').or(panel.getByRole('searchbox')).first().fill('Anthropic/JS');
        await panel
          .getByRole('gridcell', { name: /Anthropic\/JS/ })
          .first()
          .click();
        await panel
          .getByRole('button', { name: /^src\/agent\.ts:\d+$/ })
          .first()
          .click();
        await page.locator('.tab.active').filter({ hasText: 'agent.ts' }).waitFor();
        await screenshot(page, 'observed-4-line');
        const text = readFileSync(join(workspace, 'src/agent.ts'), 'utf8').split('\n');
        const number = text.findIndex((one) => one.includes('client.messages.create')) + 1;
        await page
          .locator('.statusbar-item')
          .filter({ hasText: new RegExp(`^Ln ${number}, Col`) })
          .first()
          .waitFor();
      },
      { env: { COSTLINT_STATE_DIR: folder }, settings: { 'workbench.colorTheme': 'Default High Contrast' } },
    );
  } finally {
    await gateway?.stop();
    await upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
