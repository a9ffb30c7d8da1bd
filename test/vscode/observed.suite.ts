/** What really happened stands at the line: the sample agent runs through a gateway that the editor has found by itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { agentProvider } from '../observed/agent-provider.ts';
import { screenshot } from './harness/browser.ts';
import { type GatewayProcess, startGatewayProcess } from './harness/gateway.ts';
import { openFile, withWorkbench } from './harness/workbench.ts';

test('the sample agent runs through the gateway, and its line says what it really cost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'costlint-observed-'));
  const upstream = await agentProvider();
  let gateway: GatewayProcess | undefined;
  try {
    gateway = await startGatewayProcess(folder, upstream.url, { breaker: false });
    const { url } = gateway;
    await withWorkbench(
      'observed',
      'examples/typescript-agent',
      async ({ page }) => {
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
      },
      { env: { COSTLINT_STATE_DIR: folder } },
    );
  } finally {
    await gateway?.stop();
    await upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
