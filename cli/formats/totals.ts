/** Sums over a workspace. A range adds up end by end: all low, all expected, all high. */
import type { AnalyzedCall } from '../../core/analyze.ts';
import type { Range } from '../../core/model.ts';
import type { WorkspaceAnalysis } from '../analyze-workspace.ts';

export const ZERO: Range = { low: 0, expected: 0, high: 0 };

export const add = (a: Range, b: Range): Range => ({ low: a.low + b.low, expected: a.expected + b.expected, high: a.high + b.high });

export interface Totals {
  readonly calls: number;
  readonly priced: number;
  /** Nano-dollars, of the priced calls. */
  readonly run: Range;
  readonly month: Range;
  /** Why the others have no price, most frequent first. */
  readonly unpriced: readonly { readonly why: string; readonly calls: number }[];
}

export const allCalls = (analysis: WorkspaceAnalysis): readonly AnalyzedCall[] => analysis.files.flatMap((file) => file.calls);

export function totalsOf(calls: readonly AnalyzedCall[]): Totals {
  let run = ZERO;
  let month = ZERO;
  let priced = 0;
  const reasons = new Map<string, number>();
  for (const { estimate } of calls) {
    if (estimate.cost) {
      priced++;
      run = add(run, estimate.cost.run);
      month = add(month, estimate.cost.month);
    } else {
      const why = estimate.unpriced ?? 'the model or its price is unknown';
      reasons.set(why, (reasons.get(why) ?? 0) + 1);
    }
  }
  const unpriced = [...reasons].map(([why, count]) => ({ why, calls: count })).sort((a, b) => b.calls - a.calls || (a.why < b.why ? -1 : 1));
  return { calls: calls.length, priced, run, month, unpriced };
}
