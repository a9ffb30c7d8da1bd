import assert from 'node:assert/strict';
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
  assert.match(out, /^4 LLM calls in 3 files; 3 have a price\. Prices of 2026-11-23\.\n/);
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
