import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createClient } from '@redis/client';
import fc from 'fast-check';
import type { Amount, AppliedLimit, Reservation } from '../../core/budget/index.ts';
import { MemoryStore, openKeep } from '../../gateway/store/index.ts';
import { RedisStore, type RedisStoreOptions } from '../../gateway/store/redis.ts';
import type { BudgetStore } from '../../gateway/store/types.ts';
import { until } from '../gateway/support/provider.ts';
import { amount, limit } from './limits.ts';
import { redisServer } from './redis-server.ts';

const started = await redisServer();
const skip = typeof started === 'string' ? started : false;
const redis = typeof started === 'string' ? undefined : started;
after(() => redis?.remove());

let names = 0;
const opened: RedisStore[] = [];
// A test that fails leaves its stores open, and they would keep the process.
after(() => Promise.all(opened.map((store) => store.close().catch(() => {}))));
const open = async (options: Partial<RedisStoreOptions> = {}): Promise<RedisStore> => {
  const store = await RedisStore.open({ url: redis!.url, name: `f${++names}`, timeoutMs: 5000, ...options });
  opened.push(store);
  return store;
};

const healthy = (store: BudgetStore, ok: boolean) =>
  new Promise<string>((resolve) => {
    store.onHealth((health) => health.ok === ok && resolve(health.message));
  });

describe('the script in Redis', { skip }, () => {
  const start = Date.UTC(2026, 9, 25, 0, 30);
  const HOUR = 3_600_000;
  const limits: readonly AppliedLimit[] = [
    limit(1000),
    limit(600, { id: 'five-hours', window: { kind: 'from-first-use', ms: 5 * HOUR } }),
    limit(500, { id: 'rolling', unit: 'tokens', window: { kind: 'rolling', ms: 2 * HOUR } }),
    limit(700, { id: 'day', window: { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' }, warnAt: 0.3 }),
    limit(300, { id: 'single', layer: 'call', window: { kind: 'call' } }),
    limit(100, { id: 'warns', action: 'warn' }),
    limit(400, { id: 'now', when: 'now' }, 's1'),
  ];
  type Op = (store: BudgetStore) => Promise<unknown>;
  const amounts = fc.record({ nanoUsd: fc.nat(350), tokens: fc.nat(250), calls: fc.constant(1) });
  const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'h1', 'h2');
  const chosen = fc.subarray([...limits], { minLength: 1 });
  const named = <T>(name: string, arbitrary: fc.Arbitrary<T>, run: (store: BudgetStore, value: T) => Promise<unknown>) =>
    arbitrary.map((value): readonly [string, Op] => [`${name} ${JSON.stringify(value)}`, (store) => run(store, value)]);
  const reservation: fc.Arbitrary<Reservation> = fc.record(
    {
      id: ids,
      limits: chosen,
      amount: amounts,
      ttlMs: fc.constantFrom(60_000, 3 * HOUR),
      kind: fc.constantFrom('call', 'hold'),
      hold: fc.constantFrom('h1', 'h2'),
    },
    { requiredKeys: ['id', 'limits', 'amount', 'ttlMs'] },
  );
  const op = fc.oneof(
    { weight: 5, arbitrary: named('reserve', reservation, async (store, request) => store.reserve(request)) },
    { weight: 4, arbitrary: named('settle', fc.tuple(ids, amounts), (store, [id, actual]) => store.settle(id, actual)) },
    { weight: 2, arbitrary: named('extend', fc.tuple(ids, amounts), (store, [id, more]) => store.extend(id, more)) },
    { weight: 1, arbitrary: named('release', ids, (store, id) => store.release(id)) },
    { weight: 1, arbitrary: named('heartbeat', fc.uniqueArray(ids), (store, some) => store.heartbeat(some)) },
    { weight: 1, arbitrary: named('charge', fc.tuple(ids, chosen, amounts), (store, [id, some, actual]) => store.charge(id, some, actual)) },
    { weight: 1, arbitrary: named('preflight', fc.tuple(chosen, amounts), (store, [some, need]) => store.preflight(some, need)) },
    { weight: 1, arbitrary: named('reset', fc.constantFrom(...limits), (store, { counter }) => store.reset(counter)) },
  );
  const steps = fc.array(fc.record({ op, wait: fc.constantFrom(0, 0, 1000, 20 * 60_000, HOUR, 4 * HOUR) }), { minLength: 1, maxLength: 40 });

  test('decides and counts exactly as core/budget does, over a change to winter time', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        let now = start;
        const clock = () => now;
        const shared = await open({ clock });
        const local = new MemoryStore({ now: clock });
        try {
          for (const step of list) {
            // Within the time for which expired leases are remembered.
            if (now + step.wait < start + 23.5 * HOUR) now += step.wait;
            const [name, run] = step.op;
            const expired = (leases: readonly { readonly id: string }[]) => leases.map(({ id }) => id).sort();
            assert.deepEqual(expired(await shared.expire()), expired(await local.expire()), `expired before ${name}`);
            assert.deepEqual(plain(await run(shared)), plain(await run(local)), name);
            assert.deepEqual(await shared.standings(limits), await local.standings(limits), `standings after ${name}`);
          }
        } finally {
          await shared.close();
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a charge ends the lease of its id: settling it when that is forgotten charges nothing again', async () => {
    let now = start;
    const shared = await open({ clock: () => now });
    try {
      await shared.reserve({ id: 'b', limits, amount: amount(100), ttlMs: 60_000 });
      assert.equal((await shared.charge('b', limits, amount(40))).kind, 'settled');
      now += HOUR;
      assert.equal((await shared.settle('b', amount(40))).kind, 'unknown');
      assert.equal((await shared.standings(limits))[0]?.spent, 40);
    } finally {
      await shared.close();
    }
  });

  /** As JSON: without what is undefined. */
  const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));
});

describe('limits that several gateways share', { skip }, () => {
  test('hold for both together', async () => {
    const name = `two${++names}`;
    const stores = await Promise.all([open({ name }), open({ name })]);
    const limits = [limit(10_000)];
    const ask = (store: BudgetStore, n: number) => store.reserve({ id: `c${n}`, limits, amount: amount(100), ttlMs: 60_000 });
    const decisions = await Promise.all(Array.from({ length: 400 }, (_, n) => ask(stores[n % 2]!, n)));
    assert.equal(decisions.filter(({ kind }) => kind === 'granted').length, 100);
    await Promise.all(decisions.flatMap((decision, n) => (decision.kind === 'granted' ? [stores[n % 2]!.settle(`c${n}`, amount(60))] : [])));
    const standings = await Promise.all(stores.map((store) => store.standings(limits)));
    assert.deepEqual(
      standings.map(([one]) => [one?.spent, one?.reserved]),
      [
        [6000, 0],
        [6000, 0],
      ],
    );
    await Promise.all(stores.map((store) => store.close()));
  });

  test('do not depend on the gateways’ clocks', async () => {
    const name = `skew${++names}`;
    const day = limit(1000, { id: 'day', window: { kind: 'calendar', unit: 'day', timeZone: 'America/New_York' } });
    const recent = limit(1000, { id: 'five-hours', window: { kind: 'from-first-use', ms: 5 * 3_600_000 } });
    const limits = [day, recent];
    const away = [-40 * 86_400_000, -3 * 3_600_000, 0, 7 * 3_600_000];
    const stores = await Promise.all(away.map((ms) => open({ name, now: () => Date.now() + ms })));
    for (const [n, store] of stores.entries()) {
      const decision = await store.reserve({ id: `c${n}`, limits, amount: amount(300), ttlMs: 60_000 });
      assert.equal(decision.kind, n < 3 ? 'granted' : 'denied', `the gateway whose clock is ${away[n]} ms off`);
    }
    assert.deepEqual(await stores[0]!.heartbeat(['c0', 'c1', 'c2']), [], 'no lease has ended early');
    assert.deepEqual(await stores[0]!.expire(), []);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('come back from the end of a gateway: what it had set aside returns', async () => {
    const name = `crash${++names}`;
    const limits = [limit(1000)];
    const first = await open({ name });
    await first.reserve({ id: 'lost', limits, amount: amount(900), ttlMs: 60 });
    await first.close();
    const second = await open({ name });
    let decision = await second.reserve({ id: 'n0', limits, amount: amount(900), ttlMs: 60_000 });
    for (let n = 1; decision.kind !== 'granted'; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      decision = await second.reserve({ id: `n${n}`, limits, amount: amount(900), ttlMs: 60_000 });
    }
    await second.close();
  });
});

describe('a Redis that goes away', { skip }, () => {
  const limits: readonly AppliedLimit[] = [limit(1000)];
  const reserve = (store: BudgetStore, id: string, of: Amount = amount(100)) => store.reserve({ id, limits, amount: of, ttlMs: 60_000 });

  test('denies calls where that was chosen, charges what was running, and remembers over its restart', async () => {
    const store = await open({ failMode: 'closed', timeoutMs: 500 });
    await reserve(store, 'running', amount(600));
    const away = healthy(store, false);
    await redis!.stop('SIGKILL');
    await away;
    const denied = await reserve(store, 'next');
    assert.ok(denied.kind === 'unavailable');
    assert.match(denied.message, /cannot be reached/);
    await store.settle('running', amount(450));
    assert.equal(store.health.waiting, 1);
    const back = healthy(store, true);
    await redis!.start();
    assert.match(await back, /^away for/);
    assert.deepEqual([store.health.ok, store.health.waiting], [true, 0]);
    const [standing] = await store.standings(limits);
    assert.deepEqual([standing?.spent, standing?.reserved], [450, 0], 'charged once, the reservation is gone');
    assert.equal((await reserve(store, 'next', amount(550))).kind, 'granted');
    await store.close();
  });

  test('lets this machine decide alone where that was chosen, from what was spent before, and charges it later', async () => {
    const store = await open({ failMode: 'open', timeoutMs: 500 });
    await reserve(store, 'before', amount(700));
    await store.settle('before', amount(700));
    const away = healthy(store, false);
    await redis!.stop();
    await away;
    const alone = await reserve(store, 'a', amount(200));
    assert.ok(alone.kind === 'granted' && alone.alone);
    assert.equal((await reserve(store, 'b', amount(200))).kind, 'denied', 'the limit holds here too');
    await store.settle('a', amount(150));
    await reserve(store, 'still-running', amount(100));
    const back = healthy(store, true);
    await redis!.start();
    await back;
    await store.settle('still-running', amount(90));
    assert.equal((await store.standings(limits))[0]?.spent, 940);
    assert.equal((await reserve(store, 'c', amount(61))).kind, 'denied');
    await store.close();
  });

  test('is not waited for when it hangs', async () => {
    const store = await open({ failMode: 'closed', timeoutMs: 100 });
    await reserve(store, 'a', amount(300));
    redis!.pause();
    assert.equal((await reserve(store, 'b', amount(300))).kind, 'unavailable');
    await store.settle('a', amount(250));
    const back = healthy(store, true);
    redis!.resume();
    await back;
    const [standing] = await store.standings(limits);
    assert.deepEqual([standing?.spent, standing?.reserved], [250, 0], 'what was denied for want of an answer is not kept aside');
    await store.close();
  });

  test('gives back what a call that was over meanwhile had set aside, at once when it is back', async () => {
    const store = await open({ timeoutMs: 500 });
    await reserve(store, 'a', amount(300));
    const away = healthy(store, false);
    await redis!.stop();
    await away;
    await store.release('a');
    const back = healthy(store, true);
    await redis!.start();
    await back;
    const [standing] = await store.standings(limits);
    assert.deepEqual([standing?.spent, standing?.reserved], [0, 0]);
    await store.close();
  });

  test('is charged by the next process what this one could not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'costlint-journal-'));
    const name = `journal${++names}`;
    const options = { url: redis!.url, name, timeoutMs: 500 };
    const keep = () => openKeep(folder, { store: (journal) => RedisStore.open({ ...options, journal }) });
    const first = await keep();
    await reserve(first.store, 'a', amount(300));
    const away = healthy(first.store, false);
    await redis!.stop();
    await away;
    await first.store.settle('a', amount(250));
    await first.close();
    await redis!.start();
    const second = await keep();
    const [standing] = await second.store.standings(limits);
    assert.deepEqual([standing?.spent, standing?.reserved, second.store.health.waiting], [250, 0, 0]);
    await second.close();
    rmSync(folder, { recursive: true });
  });
});

describe('a Redis that comes back empty', { skip }, () => {
  const HOUR = 3_600_000;
  const limits: readonly AppliedLimit[] = [
    limit(1000),
    limit(1000, { id: 'rolling', window: { kind: 'rolling', ms: 2 * HOUR } }),
    limit(1000, { id: 'day', window: { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' } }),
    limit(1000, { id: 'five-hours', window: { kind: 'from-first-use', ms: 5 * HOUR } }),
  ];
  const reserve = (store: BudgetStore, id: string, of: Amount = amount(100)) => store.reserve({ id, limits, amount: of, ttlMs: 60_000 });
  const spend = async (store: BudgetStore, id: string, of: number) => {
    assert.equal((await reserve(store, id, amount(of))).kind, 'granted');
    await store.settle(id, amount(of));
  };
  const sums = async (store: BudgetStore) => (await store.standings(limits)).map(({ spent, reserved }) => [spent, reserved]);
  const all = (spent: number, reserved: number) => limits.map(() => [spent, reserved]);
  const empty = async () => {
    const client = createClient({ url: redis!.url });
    await client.connect();
    await client.flushAll();
    client.destroy();
  };

  test('is noticed: windows and running reservations are written back before anything is decided, and health says so', async () => {
    const store = await open();
    const said: boolean[] = [];
    store.onHealth(({ ok }) => said.push(ok));
    await spend(store, 'a', 600);
    await reserve(store, 'running', amount(300));
    await store.changeState('pauses', () => '["s1"]');
    await empty();
    assert.equal(await store.getState('pauses'), '["s1"]');
    await empty();
    assert.equal((await reserve(store, 'b', amount(101))).kind, 'denied', 'the limit holds');
    assert.deepEqual(await sums(store), all(600, 300));
    assert.deepEqual(said, [false, true, false, true]);
    assert.match(store.health.message, /lost its limits.*4 windows and 1 reservations were written back/);
    await store.settle('running', amount(250));
    assert.deepEqual(await sums(store), all(850, 0));
    await store.close();
  });

  test('gets from each gateway what only that one knows, and nothing twice', async () => {
    const name = `lost${++names}`;
    const [first, second] = await Promise.all([open({ name }), open({ name })]);
    await spend(first, 'a', 100);
    await spend(second, 'b', 50);
    await reserve(second, 'running', amount(70));
    await empty();
    await spend(first, 'c', 20);
    assert.deepEqual(await sums(second), all(170, 70), '100 + 50 + 20, and what runs');
    await empty();
    assert.deepEqual(await sums(second), all(170, 70), 'a second time');
    assert.deepEqual(await sums(first), all(170, 70));
    await second.settle('running', amount(60));
    assert.deepEqual(await sums(first), all(230, 0));
    await Promise.all([first.close(), second.close()]);
  });

  test('changes of a state at two gateways are all kept, and each learns of the other’s', async () => {
    const name = `states${++names}`;
    const [first, second] = await Promise.all([open({ name }), open({ name })]);
    const heard: (string | undefined)[] = [];
    second.watchState('held', (json) => heard.push(json));
    const adding = (one: string) => (json: string | undefined) => JSON.stringify([...(json ? (JSON.parse(json) as string[]) : []), one].sort());
    await Promise.all(Array.from({ length: 10 }, (_, n) => [first, second][n % 2]!.changeState('held', adding(`s${n}`))));
    const all = JSON.stringify(Array.from({ length: 10 }, (_, n) => `s${n}`));
    assert.deepEqual([await first.getState('held'), await second.getState('held')], [all, all]);
    await until('the other hears of it, also of what it read with a change of its own', () => heard.at(-1) === all);
    await first.changeState('held', () => undefined);
    await until('of the end as well', () => heard.at(-1) === undefined);
    heard.push('nothing yet');
    await second.changeState('held', adding('mine'));
    await first.changeState('held', () => undefined);
    await until('that an own change was taken back before it looked', () => heard.at(-1) === undefined);
    await empty();
    await first.changeState('held', adding('later'));
    await until('and of what comes after a loss', () => heard.at(-1) === '["later"]');
    await Promise.all([first.close(), second.close()]);
  });

  test('does not bring back what a person has reset, nor windows that have ended', async () => {
    let now = Date.UTC(2026, 5, 1, 12);
    const store = await open({ clock: () => now, now: () => now });
    await spend(store, 'a', 400);
    await store.reset('account|');
    now += 26 * HOUR;
    await empty();
    assert.deepEqual(await sums(store), all(0, 0));
    await spend(store, 'b', 30);
    assert.deepEqual(await sums(store), all(30, 0));
    await store.close();
  });

  test('at a restart of everything: the gateway remembers by its journal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'costlint-journal-'));
    const name = `both${++names}`;
    const keep = () => openKeep(folder, { store: (journal) => RedisStore.open({ url: redis!.url, name, timeoutMs: 5000, journal }) });
    const first = await keep();
    await spend(first.store, 'a', 600);
    await first.store.changeState('limits', () => '[1]');
    await reserve(first.store, 'dies', amount(200));
    await first.close();
    await empty();
    const second = await keep();
    assert.deepEqual(await sums(second.store), all(600, 0), 'calls of the ended process are over');
    assert.match(second.store.health.message, /lost its limits/);
    assert.equal(await second.store.getState('limits'), '[1]', 'and what a person has set');
    await second.close();
    rmSync(folder, { recursive: true });
  });
});
