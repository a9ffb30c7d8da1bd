/** `costlint diff --format json`: the contract in docs/cli.md. Fields are added, never changed or removed, within one version. */
import type { BudgetBreach, CallChange, CallRef, FindingRef, SideTotals } from '../../core/diff/index.ts';
import { whyNoCost } from '../../core/estimate/index.ts';
import { valueOf } from '../../core/model.ts';
import { plain } from '../../core/range.ts';
import type { DiffResult } from '../diff-data.ts';
import { type LineOf, lineIn } from './diff-view.ts';
import { usd, usdRange } from './usd.ts';

interface Lines {
  readonly before: LineOf;
  readonly after: LineOf;
}

export function diffToJson(result: DiffResult): object {
  const { range, diff, breaches, runsPerDay, today, notes } = result;
  const lines: Lines = { before: lineIn(result.before), after: lineIn(result.after) };
  return {
    version: 1,
    date: today,
    base: { commit: range.base ?? null, name: range.baseName },
    head: { commit: range.head ?? null, name: range.headName },
    runsPerDay,
    totals: {
      before: sideOf(diff.before),
      after: sideOf(diff.after),
      change: {
        calls: diff.after.calls - diff.before.calls,
        inputTokens: diff.change.inputTokens,
        outputTokens: diff.change.outputTokens,
        run: usdRange(diff.change.run),
        month: usdRange(diff.change.month),
      },
    },
    unchanged: diff.unchanged,
    calls: diff.calls.map((change) => callChange(change, lines)),
    findings: {
      new: diff.newFindings.map((ref) => findingOf(ref, lines.after)),
      gone: diff.goneFindings.map((ref) => findingOf(ref, lines.before)),
    },
    budgets: breaches.map((breach) => budgetOf(breach, lines.after)),
    notes,
    skipped: result.after.skipped,
  };
}

const sideOf = ({ calls, counted, inputTokens, outputTokens, run, month }: SideTotals): object => ({
  calls,
  counted,
  inputTokens,
  outputTokens,
  run: usdRange(run),
  month: usdRange(month),
});

const callChange = ({ kind, before, after, reasons, through, cost }: CallChange, lines: Lines): object => ({
  kind,
  before: before ? callOf(before, lines.before) : null,
  after: after ? callOf(after, lines.after) : null,
  reasons,
  through,
  cost: cost && { call: usdRange(cost.call), run: usdRange(cost.run), month: usdRange(cost.month) },
});

function callOf(ref: CallRef, lineOf: LineOf): object {
  const { site, estimate } = ref.call;
  return {
    path: ref.file.path,
    line: lineOf(ref, site.callee.start, site.callee.end),
    sdk: site.sdk,
    api: site.api,
    model: valueOf(site.model) ?? null,
    inputTokens: plain(estimate.inputTokens),
    outputTokens: plain(estimate.outputTokens),
    cost: estimate.cost && { call: usdRange(estimate.cost.call), run: usdRange(estimate.cost.run), month: usdRange(estimate.cost.month) },
    ...(estimate.cost === null && { unpriced: whyNoCost(ref.call) }),
  };
}

const findingOf = (ref: FindingRef, lineOf: LineOf): object => ({
  rule: ref.finding.rule,
  severity: ref.finding.severity,
  path: ref.file.path,
  line: lineOf(ref, ref.finding.span.start, ref.finding.span.end),
  message: ref.finding.message,
  saving: ref.finding.saving ? usdRange(ref.finding.saving) : null,
});

const budgetOf = ({ call, limit, glob, ceiling, expected, was, isNew }: BudgetBreach, lineOf: LineOf): object => ({
  path: call.file.path,
  line: lineOf(call, call.call.site.callee.start, call.call.site.callee.end),
  limit,
  glob: glob ?? null,
  ceiling: usd(ceiling),
  expected: usd(expected),
  before: was === undefined ? null : usd(was),
  fails: isNew,
});
