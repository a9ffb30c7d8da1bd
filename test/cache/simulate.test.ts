import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CacheRequest, type CacheResult, type CacheSegment, type CacheTtl, cacheRules, simulate } from '../../core/cache/index.ts';

const CLAUDE = cacheRules('anthropic', 'claude-sonnet-4-5');
const OLD_OPENAI = cacheRules('openai', 'gpt-5.2');
const NEW_OPENAI = cacheRules('openai', 'gpt-6.2-sol');
const MISTRAL = cacheRules('mistral', 'mistral-small-2603');
const MINUTE = 60_000;

const system = (tokens: number, more: Partial<CacheSegment> = {}): CacheSegment => ({ role: 'system', tokens, key: 'system', ...more });
const user = (tokens: number, key: string, more: Partial<CacheSegment> = {}): CacheSegment => ({ role: 'user', tokens, key, ...more });

/** Only what is not zero. */
const parts = (result: CacheResult | undefined): object => Object.fromEntries(Object.entries(result ?? {}).filter(([, value]) => value !== 0));
const run = (rules: typeof CLAUDE, requests: readonly CacheRequest[]): object[] => simulate(rules, requests).map(parts);

test('a marked prefix is written once and read afterwards', () => {
  const segments = (i: number) => [system(2000, { mark: '5m' }), user(100, `question ${i}`)];
  assert.deepEqual(
    run(
      CLAUDE,
      [0, 1, 2].map((i) => ({ at: i * MINUTE, segments: segments(i) })),
    ),
    [
      { cacheWrite5m: 2000, uncachedInput: 100 },
      { cacheRead: 2000, uncachedInput: 100 },
      { cacheRead: 2000, uncachedInput: 100 },
    ],
  );
});

test('without a mark Claude caches nothing', () => {
  const request = { segments: [system(5000), user(100, 'q')] };
  assert.deepEqual(
    run(CLAUDE, [
      { at: 0, ...request },
      { at: 1, ...request },
    ]),
    [{ uncachedInput: 5100 }, { uncachedInput: 5100 }],
  );
});

test('a prefix below the minimum is silently not cached; exactly at it, it is', () => {
  const twice = (tokens: number) => [0, 1].map((at) => ({ at, segments: [system(tokens, { mark: '5m' as const })] }));
  assert.deepEqual(run(CLAUDE, twice(1023)), [{ uncachedInput: 1023 }, { uncachedInput: 1023 }]);
  assert.deepEqual(run(CLAUDE, twice(1024)), [{ cacheWrite5m: 1024 }, { cacheRead: 1024 }]);
});

test('the minimum counts everything before the mark, tools first', () => {
  const segments: CacheSegment[] = [system(600, { mark: '5m' }), { role: 'tools', tokens: 500, key: 'tools' }];
  assert.deepEqual(run(CLAUDE, [{ at: 0, segments }]), [{ cacheWrite5m: 1100 }]);
});

test('an uncertain minimum can be taken at its bounds', () => {
  const rules = cacheRules('anthropic', 'claude-sonnet-4-6');
  const requests = [{ at: 0, segments: [system(1500, { mark: '5m' as const })] }];
  assert.equal(simulate(rules, requests)[0]?.cacheWrite5m, 1500);
  assert.equal(simulate(rules, requests, { minimum: 'high' })[0]?.cacheWrite5m, 0);
});

test('an entry lives five minutes from the start of the last request that used it', () => {
  const at = (ms: number) => ({ at: ms, segments: [system(2000, { mark: '5m' as const })] });
  assert.deepEqual(run(CLAUDE, [at(0), at(4 * MINUTE), at(8 * MINUTE), at(13 * MINUTE)]), [
    { cacheWrite5m: 2000 },
    { cacheRead: 2000 },
    { cacheRead: 2000 },
    { cacheWrite5m: 2000 },
  ]);
});

test('an hour costs its own class of write', () => {
  const at = (ms: number) => ({ at: ms, segments: [system(2000, { mark: '1h' as const })] });
  assert.deepEqual(run(CLAUDE, [at(0), at(59 * MINUTE), at(130 * MINUTE)]), [{ cacheWrite1h: 2000 }, { cacheRead: 2000 }, { cacheWrite1h: 2000 }]);
});

test('mixed lives: read to the furthest hit, then the hour, then five minutes', () => {
  const turn = (at: number, extra: CacheSegment[]): CacheRequest => ({ at, segments: [system(2000, { mark: '1h' }), user(500, 'a'), ...extra] });
  const requests = [
    turn(0, [user(300, 'b', { mark: '5m' })]),
    turn(10 * MINUTE, [user(300, 'b', { mark: '5m' })]),
    turn(11 * MINUTE, [user(300, 'b'), user(200, 'c', { mark: '5m' })]),
  ];
  assert.deepEqual(run(CLAUDE, requests), [
    { cacheWrite1h: 2000, cacheWrite5m: 800 },
    { cacheRead: 2000, cacheWrite5m: 800 },
    { cacheRead: 2800, cacheWrite5m: 200 },
  ]);
});

test('a growing conversation with a moving mark reads all that came before', () => {
  const turns = [0, 1, 2, 3].map((n) => ({
    at: n * MINUTE,
    segments: [system(2000), ...Array.from({ length: n + 1 }, (_, i) => user(100, `turn ${i}`, i === n ? { mark: '5m' as const } : {}))],
  }));
  assert.deepEqual(run(CLAUDE, turns), [
    { cacheWrite5m: 2100 },
    { cacheRead: 2100, cacheWrite5m: 100 },
    { cacheRead: 2200, cacheWrite5m: 100 },
    { cacheRead: 2300, cacheWrite5m: 100 },
  ]);
});

test('the automatic mark does the same without marks in the segments', () => {
  const turns = [0, 1].map((n) => ({
    at: n * MINUTE,
    automatic: '5m' as const,
    segments: [system(2000), ...Array.from({ length: n + 1 }, (_, i) => user(100, `turn ${i}`))],
  }));
  assert.deepEqual(run(CLAUDE, turns), [{ cacheWrite5m: 2100 }, { cacheRead: 2100, cacheWrite5m: 100 }]);
});

test('a mark looks back twenty positions, itself included', () => {
  const turn = (at: number, added: number): CacheRequest => ({
    at,
    segments: [
      system(2000),
      user(10, 'first', added === 0 ? { mark: '5m' } : {}),
      ...Array.from({ length: added }, (_, i) => user(10, `more ${i}`, i === added - 1 ? { mark: '5m' } : {})),
    ],
  });
  assert.deepEqual(run(CLAUDE, [turn(0, 0), turn(1, 19)]).at(1), { cacheRead: 2010, cacheWrite5m: 190 });
  assert.deepEqual(run(CLAUDE, [turn(0, 0), turn(1, 20)]).at(1), { cacheWrite5m: 2210 });
});

test('pieces of one block are one position, and a change within it loses the whole block', () => {
  const turn = (at: number, hole: string): CacheRequest => ({
    at,
    segments: [system(2000, { block: 0 }), system(50, { key: hole, block: 0 }), system(1000, { key: 'rest', block: 0, mark: '5m' })],
  });
  assert.deepEqual(run(CLAUDE, [turn(0, 'x'), turn(1, 'x'), turn(2, 'y')]), [{ cacheWrite5m: 3050 }, { cacheRead: 3050 }, { cacheWrite5m: 3050 }]);
});

test('what changes on every call before the mark makes every call a write', () => {
  const turn = (at: number): CacheRequest => ({ at, segments: [system(20, { key: 'now', stability: 'per-call' }), system(3000, { mark: '5m' })] });
  assert.deepEqual(run(CLAUDE, [turn(0), turn(1)]), [{ cacheWrite5m: 3020 }, { cacheWrite5m: 3020 }]);
});

test('a date holds for its day, a run for the run, a process for the process', () => {
  const day = 24 * 60 * MINUTE;
  const twoOf = (stability: 'per-day' | 'per-run' | 'per-process', first: object, second: object) =>
    run(
      CLAUDE,
      [first, second].map((more) => ({ at: 0, segments: [system(2000, { stability, mark: '1h' as const })], ...more })),
    ).at(1);
  assert.deepEqual(twoOf('per-day', { at: day - 2 }, { at: day - 1 }), { cacheRead: 2000 });
  assert.deepEqual(twoOf('per-day', { at: day - 1 }, { at: day }), { cacheWrite1h: 2000 });
  assert.deepEqual(twoOf('per-run', { run: 'a' }, { at: 1, run: 'a' }), { cacheRead: 2000 });
  assert.deepEqual(twoOf('per-run', { run: 'a' }, { at: 1, run: 'b' }), { cacheWrite1h: 2000 });
  assert.deepEqual(twoOf('per-process', { process: 'a' }, { at: 1, process: 'b' }), { cacheWrite1h: 2000 });
});

test('parallel cold calls all pay for the write; later ones read', () => {
  const at = (ms: number) => ({ at: ms, respondsAfter: 1000, segments: [system(2000, { mark: '5m' as const })] });
  assert.deepEqual(run(CLAUDE, [at(0), at(0), at(900), at(1001)]), [
    { cacheWrite5m: 2000 },
    { cacheWrite5m: 2000 },
    { cacheWrite5m: 2000 },
    { cacheRead: 2000 },
  ]);
});

test('requests that start at the same moment cannot read each other', () => {
  const at = (ms: number) => ({ at: ms, segments: [system(2000, { mark: '5m' as const })] });
  assert.deepEqual(run(CLAUDE, [at(0), at(0), at(1)]), [{ cacheWrite5m: 2000 }, { cacheWrite5m: 2000 }, { cacheRead: 2000 }]);
});

test('what the provider refuses has a reason and costs nothing', () => {
  const marks = (lives: readonly CacheTtl[]) => lives.map((mark, i) => user(2000, `m${i}`, { mark }));
  const rejected = (request: Omit<CacheRequest, 'at'>) => simulate(CLAUDE, [{ at: 0, ...request }])[0];
  assert.match(rejected({ segments: marks(['5m', '5m', '5m', '5m', '5m']) })?.rejected ?? '', /5 breakpoints; 4/);
  assert.match(rejected({ segments: marks(['5m', '1h']) })?.rejected ?? '', /longer life/);
  assert.match(rejected({ segments: marks(['1h']), automatic: '5m' })?.rejected ?? '', /last block/);
  assert.match(rejected({ segments: [...marks(['5m', '5m', '5m', '5m']), user(1, 'last')], automatic: '5m' })?.rejected ?? '', /5 breakpoints/);
  assert.match(rejected({ segments: marks(['12h']) })?.rejected ?? '', /not offered/);
  assert.equal(rejected({ segments: marks(['5m', '1h']) })?.uncachedInput, 0);
});

test('OpenAI before 5.6 reads the longest shared beginning in steps of 128 and writes for free', () => {
  const turn = (at: number, last: string): CacheRequest => ({ at, segments: [system(1000), user(300, 'a'), user(500, last)] });
  assert.deepEqual(run(OLD_OPENAI, [turn(0, 'x'), turn(1, 'y'), turn(2, 'y')]), [
    { uncachedInput: 1800 },
    // 1,300 shared: 1,024 + 2 × 128.
    { cacheRead: 1280, uncachedInput: 520 },
    { cacheRead: 1792, uncachedInput: 8 },
  ]);
});

test('OpenAI from 5.6 on bills what it writes to its own breakpoint at the end', () => {
  const turn = (at: number, n: number): CacheRequest => ({ at, segments: [system(1500), ...Array.from({ length: n }, (_, i) => user(50, `t${i}`))] });
  assert.deepEqual(run(NEW_OPENAI, [turn(0, 1), turn(MINUTE, 30)]), [{ cacheWrite30m: 1550 }, { cacheRead: 1550, cacheWrite30m: 1450 }]);
});

test('OpenAI explicit mode caches only what is marked', () => {
  const turn = (at: number, mark?: CacheTtl): CacheRequest => ({
    at,
    automatic: false,
    segments: [system(1500, mark ? { mark } : {}), user(50, `q${at}`)],
  });
  assert.deepEqual(run(NEW_OPENAI, [turn(0), turn(1)]), [{ uncachedInput: 1550 }, { uncachedInput: 1550 }]);
  assert.deepEqual(run(NEW_OPENAI, [turn(0, '12h'), turn(600 * MINUTE, '12h')]), [
    { cacheWrite12h: 1500, uncachedInput: 50 },
    { cacheRead: 1500, uncachedInput: 50 },
  ]);
});

test('Mistral reads only requests with a key; unknown caches read nothing', () => {
  const turn = (at: number, hasKey: boolean): CacheRequest => ({ at, hasKey, segments: [system(3000)] });
  assert.deepEqual(run(MISTRAL, [turn(0, false), turn(1, false)]).at(1), { uncachedInput: 3000 });
  assert.deepEqual(run(MISTRAL, [turn(0, true), turn(1, true)]).at(1), { cacheRead: 3000 });
  assert.deepEqual(run(cacheRules('groq', 'llama-3.3-70b-versatile'), [turn(0, true), turn(1, true)]).at(1), { uncachedInput: 3000 });
});

test('results stand in the order given, whatever the order in time', () => {
  const at = (ms: number) => ({ at: ms, segments: [system(2000, { mark: '5m' as const })] });
  assert.deepEqual(run(CLAUDE, [at(10), at(0)]), [{ cacheRead: 2000 }, { cacheWrite5m: 2000 }]);
});

const segment = fc.record({
  role: fc.constantFrom('tools' as const, 'system' as const, 'user' as const, 'assistant' as const, 'tool-result' as const),
  tokens: fc.integer({ min: 0, max: 3000 }),
  key: fc.constantFrom('a', 'b', 'c'),
  stability: fc.constantFrom('static' as const, 'per-day' as const, 'per-run' as const, 'per-call' as const),
  block: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  mark: fc.option(fc.constantFrom('5m' as const, '1h' as const, '30m' as const, '12h' as const), { nil: undefined, freq: 3 }),
});
const request = fc.record({
  segments: fc.array(segment, { maxLength: 12 }),
  at: fc.integer({ min: 0, max: 30 * MINUTE }),
  respondsAfter: fc.integer({ min: 0, max: 5000 }),
  run: fc.constantFrom('r1', 'r2'),
  automatic: fc.constantFrom(undefined, false as const, '5m' as const),
});
const RULES = [CLAUDE, OLD_OPENAI, NEW_OPENAI, MISTRAL, cacheRules('google', 'gemini-2.5-pro'), cacheRules('unknown', 'x')];
const sequence = fc.tuple(fc.constantFrom(...RULES), fc.array(request, { maxLength: 8 }));
const sum = (r: CacheResult): number => r.uncachedInput + r.cacheRead + r.cacheWrite5m + r.cacheWrite30m + r.cacheWrite1h + r.cacheWrite12h;
const promptOf = (r: CacheRequest): number => r.segments.reduce((total, s) => total + s.tokens, 0);

test('property: the classes add up to the prompt, none is negative', () => {
  fc.assert(
    fc.property(sequence, ([rules, requests]) => {
      simulate(rules, requests).forEach((result, i) => {
        assert.equal(sum(result), result.rejected ? 0 : promptOf(requests[i] as CacheRequest));
        for (const value of Object.values(result)) if (typeof value === 'number') assert.ok(value >= 0);
      });
    }),
    { numRuns: 500 },
  );
});

test('property: nothing is read that no earlier request began with, nor less than the minimum', () => {
  fc.assert(
    fc.property(sequence, ([rules, requests]) => {
      const results = simulate(rules, requests);
      results.forEach((result, i) => {
        if (result.cacheRead === 0) return;
        assert.ok(result.cacheRead >= (rules.minimumTokens?.expected ?? 0));
        const self = requests[i] as CacheRequest;
        const earlier = requests.filter((other, j) => j !== i && other.at < self.at && !results[j]?.rejected);
        assert.ok(earlier.some((other) => promptOf(other) >= result.cacheRead));
      });
    }),
    { numRuns: 500 },
  );
});

test('property: a first request reads nothing, and the same requests give the same results', () => {
  fc.assert(
    fc.property(sequence, ([rules, requests]) => {
      const results = simulate(rules, requests);
      const first = requests.findIndex((r) => r.at === Math.min(...requests.map((x) => x.at)));
      if (first >= 0) assert.equal(results[first]?.cacheRead, 0);
      assert.deepEqual(simulate(rules, requests), results);
    }),
  );
});

test('property: sending a request again soon reads all that it wrote', () => {
  fc.assert(
    fc.property(fc.constantFrom(CLAUDE, NEW_OPENAI), request, (rules, r) => {
      const still = { ...r, segments: r.segments.map((s) => ({ ...s, stability: 'static' as const })) };
      const [first, second] = simulate(rules, [still, { ...still, at: still.at + still.respondsAfter + 1 }]);
      assert.ok(first && second);
      if (first.rejected) return;
      assert.equal(second.cacheRead, sum(first) - first.uncachedInput);
      assert.equal(second.uncachedInput, first.uncachedInput);
    }),
    { numRuns: 500 },
  );
});
