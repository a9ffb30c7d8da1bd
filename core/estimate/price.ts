/** The price of a call site, or why there is none. */
import type { Config } from '../config.ts';
import { type CallSite, type Known, valueOf, type Why } from '../model.ts';
import { type PriceQuote, quote } from '../pricing/index.ts';

const REASONS: Readonly<Record<Why, string>> = {
  dynamic: 'the model is chosen while the program runs',
  spread: 'the model may come from a spread that could not be resolved',
  absent: 'the code does not name the model',
  config: 'the model comes from configuration or the environment',
};

/** Why a model's price is not known, for people. */
export const whyUnpriced = (model: Known<string>): string =>
  model.kind === 'known' ? `the price of ${model.value} is not known` : REASONS[model.why];

/** `today`: ISO date at which prices are taken. */
export function priceOf(site: CallSite, config: Pick<Config, 'prices'>, today: string): PriceQuote | string {
  if (site.model.kind !== 'known') return whyUnpriced(site.model);
  const serviceTier = valueOf(site.serviceTier);
  const result = quote({
    provider: site.provider,
    model: site.model.value,
    at: today,
    batch: site.batch,
    overrides: config.prices,
    ...(serviceTier === undefined ? {} : { serviceTier }),
  });
  return result.kind === 'quote' ? result : result.message;
}
