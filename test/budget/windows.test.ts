/** Windows follow one another without gap or overlap and reset exactly once, also where clocks change. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Counter, calendarWindow, counterAt, spend, type Window } from '../../core/budget/index.ts';

const HOUR = 3_600_000;
const at = (iso: string): number => Date.parse(iso);
const iso = (ms: number): string => new Date(ms).toISOString();
const day = (timeZone: string, now: string) => {
  const { startMs, endMs } = calendarWindow({ timeZone, unit: 'day' }, at(now));
  return { start: iso(startMs), hours: (endMs - startMs) / HOUR };
};

describe('a day in a time zone', () => {
  test('has 23 hours when clocks go forward and 25 when they go back', () => {
    assert.deepEqual(day('Europe/Berlin', '2026-03-29T12:00:00Z'), { start: '2026-03-28T23:00:00.000Z', hours: 23 });
    assert.deepEqual(day('Europe/Berlin', '2026-10-25T12:00:00Z'), { start: '2026-10-24T22:00:00.000Z', hours: 25 });
    assert.deepEqual(day('America/New_York', '2026-11-01T12:00:00Z'), { start: '2026-11-01T04:00:00.000Z', hours: 25 });
  });

  test('begins at the first instant of its date where clocks skip midnight', () => {
    // Beirut and Cairo go forward at midnight: the day begins at 01:00.
    assert.deepEqual(day('Asia/Beirut', '2026-03-29T12:00:00Z'), { start: '2026-03-28T22:00:00.000Z', hours: 23 });
    assert.deepEqual(day('Africa/Cairo', '2026-04-24T12:00:00Z'), { start: '2026-04-23T22:00:00.000Z', hours: 23 });
  });

  test('begins once where midnight comes twice', () => {
    // Havana goes back at 01:00 to 00:00.
    assert.deepEqual(day('America/Havana', '2026-11-01T12:00:00Z'), { start: '2026-11-01T04:00:00.000Z', hours: 25 });
    // St. John's went back at 00:01 to 23:01 of the day before, until 2011.
    assert.deepEqual(day('America/St_Johns', '2010-11-07T02:45:00Z').start, day('America/St_Johns', '2010-11-07T12:00:00Z').start);
  });

  test('that a zone left out has no length', () => {
    // Samoa went from 29 to 31 December 2011.
    assert.deepEqual(day('Pacific/Apia', '2011-12-30T09:59:59Z'), { start: '2011-12-29T10:00:00.000Z', hours: 24 });
    assert.deepEqual(day('Pacific/Apia', '2011-12-30T10:00:00Z'), { start: '2011-12-30T10:00:00.000Z', hours: 24 });
  });
});

test('weeks begin on the chosen day, months on the first', () => {
  const week = calendarWindow({ timeZone: 'UTC', unit: 'week' }, at('2026-11-23T00:00:00Z'));
  assert.deepEqual([iso(week.startMs), iso(week.endMs)], ['2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z']);
  const sunday = calendarWindow({ timeZone: 'UTC', unit: 'week', weekStartsOn: 7 }, at('2026-11-23T00:00:00Z'));
  assert.equal(iso(sunday.startMs), '2026-11-22T00:00:00.000Z');
  const month = calendarWindow({ timeZone: 'Asia/Tokyo', unit: 'month' }, at('2026-12-31T16:00:00Z'));
  assert.deepEqual([iso(month.startMs), iso(month.endMs)], ['2026-12-31T15:00:00.000Z', '2027-01-31T15:00:00.000Z']);
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Beirut',
  'America/St_Johns',
  'Pacific/Apia',
  'Pacific/Chatham',
];
const zone = fc.constantFrom(...ZONES);
const unit = fc.constantFrom('day' as const, 'week' as const, 'month' as const);
const instant = fc.integer({ min: at('2009-01-01T00:00:00Z'), max: at('2032-01-01T00:00:00Z') });

test('each instant is in exactly one calendar window', () => {
  fc.assert(
    fc.property(zone, unit, instant, (timeZone, unitOf, nowMs) => {
      const window = calendarWindow({ timeZone, unit: unitOf }, nowMs);
      assert.ok(window.startMs <= nowMs && nowMs < window.endMs);
      assert.deepEqual(calendarWindow({ timeZone, unit: unitOf }, window.startMs), window);
      assert.deepEqual(calendarWindow({ timeZone, unit: unitOf }, window.endMs - 1), window);
      assert.equal(calendarWindow({ timeZone, unit: unitOf }, window.endMs).startMs, window.endMs);
      assert.equal(calendarWindow({ timeZone, unit: unitOf }, window.startMs - 1).endMs, window.startMs);
    }),
    { numRuns: 400 },
  );
});

describe('a counter', () => {
  const windows: Window[] = [
    { kind: 'from-first-use', ms: 5 * HOUR },
    { kind: 'calendar', unit: 'day', timeZone: 'America/New_York' },
    { kind: 'calendar', unit: 'month', timeZone: 'Europe/Berlin' },
  ];
  for (const window of windows) {
    test(`resets exactly once per window (${JSON.stringify(window)})`, () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: -HOUR, max: 40 * HOUR }), { maxLength: 60 }), (waits) => {
          let nowMs = at('2026-10-20T00:00:00Z');
          let counter: Counter | undefined;
          const starts = new Set<number>();
          for (const wait of waits) {
            nowMs += wait;
            const before: Counter | undefined = counter;
            counter = spend(window, counterAt(window, counter, nowMs), 1, nowMs);
            if (before && counter.startMs === before.startMs) assert.equal(counter.spent, before.spent + 1);
            else {
              assert.ok(!starts.has(counter.startMs), 'a window that is over does not come back');
              assert.equal(counter.spent, 1);
            }
            starts.add(counter.startMs);
            assert.equal(counter.resets, starts.size - 1);
            assert.ok(counter.endMs !== null && nowMs < counter.endMs);
          }
        }),
      );
    });
  }

  test('of the last hour holds what was spent in it, at most a step longer', () => {
    const window: Window = { kind: 'rolling', ms: HOUR };
    fc.assert(
      fc.property(
        fc.array(fc.record({ wait: fc.integer({ min: 0, max: HOUR }), amount: fc.integer({ min: 1, max: 9 }) }), { maxLength: 40 }),
        (spends) => {
          let nowMs = at('2026-11-23T00:00:00Z');
          let counter: Counter | undefined;
          const log: { atMs: number; amount: number }[] = [];
          for (const { wait, amount } of spends) {
            nowMs += wait;
            counter = spend(window, counterAt(window, counter, nowMs), amount, nowMs);
            log.push({ atMs: nowMs, amount });
            const within = (ms: number) => log.reduce((sum, one) => (one.atMs > nowMs - ms ? sum + one.amount : sum), 0);
            assert.ok(counter.spent >= within(HOUR), 'nothing leaves early');
            assert.ok(counter.spent <= within(HOUR + HOUR / 60 + 1), 'nothing stays longer than a step');
          }
        },
      ),
    );
  });
});
