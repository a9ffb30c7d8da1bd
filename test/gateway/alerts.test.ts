/** Alerts from real calls through a real gateway: from the ledger of the days before to the socket. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AlertEvent } from '../../core/protocol/gateway.ts';
import { call } from '../ledger/sample.ts';
import { drop, newFolder, type Opened, opened } from './support/opened.ts';
import { json, messageBody, type Provider, provider, until } from './support/provider.ts';

const HOUR = 3_600_000;

describe('alerts of a running gateway', () => {
  let upstream: Provider;
  let usage: object = {};
  const folders: string[] = [];
  before(async () => {
    upstream = await provider((_asked, response) => json(response, messageBody(usage)));
  });
  after(async () => {
    await upstream.close();
    for (const one of folders) drop(one);
  });

  /** With 30 hours and 30 ended sessions of $0.10 behind it. */
  async function withHistory(input: Parameters<typeof opened>[2] = {}): Promise<Opened> {
    const folder = newFolder();
    folders.push(folder);
    const first = await opened(folder, upstream.url);
    const hour = Math.floor(Date.now() / HOUR) * HOUR;
    for (let n = 1; n <= 30; n++) {
      const at = hour - n * HOUR;
      await first.core.ledger.append(call({ id: `old-${n}`, at, session: `old-${n}`, cost: { kind: 'known', nanoUsd: 100_000_000 } }));
      await first.core.ledger.append({ kind: 'session', id: `end-${n}`, at, session: `old-${n}`, status: 'done', via: 'header' });
    }
    await first.close();
    return opened(folder, upstream.url, { breaker: false, ...input });
  }
  const alerts = ({ events }: Opened): AlertEvent[] => events.flatMap((event) => (event.kind === 'alert' ? [event] : []));
  const said = (gateway: Opened, name: string): string[] => alerts(gateway).flatMap(({ alert, level }) => (alert === name ? [level] : []));

  test('the hour at twice and five times the usual, a session at five and ten times', async () => {
    const gateway = await withHistory();
    usage = { input_tokens: 0, output_tokens: 6_000 };
    // $0.09 each.
    for (let n = 0; n < 12; n++) await (await gateway.ask('long')).text();
    await until('both were critical', () => said(gateway, 'session-cost').length === 2 && said(gateway, 'hourly-rate').length === 2);
    assert.deepEqual(
      [said(gateway, 'hourly-rate'), said(gateway, 'session-cost')],
      [
        ['warning', 'critical'],
        ['warning', 'critical'],
      ],
    );
    assert.equal(alerts(gateway).find(({ alert }) => alert === 'session-cost')?.session, 'long');
    const kept = [...gateway.core.ledger.events({ kinds: ['alert'] })];
    assert.deepEqual(
      kept.map(({ id }) => id).sort(),
      alerts(gateway)
        .map(({ id }) => id)
        .sort(),
      'all are in the ledger',
    );
    await gateway.close();
  });

  test('the day’s budget at 70 and 90 %, another quota at 80 and 95 %', async () => {
    const gateway = await withHistory({
      limits: [
        { id: 'today', layer: 'account', usd: 1, window: 'day' },
        { id: 'five', layer: 'account', usd: 1, window: '5h' },
      ],
    });
    usage = { input_tokens: 0, output_tokens: 1_000 };
    // What the day has cost before comes from the ledger only where the limit was there: both begin at 0. $0.015 each.
    for (let n = 0; n < 64; n++) {
      const { status } = await gateway.ask(`s${n}`);
      assert.equal(status, 200);
      if (n % 8 === 7) await gateway.core.gauges.tell();
    }
    await gateway.core.gauges.tell();
    await until('all were given', () => said(gateway, 'daily-burn').length === 2 && said(gateway, 'quota').length === 2);
    assert.deepEqual(
      [said(gateway, 'daily-burn'), said(gateway, 'quota')],
      [
        ['warning', 'critical'],
        ['warning', 'critical'],
      ],
    );
    await gateway.close();
  });

  test('cache misses at 40 and 60 %', async () => {
    const gateway = await withHistory();
    const asked = async (read: number, written: number, times: number): Promise<void> => {
      usage = { input_tokens: 0, cache_read_input_tokens: read, cache_creation_input_tokens: written, output_tokens: 1 };
      for (let n = 0; n < times; n++) await (await gateway.ask(`s${n % 3}`)).text();
    };
    await asked(9_000, 1_000, 12);
    await asked(1_000, 9_000, 10);
    await until('the first', () => said(gateway, 'cache-misses').length === 1);
    assert.deepEqual(said(gateway, 'cache-misses'), ['warning']);
    await asked(1_000, 9_000, 24);
    await until('the second', () => said(gateway, 'cache-misses').length === 2);
    assert.deepEqual(said(gateway, 'cache-misses'), ['warning', 'critical']);
    await gateway.close();
  });
});
