/** How long the answers are. */

import { assumption, spread } from '../assume.ts';
import type { Assumptions } from '../config.ts';
import type { CallSite, Range } from '../model.ts';
import { valueOf } from '../model.ts';
import { atMost, plus, scale } from '../range.ts';
import type { Assumption } from './index.ts';

export interface Output {
  /** Billed completion tokens of one call, thinking and all completions included. */
  readonly billed: Range;
  /** What of one answer is sent again with the next step: without thinking, one completion. */
  readonly resent: Range;
  /** Billed completion tokens of one call at the most. */
  readonly most: number;
  readonly assumptions: readonly Assumption[];
}

/** The cap in force: the one the code sets, or the number the SDK fills in. */
export const capOf = (site: CallSite): number | undefined =>
  valueOf(site.maxOutputTokens) ??
  (typeof site.omittedCap === 'number' && site.maxOutputTokens.kind === 'unknown' && site.maxOutputTokens.why === 'absent'
    ? site.omittedCap
    : undefined);

/** `modelMaximum`: the most the model can answer, tokens. */
export function outputOf(site: CallSite, assumptions: Assumptions, modelMaximum: number | undefined): Output {
  const cap = Math.min(capOf(site) ?? Number.POSITIVE_INFINITY, modelMaximum ?? Number.POSITIVE_INFINITY);
  const answer = spread(assumptions.outputTokens);
  const budget = valueOf(site.thinking) ?? 0;
  // A thinking budget is a ceiling that models seldom use up: half of it is expected, a tenth at least.
  const thinking: Range = { low: budget / 10, expected: budget / 2, high: budget };
  const resent = atMost(answer, cap);
  const completions = Math.max(1, valueOf(site.completions) ?? 1);
  const notes: Assumption[] = [];
  if (answer.expected < cap)
    notes.push(assumption('outputTokens', assumptions.outputTokens, `${assumptions.outputTokens} completion tokens a call${capText(site)}`));
  if (budget > 0) notes.push(assumption('outputTokens', budget / 2, `half of the thinking budget of ${budget} tokens is used`));
  return { billed: scale(atMost(plus(answer, thinking), cap), completions), resent, most: cap * completions, assumptions: notes };
}

function capText(site: CallSite): string {
  const cap = capOf(site);
  if (cap !== undefined) return ` (the cap is ${cap})`;
  return site.maxOutputTokens.kind === 'unknown' && site.maxOutputTokens.why === 'absent' ? ' (no cap is set)' : '';
}
