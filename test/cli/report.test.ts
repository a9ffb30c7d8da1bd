import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { report } from '../../cli/report.ts';
import { folder } from '../workspace/folder.ts';
import { argumentsOf, capture, openToy } from './toy.ts';

const FILES = {
  'src/a.ts': 'CALL(claude-sonnet-4-6) CALL()\nBAD RISKY',
  'src/b.ts': 'CALL(gpt-5.4) CALL(claude-sonnet-4-6)',
  'c.ts': Uint8Array.from([0]),
};

async function run(t: TestContext, ...args: string[]): Promise<string> {
  const { terminal, out } = capture(folder(t, FILES));
  assert.equal(await report(argumentsOf('report', '--today', '2026-11-23', ...args), terminal, openToy), 0);
  return out();
}

test('json adds up by model and by file, and says what has no price', async (t) => {
  const data = JSON.parse(await run(t, '--format', 'json'));
  assert.equal(data.date, '2026-11-23');
  assert.deepEqual(data.totals, {
    calls: 4,
    priced: 3,
    run: { low: 0.03, expected: 0.06, high: 0.09 },
    month: { low: 90, expected: 180, high: 270 },
  });
  assert.deepEqual(
    data.byModel.map((group: { name: string; calls: number; month: object | null }) => [group.name, group.calls, group.month]),
    [
      ['claude-sonnet-4-6', 2, { low: 60, expected: 120, high: 180 }],
      ['gpt-5.4', 1, { low: 30, expected: 60, high: 90 }],
      ['unknown model', 1, null],
    ],
  );
  assert.deepEqual(
    data.byFile.map((group: { name: string; priced: number }) => [group.name, group.priced]),
    [
      ['src/b.ts', 2],
      ['src/a.ts', 1],
    ],
  );
  assert.deepEqual(data.unpriced, [{ path: 'src/a.ts', line: 1, api: 'anthropic messages', why: 'the model is chosen at run time' }]);
  assert.deepEqual(data.skipped, [{ path: 'c.ts', reason: 'binary, not text' }]);
});

test('savings of one call are not added up: only the largest counts', async (t) => {
  const data = JSON.parse(await run(t, '--format', 'json', '--assume', 'runsPerDay=10'));
  assert.equal(data.findings.length, 2);
  assert.deepEqual(data.findings[0].savingPerMonth, { low: 0.3, expected: 0.6, high: 0.9 });
  assert.deepEqual(data.saving, { low: 0.3, expected: 0.6, high: 0.9 });
});

test('text shows the tables and cuts them at --top', async (t) => {
  const out = await run(t, '--top', '1');
  assert.match(out, /^4 LLM calls in 2 files; 3 have a price\. Prices of 2026-11-23\.\n/);
  assert.match(out, /By model\n {2}Model +Calls +A month +Share\n {2}claude-sonnet-4-6 +2 +\$60–180 \(≈ \$120\) +67%\n {2}… and 2 more/);
  assert.match(out, /Calls without a price\n.*\n {2}src\/a\.ts:1 +anthropic messages +the model is chosen at run time/);
  assert.match(out, /Assumed, where the code does not tell\n {2}500 completion tokens a call/);
  assert.match(out, /Not analysed\n {2}c\.ts: binary, not text/);
});

test('markdown has the same tables', async (t) => {
  const out = await run(t, '--format', 'markdown', '--top', '0');
  assert.match(out, /^# LLM cost report\n/);
  assert.match(out, /## By model\n\n\| Model \| Calls \| A month \| Share \|\n\| --- \| --- \| --- \| --- \|\n\| claude-sonnet-4-6 \| 2 \|/);
  assert.match(out, /\| `outputTokens` \| 500 completion tokens a call \| docs\/assumptions\.md \|/);
});

test('the kind stands before the paths, and a mistyped one is asked about', async (t) => {
  const folderOf = folder(t, FILES);
  const { terminal, out } = capture(folderOf);
  assert.equal(await report(argumentsOf('report', 'cost', 'src/a.ts', '--format', 'json'), terminal, openToy), 0);
  assert.equal(JSON.parse(out()).totals.calls, 2);
  await assert.rejects(report(argumentsOf('report', 'cahce'), terminal, openToy), /no such report, file or directory: cahce, did you mean "cache"\?/);
  await assert.rejects(report(argumentsOf('report', 'cost', 'nowhere'), terminal, openToy), /no such file or directory: nowhere/);
});

const AGENT = [
  'import anthropic',
  'anthropic.Anthropic().messages.create(model="claude-opus-4-6", max_tokens=10, messages=[{"role": "user", "content": "hi"}])',
].join('\n');

async function real(t: TestContext, ...args: string[]): Promise<{ readonly out: string; readonly root: string }> {
  const root = folder(t, { 'app/a.py': AGENT });
  const { terminal, out } = capture(root);
  assert.equal(await report(argumentsOf('report', ...args, '--today', '2026-11-23'), terminal), 0);
  return { out: out(), root };
}

test('what-ifs are options, a share may be written as 0.15 or as a percentage, and each is checked', async (t) => {
  const tiers = 'claude-haiku-4-5=70,claude-sonnet-4-6=20,claude-opus-4-6=10';
  for (const escalation of ['0.15', '15', '15%']) {
    const data = JSON.parse((await real(t, 'routing', '--tiers', tiers, '--escalation', escalation, '--format', 'json')).out);
    assert.deepEqual([data.perMillion.mix, data.perMillion.alone, data.options.escalation], [1.8, 5, 15]);
  }
  const set = JSON.parse((await real(t, 'self-hosted', '--utilisation', '0.5', '--set', 'gpuHour=2', '--format', 'json')).out);
  assert.deepEqual([set.options.utilisation, set.options.gpuHour], [50, 2]);
  await assert.rejects(real(t, 'self-hosted', '--set', 'gpuHuor=2'), /the report "self-hosted" has no gpuHuor, did you mean "gpuHour"\?/);
  await assert.rejects(real(t, 'cost', '--escalation', '0.1'), /the report "cost" has no escalation; it has nothing to set/);
  await assert.rejects(real(t, 'routing', '--tiers', 'haiku'), /--tiers needs name=number, not "haiku"/);
  await assert.rejects(real(t, 'routing', '--escalation', '150'), /--escalation needs a share/);
});

test('a number out of bounds and a model that does not exist are errors that say what is allowed, not changed silently', async (t) => {
  for (const [args, said] of [
    [['budget', '--set', 'ceiling=100'], /ceiling takes 2 to 5 ×, not 100$/],
    [['self-hosted', '--utilisation', '0'], /utilisation takes 1 to 100 %, not 0$/],
    [['routing', '--tiers', 'haiku=-5'], /--tiers haiku=-5: a share is 0 to 100 %/],
    [['routing', '--tiers', 'haiku=0'], /--tiers needs at least one share above 0/],
    [['routing', '--tiers', 'bogus=30'], /--tiers bogus: no such model in the price list; it takes a model or a part of its name, as claude-/],
    [['routing', '--tiers', 'haiku=70,claude-opus-46=30'], /--tiers claude-opus-46: .*did you mean "claude-opus-4-6"\?/],
  ] as const)
    await assert.rejects(real(t, ...args), said);
  await real(t, 'budget', '--set', 'ceiling=5');
});

test('a page that is written links to the lines from where it stands', async (t) => {
  const { out, root } = await real(t, 'cost', '--format', 'html', '--output', 'app/cost.html');
  assert.equal(out, '');
  const page = readFileSync(`${root}/app/cost.html`, 'utf8');
  assert.match(page, /<a href="a\.py#L2">app\/a\.py:2<\/a>/);
  assert.match((await real(t, 'lifecycle')).out, /No announced retirement or price change touches this code/);
  assert.doesNotMatch((await real(t, 'cost', '--format', 'markdown')).out, /\]\(</, 'in a pull request nothing stands beside it');
});
