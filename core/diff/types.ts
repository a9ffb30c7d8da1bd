/** What a change does to the calls of a project, as plain data. Money in nano-dollars. */
import type { AnalyzedCall } from '../analyze.ts';
import type { Finding, NanoUsd, Range } from '../model.ts';

/** One file in one state. Only files with calls or findings are needed. */
export interface DiffFile {
  /** As reported. */
  readonly path: string;
  readonly text: string;
  readonly calls: readonly AnalyzedCall[];
  readonly findings: readonly Finding[];
}

export interface DiffInput {
  readonly before: readonly DiffFile[];
  readonly after: readonly DiffFile[];
  /** Files that differ, by the paths that call sites name in `reads`. */
  readonly changed: ReadonlySet<string>;
  /** A path of `reads` as it is reported. */
  readonly nameOf: (path: string) => string;
}

/** A call in its file. */
export interface CallRef {
  readonly file: DiffFile;
  readonly index: number;
  readonly call: AnalyzedCall;
}

/** Differences of one call or of many: after less before, bound by bound, in order. */
export interface CostChange {
  readonly call: Range;
  readonly run: Range;
  readonly month: Range;
}

export interface CallChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Undefined for a call that is new. */
  readonly before: CallRef | undefined;
  /** Undefined for a call that is gone. */
  readonly after: CallRef | undefined;
  /** What is different, in a few words each: `model a → b`, `prompt 1.2k → 3.4k tokens`. */
  readonly reasons: readonly string[];
  /** Other files whose change made the difference, when the call's own file is unchanged. */
  readonly through: readonly string[];
  /** Null when the price of one of the two is not known. */
  readonly cost: CostChange | null;
}

export interface FindingRef {
  readonly file: DiffFile;
  readonly finding: Finding;
}

/** Sums over the calls of one state. Calls that have a price in one state only are left out of the money of both, so that the states can be compared. */
export interface SideTotals {
  readonly calls: number;
  /** Calls whose money is counted. */
  readonly counted: number;
  /** Tokens of one call of each. */
  readonly inputTokens: Range;
  readonly outputTokens: Range;
  readonly run: Range;
  readonly month: Range;
}

export interface CostDiff {
  readonly before: SideTotals;
  readonly after: SideTotals;
  readonly change: { readonly inputTokens: Range; readonly outputTokens: Range; readonly run: Range; readonly month: Range };
  /** Largest difference of a month first; those without a price come last. */
  readonly calls: readonly CallChange[];
  readonly unchanged: number;
  /** Every call of the later state with what it was before, for budgets. */
  readonly pairs: readonly { readonly after: CallRef; readonly before: CallRef | undefined }[];
  readonly newFindings: readonly FindingRef[];
  readonly goneFindings: readonly FindingRef[];
}

/** A call above a ceiling of `budgets`. */
export interface BudgetBreach {
  readonly call: CallRef;
  readonly limit: 'perCall' | 'perRun' | 'perMonth';
  /** The glob in `budgets.paths` that sets it; undefined for the ceiling of all. */
  readonly glob: string | undefined;
  readonly ceiling: NanoUsd;
  readonly expected: NanoUsd;
  /** Before the change; undefined for a new call, or where it was not known. */
  readonly was: NanoUsd | undefined;
  /** True when the change made it so or made it worse: what was above before and did not grow does not fail a change. */
  readonly isNew: boolean;
}
