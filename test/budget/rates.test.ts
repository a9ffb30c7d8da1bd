/** The provider's limits are learnt and never reached; waiting calls go by priority and are told when they are too late. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { backoffMs, correct, drain, enqueue, learn, NO_RATES, type Priority, type Queue, readyMs, take } from '../../core/budget/index.ts';
import { durationMs, rateObservation } from '../../core/wire/index.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const learnt = (limit: number, remaining = limit) => learn(NO_RATES, { limits: { requests: { limit, remaining } } }, NOW);

describe('a bucket', () => {
  test('stays 15 % below what the provider allows', () => {
    let state = learnt(100);
    let granted = 0;
    for (let i = 0; i < 200; i++) {
      const next = take(state, { requests: 1 }, NOW);
      state = next.state;
      if (next.kind === 'granted') granted++;
    }
    assert.equal(granted, 85);
  });

  test('is not limited by what nobody said', () => assert.equal(take(NO_RATES, { requests: 1e9, inputTokens: 1e12 }, NOW).kind, 'granted'));

  test('follows what the provider says is left, and waits as long as it asks', () => {
    assert.equal(take(learnt(100, 15), { requests: 1 }, NOW).kind, 'wait');
    const blocked = learn(learnt(100), { limits: {}, retryAfterMs: 5000 }, NOW);
    assert.equal(readyMs(blocked, { requests: 1 }, NOW), NOW + 5000);
  });

  test('lets a request through that is larger than itself, when it is full', () => {
    const state = learnt(100);
    const big = take(state, { requests: 500 }, NOW);
    assert.equal(big.kind, 'granted');
    assert.equal(take(big.state, { requests: 1 }, NOW + 60_000).kind, 'wait');
  });

  test('gets back what a call did not use', () => {
    const state = learn(NO_RATES, { limits: { outputTokens: { limit: 1000 } } }, NOW);
    const taken = take(state, { outputTokens: 850 }, NOW).state;
    const corrected = correct(taken, { outputTokens: 850 }, { outputTokens: 50 }, NOW);
    assert.equal(take(corrected, { outputTokens: 800 }, NOW).kind, 'granted');
    assert.equal(take(corrected, { outputTokens: 801 }, NOW).kind, 'wait');
  });

  test('gives out no more in any minute than the provider allows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ wait: fc.integer({ min: 0, max: 20_000 }), need: fc.integer({ min: 1, max: 40 }) }), { maxLength: 80 }),
        (asks) => {
          let state = learnt(100);
          let now = NOW;
          const log: { at: number; need: number }[] = [];
          for (const { wait, need } of asks) {
            now += wait;
            const next = take(state, { requests: need }, now);
            state = next.state;
            if (next.kind === 'granted') log.push({ at: now, need });
            else assert.equal(take(state, { requests: need }, next.untilMs).kind, 'granted', 'the time to wait is enough');
          }
          // A bucket of 85 that refills 85 a minute: at most twice that in a minute that begins with a full one.
          for (const { at } of log) assert.ok(log.reduce((sum, one) => (one.at >= at && one.at < at + 60_000 ? sum + one.need : sum), 0) <= 170);
        },
      ),
    );
  });
});

describe('waiting calls', () => {
  const waiting = (id: string, priority: Priority, deadlineMs = NOW + 120_000) => ({
    id,
    priority,
    need: { requests: 1 },
    queuedMs: NOW,
    deadlineMs,
  });

  test('go by priority, then by arrival', () => {
    const calls = [waiting('b1', 'background'), waiting('n1', 'normal'), waiting('c1', 'critical'), waiting('n2', 'normal')];
    const queue = calls.reduce<Queue>(enqueue, []);
    assert.deepEqual(drain(queue, NO_RATES, NOW).granted, ['c1', 'n1', 'n2', 'b1']);
  });

  test('that cannot be in time are told at once; the rest knows when to look again', () => {
    const empty = take(learnt(10), { requests: 8 }, NOW).state;
    const queue = [waiting('1', 'normal', NOW + 1000), waiting('2', 'normal'), waiting('3', 'normal')].reduce<Queue>(enqueue, []);
    const first = drain(queue, empty, NOW);
    assert.deepEqual([first.granted, first.expired], [[], ['1']]);
    assert.deepEqual(drain(first.queue, first.rates, first.wakeMs!).granted, ['2']);
  });

  test('are not passed by smaller ones behind them', () => {
    const queue = [
      { ...waiting('big', 'normal'), need: { requests: 8 } },
      { ...waiting('small', 'normal'), need: { requests: 1 } },
    ];
    const rates = take(learnt(10), { requests: 6 }, NOW).state;
    assert.deepEqual(drain(queue, rates, NOW).granted, []);
  });

  test('are all served or told, none twice', () => {
    const call = fc.record({
      id: fc.uuid(),
      priority: fc.constantFrom<Priority>('critical', 'normal', 'background'),
      need: fc.record({ requests: fc.integer({ min: 0, max: 30 }) }),
      queuedMs: fc.constant(NOW),
      deadlineMs: fc.integer({ min: NOW, max: NOW + 300_000 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(call, { selector: ({ id }) => id, maxLength: 30 }), (calls) => {
        let queue = calls.reduce<Queue>(enqueue, []);
        let rates = learnt(20);
        const answered: string[] = [];
        for (let now = NOW, rounds = 0; queue.length > 0; rounds++) {
          const next = drain(queue, rates, now);
          answered.push(...next.granted, ...next.expired);
          queue = next.queue;
          rates = next.rates;
          assert.ok(rounds < 200);
          now = Math.max(now + 1, next.wakeMs ?? now);
        }
        assert.deepEqual(answered.sort(), calls.map(({ id }) => id).sort());
      }),
    );
  });
});

test('backoff has full jitter below a growing ceiling and never comes before the provider asked', () => {
  assert.deepEqual([backoffMs(0, 0), backoffMs(0, 0.999), backoffMs(3, 0.5), backoffMs(50, 0.5)], [0, 500, 2000, 30_000]);
  assert.equal(backoffMs(0, 0, { retryAfterMs: 7000 }), 7000);
});

describe('headers', () => {
  test('of Anthropic and OpenAI are read', () => {
    const anthropic = {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-11-23T12:00:30Z',
      'anthropic-ratelimit-input-tokens-limit': '40000',
    };
    assert.deepEqual(rateObservation(anthropic, 200, NOW).limits, {
      requests: { limit: 50, remaining: 49, resetMs: 30_000 },
      inputTokens: { limit: 40_000 },
    });
    const openai = { 'x-ratelimit-limit-tokens': '150000', 'x-ratelimit-remaining-tokens': '149984', 'x-ratelimit-reset-tokens': '6m0s' };
    assert.deepEqual(rateObservation(openai, 200, NOW).limits.tokens, { limit: 150_000, remaining: 149_984, resetMs: 360_000 });
  });

  test('ask to wait only where waiting helps', () => {
    assert.equal(rateObservation({ 'retry-after': '3' }, 429, NOW).retryAfterMs, 3000);
    assert.equal(rateObservation({ 'retry-after-ms': '250', 'retry-after': '3' }, 529, NOW).retryAfterMs, 250);
    const capped = rateObservation({ 'retry-after': '3' }, 429, NOW, 'enforced_spend_limit_reached');
    assert.deepEqual([capped.retryAfterMs, capped.spendCap], [undefined, true]);
  });

  test('with times in any of their forms', () => {
    const forms = ['20ms', '1.5s', '6m0s', '1h2m', '7', '2026-11-23T12:00:09Z', 'Mon, 23 Nov 2026 12:00:09 GMT', 'soon', ''];
    assert.deepEqual(
      forms.map((form) => durationMs(form, NOW)),
      [20, 1500, 360_000, 3_720_000, 7000, 9000, 9000, undefined, undefined],
    );
  });
});
