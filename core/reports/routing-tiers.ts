/** Which models share the calls: those that were asked for, else small, balanced and flagship as the code uses them. */
import type { Provider } from '../model.ts';
import { listModels, type PriceQuote, quote, type Rate } from '../pricing/index.ts';
import type { ReportControl, ReportOptions } from '../protocol/report.ts';
import type { ReportInput } from './input.ts';
import type { PricedCall } from './runs.ts';

/** Options of tiers: `tiers.claude-haiku-4-5` = 70. */
const TIERS = 'tiers.';
const USUAL_SHARES = [70, 20, 10] as const;
/** A model that retires sooner is not suggested, days. */
const RETIRES_SOON = 90;

export interface Tier {
  readonly quote: PriceQuote;
  /** 0…1; all tiers together 1. */
  readonly share: number;
}

export const numeric = (rate: Rate | undefined): number | undefined => (typeof rate === 'number' ? rate : undefined);
export const inputRate = ({ quote: { rates } }: Tier): number => numeric(rates.uncachedInput) ?? 0;

interface Asked {
  readonly tiers: readonly Tier[];
  /** Names that no price list has. */
  readonly unknown: readonly string[];
  readonly controls: readonly ReportControl[];
}

export function tiersOf(input: ReportInput, priced: readonly PricedCall[], options: ReportOptions): Asked {
  const asked = Object.entries(options).filter(([id]) => id.startsWith(TIERS));
  const wanted = asked.length > 0 ? asked.map(([id, share]) => [id.slice(TIERS.length), share] as const) : usualTiers(input, priced);
  const provider = mainProvider(priced);
  const found = wanted.map(([name, share]) => ({ name, share: Math.max(0, share), quote: findModel(name, provider, input.today) }));
  const sum = found.reduce((all, { share, quote: price }) => all + (price ? share : 0), 0);
  const priceable = found.flatMap(({ share, quote: price }) => (price ? [{ share, quote: price }] : []));
  return {
    tiers: priceable.map(({ share, quote: price }) => ({ quote: price, share: sum > 0 ? share / sum : 1 / priceable.length })),
    unknown: found.filter(({ quote: price }) => !price).map(({ name }) => name),
    controls: priceable.map(({ share, quote: { model } }) => ({
      id: `${TIERS}${model}`,
      label: `Share of ${model}`,
      min: 0,
      max: 100,
      step: 1,
      value: Math.min(100, share),
      unit: '%',
    })),
  };
}

/** Models of the price list that a name of a tier may mean, the code's provider first. */
export function tierModels(priced: readonly PricedCall[], today: string): readonly string[] {
  const provider = mainProvider(priced);
  return [provider, ...PROVIDERS.filter((other) => other !== provider)].flatMap((list) => listModels(list, today)).map(({ model }) => model);
}

const PROVIDERS: readonly Provider[] = ['anthropic', 'openai', 'google', 'deepseek', 'xai', 'mistral'];

/** Whose models the dearest calls use. */
function mainProvider(priced: readonly PricedCall[]): Provider {
  const spent = new Map<Provider, number>();
  for (const { quote: price, cost } of priced) spent.set(price.provider, (spent.get(price.provider) ?? 0) + cost.month.expected);
  const [first] = [...spent].filter(([provider]) => PROVIDERS.includes(provider)).sort((a, b) => b[1] - a[1]);
  return first?.[0] ?? 'anthropic';
}

/** A model by its id or by a part of it (`haiku`, `haiku-4.5`): then the newest one of the code's provider, then of others. */
function findModel(name: string, provider: Provider, today: string): PriceQuote | undefined {
  const plain = name.toLowerCase().replaceAll('.', '-');
  const order = [provider, ...PROVIDERS.filter((other) => other !== provider)];
  const lists = order.map((list) => listModels(list, today));
  const exact =
    lists.flat().find(({ model }) => model === name.toLowerCase()) ?? lists.flat().find(({ model }) => model.replaceAll('.', '-') === plain);
  const like = exact ?? lists.flat().find(({ model }) => model.replaceAll('.', '-').includes(plain));
  const result = quote({ provider: like?.provider ?? provider, model: like?.model ?? name, at: today });
  return result.kind === 'quote' ? result : undefined;
}

/** Small, balanced and flagship: the model that the code spends most on in each, else the newest of the provider. */
function usualTiers(input: ReportInput, priced: readonly PricedCall[]): (readonly [string, number])[] {
  const provider = mainProvider(priced);
  const listed = listModels(provider, input.today).filter(({ retirement }) => (retirement?.daysLeft ?? RETIRES_SOON) >= RETIRES_SOON);
  const own = priced.filter(({ quote: price }) => price.provider === provider && listed.some(({ model }) => model === price.model));
  const used = (tier: string): string | undefined => own.find(({ quote: price }) => price.tier === tier)?.quote.model;
  const top = used('frontier') ? 'frontier' : 'flagship';
  return ['small', 'balanced', top].flatMap((tier, i) => {
    const model = used(tier) ?? listed.find((one) => one.tier === tier)?.model;
    return model ? [[model, USUAL_SHARES[i] ?? 0] as const] : [];
  });
}
