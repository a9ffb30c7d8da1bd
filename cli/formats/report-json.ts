/** `report --format json`: USD and tokens as numbers; documented in docs/cli.md. */
import type { Range } from '../../core/model.ts';
import type { CostReport, Group } from '../report-data.ts';
import { type UsdRange, usdRange } from './usd.ts';

export interface JsonReport {
  readonly version: 1;
  /** Date at which prices were taken. */
  readonly date: string;
  readonly runsPerDay: number;
  readonly files: number;
  readonly totals: { readonly calls: number; readonly priced: number; readonly run: UsdRange; readonly month: UsdRange };
  /** USD a month; of each call only its largest saving. */
  readonly saving: UsdRange;
  readonly byModel: readonly JsonGroup[];
  readonly byFile: readonly JsonGroup[];
  readonly calls: readonly object[];
  readonly unpriced: readonly object[];
  readonly findings: readonly object[];
  readonly assumptions: readonly object[];
  readonly skipped: CostReport['skipped'];
}

interface JsonGroup {
  readonly name: string;
  readonly calls: number;
  readonly priced: number;
  readonly month: UsdRange | null;
}

const group = ({ name, calls, priced, month }: Group): JsonGroup => ({ name, calls, priced, month: priced > 0 ? usdRange(month) : null });

const tokens = ({ low, expected, high }: Range): Range => ({ low, expected, high });

export function reportToJson(report: CostReport, date: string): JsonReport {
  const { totals } = report;
  return {
    version: 1,
    date,
    runsPerDay: report.runsPerDay,
    files: report.scanned,
    totals: { calls: totals.calls, priced: totals.priced, run: usdRange(totals.run), month: usdRange(totals.month) },
    saving: usdRange(report.saving),
    byModel: report.byModel.map(group),
    byFile: report.byFile.map(group),
    calls: report.calls.map(({ cost, inputTokens, ...call }) => ({
      ...call,
      inputTokens: tokens(inputTokens),
      cost: { call: usdRange(cost.call), run: usdRange(cost.run), month: usdRange(cost.month) },
    })),
    unpriced: report.unpriced,
    findings: report.findings.map(({ path, line, finding, month }) => ({
      rule: finding.rule,
      severity: finding.severity,
      path,
      line,
      message: finding.message,
      savingPerMonth: month ? usdRange(month) : null,
    })),
    assumptions: report.assumptions,
    skipped: report.skipped,
  };
}
