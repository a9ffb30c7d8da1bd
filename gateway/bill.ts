/** From what a response used to what it costs. */
import type { Amount } from '../core/budget/types.ts';
import type { Provider } from '../core/model.ts';
import { type BillableUsage, costOf, type PriceQuery } from '../core/pricing/index.ts';
import type { GatewayCost } from '../core/protocol/gateway.ts';
import { tokensOf } from '../core/wire/index.ts';
import type { Metered, RequestFacts, WireMatch } from '../core/wire/types.ts';
import type { PriceBook } from './worst-case.ts';

export interface Bill {
  readonly cost: GatewayCost;
  /** What limits count: the cost, or what is assumed in its place. Nothing where the provider does not charge. */
  readonly amount: Amount;
}

type Query = Omit<PriceQuery, 'at' | 'overrides' | 'hours'>;

/** The query for what was served; the tier as served, or as asked for where the response never said. */
function servedQuery(bill: Metered, facts: RequestFacts | undefined, match: WireMatch, provider: Provider): Query {
  const serviceTier = bill.serviceTier ?? (bill.source === 'exact' ? undefined : facts?.serviceTier);
  const region = bill.region ?? facts?.region ?? match.region;
  const batch = bill.batch ?? facts?.batch;
  return {
    provider,
    model: bill.model ?? facts?.model ?? match.model ?? 'unknown',
    ...(match.route ? { route: match.route } : {}),
    ...(serviceTier ? { serviceTier } : {}),
    ...(region ? { region } : {}),
    ...(batch ? { batch } : {}),
  };
}

interface Priced {
  readonly nanoUsd: number;
  /** Why the price is not (wholly) known; `nanoUsd` is then what is assumed. */
  readonly why?: string;
  /** The part that is certain. */
  readonly atLeast: number;
}

function price(prices: PriceBook, query: Query, requested: string | undefined, usage: BillableUsage, nowMs: number): Priced {
  let found = prices.of(query, nowMs);
  // A served id that no list has is most often a dated or internal name of the model that was asked for.
  if (found.assumed && requested && requested !== query.model) {
    const instead = prices.of({ ...query, model: requested }, nowMs);
    if (!instead.assumed) found = instead;
  }
  if (!found.quote) return { nanoUsd: 0, atLeast: 0, why: `no price is known for ${query.model}` };
  const cost = costOf(found.quote, usage);
  if (found.assumed) {
    const nanoUsd = cost.kind === 'known' ? cost.nanoUsd : cost.atLeast;
    return { nanoUsd, atLeast: 0, why: `no price is known for ${query.model}; limits count ${found.quote.model}, the dearest known` };
  }
  if (cost.kind === 'known') return { nanoUsd: cost.nanoUsd, atLeast: cost.nanoUsd };
  return { nanoUsd: cost.atLeast, atLeast: cost.atLeast, why: `no price is known for ${cost.missing.join(', ')}` };
}

/** The bill of a response. Parts at other models' prices are added. */
export function billOf(
  prices: PriceBook,
  metered: Metered,
  facts: RequestFacts | undefined,
  match: WireMatch,
  provider: Provider,
  nowMs: number,
): Bill {
  if (!metered.billed) return { cost: { kind: 'known', nanoUsd: 0 }, amount: { nanoUsd: 0, tokens: 0, calls: 1 } };
  const query = servedQuery(metered, facts, match, provider);
  const all = [{ usage: metered.usage, query }, ...metered.parts.map(({ usage, model }) => ({ usage, query: model ? { ...query, model } : query }))];
  const used = all.filter(({ usage }) => tokensOf(usage) > 0 || Object.keys(usage.fees ?? {}).length > 0);
  const priced = used.map(({ usage, query: one }) => price(prices, one, facts?.model, usage, nowMs));
  const nanoUsd = priced.reduce((sum, one) => sum + one.nanoUsd, 0);
  // Estimates may be fractions.
  const tokens = Math.round(used.reduce((sum, { usage }) => sum + tokensOf(usage), 0));
  const why =
    priced.find((one) => one.why !== undefined)?.why ??
    (used.length === 0 && metered.source === 'none' ? 'the response says nothing of its usage' : undefined);
  const atLeast = priced.reduce((sum, one) => sum + one.atLeast, 0);
  const cost: GatewayCost =
    why === undefined ? { kind: 'known', nanoUsd } : { kind: 'unknown', atLeast, why, ...(nanoUsd > atLeast ? { assumed: nanoUsd } : {}) };
  return { cost, amount: { nanoUsd, tokens, calls: 1 } };
}
