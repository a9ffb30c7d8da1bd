/** The report panel's real bundle in a real browser, under the policy of a webview: sliders, sorting, links, saving, themes. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { FromReportPanel, Report, ToReportPanel } from '../../core/protocol/report.ts';
import { makeReport } from '../../core/reports/index.ts';
import { need } from '../../scripts/lib/need.mjs';
import { out, root } from '../../scripts/lib/paths.mjs';
import { startBrowser } from '../vscode/harness/browser.ts';
import { type Theme, themes, themeValues } from '../webview/harness/page.ts';
import { inputOf } from './workspace.ts';

const { reason } = await need('chromium');
const skip = reason && !/^(1|true)$/.test(process.env.CI ?? '') ? `no browser: ${reason}` : false;

const address = 'https://report.invalid/';
const policy = "default-src 'none'; script-src 'nonce-n'; style-src 'none'";
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['webview/report.ts'],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

describe('the report panel', { skip }, () => {
  let browser: Browser;
  let script: string;
  before(async () => {
    [browser, script] = await Promise.all([startBrowser(), bundled()]);
  });
  after(() => browser?.close());

  async function open() {
    const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, reducedMotion: 'reduce' });
    const page: Page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.addInitScript({ path: join(root, 'test/webview/harness/inside.js') });
    const html =
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Report</title></head><body><script nonce="n" src="report.js"></script></body></html>';
    await page.route(address, (route) => route.fulfill({ body: html, contentType: 'text/html', headers: { 'Content-Security-Policy': policy } }));
    await page.route(`${address}report.js`, (route) => route.fulfill({ body: script, contentType: 'text/javascript; charset=utf-8' }));
    await page.goto(address);
    const ask = <T>(expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;
    const setTheme = (name: Theme): Promise<void> => ask(`harness.setTheme(${JSON.stringify(name)}, ${JSON.stringify(themeValues(name))})`);
    await setTheme('dark');
    return {
      page,
      setTheme,
      posted: () => ask<FromReportPanel[]>('harness.posted.splice(0)'),
      blocked: () => ask<string[]>('harness.blocked'),
      send: async (...messages: readonly ToReportPanel[]) => {
        await ask(`harness.send(${JSON.stringify(messages)})`);
        await ask('harness.frame().then(harness.frame)');
      },
      violations: async () => {
        if (!(await ask<boolean>('typeof axe === "object"'))) await page.evaluate(axeSource);
        const found = await ask<{ id: string; nodes: { target: unknown[]; failureSummary: string }[] }[]>(
          `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
        );
        return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target)} ${failureSummary}`));
      },
      screenshot: async (name: string) => {
        mkdirSync(join(out, 'screenshots'), { recursive: true });
        await page.screenshot({ path: join(out, 'screenshots', `report-panel-${name}.png`) });
      },
      close: async () => {
        await context.close();
        assert.deepEqual(errors, []);
      },
    };
  }

  test('asks for its report, shows it, and asks again once a slider rests', async (t) => {
    const input = await inputOf(t);
    const panel = await open();
    assert.deepEqual(await panel.posted(), [{ type: 'ready' }]);
    const options = { 'tiers.claude-haiku-4-5': 70, 'tiers.claude-sonnet-4-6': 20, 'tiers.claude-opus-4-6': 10 };
    await panel.send({ type: 'report', report: makeReport('routing', input, options) });
    assert.match(await panel.page.locator('dl.facts').innerText(), /\$1\.80[\s\S]*\$5\.00/);
    const slider = panel.page.getByLabel('Share of claude-haiku-4-5');
    await panel.page.clock.install({ time: 0 });
    await panel.page.clock.pauseAt(1000);
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowRight']) await slider.press(key);
    assert.deepEqual(await panel.posted(), [], 'not while it moves');
    await panel.page.clock.runFor(150);
    const [asked, ...more] = await panel.posted();
    await panel.page.clock.resume();
    assert.deepEqual(more, [], 'once, not for each step');
    assert.deepEqual(asked, { type: 'show', kind: 'routing', options: { ...options, 'tiers.claude-haiku-4-5': 72 } });
    const answer = makeReport('routing', input, asked?.type === 'show' ? asked.options : {});
    await panel.send({ type: 'report', report: answer });
    assert.equal(await slider.inputValue(), '72', 'the slider stays where the person left it');
    assert.match(await panel.page.locator('main').innerText(), /71% claude-haiku-4-5/);
    await panel.close();
  });

  test('sorts by any column, goes to lines, saves and copies', async (t) => {
    const input = await inputOf(t);
    const panel = await open();
    await panel.send({ type: 'report', report: makeReport('budget', input) });
    const table = panel.page.getByRole('region', { name: 'Worst case of each call' });
    const models = (): Promise<string[]> => table.locator('tbody tr td:nth-child(2)').allInnerTexts();
    await table.getByRole('button', { name: 'Model' }).click();
    const up = await models();
    assert.deepEqual(up, [...up].sort());
    await table.getByRole('button', { name: 'Model' }).click();
    assert.deepEqual(await models(), [...up].sort().reverse());
    assert.equal(await table.getByRole('columnheader', { name: 'Model' }).getAttribute('aria-sort'), 'descending');
    await table.getByRole('button', { name: 'A normal run' }).click();
    const money = (await table.locator('tbody tr td:nth-child(5)').allInnerTexts()).map((text) => Number(text.replace('$', '')));
    assert.deepEqual(
      money,
      [...money].sort((a, b) => b - a),
      'the largest first',
    );
    await panel.posted();
    await table.getByRole('button', { name: 'src/agent.ts:6' }).click();
    await panel.page.getByRole('button', { name: 'Copy: The gateway, by options' }).click();
    await panel.page.locator('vscode-button', { hasText: 'HTML' }).click();
    const [went, copied, saved] = await panel.posted();
    assert.deepEqual(went, { type: 'open', place: { path: 'src/agent.ts', line: 6 } });
    assert.match(copied?.type === 'copy' ? copied.text : '', /^costlint gateway --session/);
    assert.deepEqual(saved, { type: 'save', format: 'html' });
    await panel.close();
  });

  test('keeps what it showed when an answer fails, and says why', async (t) => {
    const input = await inputOf(t);
    const panel = await open();
    await panel.send({ type: 'report', report: makeReport('cost', input) }, { type: 'failed', message: 'the server went away' });
    assert.match(await panel.page.getByRole('alert').innerText(), /the server went away/);
    assert.equal(await panel.page.locator('costlint-report-table').count(), 5);
    await panel.close();
  });

  test('a thousand rows are shown when they are asked for', async (t) => {
    const report: Report = structuredClone(makeReport('cost', await inputOf(t)));
    const calls = report.sections.find(({ id }) => id === 'calls')?.table;
    const row = calls?.rows[0] ?? [];
    if (calls) calls.rows = Array.from({ length: 1000 }, () => row);
    const panel = await open();
    await panel.send({ type: 'report', report });
    const table = panel.page.locator('costlint-report-table').nth(2);
    assert.equal(await table.locator('tbody tr').count(), 25);
    await table.getByRole('button', { name: 'Show all 1000 rows' }).click();
    assert.equal(await table.locator('tbody tr').count(), 1000);
    await panel.close();
  });

  for (const theme of themes) {
    test(`is accessible and breaks no policy in ${theme}`, async (t) => {
      const input = await inputOf(t);
      const panel = await open();
      await panel.setTheme(theme);
      for (const kind of ['cost', 'routing', 'budget'] as const) {
        await panel.send({ type: 'report', report: makeReport(kind, input) });
        await panel.screenshot(`${kind}-${theme}`);
        assert.deepEqual(await panel.violations(), [], kind);
        assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing is wider than the panel');
      }
      assert.deepEqual(await panel.blocked(), []);
      await panel.close();
    });
  }
});
