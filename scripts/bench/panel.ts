/**
 * How fast the live spend panel is, in a real browser without a graphics card: from events to pixels, frames a second while events come in, memory after many
 * events, and how long it takes to open. Run by `npm run bench:panel`.
 */
import { loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import type { GatewayEvent } from '../../core/protocol/gateway.ts';
import type { History, HistoryQuery, ToPanel } from '../../core/protocol/panel.ts';
import { startBrowser } from '../../test/vscode/harness/browser.ts';
import * as feed from '../../test/webview/harness/feed.ts';
import { bundled, openPanel, type PanelPage } from '../../test/webview/harness/page.ts';
import { askedHistory, openTab } from '../../test/webview/harness/states.ts';

const EVENTS_PER_SECOND = 200;
const SECONDS = 10;
const POINTS = 100_000;
const SERIES = 5;

interface Frames {
  readonly fps: number;
  readonly p95: number;
  readonly longest: number;
  /** Share of one core that the page's own thread took; says more than frames where other programs take the cores. */
  readonly busy?: number;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const line = (name: string, value: string): void => console.log(`${name.padEnd(64)}${value}`);

/** As many buckets as make 100,000 points, over the range that was asked for. */
function manyPoints({ since, until, by }: HistoryQuery): History {
  const length = POINTS / SERIES;
  const bucketMs = Math.floor((until - since) / length);
  const at = Array.from({ length }, (_, index) => since + index * bucketMs);
  const series = Array.from({ length: SERIES }, (_, line) => ({
    key: `model-${line}`,
    label: `model-${line}`,
    values: at.map((_, index) => Math.round(feed.noise(index * SERIES + line) * 50_000_000)),
  }));
  return { query: { since, until, bucketMs, by }, at, series };
}

/** Calls as the gateway tells them, from the present on: what starts, what ends. */
const calls = (count: number, from: number): GatewayEvent[] =>
  Array.from({ length: count }, (_, index) => feed.call(from + index, Date.now(), index % 40, index % 20));

async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value / 1e6;
}

/** CPU time that the page's main thread takes for something, seconds. */
async function threadSeconds<T>(page: Page, work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taken = async (): Promise<number> =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')!.value;
  const before = await taken();
  const result = await work();
  const seconds = (await taken()) - before;
  await session.detach();
  return { result, seconds };
}

/** Sends events evenly from within the page, so that the pipe from here to there is not measured. */
async function stream(panel: PanelPage, seq: number): Promise<Frames> {
  const total = EVENTS_PER_SECOND * SECONDS;
  const list = calls(total, seq).map((event, index) => ({ type: 'event', seq: seq + index + 1, event }));
  const work = (): Promise<Frames> =>
    panel.page.evaluate(`(async () => {
    const list = ${JSON.stringify(list)};
    const frames = harness.frames(${SECONDS * 1000});
    const begin = performance.now();
    const timer = setInterval(() => {
      const due = Math.min(list.length, Math.floor(((performance.now() - begin) / 1000) * ${EVENTS_PER_SECOND}));
      const messages = list.splice(0, due - (${total} - list.length));
      if (messages.length > 0) harness.send([{ type: 'gateway', messages }]);
    }, 5);
    const result = await frames;
    clearInterval(timer);
    if (list.length > 0) harness.send([{ type: 'gateway', messages: list }]);
    return result;
  })()`) as Promise<Frames>;
  const { result, seconds } = await threadSeconds(panel.page, work);
  return { ...result, busy: seconds / SECONDS };
}

const framesText = ({ fps, p95, longest, busy }: Frames): string => {
  const share = busy === undefined ? '' : `, main thread busy ${(busy * 100).toFixed(0)} %`;
  return `${fps.toFixed(1)} frames/s, 95 % within ${ms(p95)}, longest ${ms(longest)}${share}`;
};

async function measureOpening(browser: Awaited<ReturnType<typeof startBrowser>>): Promise<void> {
  const times: number[] = [];
  const full: readonly ToPanel[] = [...feed.connected(), { type: 'sessions', rows: feed.sessionRows(10_000), total: 10_000 }];
  for (let run = 0; run < 7; run++) {
    const panel = await openPanel(browser, { realTime: true });
    const open = (await panel.page.evaluate(`performance.getEntriesByType('paint')[0]?.startTime ?? performance.now()`)) as number;
    const filled = (await panel.page.evaluate(`(async () => {
      const messages = ${JSON.stringify(full)};
      const begin = performance.now();
      harness.send(messages);
      await harness.frame(); await harness.frame();
      return performance.now() - begin;
    })()`)) as number;
    times.push(open + filled);
    await panel.close();
  }
  times.sort((a, b) => a - b);
  line('open: from navigation to all figures, 10,000 sessions known', `median ${ms(times[3]!)}, ${ms(times[0]!)}–${ms(times.at(-1)!)}`);
}

async function measureThroughput(panel: PanelPage, seq: number): Promise<void> {
  const list = calls(5_000, seq).map((event, index) => ({ type: 'event', seq: seq + index + 1, event }));
  const { one, all } = (await panel.page.evaluate(`(async () => {
    const list = ${JSON.stringify(list)};
    const pixels = async (messages) => {
      const begin = performance.now();
      harness.send([{ type: 'gateway', messages }]);
      await harness.frame(); await harness.frame();
      const took = performance.now() - begin;
      await harness.drawn();
      return took;
    };
    const single = [];
    for (let index = 0; index < 50; index++) single.push(await pixels(list.splice(0, 1)));
    single.sort((a, b) => a - b);
    const count = list.length;
    return { one: single[25], all: count / (await pixels(list)) * 1000 };
  })()`)) as { one: number; all: number };
  line('one event to pixels (includes up to one frame of waiting)', `median ${ms(one)}`);
  line('events to pixels, 4,950 at once', `${Math.round(all).toLocaleString('en')} events/s`);
}

const script = await bundled();
line('load average of the machine at the start', loadavg()[0]!.toFixed(1));
line('webview.js', `${Math.round(script.length / 1024)} kB`);
const browser = await startBrowser();
try {
  await measureOpening(browser);
  const panel = await openPanel(browser, { realTime: true, width: 1200, height: 800 });
  await panel.send(...feed.connected());
  let seq = 100;
  await measureThroughput(panel, seq);
  seq += 5_000;
  line(`Now at ${EVENTS_PER_SECOND} events/s`, framesText(await stream(panel, seq)));
  seq += EVENTS_PER_SECOND * SECONDS;
  await panel.posted();
  await openTab(panel, 'Over Time');
  await panel.send({ type: 'history', history: manyPoints(await askedHistory(panel)) });
  const idle = (await panel.page.evaluate('harness.frames(2000)')) as Frames;
  line(`Over Time, ${POINTS.toLocaleString('en')} points, nothing happens`, framesText(idle));
  line(`Over Time, ${POINTS.toLocaleString('en')} points, ${EVENTS_PER_SECOND} events/s`, framesText(await stream(panel, seq)));
  seq += EVENTS_PER_SECOND * SECONDS;
  const before = await heap(panel.page);
  for (let round = 0; round < 5; round++) {
    const { message } = feed.events(feed.gatewayState(), seq, calls(10_000, seq));
    await panel.send(message);
    seq += 10_000;
  }
  line('heap before and after 50,000 more events', `${before.toFixed(1)} MB, ${(await heap(panel.page)).toFixed(1)} MB`);
  await openTab(panel, 'Sessions');
  await panel.send({ type: 'sessions', rows: feed.sessionRows(10_000), total: 10_000 });
  line(`Sessions, 10,000 rows, ${EVENTS_PER_SECOND} events/s`, framesText(await stream(panel, seq)));
  const missed = (await panel.posted()).filter(({ type }) => type === 'ready');
  if (missed.length > 0) throw new Error('events were missing: the figures above mean nothing');
  await panel.close();
} finally {
  await browser.close();
}
