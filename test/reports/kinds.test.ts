import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configSchema } from '../../core/config.ts';
import { reportKinds, reportSchema } from '../../core/protocol/report.ts';
import { makeReport } from '../../core/reports/index.ts';
import { configuredLimits, gatewayOptions } from '../../gateway/options.ts';
import { FILES, factOf, inputOf, reportOf, rowsOf } from './workspace.ts';

const DOLLAR = 1_000_000_000;
const placesOf = (report: Awaited<ReturnType<typeof reportOf>>, section: string): string[] =>
  (report.sections.find(({ id }) => id === section)?.table?.rows ?? []).map(([cell]) => `${cell?.at?.path}:${cell?.at?.line}`);

test('every report is valid data, names its sources, and its calls lead to lines that hold a call', async (t) => {
  const input = await inputOf(t);
  for (const kind of reportKinds) {
    const report = makeReport(kind, input);
    reportSchema.parse(structuredClone(report));
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report, `${kind} is JSON`);
    assert.ok(report.sources.length > 0, `${kind} names no source`);
    for (const { table } of report.sections) {
      for (const cell of table?.rows.flat() ?? []) {
        if (cell.source !== undefined) assert.ok(report.sources[cell.source], `${kind}: source ${cell.source}`);
        if (cell.at && cell.text.includes(':')) {
          const line = FILES[cell.at.path]?.split('\n')[cell.at.line - 1] ?? '';
          assert.match(line, /create|run\(|generateContent|Date|model|system/, `${kind}: ${cell.text} is “${line}”`);
        }
      }
    }
  }
});

test('a workspace without calls, and one without prices, is said so in every report', async (t) => {
  const none = await inputOf(t, { 'a.ts': 'export const a = 1;' });
  const unpriced = await inputOf(t, {
    'a.py': 'import anthropic\ndef f(model):\n    return anthropic.Anthropic().messages.create(model=model, max_tokens=5, messages=[])\n',
  });
  for (const kind of reportKinds) {
    const empty = makeReport(kind, none);
    assert.match(empty.summary.join('\n'), /No call/, kind);
    const words = JSON.stringify(makeReport(kind, unpriced));
    assert.ok(!words.includes('NaN') && !words.includes('null,"main":true,"value":0'), kind);
    reportSchema.parse(makeReport(kind, unpriced));
  }
  assert.equal(factOf(makeReport('cost', unpriced), 'totals.month'), null, 'unknown is not $0');
});

test('calls in tests are left out of the sums, unless there are no others', async (t) => {
  const label = FILES['jobs/label.py'] ?? '';
  const both = await reportOf(t, 'cost', {}, { 'jobs/label.py': label, 'tests/test_label.py': label });
  assert.equal(factOf(both, 'totals.calls'), 2);
  assert.match(both.summary.join('\n'), /2 calls in test files are left out/);
  const alone = await reportOf(t, 'cost', {}, { 'tests/test_label.py': label });
  assert.equal(factOf(alone, 'totals.calls'), 2);
});

test('a stopped analysis is not shown as a whole one', async (t) => {
  const report = makeReport('cache', { ...(await inputOf(t)), complete: false });
  assert.match(report.summary.join('\n'), /stopped: not every file/);
});

test('cache: the clock that breaks the prefix is named with its line, and what a better order saves', async (t) => {
  const report = await reportOf(t, 'cache');
  const [first] = rowsOf(report, 'calls');
  assert.equal(first?.state, 'broken');
  assert.equal(first?.hitRate, 0);
  assert.ok(Number(first?.reachableHitRate) > 0.5);
  const why = report.sections[0]?.table?.rows[0]?.[3];
  assert.match(why?.text ?? '', /the time \(new Date\(\)\.toISOString\(\)\) stands before unchanging text/);
  assert.deepEqual(why?.at, { path: 'src/agent.ts', line: 5 });
  const saving = first?.savingPerMonth as { expected: number };
  assert.deepEqual(factOf(report, 'saving'), saving, 'the only call with something to gain');
  assert.ok(saving.expected > 0);
});

test('cost: folders with settings of their own are not all said to run as often as the first', async (t) => {
  const input = await inputOf(t);
  const often = (runsPerDay: number): typeof input.config => ({ ...input.config, assumptions: { ...input.config.assumptions, runsPerDay } });
  const mixed = { ...input, calls: input.calls.map((call, i) => ({ ...call, config: often(i === 0 ? 7 : 100) })) };
  assert.match(makeReport('cost', mixed).summary.join(), /A month at 7 to 100 runs a day of each call/);
  assert.match(makeReport('cost', { ...input, calls: [{ ...input.calls[0]!, config: often(7) }] }).summary.join(), /A month at 7 runs a day/);
});

test('cache: the saving is what the code costs less once it is in that order', async (t) => {
  const source = FILES['src/agent.ts'] ?? '';
  // The clock goes into the question, the rules are marked.
  const better = source
    .replace('`Now: ${now}\\n${RULES}`', "[{ type: 'text', text: RULES, cache_control: { type: 'ephemeral', ttl: '1h' } }]")
    .replace('content: question', 'content: `${now} ${question}`');
  const month = async (text: string): Promise<number> =>
    (await inputOf(t, { 'src/agent.ts': text })).calls[0]?.call.estimate.cost?.month.expected ?? 0;
  const report = await reportOf(t, 'cache', {}, { 'src/agent.ts': source });
  const saved = (factOf(report, 'saving') as { expected: number }).expected;
  const real = (await month(source)) - (await month(better));
  assert.ok(Math.abs(saved - real) < 0.02 * real, `${saved} against ${real}`);
});

test('budget: ceilings are two to five normal sessions, and what is to be copied is understood', async (t) => {
  for (const ceiling of [2, 5, 9]) {
    const report = await reportOf(t, 'budget', { ceiling });
    const [normal, session] = [Number(factOf(report, 'normal.session')), Number(factOf(report, 'caps.session'))];
    const factor = Math.min(5, ceiling);
    assert.ok(session >= normal * factor && session < normal * factor * 1.15, `${session / normal} times`);
    const [, gateway, config] = report.sections.find(({ id }) => id === 'paste')?.code ?? [];
    const options = gatewayOptions(JSON.parse(gateway?.text ?? ''));
    assert.equal(options.session, session / DOLLAR);
    assert.equal(configuredLimits(options).length, 3);
    assert.ok((configSchema.parse(JSON.parse(config?.text ?? '')).budgets?.perRun ?? 0) > 0);
  }
});

test('budget: a bounded agent has a worst case, an unbounded one has none until a ceiling is set', async (t) => {
  const report = await reportOf(t, 'budget');
  const rows = rowsOf(report, 'calls');
  const places = placesOf(report, 'calls');
  const bounded = rows[places.indexOf('agents/run.py:10')];
  assert.equal(bounded?.calls, 8);
  assert.ok(Number(bounded?.worst) > Number(bounded?.normal));
  const free = rows[places.indexOf('agents/run.py:13')];
  assert.deepEqual([free?.calls, free?.worst], [null, null]);
  assert.match(String(free?.open), /steps has no bound \(max_turns\)/);
  const [, session, day, month] = rowsOf(report, 'worst');
  assert.deepEqual([session?.now, day?.now, month?.now], [null, null, null]);
  const caps = (id: string): number => Number(factOf(report, `caps.${id}`));
  assert.deepEqual([session?.capped, day?.capped, month?.capped], [caps('session'), caps('daily'), caps('monthly')]);
});

test('batch: a call for each item could be batched at half the price; streams, agents and batches could not', async (t) => {
  const report = await reportOf(t, 'batch');
  assert.deepEqual(placesOf(report, 'chances'), ['jobs/label.py:7']);
  assert.deepEqual(placesOf(report, 'already'), ['jobs/label.py:10']);
  assert.match(report.summary.join('\n'), /Of 1 single call the code/, 'not of the agents and the stream');
  const [row] = rowsOf(report, 'chances');
  const of = (id: string): number => (row?.[id] as { expected: number } | undefined)?.expected ?? Number.NaN;
  assert.ok(Math.abs(of('month.batch') * 2 - of('month.now')) <= 3000, 'every token class is halved');
  assert.ok(Math.abs(of('saving') - of('month.now') / 2) <= 3000);
});

test('subscription: an unknown price is unknown, and a plan pays from the day on which the API costs more', async (t) => {
  const report = await reportOf(t, 'subscription', { usdPerDay: 25, developers: 3, activeDays: 10 });
  assert.equal(factOf(report, 'api'), 750 * DOLLAR);
  const rows = rowsOf(report, 'plans');
  const plan = (name: string) => rows.find((row) => row.plan === name);
  assert.equal(plan('Anthropic Max')?.evenDays, 4);
  assert.equal(plan('Anthropic Max')?.saving, 3 * 150 * DOLLAR);
  assert.equal(plan('Anthropic Pro')?.month, 60 * DOLLAR);
  assert.deepEqual([plan('OpenAI Plus')?.each, plan('OpenAI Plus')?.saving], [null, null]);
  assert.match(report.summary[0] ?? '', /billed by token.*no subscription covers them/);
});

test('self-hosted: the break-even is where both cost the same, ten times the volume at a tenth of the price', async (t) => {
  const set = { gpuHour: 2, operation: 1, tokensPerSecond: 1000, utilisation: 50 };
  const report = await reportOf(t, 'self-hosted', set);
  assert.equal(factOf(report, 'fixed'), 2 * 730 * DOLLAR);
  const even = Number(factOf(report, 'breakEven.tokens'));
  const tokens = Number(factOf(report, 'tokens'));
  const api = Number(factOf(report, 'api'));
  assert.ok(Math.abs((even / tokens) * api - 1460 * DOLLAR) < 0.001 * 1460 * DOLLAR);
  assert.ok(Math.abs(Number(factOf(report, 'breakEven.utilisation')) - even / (1000 * 730 * 3600)) < 1e-9);
  const [ten, hundred] = [0.1, 0.5].map((share) => Number(rowsOf(report, 'utilisation').find(({ utilisation }) => utilisation === share)?.self));
  assert.ok(Math.abs((ten ?? 0) - 5 * (hundred ?? 0)) < 1);
  for (const { setting } of report.assumptions.slice(0, 5))
    assert.ok(
      report.controls.some(({ id }) => id === setting),
      `${setting} can be set`,
    );
});

test('lifecycle: dates that touch the code, with the days left and what a price change does', async (t) => {
  const report = await reportOf(t, 'lifecycle');
  assert.deepEqual(
    rowsOf(report, 'dates').map(({ date, days, model, what, calls }) => [date, days, model, what, calls]),
    [
      ['2026-11-30', 7, 'claude-sonnet-4-5', 'retires', 1],
      ['2026-12-01', 8, 'gemini-4-argon', 'price rises', 1],
      ['2026-12-11', 18, 'gpt-5', 'retires', 2],
    ],
  );
  const rise = rowsOf(report, 'dates')[1];
  const [now, then] = [rise?.['month.now'], rise?.['month.then']] as { expected: number }[];
  assert.ok(Math.abs((then?.expected ?? 0) - 2 * (now?.expected ?? 0)) <= 3000, 'twice the price');
  assert.deepEqual(placesOf(report, 'places'), ['jobs/label.py:7', 'src/live.ts:3', 'agents/run.py:10']);
  assert.match(report.summary.join('\n'), /Next: claude-sonnet-4-5 retires on 2026-11-30, in 7 days/);
});

test('cost: what the gateway saw stands beside what was planned', async (t) => {
  const input = await inputOf(t);
  const plain = makeReport('cost', input).sections.find(({ id }) => id === 'calls')?.table;
  assert.ok(!plain?.columns.some(({ id }) => id.startsWith('observed')), 'nothing was seen');
  const quantiles = { low: 1, expected: 2, high: 3 };
  const seen = {
    id: 'x',
    calls: 1204,
    sessions: 3,
    since: 0,
    until: 1,
    cost: { low: DOLLAR, expected: 2 * DOLLAR, high: 3 * DOLLAR },
    nanoUsd: 5,
    unpriced: 0,
    input: quantiles,
    output: quantiles,
    runs: 3,
    callsPerRun: quantiles,
    firstInput: quantiles,
    growth: quantiles,
    cacheRead: 0.7,
    cacheWrite: 0,
    breaks: [],
    models: [],
  };
  const calls = input.calls.map((placed, i) =>
    i > 0
      ? placed
      : { ...placed, call: { ...placed.call, observed: { seen, planned: placed.call.estimate, plannedCall: placed.call.estimate.cost?.call } } },
  );
  const report = makeReport('cost', { ...input, calls });
  const row = rowsOf(report, 'calls').find((one) => one['observed.calls'] === 1204);
  assert.deepEqual(row?.['observed.call'], seen.cost);
});
