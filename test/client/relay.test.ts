/** Call sites and observed figures between language server and gateway: told when they change, asked when calls came, never in circles. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Relay, type RelayParts } from '../../client/gateway/relay.ts';
import type { ObservedSite, SiteFingerprint } from '../../core/protocol/observed.ts';
import { until, wait } from '../gateway/support/provider.ts';

const site = (id: string): SiteFingerprint => ({ id, name: `${id}.ts:1`, models: [], segments: [] });
const range = { low: 1, expected: 1, high: 1 };
const seen = (id: string, calls: number): ObservedSite => ({
  ...{ id, calls, sessions: 1, since: 0, until: 1, cost: null, nanoUsd: 0, unpriced: 0, cacheRead: 0, cacheWrite: 0, breaks: [], models: [] },
  ...{ input: range, output: range, runs: 1, callsPerRun: range, firstInput: range, growth: null },
});

describe('the relay of observed figures', () => {
  const relays: Relay[] = [];
  afterEach(() => {
    for (const relay of relays.splice(0)) relay.dispose();
  });
  function start(part: Partial<RelayParts> = {}) {
    const log: string[] = [];
    const world = { sites: [site('a')], calls: 1 };
    const answer = () => ({ sites: world.calls === 0 ? [] : [seen('a', world.calls)], ambiguous: 0, unmatched: 0 });
    const relay = new Relay({
      fingerprints: async (salt) => {
        log.push(`fingerprints ${salt}`);
        return world.sites;
      },
      tell: async (sites) => {
        log.push(`tell ${sites.map(({ id }) => id).join()}`);
        return answer();
      },
      observed: async () => {
        log.push('ask');
        return answer();
      },
      use: async (sites) => void log.push(`use ${sites.map(({ id, calls }) => `${id}=${calls}`).join()}`),
      onNames: (names) => void log.push(`names ${Object.values(names).join()}`),
      onError: (error) => void log.push(String(error)),
      tellAfterMs: 20,
      askEveryMs: 20,
      ...part,
    });
    relays.push(relay);
    return { relay, log, world };
  }

  test('tells the call sites on connection, and the server what was seen there', async () => {
    const { relay, log } = start();
    relay.connected('salt');
    await until('told', () => log.length === 4);
    assert.deepEqual(log, ['fingerprints salt', 'names a.ts:1', 'tell a', 'use a=1']);
    relay.connected('salt');
    await wait(30);
    assert.equal(log.length, 4, 'once for a gateway');
  });

  test('asks again when calls came, not more often than set, and gives on only what is new', async () => {
    const { relay, log, world } = start();
    relay.connected('salt');
    await until('told', () => log.length === 4);
    log.length = 0;
    world.calls = 2;
    for (let n = 0; n < 50; n++) relay.callsCame();
    await until('asked', () => log.includes('use a=2'));
    assert.deepEqual(log, ['ask', 'use a=2']);
    relay.callsCame();
    await until('asked again', () => log.length === 3);
    await wait(10);
    assert.deepEqual(log, ['ask', 'use a=2', 'ask'], 'the same figures are not given on');
  });

  test('a change of figures in the editor does not go round in circles', async () => {
    const { relay, log } = start({ tellAfterMs: 2 });
    relay.connected('salt');
    await until('told', () => log.length === 4);
    // The server says that figures changed, since it was given observed ones.
    relay.codeChanged('maybe');
    await until('looked', () => log.length === 5);
    await wait(30);
    assert.deepEqual(log.slice(4), ['fingerprints salt']);
  });

  test('a change of figures that waits does not keep what was seen back', async () => {
    const { relay, log, world } = start({ tellAfterMs: 500 });
    relay.connected('salt');
    await until('told', () => log.length === 4);
    relay.codeChanged('maybe');
    world.calls = 2;
    relay.callsCame();
    await until('asked', () => log.includes('use a=2'));
  });

  test('new call sites are told after a change of the code', async () => {
    const { relay, log, world } = start();
    relay.connected('salt');
    await until('told', () => log.length === 4);
    world.sites = [site('a'), site('b')];
    relay.codeChanged();
    relay.codeChanged();
    await until('told again', () => log.includes('tell a,b'));
    assert.equal(log.filter((line) => line === 'fingerprints salt').length, 2);
  });

  test('when the gateway goes, what it saw is forgotten; the next one is told all again', async () => {
    const { relay, log } = start();
    relay.connected('one');
    await until('told', () => log.length === 4);
    relay.connected(undefined);
    await until('forgotten', () => log.includes('use '));
    relay.connected('two');
    await until('told', () => log.includes('fingerprints two') && log.filter((line) => line === 'tell a').length === 2);
  });

  test('what fails is said, and tried again with the next change', async () => {
    const outcomes = [new Error('the server is busy')];
    const { relay, log } = start({
      fingerprints: async () => {
        const error = outcomes.shift();
        if (error) throw error;
        return [site('z')];
      },
    });
    relay.connected('salt');
    await until('said', () => log.includes('Error: the server is busy'));
    relay.codeChanged();
    await until('told', () => log.includes('tell z'));
  });
});
