/** The breaker stops loops and storms, keeps why, and lets calls through again only when it may. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  addSession,
  addSpend,
  admit,
  type BreakerEvent,
  type BreakerSettings,
  type BreakerState,
  breakerStep,
  CLOSED,
  DEFAULT_BREAKER,
  lastHour,
  median,
  NO_HISTORY,
  type SpendHistory,
  usualHour,
} from '../../core/budget/index.ts';
import { fingerprint } from '../../core/wire/index.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const usd = (dollars: number): number => dollars * 1e9;
const START = Date.UTC(2026, 10, 23);

function run(events: readonly BreakerEvent[], settings: Partial<BreakerSettings> = {}, state: BreakerState = CLOSED, everyMs = 1000) {
  let now = START;
  for (const event of events) {
    now += everyMs;
    const next = breakerStep({ ...DEFAULT_BREAKER, ...settings }, state, event, now);
    state = next.state;
    if (next.trip) return { state, trip: next.trip, now };
  }
  return { state, trip: undefined, now };
}
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

/** Hours with that much spending each, ending at `START`. */
const past = (dollars: readonly number[]): SpendHistory =>
  dollars.reduce((history, amount, i) => addSpend(history, usd(amount), START - (dollars.length - i) * HOUR), NO_HISTORY);

test('a person’s stop holds where the breaker is open already for something that passes', () => {
  const storm = run(
    times(100, (): BreakerEvent => ({ kind: 'failure' })),
    {},
    CLOSED,
    10,
  );
  assert.equal(storm.trip?.reason, 'failures');
  const { state, trip } = breakerStep(DEFAULT_BREAKER, storm.state, { kind: 'trip' }, storm.now);
  assert.equal(trip?.reason, 'manual');
  assert.equal(admit(DEFAULT_BREAKER, state, storm.now + 24 * HOUR).admission.kind, 'refused');
  assert.equal(breakerStep(DEFAULT_BREAKER, state, { kind: 'trip' }, storm.now).trip, undefined, 'it is told once');
});

describe('spending faster than usual', () => {
  test('trips above three median hours once there is a day of history', () => {
    const state = { ...CLOSED, history: past(times(24, (i) => (i === 3 ? 50 : 2))) };
    const { trip } = run(
      times(10, () => ({ kind: 'spend', nanoUsd: usd(1) })),
      {},
      state,
    );
    assert.deepEqual([trip?.reason, trip?.basis, trip?.allowed, trip?.seen], ['spend-rate', 'relative', usd(6), usd(7)]);
  });

  test('falls back to the absolute figure with too little history, and says so', () => {
    const state = { ...CLOSED, history: past(times(23, () => 0.01)) };
    assert.equal(usualHour(state.history, START), undefined);
    const spends: BreakerEvent[] = times(30, () => ({ kind: 'spend', nanoUsd: usd(1) }));
    assert.equal(run(spends, {}, state).trip, undefined);
    const { trip } = run(spends, { absolutePerHour: usd(20) }, state);
    assert.deepEqual([trip?.basis, trip?.seen], ['absolute', usd(21)]);
  });

  test('knows the usual also after twenty sessions', () => {
    const history = times(20, () => usd(1)).reduce(addSession, past([2, 2, 2]));
    assert.equal(usualHour(history, START), usd(2));
  });

  test('knows the usual of the hours that are over, the latest two weeks of them, as they pass', () => {
    const spent = new Map<number, number>();
    let history = NO_HISTORY;
    for (let call = 0; call < 1_200; call++) {
      const now = START + call * 20 * MINUTE;
      const hour = Math.floor(now / HOUR) * HOUR;
      const amount = usd(1) + ((call * 7_919) % 1_009);
      history = addSpend(history, amount, now);
      spent.set(hour, (spent.get(hour) ?? 0) + amount);
      // With the running one so many are remembered.
      const over = [...spent].slice(-24 * 14).filter(([start]) => start < hour);
      const expected = over.length < 24 ? undefined : median(over.map(([, sum]) => sum));
      assert.equal(usualHour(history, now), expected, `after ${call} calls`);
    }
    assert.equal(lastHour(history, START + 1_199 * 20 * MINUTE), [...spent.values()].at(-1));
  });
});

describe('a loop', () => {
  test('of near-identical requests trips, whatever its counters and times', () => {
    const request = (i: number): BreakerEvent => {
      const text = `Check the build status again. Attempt ${i} at 2026-11-23T10:${i}:00Z. The build 4${i}12 is still running, wait for it.`;
      return { kind: 'request', fingerprint: fingerprint({ segments: [{ role: 'user', item: 0, text }] }, 7)! };
    };
    const { trip } = run(times(20, request));
    assert.deepEqual([trip?.reason, trip?.seen], ['repeats', 10]);
    const slow = run(times(20, request), {}, CLOSED, 2 * MINUTE);
    assert.equal(slow.trip, undefined, 'ten in ten minutes, not in twenty');
  });

  test('is not seen in requests that differ', () => {
    const topics = [
      'tax law in Norway',
      'a recipe for bread',
      'the orbit of Mars',
      'unit tests in Rust',
      'hotels near Lyon',
      'how vaccines work',
      'the plot of Hamlet',
      'wiring a doorbell',
      'the rules of cricket',
      'SQL window functions',
      'pruning apple trees',
      'what a bond is',
    ];
    const { trip } = run(
      topics.map((topic) => ({
        kind: 'request',
        fingerprint: fingerprint({ segments: [{ role: 'user', item: 0, text: `Tell me about ${topic}, please.` }] }, 7)!,
      })),
    );
    assert.equal(trip, undefined);
  });

  test('of tool calls without an end trips; an answer to the user starts anew', () => {
    const tools: BreakerEvent = { kind: 'tool-calls', count: 10 };
    assert.equal(run(times(30, () => tools)).trip, undefined);
    assert.equal(run(times(31, () => tools)).trip?.reason, 'tool-loop');
    assert.equal(run([...times(30, () => tools), { kind: 'progress' }, ...times(30, () => tools)]).trip, undefined);
  });

  test('that spends without progress trips', () => {
    const spend: BreakerEvent = { kind: 'spend', nanoUsd: usd(2) };
    assert.equal(
      run(
        times(6, () => spend),
        { noProgress: usd(10) },
      ).trip?.reason,
      'no-progress',
    );
    assert.equal(run([spend, spend, spend, { kind: 'progress' }, spend, spend, spend], { noProgress: usd(10) }).trip, undefined);
  });
});

test('a storm of failures trips, the same number over a day does not', () => {
  const failures: BreakerEvent[] = times(100, () => ({ kind: 'failure' }));
  assert.equal(run(failures, {}, CLOSED, 100).trip?.reason, 'failures');
  assert.equal(run(failures, {}, CLOSED, 10 * MINUTE).trip, undefined);
});

describe('an open breaker', () => {
  const tripped = run(
    times(100, () => ({ kind: 'failure' })),
    {},
    CLOSED,
    100,
  );

  test('refuses until its cooldown is over, then lets one call through at a time', () => {
    const early = admit(DEFAULT_BREAKER, tripped.state, tripped.now + MINUTE - 1);
    assert.deepEqual(early.admission.kind === 'refused' && early.admission.retryMs, tripped.now + MINUTE);
    const probe = admit(DEFAULT_BREAKER, tripped.state, tripped.now + MINUTE);
    assert.deepEqual(probe.admission, { kind: 'admitted', probe: true });
    assert.equal(admit(DEFAULT_BREAKER, probe.state, tripped.now + MINUTE).admission.kind, 'refused');
    const closed = breakerStep(DEFAULT_BREAKER, probe.state, { kind: 'success' }, tripped.now + MINUTE + 1);
    assert.equal(closed.state.phase, 'closed');
    assert.equal(closed.state.trips.length, 1, 'kept for post-mortem');
  });

  test('with two probes lets no third through', () => {
    const settings = { ...DEFAULT_BREAKER, probes: 2 };
    const now = tripped.now + MINUTE;
    const first = breakerStep(settings, admit(settings, tripped.state, now).state, { kind: 'success' }, now);
    const second = admit(settings, first.state, now);
    assert.equal(second.admission.kind, 'admitted');
    assert.equal(admit(settings, second.state, now).admission.kind, 'refused');
  });

  test('opens for twice as long when the probe fails', () => {
    const probe = admit(DEFAULT_BREAKER, tripped.state, tripped.now + MINUTE);
    const again = breakerStep(DEFAULT_BREAKER, probe.state, { kind: 'failure' }, tripped.now + MINUTE);
    assert.equal(again.trip?.reason, 'failures');
    assert.equal(admit(DEFAULT_BREAKER, again.state, tripped.now + 3 * MINUTE - 1).admission.kind, 'refused');
    assert.equal(admit(DEFAULT_BREAKER, again.state, tripped.now + 3 * MINUTE).admission.kind, 'admitted');
  });

  test('by a loop or an exhausted limit stays open until a person resets it', () => {
    const { state } = run([{ kind: 'exhausted', spent: 11, max: 10 }]);
    const later = admit(DEFAULT_BREAKER, state, START + 1000 * HOUR);
    assert.deepEqual(later.admission.kind === 'refused' && [later.admission.trip?.reason, later.admission.retryMs], ['exhausted', undefined]);
    const reset = breakerStep(DEFAULT_BREAKER, state, { kind: 'reset' }, START);
    assert.equal(admit(DEFAULT_BREAKER, reset.state, START).admission.kind, 'admitted');
  });
});

test('whatever happens, an open breaker admits nothing before its time and a closed one everything', () => {
  const event = fc.oneof<fc.Arbitrary<BreakerEvent>[]>(
    fc.record({ kind: fc.constant('spend' as const), nanoUsd: fc.integer({ min: 0, max: usd(3) }) }),
    fc.record({ kind: fc.constant('tool-calls' as const), count: fc.integer({ min: 0, max: 100 }) }),
    fc.constantFrom<BreakerEvent>(
      { kind: 'failure' },
      { kind: 'success' },
      { kind: 'ended' },
      { kind: 'progress' },
      { kind: 'reset' },
      { kind: 'trip' },
    ),
  );
  const settings: BreakerSettings = { ...DEFAULT_BREAKER, noProgress: usd(5), failures: { count: 3, withinMs: MINUTE }, probes: 2 };
  fc.assert(
    fc.property(fc.array(fc.record({ event, wait: fc.integer({ min: 0, max: 5 * MINUTE }) }), { maxLength: 80 }), (events) => {
      let state = CLOSED;
      let now = START;
      for (const { event: next, wait } of events) {
        now += wait;
        const before = state;
        const { state: admitted, admission } = admit(settings, state, now);
        if (before.phase === 'closed') assert.equal(admission.kind, 'admitted');
        if (before.phase === 'open' && admission.kind === 'admitted') assert.ok(settings.cooldownMs[before.trip!.reason] !== null);
        assert.ok(admitted.probing + admitted.succeeded <= settings.probes);
        state = breakerStep(settings, admitted, next, now).state;
        assert.ok(state.trips.length <= 20 && state.recent.length <= 50 && state.failures.length <= 3 && state.history.minutes.length <= 62);
      }
    }),
    { numRuns: 300 },
  );
});
