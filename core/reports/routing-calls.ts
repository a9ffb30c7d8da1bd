/** The routing plan for each call: under the mix, and under a cascade in front of its present model. */

import { formatShare, formatUsd, formatUsdRange, plural } from '../format.ts';
import type { Range } from '../model.ts';
import { type PriceQuote, quote } from '../pricing/index.ts';
import type { ReportCell, ReportSection } from '../protocol/report.ts';
import { plus, scale, sum } from '../range.ts';
import * as cells from './cells.ts';
import { column } from './cells.ts';
import type { Tier } from './routing-tiers.ts';
import { modelWith, monthOf, type PricedCall } from './runs.ts';
import type { Sources } from './sources.ts';

interface CallPlan {
  readonly placed: PricedCall;
  /** Nano-dollars a month; undefined where the mix has no cheaper place for this call. */
  readonly mix?: Range;
  readonly cascade?: Range;
}

interface Plans {
  readonly now: Range | undefined;
  readonly mix: Range | undefined;
  readonly cascade: Range | undefined;
  readonly words: readonly string[];
  readonly sections: (sources: Sources) => ReportSection[];
}

/** Every call under the mix and under a cascade in front of its present model. A call that would cost more stays as it is. */
export function callsPlan(priced: readonly PricedCall[], tiers: readonly Tier[], cheap: Tier, escalation: number, today: string): Plans {
  const providers = new Set(tiers.map((tier) => tier.quote.provider));
  const within = priced.filter(({ quote: price }) => providers.has(price.provider));
  const plans = within.map((placed): CallPlan => {
    const parts = tiers.map((tier) => ({ share: tier.share, month: monthWith(placed, tier.quote, today) }));
    const first = monthWith(placed, cheap.quote, today);
    const now = placed.cost.month;
    const mix = parts.some(({ month }) => !month) ? undefined : sum(parts.map(({ share, month = now }) => scale(month, share)));
    const cascade = first && plus(first, scale(now, escalation));
    return {
      placed,
      ...(mix && mix.expected < now.expected ? { mix } : {}),
      ...(cascade && cascade.expected < now.expected ? { cascade } : {}),
    };
  });
  const allMonths = (of: (plan: CallPlan) => Range): Range | undefined => (plans.length > 0 ? sum(plans.map(of)) : undefined);
  const now = allMonths(({ placed }) => placed.cost.month);
  const mix = allMonths((plan) => plan.mix ?? plan.placed.cost.month);
  const cascade = allMonths((plan) => plan.cascade ?? plan.placed.cost.month);
  const others = priced.length - within.length;
  const stay = plans.filter((plan) => !plan.mix).length;
  const words =
    now && mix && cascade
      ? [
          `Your ${plural(plans.length, 'call')} of ${[...providers].join(' and ')}: ${formatUsdRange(now)} a month now, ${cells.about(mix).text} with the mix, ${cells.about(cascade).text} with the cascade (${formatShare(escalation)} passed on).`,
          ...(stay > 0 ? [`${stay === 1 ? '1 call stays' : `${stay} calls stay`} on the present model, which is no dearer than the mix.`] : []),
        ]
      : [];
  if (others > 0) words.push(`${plural(others, 'call')} of other providers ${others === 1 ? 'is' : 'are'} not in this plan.`);
  return { now, mix, cascade, words, sections: (sources) => (plans.length > 0 ? [callSection(plans, sources)] : []) };
}

function monthWith(placed: PricedCall, to: PriceQuote, today: string): Range | undefined {
  const region = placed.quote.modifiers.some(({ name }) => name === 'regional' || name === 'us-inference') ? undefined : 'global';
  const { route } = placed.quote;
  const found = quote({
    provider: to.provider,
    model: to.model,
    at: today,
    batch: placed.call.site.batch,
    ...(route === 'first-party' ? {} : { route, region }),
  });
  if (found.kind !== 'quote' || typeof found.rates.uncachedInput !== 'number' || typeof found.rates.output !== 'number') return undefined;
  return monthOf(placed, modelWith(placed, found));
}

function callSection(plans: readonly CallPlan[], sources: Sources): ReportSection {
  const columns = [
    column('place', 'Call', 'place'),
    column('model', 'Model now'),
    column('month.now', 'A month now', 'usd'),
    column('month.mix', 'Mix', 'usd'),
    column('month.cascade', 'Cascade', 'usd'),
    column('saving', 'Best saves', 'usd'),
  ];
  const saved = ({ placed, mix, cascade }: CallPlan): number =>
    placed.cost.month.expected -
    Math.min(mix?.expected ?? Number.POSITIVE_INFINITY, cascade?.expected ?? Number.POSITIVE_INFINITY, placed.cost.month.expected);
  const rows = [...plans]
    .sort((a, b) => saved(b) - saved(a))
    .map((plan) => {
      const other = (month: Range | undefined): ReportCell => (month ? cells.about(month) : cells.none('stays'));
      return [
        cells.place(plan.placed.at),
        sources.modelCell(plan.placed.quote.written, plan.placed.quote),
        cells.about(plan.placed.cost.month),
        other(plan.mix),
        other(plan.cascade),
        saved(plan) > 0 ? { text: `≈ ${formatUsd(saved(plan))}`, value: Math.round(saved(plan)) } : { text: '–', value: 0 },
      ];
    });
  const text = [
    'Each call’s own run is computed again with the price, cache rules and tokenizer of the other model. A run stays on one model: switching within a conversation loses its cache. The cascade passes on to the call’s present model.',
  ];
  return { id: 'calls', heading: 'Your calls', text, table: { columns, rows } };
}
