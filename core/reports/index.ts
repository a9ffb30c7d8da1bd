/** Reports: analysed calls and options → a `Report`. One file for each kind; `render/` makes pages of them. */
import { plural } from '../format.ts';
import { isTestPath } from '../program/test-paths.ts';
import type { Report, ReportKind, ReportOptions } from '../protocol/report.ts';
import { batchReport } from './batch.ts';
import { budgetReport } from './budget.ts';
import { cacheReport } from './cache.ts';
import { costReport } from './cost.ts';
import type { PlacedCall, ReportInput } from './input.ts';
import { lifecycleReport } from './lifecycle.ts';
import { routingReport } from './routing.ts';
import { tierModels, tiersOf } from './routing-tiers.ts';
import { pricedCalls } from './runs.ts';
import { selfHostedReport } from './self-hosted.ts';
import { subscriptionReport } from './subscription.ts';

const MAKERS: Readonly<Record<ReportKind, (input: ReportInput, options: ReportOptions) => Report>> = {
  cost: costReport,
  cache: cacheReport,
  routing: routingReport,
  budget: budgetReport,
  batch: batchReport,
  subscription: subscriptionReport,
  'self-hosted': selfHostedReport,
  lifecycle: lifecycleReport,
};

export function makeReport(kind: ReportKind, whole: ReportInput, options: ReportOptions = {}): Report {
  const { input, tests } = withoutTests(whole);
  const report = MAKERS[kind](input, options);
  const notes = [
    ...(tests > 0
      ? [`${plural(tests, 'call')} in test files ${tests === 1 ? 'is' : 'are'} left out; "tests": true in costlint.json counts them.`]
      : []),
    ...(report.complete ? [] : ['The analysis was stopped: not every file is in this report.']),
  ];
  return { ...report, summary: [...report.summary, ...notes] };
}

/** Names of tiers that mean no model, and the models there are, those of the code's provider first. */
export function unknownTiers(
  whole: ReportInput,
  options: ReportOptions,
): { readonly unknown: readonly string[]; readonly models: readonly string[] } {
  const { input } = withoutTests(whole);
  const priced = pricedCalls(input);
  return { unknown: tiersOf(input, priced, options).unknown, models: tierModels(priced, input.today) };
}

/** Most calls in tests run against fakes: they would be the largest part of the bill on paper. Where there is nothing else, they are what was meant. */
function withoutTests(input: ReportInput): { readonly input: ReportInput; readonly tests: number } {
  const inTest = ({ at, config }: PlacedCall): boolean => !config.tests && isTestPath(`/${at.path}`);
  const calls = input.calls.filter((placed) => !inTest(placed));
  const tests = input.calls.length - calls.length;
  return calls.length > 0 && tests > 0 ? { input: { ...input, calls }, tests } : { input, tests: 0 };
}

export { type PlacedCall, type PlacedFinding, placed, type ReportInput } from './input.ts';
export { reportHtml } from './render/html.ts';
export { reportJson } from './render/json.ts';
export { reportMarkdown } from './render/markdown.ts';
export { cutTo, shownColumns } from './render/table.ts';
