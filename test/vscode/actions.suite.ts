/** What a person does about spending in the real VS Code: start the gateway, connect programs, hear of trouble, set limits, let a session go on. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDiscovery } from '../../client/gateway/discovery.ts';
import { urlOf } from '../../client/gateway/http.ts';
import { screenshot } from './harness/browser.ts';
import { spender } from './harness/gateway.ts';
import { confirm, notification, runCommand, webview, withWorkbench } from './harness/workbench.ts';

/** The alert on a session's cost compares with so many completed ones. */
const PAST_SESSIONS = 20;

test('start the gateway, write .env, hear of a runaway session and open it, reset a breaker, lower a limit, stop the gateway, read past sessions', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'costlint-actions-'));
  const { upstream, spend } = await spender();
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify({ port: 0, daily: 5, upstreams: { anthropic: upstream.url } }));
  try {
    await withWorkbench(
      'actions',
      'examples/typescript-agent',
      async ({ page, workspace }) => {
        await runCommand(page, 'Costlint: Open Live Spend Panel');
        const panel = webview(page);
        await panel.getByRole('button', { name: 'Start Gateway' }).click();
        await panel.locator('.connection').getByText('Connected').waitFor({ timeout: 30_000 });
        const url = urlOf(readDiscovery(folder)!);

        await panel.getByRole('button', { name: 'Write to .env…' }).click();
        await page.locator('.monaco-dialog-box').getByText(`ANTHROPIC_BASE_URL=${url}`).waitFor();
        await screenshot(page, 'actions-1-env');
        await confirm(page, 'Write');
        await panel.locator('.outcome').getByText('.env sends calls through the gateway').waitFor();
        assert.ok(readFileSync(join(workspace, '.env'), 'utf8').split('\n').includes(`OPENAI_BASE_URL=${url}/v1`));

        for (let n = 0; n < PAST_SESSIONS; n++) {
          await spend(url, { session: `past-${n}`, text: `Task ${n}`, headers: { 'x-costlint-session-status': 'done' } });
        }
        for (let n = 0; n < 6; n++) await spend(url, { session: 'runaway', text: `Step ${n} of something else: ${'x'.repeat(n * 300)}` });
        const alert = await notification(page, /session runaway has cost .* times the usual/);
        await screenshot(page, 'actions-2-alert');
        await alert.getByRole('button', { name: 'Open Session' }).click();
        await panel.getByRole('heading', { name: /runaway/ }).waitFor();
        await page.keyboard.press('Escape');

        for (let n = 0; n < 12; n++) await spend(url, { session: 'looper', text: 'Run the test again.' });
        const looping = { session: 'looper', text: 'Run the test again.' };
        assert.equal(await spend(url, looping), 402, 'the breaker has stopped it');
        await panel.getByRole('tab', { name: 'Now' }).click();
        await panel.locator('[data-breaker]').getByText('The breaker is open').waitFor();
        await page.locator('.statusbar-item[id*="costlint.gateway"].error-kind').waitFor();
        await screenshot(page, 'actions-3-breaker');
        await panel.getByRole('button', { name: 'Reset… breaker session:looper' }).click();
        await confirm(page, 'Reset');
        await panel.locator('[data-breaker]').waitFor({ state: 'hidden' });
        assert.equal(await spend(url, { session: 'looper', text: 'Something new.' }), 200, 'it goes on');

        await panel.getByRole('button', { name: 'Change… limit account-daily' }).click();
        const input = page.locator('.quick-input-widget input');
        await input.fill('nothing');
        await page.getByText('Write an amount above 0.').waitFor();
        await input.fill('0.5');
        await page.keyboard.press('Enter');
        await confirm(page, 'Lower');
        await panel.getByRole('meter', { name: 'account-daily' }).and(panel.locator('[aria-valuemax="500000000"]')).waitFor();
        assert.equal(await spend(url, { session: 'late', text: 'One more.' }), 402, 'the new limit holds');
        await page.locator('.statusbar-item[id*="costlint.gateway"].error-kind').waitFor();
        await screenshot(page, 'actions-4-limit');

        await panel.getByRole('button', { name: 'Stop gateway…' }).click();
        await confirm(page, 'Stop Gateway');
        await panel.getByRole('heading', { name: 'No gateway is running' }).waitFor({ timeout: 15_000 });
        await screenshot(page, 'actions-5-stopped');

        // Where the runaway session is still open.
        await panel.getByRole('tab', { name: 'Sessions' }).click();
        await panel.getByRole('button', { name: 'Back to all sessions' }).click();
        await panel.getByRole('button', { name: 'Read Logs' }).click();
        await panel.getByText('1 session read').waitFor();
        await panel.getByRole('textbox').or(panel.getByRole('searchbox')).first().fill('claude-code');
        await panel.locator('[role=grid][aria-rowcount="2"]').waitFor();
        await screenshot(page, 'actions-6-logs');
      },
      {
        env: { COSTLINT_STATE_DIR: folder, HOME: homeWithLog(folder) },
        settings: { 'costlint.gateway.config': config, 'workbench.colorTheme': 'Default Light Modern' },
      },
    );
  } finally {
    stopGatewayOf(folder);
    await upstream.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** A home folder in which Claude Code has kept one session. */
function homeWithLog(folder: string): string {
  const home = join(folder, 'home');
  const logs = join(home, '.claude/projects/-home-me-shop');
  mkdirSync(logs, { recursive: true });
  const usage = { input_tokens: 10, output_tokens: 50 };
  const message = { id: 'm1', model: 'claude-haiku-4-5', role: 'assistant', content: [], usage };
  const line = { type: 'assistant', sessionId: 'past', cwd: '/home/me/shop', timestamp: '2026-11-20T10:00:00.000Z', requestId: 'r1', message };
  writeFileSync(join(logs, 'past.jsonl'), `${JSON.stringify(line)}\n`);
  return home;
}

/** It outlives the window, also one whose test has failed. */
function stopGatewayOf(folder: string): void {
  const found = readDiscovery(folder);
  if (!found) return;
  try {
    process.kill(found.pid);
  } catch {
    // it has ended
  }
}
