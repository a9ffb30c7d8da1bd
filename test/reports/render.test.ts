import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { type Report, reportKinds } from '../../core/protocol/report.ts';
import { makeReport, reportHtml, reportJson, reportMarkdown } from '../../core/reports/index.ts';
import { need } from '../../scripts/lib/need.mjs';
import { screenshot, startBrowser } from '../vscode/harness/browser.ts';
import { folder } from '../workspace/folder.ts';
import { inputOf } from './workspace.ts';

const link = ({ path: file, line }: { readonly path: string; readonly line: number }): string => `${file}#L${line}`;
const EVIL = `</td></table><script>alert(1)</script>" onload="x' & | \`code\` [a](javascript:b) <img src=x>`;

/** A report whose every text comes from hostile code. */
function evil(report: Report): Report {
  const names = new Set(['text', 'path', 'title', 'name', 'label', 'heading', 'reason', 'about', 'source']);
  const twisted: unknown = JSON.parse(JSON.stringify(report), (key, value) => (names.has(key) && typeof value === 'string' ? EVIL : value));
  return twisted as Report;
}

/** Tags that are opened and not closed, or closed and not opened. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, end, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)>/gi)) {
    if (['meta', 'line'].includes(name) || rest.endsWith('/')) continue;
    if (end === '/') {
      if (open.pop() !== name) wrong.push(`</${name}>`);
    } else open.push(name);
  }
  return [...wrong, ...open];
}

test('HTML is well-formed, has no script and nothing remote, whatever the code says', async (t) => {
  const input = await inputOf(t);
  for (const kind of reportKinds) {
    const report = makeReport(kind, input);
    for (const page of [reportHtml(report, { top: 50, link }), reportHtml(evil(report), { top: 50, link: () => EVIL })]) {
      assert.deepEqual(unbalanced(page), [], kind);
      const tags = [...page.matchAll(/<([a-z][a-z0-9]*)([^<>]*)>/gi)];
      for (const [tag, name = '', attributes = ''] of tags) {
        assert.match(
          name,
          /^(html|head|meta|title|style|body|main|h[123]|p|dl|div|dt|dd|section|figure|figcaption|svg|rect|line|path|text|table|thead|tbody|tr|th|td|a|sup|code|pre|ol|ul|li)$/,
          tag,
        );
        assert.doesNotMatch(attributes.replace(/"[^"]*"/g, '""'), /\s(on\w+|src|style)=/i, tag);
        assert.doesNotMatch(attributes, /href="(?:https?:)?\/\/|href="javascript/, tag);
      }
      assert.doesNotMatch(page, /url\(|@import/, kind);
      assert.match(page, /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;/);
    }
  }
});

test('Markdown keeps hostile text as text and cuts long tables', async (t) => {
  const input = await inputOf(t);
  const whole = makeReport('cost', input);
  const page = reportMarkdown(evil(whole), { top: 1, link: () => EVIL });
  assert.doesNotMatch(page, /<(script|img|\/td)/);
  assert.doesNotMatch(page.replace(/`[^`\n]*`/g, '').replace(/\]\(<[^<>\n]*>\)/g, ''), /(?<!\\)\]\(j/);
  const [cut = ''] = page.split('## Assumed');
  const rows = cut.split('\n').filter((line) => line.startsWith('| '));
  const bars = (line: string): number => line.replaceAll('\\|', '').split('|').length;
  assert.equal(rows.length % 3, 0, 'a head, a rule and one row each');
  for (let i = 0; i < rows.length; i += 3) {
    const columns = bars(rows[i + 1] ?? '');
    assert.deepEqual([bars(rows[i] ?? ''), bars(rows[i + 2] ?? '')], [columns, columns], rows[i + 2]);
  }
  assert.match(page, /… and \d+ more\./);
});

test('JSON has money in USD and tables as objects', async (t) => {
  const input = await inputOf(t);
  const routing = JSON.parse(
    JSON.stringify(
      reportJson(makeReport('routing', input, { 'tiers.claude-haiku-4-5': 70, 'tiers.claude-sonnet-4-6': 20, 'tiers.claude-opus-4-6': 10 })),
    ),
  );
  assert.equal(routing.version, 1);
  assert.equal(routing.mix.length, 4, 'the section');
  assert.equal(routing.mix[3].rates.input, 1.8);
  assert.equal(routing.perMillion.mix, 1.8);
  assert.equal(routing.perMillion.alone, 5);
  assert.deepEqual(routing.options, { 'tiers.claude-haiku-4-5': 70, 'tiers.claude-sonnet-4-6': 20, 'tiers.claude-opus-4-6': 10, escalation: 15 });
  const cost = JSON.parse(JSON.stringify(reportJson(makeReport('cost', input))));
  assert.equal(cost.calls[0].line > 0 && typeof cost.calls[0].cost.month.expected, 'number');
});

test('no two parts of a report claim the same name in JSON', async (t) => {
  const input = await inputOf(t);
  for (const kind of reportKinds) {
    const { facts, sections } = makeReport(kind, input);
    const names = [...new Set(facts.map(({ id }) => id.split('.')[0])), ...sections.filter(({ table, code }) => table || code).map(({ id }) => id)];
    assert.equal(new Set(names).size, names.length, `${kind}: ${names.join(', ')}`);
  }
});

const { reason } = await need('chromium');
const skip = reason && !/^(1|true)$/.test(process.env.CI ?? '') ? `no browser: ${reason}` : false;

describe('the page in a real browser', { skip }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.close());

  test('asks for nothing, breaks no policy, and shows its charts and figures', async (t) => {
    const input = await inputOf(t);
    const root = folder(t, {});
    for (const [kind, colorScheme] of [
      ['routing', 'light'],
      ['cache', 'dark'],
    ] as const) {
      const file = path.join(root, `${kind}.html`);
      writeFileSync(file, reportHtml(makeReport(kind, input), { top: 50, link }));
      const page = await (await browser.newContext({ viewport: { width: 1100, height: 800 }, colorScheme })).newPage();
      const asked: string[] = [];
      const said: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => said.push(message.text()));
      await page.goto(pathToFileURL(file).href);
      assert.deepEqual(asked, [pathToFileURL(file).href]);
      assert.deepEqual(said, []);
      assert.ok(await page.locator('svg rect').first().isVisible());
      assert.equal(await page.locator('tbody tr').first().isVisible(), true);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing is wider than the page');
      await screenshot(page, `report-${kind}-${colorScheme}`);
      await page.close();
    }
  });
});
