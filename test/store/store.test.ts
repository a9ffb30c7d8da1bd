/** What every store does, whatever it is kept in. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { FolderInUse, MemoryStore, openKeep } from '../../gateway/store/index.ts';
import { RedisStore } from '../../gateway/store/redis.ts';
import type { BudgetStore } from '../../gateway/store/types.ts';
import { amount, limit } from './limits.ts';
import { redisServer } from './redis-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'costlint-store-'));
const redis = await redisServer();
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (typeof redis !== 'string') await redis.remove();
});

let names = 0;
/** `now` is the clock of the store. */
const kinds: Readonly<Record<string, (now: () => number) => Promise<BudgetStore>>> = {
  memory: async (now) => new MemoryStore({ now }),
  sqlite: async (now) => (await openKeep(join(folder, `k${++names}`), { now })).store,
  redis: (now) => RedisStore.open({ url: typeof redis === 'string' ? '' : redis.url, name: `s${++names}`, clock: now, timeoutMs: 5000 }),
};

for (const [kind, open] of Object.entries(kinds)) {
  const skip = kind === 'redis' && typeof redis === 'string' ? redis : false;
  describe(`the ${kind} store`, { skip }, () => {
    const start = Date.UTC(2026, 10, 20, 12);

    test('never lets 1,000 concurrent calls overshoot a cap, and gives back what they did not use', async () => {
      const store = await open(() => start);
      const limits = [limit(10_000), limit(1_000_000, { id: 'tokens', unit: 'tokens' })];
      const decisions = await Promise.all(
        Array.from({ length: 1000 }, (_, n) => store.reserve({ id: `c${n}`, limits, amount: amount(100), ttlMs: 60_000 })),
      );
      const granted = decisions.flatMap((decision) => (decision.kind === 'granted' ? [decision.lease.id] : []));
      assert.equal(granted.length, 100);
      await Promise.all(granted.map((id) => store.settle(id, amount(30))));
      const [money, tokens] = await store.standings(limits);
      assert.deepEqual([money?.spent, money?.reserved, money?.available], [3000, 0, 7000]);
      assert.equal(tokens?.spent, 3000);
      await store.close();
    });

    test('says by which limit a call is denied, what would fit, and when', async () => {
      const store = await open(() => start);
      const hourly = limit(1000, { id: 'five-hours', window: { kind: 'from-first-use', ms: 5 * 3_600_000 } });
      await store.reserve({ id: 'a', limits: [hourly], amount: amount(900), ttlMs: 60_000 });
      const decision = await store.reserve({ id: 'b', limits: [hourly], amount: amount(101), ttlMs: 60_000 });
      assert.ok(decision.kind === 'denied');
      assert.deepEqual([decision.by[0]?.limit.id, decision.fits.nanoUsd, decision.retryMs], ['five-hours', 100, start + 5 * 3_600_000]);
      await store.close();
    });

    test('counts a settlement once', async () => {
      const store = await open(() => start);
      const limits = [limit(1000)];
      await store.reserve({ id: 'a', limits, amount: amount(100), ttlMs: 60_000 });
      await store.reserve({ id: 'a', limits, amount: amount(100), ttlMs: 60_000 });
      assert.equal((await store.standings(limits))[0]?.reserved, 100, 'asked twice, reserved once');
      assert.equal((await store.settle('a', amount(150))).beyond.nanoUsd, 50);
      assert.equal((await store.settle('a', amount(150))).kind, 'duplicate');
      assert.equal((await store.settle('nobody', amount(1))).kind, 'unknown');
      await store.charge('batch-1', limits, amount(7));
      await store.charge('batch-1', limits, amount(7));
      assert.equal((await store.standings(limits))[0]?.spent, 157);
      await store.close();
    });

    test('returns what a client that is gone had set aside, and keeps that of one that lives', async () => {
      let now = start;
      const store = await open(() => now);
      const limits = [limit(1000)];
      for (const id of ['gone', 'alive']) await store.reserve({ id, limits, amount: amount(400), ttlMs: 10_000 });
      now += 8000;
      assert.deepEqual(await store.heartbeat(['alive', 'never']), ['never']);
      now += 3000;
      assert.equal((await store.reserve({ id: 'next', limits, amount: amount(600), ttlMs: 10_000 })).kind, 'granted', 'there is room at once');
      assert.deepEqual(await store.heartbeat(['gone', 'alive']), ['gone']);
      now += 60_000;
      assert.deepEqual((await store.expire()).map(({ id }) => id).sort(), ['alive', 'next']);
      assert.equal((await store.settle('gone', amount(123))).kind, 'late');
      assert.equal((await store.standings(limits))[0]?.spent, 123, 'it was spent all the same');
      await store.close();
    });

    test('starts a calendar day anew in the person’s time zone, and keeps the session’s ceiling', async () => {
      let now = Date.UTC(2026, 10, 20, 22, 59);
      const store = await open(() => now);
      const day = limit(1000, { id: 'day', window: { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' } });
      const limits = [day, limit(5000, { id: 'session' }, 's1')];
      await store.reserve({ id: 'a', limits, amount: amount(900), ttlMs: 600_000 });
      await store.settle('a', amount(900));
      assert.equal((await store.reserve({ id: 'b', limits, amount: amount(900), ttlMs: 600_000 })).kind, 'denied');
      now += 61_000;
      assert.equal((await store.reserve({ id: 'c', limits, amount: amount(900), ttlMs: 600_000 })).kind, 'granted');
      const [today, session] = await store.standings(limits);
      assert.deepEqual([today?.spent, today?.reserved, session?.spent, session?.reserved], [0, 900, 900, 900]);
      await store.close();
    });

    test('holds an amount for a task, whose calls draw on it', async () => {
      const store = await open(() => start);
      const limits = [limit(1000)];
      assert.equal((await store.reserve({ id: 'task', kind: 'hold', limits, amount: amount(800), ttlMs: 60_000 })).kind, 'granted');
      assert.equal((await store.reserve({ id: 'other', limits, amount: amount(300), ttlMs: 60_000 })).kind, 'denied');
      assert.equal((await store.reserve({ id: 'own', limits, amount: amount(300), ttlMs: 60_000, hold: 'task' })).kind, 'granted');
      assert.equal((await store.extend('own', amount(200))).kind, 'granted');
      await store.settle('own', amount(100));
      await store.release('task');
      const [standing] = await store.standings(limits);
      assert.deepEqual([standing?.spent, standing?.reserved], [100, 0]);
      await store.close();
    });

    test('answers before a task starts whether there is enough, with a margin', async () => {
      const store = await open(() => start);
      const limits = [limit(1000)];
      const yes = await store.preflight(limits, amount(800));
      const no = await store.preflight(limits, amount(850));
      assert.deepEqual(['enough' in yes && yes.enough, 'enough' in no && no.enough], [true, false]);
      assert.equal((await store.standings(limits))[0]?.reserved, 0);
      await store.close();
    });

    test('keeps amounts exact where they are large', async () => {
      const store = await open(() => start);
      const limits = [limit(Number.MAX_SAFE_INTEGER)];
      const large = 9_000_123_456_789_123;
      await store.reserve({ id: 'a', limits, amount: amount(large), ttlMs: 60_000 });
      await store.settle('a', amount(large - 1));
      assert.equal((await store.standings(limits))[0]?.spent, large - 1);
      await store.close();
    });

    test('resets a counter, and keeps small states', async () => {
      const store = await open(() => start);
      const limits = [limit(100)];
      await store.charge('a', limits, amount(100));
      await store.reset('account|');
      assert.equal((await store.standings(limits))[0]?.spent, 0);
      await store.changeState('breaker', () => '{"state":"open"}');
      assert.equal(await store.getState('breaker'), '{"state":"open"}');
      await store.changeState('breaker', () => undefined);
      assert.equal(await store.getState('breaker'), undefined);
      const oneMore = (json: string | undefined): string => String(Number(json ?? 0) + 1);
      await Promise.all(Array.from({ length: 30 }, () => store.changeState('count', oneMore)));
      assert.equal(await store.getState('count'), '30', 'changes at the same time are all made');
      await store.close();
    });
  });
}

describe('the store in a file', () => {
  test('knows after a restart what was spent and what is set aside', async () => {
    const place = join(folder, 'again');
    const limits = [limit(1000), limit(50, { id: 'week', unit: 'calls', window: { kind: 'rolling', ms: 7 * 86_400_000 } })];
    const first = await openKeep(place);
    await first.store.reserve({ id: 'done', limits, amount: amount(200), ttlMs: 60_000 });
    await first.store.settle('done', amount(150));
    await first.store.reserve({ id: 'running', limits, amount: amount(300), ttlMs: 60_000 });
    await assert.rejects(openKeep(place), FolderInUse);
    const before = await first.store.standings(limits);
    await first.store.changeState('breaker', () => '1');
    await first.close();
    const second = await openKeep(place);
    assert.deepEqual(await second.store.standings(limits), before);
    assert.equal(await second.store.getState('breaker'), '1');
    assert.equal((await second.store.settle('done', amount(150))).kind, 'duplicate');
    assert.equal((await second.store.settle('running', amount(300))).kind, 'settled');
    await second.close();
  });

  test('forgets sessions that nobody has used for a month', async () => {
    let now = Date.UTC(2026, 10, 20);
    const place = join(folder, 'forget');
    const old = limit(1000, { id: 'session' }, 'old');
    const account = limit(1000);
    const { store, close } = await openKeep(place, { now: () => now });
    await store.charge('a', [old, account], amount(10));
    now += 20 * 86_400_000;
    await store.charge('b', [account], amount(10));
    now += 11 * 86_400_000;
    await store.reserve({ id: 'c', limits: [account], amount: amount(1), ttlMs: 1000 });
    assert.deepEqual(
      (await store.standings([old, account])).map(({ spent }) => spent),
      [0, 20],
    );
    await close();
    const again = await openKeep(place, { now: () => now });
    assert.equal((await again.store.standings([account]))[0]?.spent, 20);
    await again.close();
  });
});
