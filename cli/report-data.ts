/** The figures of `costlint report`, from one analysis: pure sums and orders, no text. */
import type { AnalyzedCall } from '../core/analyze.ts';
import type { Assumption } from '../core/estimate/index.ts';
import type { Finding, NanoUsd, Range, Skipped } from '../core/model.ts';
import type { AnalyzedFile, WorkspaceAnalysis } from './analyze-workspace.ts';
import { add, allCalls, type Totals, totalsOf, ZERO } from './formats/totals.ts';

const DAYS_A_MONTH = 30;

export interface Group {
  readonly name: string;
  readonly calls: number;
  readonly priced: number;
  /** Nano-dollars. */
  readonly month: Range;
}

export interface ReportedCall {
  readonly path: string;
  readonly line: number;
  readonly model: string;
  readonly api: string;
  /** Tokens of one call. */
  readonly inputTokens: Range;
  readonly cost: NonNullable<AnalyzedCall['estimate']['cost']>;
}

export interface UnpricedCall {
  readonly path: string;
  readonly line: number;
  readonly api: string;
  readonly why: string;
}

export interface ReportedFinding {
  readonly path: string;
  readonly line: number;
  readonly finding: Finding;
  /** Nano-dollars a month at the assumed number of runs; undefined where it cannot be told. */
  readonly month: Range | undefined;
}

export interface CostReport {
  readonly runsPerDay: number;
  readonly scanned: number;
  readonly totals: Totals;
  readonly byModel: readonly Group[];
  readonly byFile: readonly Group[];
  /** Dearest first. */
  readonly calls: readonly ReportedCall[];
  readonly unpriced: readonly UnpricedCall[];
  /** Largest saving first. */
  readonly findings: readonly ReportedFinding[];
  /** Nano-dollars a month: of each call only its largest saving, since two pieces of advice may save the same tokens. */
  readonly saving: Range;
  readonly assumptions: readonly Assumption[];
  readonly skipped: readonly Skipped[];
}

export function reportOf(analysis: WorkspaceAnalysis): CostReport {
  const { runsPerDay } = analysis.config.assumptions;
  const findings = analysis.files.flatMap((file) => file.findings.map((finding) => reportedFinding(file, finding, runsPerDay)));
  return {
    runsPerDay,
    scanned: analysis.scanned,
    totals: totalsOf(allCalls(analysis)),
    byModel: groupBy(analysis, (call) => modelName(call)),
    byFile: groupBy(analysis, (_, file) => file.path),
    calls: pricedCalls(analysis),
    unpriced: unpricedCalls(analysis),
    findings: findings.sort((a, b) => (b.month?.expected ?? -1) - (a.month?.expected ?? -1)),
    saving: analysis.files.map((file) => savingOf(file, runsPerDay)).reduce(add, ZERO),
    assumptions: distinctAssumptions(allCalls(analysis)),
    skipped: analysis.skipped,
  };
}

export const modelName = ({ site }: AnalyzedCall): string => (site.model.kind === 'known' ? site.model.value : 'unknown model');

function groupBy(analysis: WorkspaceAnalysis, nameOf: (call: AnalyzedCall, file: AnalyzedFile) => string): Group[] {
  const groups = new Map<string, AnalyzedCall[]>();
  for (const file of analysis.files) {
    for (const call of file.calls) {
      const name = nameOf(call, file);
      groups.set(name, [...(groups.get(name) ?? []), call]);
    }
  }
  return [...groups]
    .map(([name, calls]) => {
      const { priced, month } = totalsOf(calls);
      return { name, calls: calls.length, priced, month };
    })
    .sort((a, b) => b.month.expected - a.month.expected || b.calls - a.calls || (a.name < b.name ? -1 : 1));
}

function pricedCalls(analysis: WorkspaceAnalysis): ReportedCall[] {
  const rows = analysis.files.flatMap((file) =>
    file.calls.flatMap((call): ReportedCall[] => {
      const { cost, inputTokens } = call.estimate;
      if (!cost) return [];
      const { line } = file.positions.place(call.site.span);
      return [{ path: file.path, line, model: modelName(call), api: `${call.site.sdk} ${call.site.api}`, inputTokens, cost }];
    }),
  );
  return rows.sort((a, b) => b.cost.month.expected - a.cost.month.expected);
}

function unpricedCalls(analysis: WorkspaceAnalysis): UnpricedCall[] {
  return analysis.files.flatMap((file) =>
    file.calls
      .filter(({ estimate }) => estimate.cost === null)
      .map(({ site, estimate }) => ({
        path: file.path,
        line: file.positions.place(site.span).line,
        api: `${site.sdk} ${site.api}`,
        why: estimate.unpriced ?? 'the model or its price is unknown',
      })),
  );
}

function reportedFinding(file: AnalyzedFile, finding: Finding, runsPerDay: number): ReportedFinding {
  const { line } = file.positions.place(finding.span);
  return { path: file.path, line, finding, month: finding.saving && times(finding.saving, runsPerDay * DAYS_A_MONTH) };
}

const times = (range: Range, factor: number): Range => ({
  low: Math.round(range.low * factor),
  expected: Math.round(range.expected * factor),
  high: Math.round(range.high * factor),
});

function savingOf(file: AnalyzedFile, runsPerDay: number): Range {
  const best = new Map<number | Finding, Range>();
  for (const finding of file.findings) {
    if (!finding.saving) continue;
    const key = finding.call ?? finding;
    const other = best.get(key);
    if (!other || finding.saving.expected > other.expected) best.set(key, finding.saving);
  }
  return times([...best.values()].reduce(add, ZERO), runsPerDay * DAYS_A_MONTH);
}

function distinctAssumptions(calls: readonly AnalyzedCall[]): Assumption[] {
  const seen = new Map<string, Assumption>();
  for (const { estimate } of calls) for (const assumption of estimate.assumptions) seen.set(`${assumption.setting}\0${assumption.value}`, assumption);
  return [...seen.values()].sort((a, b) => (a.setting < b.setting ? -1 : 1));
}

/** Nano-dollars as a share of a total, 0–1; 0 of nothing is 0. */
export const shareOf = (part: NanoUsd, total: NanoUsd): number => (total > 0 ? part / total : 0);
