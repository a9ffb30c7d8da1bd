/** Which findings make `check` fail. */
import type { Finding } from '../core/model.ts';

export interface Threshold {
  /** The lowest severity that fails; `never` for none. */
  readonly failOn: string;
  /** Warnings that are tolerated; more fail, whatever `failOn` says. */
  readonly maxWarnings: number | undefined;
}

const ORDER: readonly string[] = ['hint', 'info', 'warning', 'error'];

export function exceeds(findings: readonly Pick<Finding, 'severity'>[], { failOn, maxWarnings }: Threshold): boolean {
  const lowest = failOn === 'never' ? ORDER.length : ORDER.indexOf(failOn);
  const tolerant = maxWarnings !== undefined;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  if (tolerant && warnings > maxWarnings) return true;
  return findings.some(({ severity }) => ORDER.indexOf(severity) >= lowest && !(tolerant && severity === 'warning'));
}
