import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILES, factOf, inputOf, reportOf, rowsOf } from './workspace.ts';

const DOLLAR = 1_000_000_000;
const MIX = { 'tiers.claude-haiku-4-5': 70, 'tiers.claude-sonnet-4-6': 20, 'tiers.claude-opus-4-6': 10 };

test('70/20/10 over Haiku 4.5, Sonnet 4.6 and Opus 4.6 is $1.80 per million input tokens against $5.00', async (t) => {
  const report = await reportOf(t, 'routing', MIX);
  assert.equal(factOf(report, 'perMillion.mix'), 1.8 * DOLLAR);
  assert.equal(factOf(report, 'perMillion.alone'), 5 * DOLLAR);
  assert.match(report.summary[0] ?? '', /\$1\.80 per million input tokens against \$5\.00 for all on claude-opus-4-6, 64% less/);
});

test('shares that are not 100 together are taken in proportion, and short names mean the newest model', async (t) => {
  const report = await reportOf(t, 'routing', { 'tiers.haiku-4.5': 7, 'tiers.sonnet-4.6': 2, 'tiers.opus-4.6': 1 });
  assert.equal(factOf(report, 'perMillion.mix'), 1.8 * DOLLAR);
  const newest = await reportOf(t, 'routing', { 'tiers.haiku': 50, 'tiers.opus': 50 });
  assert.deepEqual(
    rowsOf(newest, 'mix').map(({ model }) => model),
    ['claude-haiku-5-5', 'claude-opus-5-5', 'the mix'],
  );
});

test('a model that no price list has is named and left out, not counted as free', async (t) => {
  const report = await reportOf(t, 'routing', { 'tiers.claude-opus-4-6': 50, 'tiers.no-such-model': 50 });
  assert.equal(factOf(report, 'perMillion.mix'), 5 * DOLLAR);
  assert.match(report.summary.join('\n'), /no-such-model is not in the price list/);
});

test('a cascade costs the cheap model and its share of the dear one, and says where it stops paying', async (t) => {
  const report = await reportOf(t, 'routing', { ...MIX, escalation: 30 });
  const at = rowsOf(report, 'cascade').map(({ escalation, input }) => [escalation, input]);
  assert.deepEqual(
    at.find(([escalation]) => escalation === 0.3),
    [0.3, 2.5 * DOLLAR],
  );
  assert.match(report.sections.find(({ id }) => id === 'cascade')?.text.join(' ') ?? '', /fewer than 80% are passed on/);
  assert.match(report.summary.join('\n'), /Whether the cheaper models answer well enough is not known/);
});

test('a call under the mix costs what the same code with those models would', async (t) => {
  const options = { 'tiers.claude-haiku-4-5': 60, 'tiers.claude-sonnet-4-6': 40 };
  const source = FILES['src/agent.ts'] ?? '';
  const only = (model: string) => ({ 'src/agent.ts': source.replace('claude-opus-4-6', model) });
  const month = async (model: string): Promise<number> => (await inputOf(t, only(model))).calls[0]?.call.estimate.cost?.month.expected ?? 0;
  const report = await reportOf(t, 'routing', options, only('claude-opus-4-6'));
  const [row] = rowsOf(report, 'calls');
  const expected = 0.6 * (await month('claude-haiku-4-5')) + 0.4 * (await month('claude-sonnet-4-6'));
  const mixed = row?.['month.mix'] as { expected: number };
  assert.ok(Math.abs(mixed.expected - expected) < 1e-6 * expected, `${mixed.expected} against ${expected}`);
  const now = row?.['month.now'] as { expected: number } | undefined;
  assert.equal(now?.expected, await month('claude-opus-4-6'));
});

test('a call that is cheaper already stays, and calls of other providers are counted out', async (t) => {
  const report = await reportOf(t, 'routing', { 'tiers.claude-opus-4-6': 100 });
  const label = rowsOf(report, 'calls').find(({ model }) => model === 'claude-sonnet-4-5');
  assert.equal(label?.['month.mix'], null);
  assert.match(report.summary.join('\n'), /3 calls of other providers are not in this plan/);
});
