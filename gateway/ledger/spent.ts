/** What of a call charts are drawn from, as columns beside its JSON. */
import type { CallEvent, LedgerEvent } from '../../core/protocol/gateway.ts';

/** Tokens by class as people tell them apart; `reasoning` is inside `output`. */
export const KIND_COLUMNS = ['uncached', 'cacheRead', 'cacheWrite', 'output', 'reasoning'] as const;
export const SPENT_COLUMNS = ['site', 'nanoUsd', ...KIND_COLUMNS] as const;

type Value = string | number | null;
const NOTHING: readonly Value[] = SPENT_COLUMNS.map(() => null);

/** Values of `SPENT_COLUMNS`; without an amount the event is in no chart. */
export function spentOf(event: LedgerEvent): readonly Value[] {
  return event.kind === 'call' && event.billed ? [event.site ?? null, nanoUsdOf(event), ...kindsOf(event)] : NOTHING;
}

const nanoUsdOf = ({ cost }: CallEvent): number => (cost.kind === 'known' ? cost.nanoUsd : cost.atLeast);

function kindsOf({ usage, reasoning = 0 }: CallEvent): number[] {
  const { uncachedInput = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite30m = 0, cacheWrite1h = 0, cacheWrite12h = 0, output = 0 } = usage;
  return [uncachedInput, cacheRead, cacheWrite5m + cacheWrite30m + cacheWrite1h + cacheWrite12h, output, reasoning].map(Math.round);
}
