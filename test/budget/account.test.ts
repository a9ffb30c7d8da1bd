/** Reservations: limits hold whatever the order of events, nothing leaks, a repeated or late message does no harm. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Amount, type AppliedLimit, BudgetBook, type Decision, type Limit, preflight, type Reservation } from '../../core/budget/index.ts';

const usd = (nanoUsd: number): Amount => ({ nanoUsd, tokens: 0, calls: 1 });
const HOUR = 3_600_000;

const limit = (fields: Partial<Limit>): Limit => ({
  id: 'session',
  layer: 'session',
  unit: 'nanoUsd',
  max: 1000,
  window: { kind: 'lifetime' },
  action: 'stop',
  ...fields,
});
const on = (fields: Partial<Limit> = {}, scope = 'a'): AppliedLimit => ({ limit: limit(fields), counter: `${fields.id ?? 'session'}|${scope}` });
const ask = (id: string, amount: Amount, fields: Partial<Reservation> = {}): Reservation => ({ id, amount, limits: [on()], ttlMs: HOUR, ...fields });

/** Everything reserved on a counter is held by some lease, and by nobody else. */
function noLeak(book: BudgetBook): void {
  const held = new Map<string, number>();
  for (const lease of Object.values(book.state.leases)) {
    for (const { counter, startMs, reserved } of lease.shares) {
      assert.ok(reserved >= 0, 'no lease holds less than nothing');
      if (book.counter(counter)?.startMs === startMs) held.set(counter, (held.get(counter) ?? 0) + reserved);
    }
  }
  for (const [key, counter] of Object.entries(book.state.counters)) assert.equal(counter.reserved, held.get(key) ?? 0, key);
}

describe('a ceiling', () => {
  test('is met exactly and not passed', () => {
    const book = new BudgetBook();
    assert.equal(book.reserve(ask('1', usd(600)), 0).kind, 'granted');
    const denied = book.reserve(ask('2', usd(401)), 0);
    assert.equal(denied.kind, 'denied');
    assert.equal(denied.kind === 'denied' && denied.fits.nanoUsd, 400);
    assert.equal(book.reserve(ask('3', usd(400)), 0).kind, 'granted');
  });

  test('of a thousand concurrent calls lets through what fits, overshoot 0', () => {
    const book = new BudgetBook();
    const decisions = Array.from({ length: 1000 }, (_, i) => book.reserve(ask(`${i}`, usd(7)), i));
    const granted = decisions.flatMap((d) => (d.kind === 'granted' ? [d.lease.id] : []));
    assert.equal(granted.length, Math.floor(1000 / 7));
    for (const id of granted) book.settle(id, usd(7), 2000);
    assert.equal(book.counter('session|a')?.spent, 994);
    assert.equal(book.counter('session|a')?.reserved, 0);
  });

  test('that only warns never denies, and warns once', () => {
    const book = new BudgetBook();
    const limits = [on({ action: 'warn', max: 10, warnAt: 0.8 })];
    const warnings = ['1', '2', '3'].map((id) => {
      const decision = book.reserve(ask(id, usd(8), { limits }), 0);
      assert.equal(decision.kind, 'granted');
      return decision.warnings.length;
    });
    assert.deepEqual(warnings, [1, 0, 0]);
  });

  test('on one call stops the call that is too large and adds nothing up', () => {
    const book = new BudgetBook();
    const limits = [on({ id: 'call', layer: 'call', max: 100, window: { kind: 'call' } })];
    assert.equal(book.reserve(ask('1', usd(100), { limits }), 0).kind, 'granted');
    assert.equal(book.reserve(ask('2', usd(100), { limits }), 0).kind, 'granted');
    const denied = book.reserve(ask('3', usd(101), { limits }), 0);
    assert.equal(denied.kind === 'denied' && denied.retryMs, undefined);
    assert.equal(denied.kind === 'denied' && denied.by[0]?.limit.id, 'call');
  });

  test('of one layer that denies leaves the others untouched', () => {
    const book = new BudgetBook();
    const limits = [on({ id: 'project', layer: 'project', max: 10_000 }), on({ max: 5 })];
    assert.equal(book.reserve(ask('1', usd(6), { limits }), 0).kind, 'denied');
    assert.deepEqual(book.state.counters, {});
  });

  test('that is set to stop now is named once it is used up', () => {
    const book = new BudgetBook();
    const limits = [on({ when: 'now', max: 10 })];
    book.reserve(ask('1', usd(5), { limits }), 0);
    book.reserve(ask('2', usd(5), { limits }), 0);
    assert.deepEqual(book.settle('1', usd(9), 1).stopNow, []);
    const last = book.settle('2', usd(5), 1);
    assert.deepEqual(last.stopNow, ['session|a']);
  });
});

describe('a lease', () => {
  test('of a client that died returns what it had set aside; its late cost is charged all the same', () => {
    const book = new BudgetBook();
    book.reserve(ask('dead', usd(1000), { ttlMs: 60_000 }), 0);
    assert.equal(book.reserve(ask('next', usd(1)), 59_999).kind, 'denied');
    assert.equal(book.reserve(ask('next', usd(900)), 60_000).kind, 'granted');
    assert.equal(book.settle('dead', usd(300), 70_000).kind, 'late');
    assert.equal(book.counter('session|a')?.spent, 300);
    assert.equal(book.settle('dead', usd(300), 70_001).kind, 'duplicate');
    assert.equal(book.counter('session|a')?.spent, 300);
    noLeak(book);
  });

  test('lives as long as its heart beats, and is not revived after it expired', () => {
    const book = new BudgetBook();
    book.reserve(ask('1', usd(10), { ttlMs: 1000 }), 0);
    assert.equal(book.heartbeat('1', 900), true);
    book.expire(1500);
    assert.equal(book.counter('session|a')?.reserved, 10);
    assert.equal(book.heartbeat('1', 1900), false);
    book.expire(1900);
    assert.equal(book.counter('session|a')?.reserved, 0);
  });

  test('that is settled, released or asked for twice counts once', () => {
    const book = new BudgetBook();
    book.reserve(ask('1', usd(10)), 0);
    assert.equal(book.reserve(ask('1', usd(10)), 0).kind, 'granted');
    assert.equal(book.counter('session|a')?.reserved, 10);
    assert.equal(book.settle('1', usd(4), 1).kind, 'settled');
    assert.equal(book.settle('1', usd(4), 2).kind, 'duplicate');
    book.release('1', 3);
    assert.equal(book.counter('session|a')?.spent, 4);
    assert.equal(book.settle('never', usd(4), 2).kind, 'unknown');
  });

  test('says what the call cost beyond what was set aside', () => {
    const book = new BudgetBook();
    book.reserve(ask('1', usd(10)), 0);
    assert.equal(book.settle('1', usd(25), 1).beyond.nanoUsd, 15);
    assert.equal(book.counter('session|a')?.spent, 25);
  });

  test('of a running stream grows as long as there is room', () => {
    const book = new BudgetBook();
    book.reserve(ask('1', usd(400)), 0);
    assert.equal(book.extend('1', { nanoUsd: 600, tokens: 0, calls: 0 }, 1).kind, 'granted');
    assert.equal(book.extend('1', { nanoUsd: 1, tokens: 0, calls: 0 }, 2).kind, 'denied');
    book.settle('1', usd(700), 3);
    assert.deepEqual([book.counter('session|a')?.spent, book.counter('session|a')?.reserved], [700, 0]);
  });

  test('made before midnight is paid by the day in which it was made', () => {
    const book = new BudgetBook();
    const limits = [on({ window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' } })];
    book.reserve(ask('1', usd(900), { limits }), Date.UTC(2026, 10, 23, 23, 59));
    const midnight = Date.UTC(2026, 10, 24);
    assert.equal(book.reserve(ask('2', usd(1000), { limits }), midnight).kind, 'granted');
    book.settle('1', usd(900), midnight + 1000);
    assert.deepEqual([book.counter('session|a')?.spent, book.counter('session|a')?.reserved], [0, 1000]);
  });
});

test('a stream that runs past midnight is paid by each day as far as it was set aside there', () => {
  const book = new BudgetBook();
  const limits = [on({ window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' } })];
  const midnight = Date.UTC(2026, 10, 24);
  book.reserve(ask('1', usd(100), { limits }), midnight - 1000);
  assert.equal(book.extend('1', { nanoUsd: 50, tokens: 0, calls: 0 }, midnight).kind, 'granted');
  book.settle('1', usd(120), midnight + 1000);
  assert.deepEqual([book.counter('session|a')?.spent, book.counter('session|a')?.reserved], [20, 0]);
});

describe('a hold for a whole task', () => {
  test('keeps room that nobody else can take; its calls draw on it and give back what they did not use', () => {
    const book = new BudgetBook();
    assert.equal(book.reserve(ask('task', usd(800), { kind: 'hold' }), 0).kind, 'granted');
    assert.equal(book.reserve(ask('other', usd(300)), 0).kind, 'denied');
    assert.equal(book.reserve(ask('call', usd(500), { hold: 'task' }), 0).kind, 'granted');
    assert.equal(book.counter('session|a')?.reserved, 800);
    book.settle('call', usd(100), 1);
    assert.deepEqual([book.counter('session|a')?.spent, book.counter('session|a')?.reserved], [100, 700]);
    book.release('task', 2);
    assert.equal(book.counter('session|a')?.reserved, 0);
    noLeak(book);
  });

  test('is asked for with 20 % margin, and the answer says when there will be enough', () => {
    const book = new BudgetBook();
    const limits = [on({ window: { kind: 'from-first-use', ms: 5 * HOUR } })];
    book.reserve(ask('1', usd(100), { limits }), 0);
    book.settle('1', usd(100), 1);
    assert.equal(preflight(book, limits, usd(750), 10).enough, true);
    const answer = preflight(book, limits, usd(751), 10);
    assert.equal(answer.enough, false);
    assert.equal(answer.needed.nanoUsd, 902);
    assert.equal(answer.retryMs, 5 * HOUR);
    assert.deepEqual(Object.keys(book.state.leases), []);
  });
});

/** Random histories of a few clients, sessions and projects, with a clock that mostly runs forward. */
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('reserve' as const),
      id: fc.constantFrom(...IDS),
      n: fc.integer({ min: 0, max: 400 }),
      hold: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hold' as const), id: fc.constant('task'), n: fc.integer({ min: 0, max: 700 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('settle' as const), id: fc.constantFrom(...IDS), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('extend' as const), id: fc.constantFrom(...IDS), n: fc.integer({ min: 0, max: 100 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), id: fc.constantFrom(...IDS, 'task') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('heartbeat' as const), id: fc.constantFrom(...IDS, 'task') }) },
);
const history = fc.array(fc.record({ step, wait: fc.constantFrom(0, 0, 1, 1000, 61_000, 3 * HOUR, -500) }), { maxLength: 60 });

const WINDOWS: readonly Limit['window'][] = [
  { kind: 'lifetime' },
  { kind: 'from-first-use', ms: 5 * HOUR },
  { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' },
  { kind: 'rolling', ms: HOUR },
];

test('no interleaving of calls, holds, deaths and settlements passes a limit or leaks a reservation', () => {
  fc.assert(
    fc.property(history, fc.constantFrom(...WINDOWS), (events, window) => {
      const book = new BudgetBook();
      const limits = [on({ window }), on({ id: 'project', layer: 'project', max: 1500 })];
      const amounts = new Map<string, number>();
      let nowMs = Date.UTC(2026, 9, 24, 20);
      for (const { step: event, wait } of events) {
        nowMs += wait;
        const set = (decision: Decision): void => {
          if (decision.kind === 'granted') amounts.set(decision.lease.id, decision.lease.amount.nanoUsd);
        };
        if (event.do === 'reserve')
          set(book.reserve(ask(event.id, usd(event.n), { limits, ttlMs: 60_000, ...(event.hold ? { hold: 'task' } : {}) }), nowMs));
        if (event.do === 'hold') set(book.reserve(ask('task', usd(event.n), { limits, ttlMs: HOUR, kind: 'hold' }), nowMs));
        if (event.do === 'extend') set(book.extend(event.id, { nanoUsd: event.n, tokens: 0, calls: 0 }, nowMs));
        // A call that costs at most what was set aside for it; late ones are left out here, they may pass a limit by design.
        if (event.do === 'settle' && book.lease(event.id)) book.settle(event.id, usd(Math.floor((amounts.get(event.id) ?? 0) * event.share)), nowMs);
        if (event.do === 'release') book.release(event.id, nowMs);
        if (event.do === 'heartbeat') book.heartbeat(event.id, nowMs);
        for (const {
          limit: { max },
          counter,
        } of limits) {
          const at = book.counter(counter);
          assert.ok((at?.spent ?? 0) + (at?.reserved ?? 0) <= max, `${counter}: ${at?.spent} spent and ${at?.reserved} reserved of ${max}`);
        }
        noLeak(book);
      }
      book.expire(nowMs + 2 * HOUR);
      for (const { counter } of limits) assert.equal(book.counter(counter)?.reserved ?? 0, 0, 'all is returned in the end');
    }),
    { numRuns: 600 },
  );
});

test('what is spent in a window is what its calls cost, to the nano-dollar', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ wait: fc.integer({ min: 0, max: 9 * HOUR }), cost: fc.integer({ min: 0, max: 50 }) }), { maxLength: 40 }),
      (calls) => {
        const book = new BudgetBook();
        const limits = [on({ max: 1e9, window: { kind: 'calendar', unit: 'day', timeZone: 'America/New_York' } })];
        const byWindow = new Map<number, number>();
        let nowMs = Date.UTC(2026, 9, 30);
        calls.forEach(({ wait, cost }, i) => {
          nowMs += wait;
          const decision = book.reserve(ask(`${i}`, usd(50), { limits, ttlMs: 24 * HOUR }), nowMs);
          assert.equal(decision.kind, 'granted');
          const startMs = decision.kind === 'granted' ? decision.lease.shares[0]!.startMs : 0;
          book.settle(`${i}`, usd(cost), nowMs);
          byWindow.set(startMs, (byWindow.get(startMs) ?? 0) + cost);
          assert.equal(book.counter('session|a')?.spent, byWindow.get(startMs));
        });
      },
    ),
    { numRuns: 100 },
  );
});
