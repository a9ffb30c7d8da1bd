/** Tokens and money of recorded calls, for people. */
import { formatUsd, UNKNOWN } from '../../core/format.ts';
import { promptTokens } from '../../core/pricing/index.ts';
import type { Totals } from '../../core/protocol/gateway.ts';

/** Tokens in, of these from the cache, and out. */
export const tokensOf = ({ tokens }: Pick<Totals, 'tokens'>): { readonly input: number; readonly cached: number; readonly output: number } => ({
  input: promptTokens(tokens),
  cached: tokens.cacheRead ?? 0,
  output: tokens.output ?? 0,
});

/** What is known of the cost: `$1.20`, `≥ $1.20` where some calls have no price, `unknown` where none has. */
export function costText({ nanoUsd, unpriced, calls }: Pick<Totals, 'nanoUsd' | 'unpriced' | 'calls'>): string {
  if (unpriced === 0) return formatUsd(nanoUsd);
  return unpriced === calls && nanoUsd === 0 ? UNKNOWN : `≥ ${formatUsd(nanoUsd)}`;
}
