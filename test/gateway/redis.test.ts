/** Gateways that share their limits in a Redis: real processes, a real Redis that is killed, restarted and emptied under them. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { createClient } from '@redis/client';
import type { GatewayStanding, SessionSummary } from '../../core/protocol/gateway.ts';
import type { GatewayInput } from '../../gateway/options.ts';
import { redisServer } from '../store/redis-server.ts';
import { ask, type GatewayProcess, gatewayProcess, ledgerCalls, stateFolder, timesAway } from './support/process.ts';
import { json, messageBody, type Provider, provider, wait } from './support/provider.ts';

const started = await redisServer();
const skip = typeof started === 'string' ? started : false;
const redis = typeof started === 'string' ? undefined : started;
after(() => redis?.remove());

/** What the provider reports: less than the worst case that is reserved. */
const usage = { input_tokens: 100, output_tokens: 500 };
const nanoPerCall = 100 * 3_000 + 500 * 15_000;

interface Health {
  readonly ok: boolean;
  readonly store: { readonly ok: boolean; readonly message: string; readonly waiting: number };
}

describe('gateways that share a Redis', { skip, timeout: 300_000 }, () => {
  let upstream: Provider;
  const running: GatewayProcess[] = [];
  before(async () => {
    upstream = await provider(async (_asked, response) => {
      await wait(15);
      json(response, messageBody(usage));
    });
  });
  // One that is left would write what it knows into the books of the next test.
  afterEach(() => Promise.all(running.splice(0).map((one) => one.stop('SIGKILL'))));
  after(() => upstream.close());

  const open = async (options: GatewayInput): Promise<GatewayProcess> => {
    const one = await gatewayProcess(stateFolder(), { store: redis!.url, upstreams: { anthropic: upstream.url }, ...options });
    running.push(one);
    return one;
  };
  const empty = async (): Promise<void> => {
    const client = createClient({ url: redis!.url });
    await client.connect();
    await client.flushAll();
    client.destroy();
  };
  /** Calls that were refused since the Redis did not answer. */
  let refused = 0;
  /** Redis may take too long on a busy machine, and then a gateway denies for a moment: what counts here is what is decided. */
  async function decided(url: string): Promise<number | undefined> {
    for (;;) {
      const answer = await ask(url);
      if (answer?.status !== 503) return answer?.status;
      refused++;
      await wait(100);
    }
  }
  const daily = async (one: GatewayProcess): Promise<GatewayStanding | undefined> =>
    (await one.get<{ limits: GatewayStanding[] }>('/costlint/limits')).limits.find(({ limit }) => limit === 'account-daily');
  /** Calls until none fits any more, also when nothing is set aside for calls whose Redis did not answer; their number. */
  async function usedUp(one: GatewayProcess): Promise<number> {
    let answered = 0;
    for (let denied = 0; denied < 2; denied++) {
      while ((await decided(one.url)) === 200) answered++;
      for (let n = 0; n < 2_000 && (await daily(one))?.reserved !== 0; n++) await wait(20);
    }
    return answered;
  }
  const health = (one: GatewayProcess): Promise<Health> => one.get<Health>('/costlint/health');
  async function untilHealth(one: GatewayProcess, ok: boolean): Promise<Health> {
    for (let i = 0; i < 500; i++) {
      const now = await health(one);
      if (now.ok === ok) return now;
      await wait(20);
    }
    throw new Error(`health never became ${ok}`);
  }

  test('two of them hold one daily cap under concurrent calls: nothing above it, and all of it usable', async () => {
    await empty();
    const cap = 0.25;
    const [a, b] = await Promise.all([open({ daily: cap }), open({ daily: cap })]);
    const before = upstream.asked.length;
    let answered = 0;
    refused = 0;
    const client = async (url: string): Promise<void> => {
      for (let n = 0; n < 6; n++) if ((await decided(url)) === 200) answered++;
    };
    await Promise.all(Array.from({ length: 24 }, (_, n) => client(n % 2 ? a!.url : b!.url)));
    // One after the other, until no worst case fits any more.
    for (const one of [a!, b!]) answered += await usedUp(one);
    // A moment away lasts half a second, in which each of the clients asks five times.
    const away = timesAway(a!.folder) + timesAway(b!.folder);
    assert.ok(refused <= away * 24 * 8, `${refused} calls were refused, and the store was away ${away} times`);
    const rows = [...ledgerCalls(a!.folder), ...ledgerCalls(b!.folder)].filter(({ billed }) => billed);
    assert.deepEqual([rows.length, upstream.asked.length - before], [answered, answered]);
    const spent = rows.reduce((sum, { cost }) => sum + (cost.kind === 'known' ? cost.nanoUsd : Number.NaN), 0);
    assert.equal(spent, answered * nanoPerCall);
    assert.ok(spent <= cap * 1e9, `overshoot: ${spent - cap * 1e9} nano-dollars`);
    assert.ok(spent + 0.0155e9 > cap * 1e9, `${spent} of ${cap * 1e9} were usable`);
    const standings = await Promise.all([daily(a!), daily(b!)]);
    assert.deepEqual(
      standings.map((one) => [one?.spent, one?.reserved]),
      [
        [spent, 0],
        [spent, 0],
      ],
    );
    await Promise.all([a!.stop(), b!.stop()]);
  });

  test('fail closed: without its Redis a gateway denies, SDKs raise that at once, and calls that were running are charged later', async () => {
    await empty();
    const one = await open({ daily: 1, storeGone: 'closed' });
    assert.equal(await decided(one.url), 200);
    const release: (() => void)[] = [];
    const answer = upstream.answer;
    upstream.answer = (_asked, response) => void release.push(() => json(response, messageBody(usage)));
    const inFlight = decided(one.url);
    while (release.length === 0) await wait(5);
    upstream.answer = answer;
    await redis!.stop('SIGKILL');
    assert.match((await untilHealth(one, false)).store.message, /./);
    const asked = upstream.asked.length;
    const client = new Anthropic({ apiKey: 'k', baseURL: one.url });
    await assert.rejects(
      client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }),
      (error) => error instanceof Anthropic.APIError && error.status === 503 && /shared store of limits cannot be reached/.test(error.message),
    );
    assert.equal(upstream.asked.length, asked, 'nothing was sent');
    assert.equal(
      (await one.get<{ sessions: SessionSummary[] }>('/costlint/sessions')).sessions.reduce((sum, { totals }) => sum + totals.denied, 0),
      1,
    );
    for (const go of release) go();
    assert.equal(await inFlight, 200, 'what was running is not hurt');
    assert.equal((await health(one)).store.waiting, 1);
    await redis!.start();
    await untilHealth(one, true);
    const standing = await daily(one);
    assert.deepEqual([standing?.spent, standing?.reserved], [2 * nanoPerCall, 0]);
    assert.equal(await decided(one.url), 200);
    await one.stop();
  });

  test('a gateway starts without its Redis, does what a person asks of it, and tells the Redis when that comes', async () => {
    await empty();
    await redis!.stop('SIGKILL');
    const one = await open({ daily: 1, storeGone: 'closed' });
    assert.equal((await ask(one.url))?.status, 503);
    assert.equal((await one.post('/costlint/limits/set', { id: 'account-daily', usd: 0.5 })).status, 200);
    assert.equal((await one.post('/costlint/sessions/held/pause')).status, 200);
    assert.equal((await ask(one.url, { 'x-costlint-session': 'held' }))?.status, 429);
    await redis!.start();
    await untilHealth(one, true);
    assert.equal(await decided(one.url), 200);
    const other = await open({ daily: 1 });
    assert.equal((await ask(other.url, { 'x-costlint-session': 'held' }))?.status, 429, 'another gateway reads the pause');
    assert.equal((await daily(other))?.max, 0.5e9, 'and the limit');
    await Promise.all([one.stop(), other.stop()]);
  });

  test('what a person does at one of them holds at the others within seconds: pauses, stops, limits, breakers', async () => {
    await empty();
    const [a, b] = await Promise.all([open({ daily: 1, breaker: true }), open({ daily: 1, breaker: true })]);
    let asked = 0;
    // Something else each time: the breaker takes repeated requests for a loop.
    let said = '';
    const status = async (one: GatewayProcess, session: string): Promise<number | undefined> => {
      const content = Array.from({ length: 40 }, (_, n) => `word${(asked + 1) * (n + 7)}`).join(' ');
      asked++;
      const answer = await ask(one.url, { 'x-costlint-session': session }, { messages: [{ role: 'user', content }] });
      said = `${answer?.status} ${answer?.text}`;
      return answer?.status;
    };
    async function becomes(one: GatewayProcess, session: string, wanted: number): Promise<void> {
      for (let n = 0; n < 200; n++) {
        if ((await status(one, session)) === wanted) return;
        await wait(200);
      }
      assert.fail(`session ${session} never got ${wanted}, but ${said}`);
    }
    await becomes(b!, 's', 200);
    assert.equal((await a!.post('/costlint/sessions/s/pause')).status, 200);
    await becomes(b!, 's', 429);
    const paused = await b!.get<{ sessions: SessionSummary[] }>('/costlint/sessions');
    assert.equal(paused.sessions.find(({ session }) => session === 's')?.status, 'paused');
    assert.equal((await b!.post('/costlint/sessions/s/resume')).status, 200);
    await becomes(a!, 's', 200);

    assert.equal((await a!.post('/costlint/sessions/s/stop')).status, 200);
    await becomes(b!, 's', 402);
    assert.equal(await status(b!, 'other'), 200);
    assert.equal((await b!.post('/costlint/breaker/reset', { scope: 's' })).status, 200);
    await becomes(a!, 's', 200);

    assert.equal((await a!.post('/costlint/limits/set', { id: 'account-daily', usd: 0.001 })).status, 200);
    await becomes(b!, 'other', 402);
    assert.equal((await daily(b!))?.max, 0.001e9);
    assert.equal((await b!.post('/costlint/limits/set', { id: 'account-daily', restore: true })).status, 200);
    await becomes(a!, 'other', 200);
    await Promise.all([a!.stop(), b!.stop()]);
  });

  test('fail open: calls pass under what this gateway knows, each says so in a header, and all is charged when Redis is back', async () => {
    await empty();
    const one = await open({ daily: 1, storeGone: 'open' });
    const marks: (string | null | undefined)[] = [];
    const call = async (): Promise<void> => {
      const answer = await ask(one.url);
      assert.equal(answer?.status, 200);
      marks.push(answer.headers.get('x-costlint-limits'));
    };
    // On a busy machine Redis may seem away for a moment.
    const callTogether = async (): Promise<void> => {
      for (let n = 0; n < 20 && (n === 0 || marks.at(-1) !== null); n++) await untilHealth(one, true).then(call);
      assert.equal(marks.at(-1), null);
    };
    await callTogether();
    await redis!.stop('SIGKILL');
    await untilHealth(one, false);
    for (let n = 0; n < 3; n++) await call();
    assert.deepEqual(marks.slice(-3), Array(3).fill('this-gateway-only'));
    const alone = ledgerCalls(one.folder).map(({ actions }) => actions?.includes('limits-alone') ?? false);
    assert.deepEqual(
      alone,
      marks.map((mark) => mark !== null),
    );
    await redis!.start();
    await untilHealth(one, true);
    assert.equal((await daily(one))?.spent, marks.length * nanoPerCall);
    await callTogether();
    await one.stop();
  });

  test('a Redis that is restarted empty is noticed: the cap holds for what was spent before, and health says what happened', async () => {
    await empty();
    const cap = 0.05;
    const [a, b] = await Promise.all([open({ daily: cap }), open({ daily: cap })]);
    for (const { url } of [a!, b!, a!]) assert.equal(await decided(url), 200);
    await redis!.stop('SIGKILL');
    await Promise.all([untilHealth(a!, false), untilHealth(b!, false)]);
    redis!.forget();
    await redis!.start();
    const [said] = await Promise.all([untilHealth(a!, true), untilHealth(b!, true)]);
    assert.match(said!.store.message, /lost its limits/);
    assert.equal((await daily(b!))?.spent, 3 * nanoPerCall);
    let more = 0;
    while ((await decided(b!.url)) === 200) more++;
    assert.ok((3 + more) * nanoPerCall <= cap * 1e9, `${3 + more} calls`);
    await Promise.all([a!.stop(), b!.stop()]);
  });
});
