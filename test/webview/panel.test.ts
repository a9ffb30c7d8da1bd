/** The panel as a person uses it, in a real browser: what it shows is what it was told, all of it works from the keyboard, and each button asks for one thing. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { GatewayEvent } from '../../core/protocol/gateway.ts';
import type { FromPanel } from '../../core/protocol/panel.ts';
import { need } from '../../scripts/lib/need.mjs';
import { plural, sum, usd } from '../../webview/format.ts';
import { startBrowser } from '../vscode/harness/browser.ts';
import * as feed from './harness/feed.ts';
import { NOW, openPanel, type PanelOptions, type PanelPage } from './harness/page.ts';
import { askedHistory, openTab, showSessions, showTime } from './harness/states.ts';

const { reason } = await need('chromium');
const skip = reason && !/^(1|true)$/.test(process.env.CI ?? '') ? `no browser: ${reason}` : false;

/** The text of a figure of Now: `{ Today: '$4.46 137 calls' }`. */
const figure = async (panel: PanelPage, name: string): Promise<string> => {
  const term = panel.page.locator('.figure').filter({ has: panel.page.getByText(name, { exact: true }) });
  return (await term.locator('dd').innerText()).replace(/\s+/g, ' ');
};

describe('the live spend panel', { skip }, () => {
  let browser: Browser;
  const open: PanelPage[] = [];
  before(async () => {
    browser = await startBrowser();
  });
  after(async () => {
    for (const panel of open) await panel.close();
    await browser?.close();
  });
  const start = async (options?: PanelOptions): Promise<PanelPage> => {
    const panel = await openPanel(browser, options);
    open.push(panel);
    return panel;
  };
  const connected = async (options?: PanelOptions): Promise<PanelPage> => {
    const panel = await start(options);
    await panel.send(...feed.connected());
    return panel;
  };
  const intents = async (panel: PanelPage): Promise<FromPanel[]> =>
    (await panel.posted()).filter(({ type }) => !type.startsWith('load-') && type !== 'ready');

  test('shows the sums that the gateway tells, and goes on with every call', async () => {
    const panel = await connected();
    const state = feed.gatewayState();
    const overview = feed.overview();
    assert.match(await figure(panel, 'Today'), new RegExp(`^\\${sum(state.today)} ${plural(state.today.calls, 'call')}`));
    assert.ok((await figure(panel, 'This month')).startsWith(`${usd(overview.month.nanoUsd)} ${plural(overview.month.calls, 'call')}`));
    const calls = Array.from({ length: 50 }, (_, index) => feed.call(9_000 + index, NOW - 1_000, 0, index % 12));
    const { message, after: later } = feed.events(state, 100, calls);
    await panel.send(message);
    const spent = later.today.nanoUsd - state.today.nanoUsd;
    assert.ok(spent > 0);
    assert.ok((await figure(panel, 'Today')).startsWith(`${usd(later.today.nanoUsd)} ${plural(later.today.calls, 'call')}`));
    assert.ok((await figure(panel, 'This month')).startsWith(`${usd(overview.month.nanoUsd + spent)} `));
    assert.ok((await figure(panel, 'Rate')).startsWith(`${usd(overview.lastHour + spent)}/h`));
    assert.ok((await figure(panel, 'This session')).startsWith(sum(later.sessions.find(({ session }) => session === 's-00000')!.totals)));
  });

  test('says where a price is not known, and how many calls that concerns', async () => {
    const panel = await connected();
    const unknown = [1, 2].map((n) => feed.call(9_000 + n, NOW, 0, 1, { cost: { kind: 'unknown', atLeast: 5_000_000, why: 'no price' } }));
    const { message, after: later } = feed.events(feed.gatewayState(), 100, unknown);
    await panel.send(message);
    assert.ok((await figure(panel, 'Today')).startsWith(`≥ ${usd(later.today.nanoUsd)}`));
    assert.match(await figure(panel, 'Today'), /2 calls without a price/);
  });

  test('asks once for everything when increments are missing, and is right again', async () => {
    const panel = await connected();
    await panel.posted();
    const state = feed.gatewayState();
    const late = [feed.call(9_001, NOW, 0, 1), feed.call(9_002, NOW, 0, 2)];
    await panel.send(feed.events(state, 140, late).message);
    assert.deepEqual(
      (await panel.posted()).filter(({ type }) => type === 'ready'),
      [{ type: 'ready' }],
    );
    const { after: later } = feed.events(state, 140, late);
    await panel.send(feed.snapshot(later, 142));
    assert.ok((await figure(panel, 'Today')).startsWith(usd(later.today.nanoUsd)));
  });

  test('keeps the figures while the connection is lost, and says that they may be old', async () => {
    const panel = await connected();
    const before = await figure(panel, 'Today');
    await panel.send(feed.connection('reconnecting'));
    assert.equal(await figure(panel, 'Today'), before);
    await panel.page.getByText('figures may be old').first().waitFor();
  });

  test('draws once, however many events come at a time', async () => {
    const panel = await connected();
    const list: GatewayEvent[] = Array.from({ length: 300 }, (_, index) => feed.call(9_000 + index, NOW, 0, 1));
    const { messages } = feed.events(feed.gatewayState(), 100, list).message as { messages: unknown[] };
    const renders = await panel.page.evaluate(`(async () => {
      const panel = document.querySelector('costlint-panel');
      const { performUpdate } = panel;
      let renders = 0;
      panel.performUpdate = function () { renders++; return performUpdate.call(this); };
      await harness.drawn();
      for (const one of ${JSON.stringify(messages)}) harness.send([{ type: 'gateway', messages: [one] }]);
      await harness.drawn();
      return renders;
    })()`);
    assert.ok((renders as number) <= 2, `${renders} renders`);
    assert.match(await figure(panel, 'Today'), new RegExp(plural(feed.gatewayState().today.calls + 300, 'call')));
  });

  test('each button of Now asks for one thing', async () => {
    const panel = await start();
    await panel.send(...feed.connected(feed.gatewayState(feed.troubled())));
    const click = async (name: string | RegExp, expected: FromPanel): Promise<void> => {
      await intents(panel);
      await panel.page.getByRole('button', { name }).first().click();
      assert.deepEqual(await intents(panel), [expected]);
    };
    await click('Stop gateway', { type: 'stop-gateway' });
    await click('Reset… breaker account', { type: 'reset-breaker', scope: 'account' });
    await click('Add limit…', { type: 'add-limit' });
    await click('Change… limit account-daily', { type: 'change-limit', limit: 'account-daily' });
    await click('Reset… counter of account-daily', { type: 'reset-limit', counter: 'account-daily|all' });
    await click('Pause researcher · shop', { type: 'pause-session', id: 's-00000' });
    await click('Stop researcher · shop', { type: 'stop-session', id: 's-00000' });
    await click('Resume researcher · support-bot', { type: 'resume-session', id: 's-00008' });
  });

  test('says how to connect: start, copy a base URL, write .env', async () => {
    const panel = await start();
    await panel.send(feed.connection('absent'));
    await intents(panel);
    await panel.page.getByRole('button', { name: 'Start Gateway' }).click();
    await panel.page.getByRole('button', { name: 'Copy OPENAI_BASE_URL' }).click();
    await panel.page.getByRole('button', { name: 'Write to .env…' }).press('Enter');
    await panel.page.getByRole('button', { name: 'Set in New Terminals' }).press(' ');
    assert.deepEqual(await intents(panel), [
      { type: 'start-gateway' },
      { type: 'copy', text: 'OPENAI_BASE_URL=http://127.0.0.1:4141/openai/v1' },
      { type: 'write-env' },
      { type: 'use-in-terminals', on: true },
    ]);
  });

  test('a limit is a meter with its value in words', async () => {
    const panel = await connected();
    const meter = panel.page.getByRole('meter', { name: 'account-daily' });
    assert.equal(await meter.getAttribute('aria-valuemax'), '5000000000');
    assert.equal(await meter.getAttribute('aria-valuenow'), '2310000000');
    assert.match(
      (await meter.getAttribute('aria-valuetext'))!,
      /^\$2\.31 of \$5, 46% · \$0\.17 set aside for running calls · warns at 80%, stops at 100%/,
    );
  });

  test('the keyboard alone: through the tabs, into a session, to a line of code and back', async () => {
    const panel = await connected();
    const { keyboard } = panel.page;
    await panel.page.getByRole('tab', { name: 'Now' }).focus();
    await keyboard.press('ArrowRight');
    await panel.drawn();
    assert.equal(await panel.focused(), 'button#tab-time Over Time');
    await keyboard.press('End');
    await panel.drawn();
    assert.equal(await panel.focused(), 'button#tab-sessions Sessions');
    await panel.send({ type: 'sessions', rows: feed.sessionRows(50), total: 50 });
    for (let tabs = 0; tabs < 20 && !(await panel.focused()).startsWith('div Sessions'); tabs++) await keyboard.press('Tab');
    assert.equal(await panel.focused(), 'div Sessions');
    await panel.posted();
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    const id = 's-00002';
    assert.deepEqual(await panel.posted(), [{ type: 'load-session', id }]);
    await panel.send({ type: 'session', id, detail: feed.sessionDetail(2) });
    assert.match(await panel.focused(), /^h2 /);
    for (let tabs = 0; tabs < 20 && !(await panel.focused()).startsWith('div Calls'); tabs++) await keyboard.press('Tab');
    assert.equal(await panel.focused(), 'div Calls of this session');
    await keyboard.press('Enter');
    assert.deepEqual(await intents(panel), [{ type: 'open-site', id: feed.todaysCalls[2]![0]!.site! }]);
    await panel.page.getByRole('button', { name: 'Back to all sessions' }).press('Enter');
    await panel.page.getByRole('grid', { name: 'Sessions' }).waitFor();
  });

  test('focus stays where it is while calls come in', async () => {
    const panel = await connected();
    await panel.page.getByRole('button', { name: 'Stop researcher · shop · s-00000' }).focus();
    const focused = await panel.focused();
    assert.match(focused, /Stop researcher/);
    const calls = Array.from({ length: 30 }, (_, index) => feed.call(9_000 + index, NOW, index % 3, 1));
    await panel.send(feed.events(feed.gatewayState(), 100, calls).message);
    assert.equal(await panel.focused(), focused);
  });

  test('a session offers what can be done with it', async () => {
    const panel = await connected();
    const id = 's-00002';
    await panel.send({ type: 'show-session', id }, { type: 'session', id, detail: feed.sessionDetail(2) });
    await intents(panel);
    for (const name of ['Pause…', 'Stop…', 'Mark as done…', 'Export…']) await panel.page.getByRole('button', { name, exact: true }).click();
    assert.deepEqual(await intents(panel), [
      { type: 'pause-session', id },
      { type: 'stop-session', id },
      { type: 'end-session', id, status: 'done' },
      { type: 'export-session', id },
    ]);
    await panel.page.getByText('tool definition 3 changed').first().waitFor();
    await panel.page.getByText('Loop: the same call was made 8 times in a row').waitFor();
  });

  test('calls of an open session appear as they come', async () => {
    const panel = await connected();
    const id = 's-00000';
    await panel.send({ type: 'show-session', id }, { type: 'session', id, detail: feed.sessionDetail(0) });
    const grid = panel.page.getByRole('grid', { name: 'Calls of this session' });
    const before = Number(await grid.getAttribute('aria-rowcount'));
    const calls = [feed.call(9_001, NOW, 0, 8), feed.call(9_002, NOW, 1, 8)];
    await panel.send(feed.events(feed.gatewayState(), 100, calls).message);
    assert.equal(Number(await grid.getAttribute('aria-rowcount')), before + 1);
  });

  test('10,000 sessions: few rows in the page, all of them reachable', async () => {
    const panel = await connected();
    await showSessions(panel, 10_000);
    const { page } = panel;
    const grid = page.getByRole('grid', { name: 'Sessions' });
    const total = 10_000 + feed.gatewayState().sessions.length;
    assert.equal(Number(await grid.getAttribute('aria-rowcount')), total + 1);
    assert.ok((await grid.getByRole('row').count()) < 80);
    await grid.focus();
    await page.keyboard.press('End');
    await panel.drawn();
    await grid.locator(`[aria-rowindex="${total + 1}"]`).waitFor();
    await page.getByRole('columnheader', { name: 'Cost' }).getByRole('button').click();
    await panel.drawn();
    assert.equal(await page.getByRole('columnheader', { name: 'Cost' }).getAttribute('aria-sort'), 'descending');
    const rows = [...feed.sessionRows(10_000), ...feed.gatewayState().sessions];
    const most = Math.max(...rows.map(({ totals }) => totals.nanoUsd));
    await page.keyboard.press('Shift+Tab');
    await grid.focus();
    await page.keyboard.press('Home');
    await panel.drawn();
    assert.match(await grid.locator('[aria-rowindex="2"]').innerText(), new RegExp(`\\${usd(most)}`));
    await page
      .getByRole('textbox', { name: 'Filter sessions' })
      .or(page.getByRole('searchbox', { name: 'Filter sessions' }))
      .fill('codex');
    await panel.drawn();
    assert.equal(Number(await grid.getAttribute('aria-rowcount')), 2_000 + 1);
    await page.getByText('2,000 of 10,010 sessions · ').waitFor();
  });

  test('sessions of the ledger are asked for when the gateway came after the panel', async () => {
    const panel = await start();
    await panel.send(feed.connection('absent'), { type: 'sessions', rows: [], total: 0 });
    await panel.send(...feed.connected());
    await panel.posted();
    await openTab(panel, 'Sessions');
    assert.ok((await panel.posted()).some(({ type }) => type === 'load-sessions'));
  });

  test('Enter opens the chosen session, also when the table has been sorted anew since', async () => {
    const panel = await connected();
    await showSessions(panel, 5);
    await panel.page.getByRole('grid', { name: 'Sessions' }).focus();
    await panel.page.keyboard.press('ArrowDown');
    const rows = feed.sessionRows(5).map((row) => ({ ...row, lastAt: NOW + feed.HOUR }));
    await panel.send({ type: 'sessions', rows, total: rows.length });
    await panel.posted();
    await panel.page.keyboard.press('Enter');
    assert.deepEqual(await panel.posted(), [{ type: 'load-session', id: 's-00001' }]);
  });

  test('comes back as it was left', async () => {
    const panel = await connected();
    await showSessions(panel, 50);
    await panel.page
      .getByRole('textbox', { name: 'Filter sessions' })
      .or(panel.page.getByRole('searchbox', { name: 'Filter sessions' }))
      .fill('reviewer');
    await panel.page.getByRole('columnheader', { name: 'Calls' }).getByRole('button').click();
    await panel.drawn();
    await panel.page.reload();
    await panel.send(...feed.connected(), { type: 'sessions', rows: feed.sessionRows(50), total: 50 });
    assert.equal(await panel.page.getByRole('tab', { name: 'Sessions' }).getAttribute('aria-selected'), 'true');
    assert.equal(await panel.page.getByRole('columnheader', { name: 'Calls' }).getAttribute('aria-sort'), 'descending');
    const agents = await panel.page.getByRole('grid').getByRole('row').allInnerTexts();
    assert.ok(agents.slice(1).every((text) => text.includes('reviewer')));
  });

  test('spending over time: the parts of a bar are as high as what was spent, the largest below', async () => {
    const panel = await connected();
    await panel.posted();
    await openTab(panel, 'Over Time');
    const query = await askedHistory(panel);
    const at = Array.from({ length: (query.until - query.since) / query.bucketMs }, (_, index) => query.since + index * query.bucketMs);
    const line = (key: string, nanoUsd: number) => ({ key, label: key, values: at.map(() => nanoUsd) });
    await panel.send({ type: 'history', history: { query, at, series: [line('model-a', 10_000_000), line('model-b', 30_000_000)] } });
    const middle = (await panel.page.evaluate('harness.drawnColumns()')) as readonly (readonly { color: string; px: number }[])[];
    const [upper, lower] = middle.find((column) => column.length === 2) ?? [];
    assert.deepEqual([upper?.color, lower?.color], ['#89d185', '#59a4f9']);
    assert.ok(Math.abs(lower!.px / upper!.px - 3) < 0.05, `${lower!.px} px and ${upper!.px} px`);
  });

  test('spending over time: the chart says what each bar holds, zooms and shows all again', async () => {
    const panel = await connected();
    const query = await showTime(panel);
    const { page } = panel;
    const chart = page.getByRole('slider');
    const all = Number(await chart.getAttribute('aria-valuemax'));
    const spent = feed.callsOver(query.since, NOW, 900).reduce((total, { cost }) => total + (cost.kind === 'known' ? cost.nanoUsd : 0), 0);
    const shown = async () => (await page.locator('.legend td:nth-child(3)').allInnerTexts()).map((text) => Number(text.slice(1)));
    const total = (await shown()).reduce((one, other) => one + other, 0);
    assert.ok(Math.abs(total - spent / 1e9) < 0.05, `${total} shown, ${spent / 1e9} spent`);
    await chart.focus();
    await page.keyboard.press('Home');
    for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight');
    await panel.drawn();
    assert.equal(await chart.getAttribute('aria-valuenow'), '5');
    assert.match((await chart.getAttribute('aria-valuetext'))!, /^Jun 16, \d\d:\d\d–\d\d:\d\d: \$/);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await panel.drawn();
    assert.ok((await shown()).reduce((one, other) => one + other, 0) < total);
    await page.keyboard.press('0');
    await panel.drawn();
    assert.equal(Number(await chart.getAttribute('aria-valuemax')), all);
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 500, box.y + 100, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Show all' }).click();
    await panel.drawn();
    assert.equal(Number(await chart.getAttribute('aria-valuemax')), all);
  });

  test('spending over time: calls that come in are in it, and in its table', async () => {
    const panel = await connected();
    await panel.posted();
    await openTab(panel, 'Over Time');
    await panel.send({ type: 'history', history: feed.historyOf(await askedHistory(panel), []) });
    const calls = [feed.call(9_001, NOW - 2_000, 0, 1), feed.call(9_002, NOW - 1_000, 1, 1)];
    await panel.send(feed.events(feed.gatewayState(), 100, calls).message);
    const spent = calls.reduce((total, { cost }) => total + (cost.kind === 'known' ? cost.nanoUsd : 0), 0);
    await panel.page.getByRole('button', { name: 'Table' }).click();
    await panel.drawn();
    const totals = await panel.page.locator('tfoot td').allInnerTexts();
    assert.equal(totals[0], usd(spent));
    assert.equal(totals.length, 3);
  });

  test('a young ledger is shown over an hour, until it is older or a person chooses', async () => {
    const panel = await connected();
    await panel.posted();
    await openTab(panel, 'Over Time');
    const first = await askedHistory(panel);
    assert.equal(first.until - first.since, 24 * feed.HOUR);
    const calls = feed.callsOver(NOW - 20 * feed.MINUTE, NOW, 30);
    await panel.send({ type: 'history', history: feed.historyOf(first, calls) });
    const second = await askedHistory(panel);
    assert.equal(second.until - second.since, feed.HOUR);
    await panel.send({ type: 'history', history: feed.historyOf(second, calls) });
    assert.equal(await panel.page.getByRole('radio', { name: 'Last 1 hour' }).isChecked(), true);
    await panel.page.getByRole('radio', { name: 'Last 24 hours' }).check({ force: true });
    await panel.send({ type: 'history', history: feed.historyOf(await askedHistory(panel), calls) });
    assert.equal(await panel.page.getByRole('radio', { name: 'Last 24 hours' }).isChecked(), true, 'a choice holds');
  });

  test('how to connect stays at hand when calls have come', async () => {
    const panel = await connected();
    assert.equal(await panel.page.getByRole('button', { name: 'Write to .env…' }).count(), 0);
    await panel.page.getByRole('button', { name: 'Connect a program' }).press('Enter');
    await intents(panel);
    await panel.page.getByRole('button', { name: 'Write to .env…' }).click();
    assert.deepEqual(await intents(panel), [{ type: 'write-env' }]);
  });

  test('of the limits of many sessions the fullest are shown, the others are counted', async () => {
    const panel = await start();
    const state = feed.gatewayState();
    const [limit] = state.limits.filter(({ layer }) => layer === 'session');
    const sessions = Array.from({ length: 60 }, (_, n) => ({ ...state.sessions[0]!, session: `many-${n}` }));
    const limits = sessions.map(({ session }, n) => ({ ...limit!, counter: `session|${session}`, max: 1e9, spent: n * 1e7 }));
    await panel.send(...feed.connected({ ...state, sessions, limits: [state.limits[0]!, ...limits] }));
    assert.equal(await panel.page.getByRole('meter').count(), 5);
    await panel.page.getByRole('meter', { name: 'many-59' }).waitFor();
    await panel.page.getByText('and 56 limits of sessions, each with more room').waitFor();
  });

  test('a split and a range ask for their history', async () => {
    const panel = await connected();
    await showTime(panel);
    await panel.page.getByRole('radio', { name: 'Last 7 days' }).check({ force: true });
    const query = await askedHistory(panel);
    assert.deepEqual([query.by, query.bucketMs, query.until - query.since], ['model', 15 * feed.MINUTE, 7 * 24 * feed.HOUR]);
    await panel.page.getByRole('combobox', { name: 'Split by' }).press('ArrowDown');
    const names = (await panel.posted()).flatMap((message) => (message.type === 'load-history' ? [message.query.by] : []));
    assert.deepEqual(names.length <= 1, true);
  });

  test('local logs are read only when asked for, with progress', async () => {
    const panel = await start();
    await panel.send(feed.connection('absent'));
    await openTab(panel, 'Sessions');
    assert.deepEqual(await intents(panel), []);
    await panel.page.getByRole('button', { name: 'Read Logs' }).click();
    assert.deepEqual(await intents(panel), [{ type: 'read-logs' }]);
    await panel.send({ type: 'logs', state: 'reading', share: 0.42, message: 'Codex: 4 of 9 files' });
    assert.equal(await panel.page.getByRole('progressbar', { name: 'Reading logs' }).getAttribute('aria-valuenow'), '42');
    const rows = feed.sessionRows(20).filter(({ source }) => source !== 'gateway');
    await panel.send({ type: 'sessions', rows, total: rows.length }, { type: 'logs', state: 'done', share: 1, message: '12 sessions read' });
    await panel.page.getByText('12 sessions read').waitFor();
    assert.equal(Number(await panel.page.getByRole('grid').getAttribute('aria-rowcount')), rows.length + 1);
  });

  test('what became of an intent is shown and read out, figures are not', async () => {
    const panel = await connected();
    await panel.send({ type: 'outcome', ok: true, message: 'Paused: the session waits.' });
    const spoken = panel.page.locator('main > [role=status]');
    assert.equal((await spoken.innerText()).replace(/\s+/g, ' ').trim(), 'Connected Paused: the session waits.');
    const calls = [feed.call(9_001, NOW, 0, 1)];
    await panel.send(feed.events(feed.gatewayState(), 100, calls).message);
    assert.equal((await spoken.innerText()).replace(/\s+/g, ' ').trim(), 'Connected Paused: the session waits.');
    await panel.page.getByRole('button', { name: 'Close message' }).click();
    await panel.drawn();
    assert.equal(await panel.page.getByText('Paused: the session waits.').count(), 0);
  });

  test('the side bar has the figures that matter, stops a session, and opens the panel', async () => {
    const panel = await connected({ view: 'compact', width: 300 });
    assert.match(await panel.page.locator('dl').innerText(), new RegExp(`Today\\s+\\${sum(feed.gatewayState().today)}`));
    assert.deepEqual(
      (await panel.posted()).map(({ type }) => type),
      ['ready'],
    );
    await panel.page.getByRole('button', { name: 'Stop researcher · shop · s-00000' }).click();
    await panel.page.getByRole('button', { name: 'researcher · shop · s-00000', exact: true }).click();
    await panel.page.getByRole('button', { name: 'Open Spend Panel' }).click();
    assert.deepEqual(await panel.posted(), [
      { type: 'stop-session', id: 's-00000' },
      { type: 'open-panel', session: 's-00000' },
      { type: 'open-panel' },
    ]);
  });
});
