/** What several findings on one call save together. */
import { formatUsd } from '../format.ts';
import type { Finding, Range } from '../model.ts';

/** Rules whose savings come from the same tokens: only the largest of a class counts. */
const CLASSES: Readonly<Record<string, string>> = {
  'cache-dynamic-prefix': 'prefix',
  'cache-missing-breakpoint': 'prefix',
  'cache-below-minimum': 'prefix',
  'volatile-tools': 'prefix',
};

/**
 * The saving of all findings of one call, nano-dollars a run. Within a class the savings are about the same tokens, so the largest counts;
 * across classes each takes its share of what the others leave (half of the price, then half of the tokens: three quarters, not all).
 */
export function combinedSaving(findings: readonly Pick<Finding, 'rule' | 'saving'>[], run: Range): Range {
  const at = (bound: keyof Range): number => {
    const largest = new Map<string, number>();
    for (const { rule, saving } of findings) {
      const name = CLASSES[rule] ?? rule;
      if (saving) largest.set(name, Math.max(largest.get(name) ?? 0, saving[bound]));
    }
    let left = 1;
    for (const saving of largest.values()) left *= 1 - Math.min(1, run[bound] > 0 ? saving / run[bound] : 0);
    return Math.round(run[bound] * (1 - left));
  };
  return { low: at('low'), expected: at('expected'), high: at('high') };
}

/** Adds the combined saving to the messages of findings that save something, where there are several on one call. */
export function withCombined(findings: readonly Finding[], run: Range | undefined): readonly Finding[] {
  const saving = findings.filter((finding) => finding.saving);
  if (saving.length < 2 || !run) return findings;
  const together = ` With the other findings on this call: about ${formatUsd(combinedSaving(saving, run).expected)} a run in all.`;
  return findings.map((finding) => (finding.saving ? { ...finding, message: finding.message + together } : finding));
}
