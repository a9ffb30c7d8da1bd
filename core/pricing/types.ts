/**
 * What a model costs. Rates are integers in **nano-dollars per million tokens** ($1 per MTok = 1,000,000,000), fine enough that the cheapest
 * published rate ($0.0028 per MTok) stays an integer under every published discount and surcharge. Money is integer nano-dollars.
 */
import type { NanoUsd, Provider } from '../model.ts';

/**
 * Nano-dollars per million tokens, or why there is none: `not-offered`: the provider has no such class (its tokens are billed as ordinary
 * input) · `unknown`: the class may exist, no source seen states its price.
 */
export type Rate = number | 'not-offered' | 'unknown';

/** The classes into which a request's tokens fall; each token belongs to exactly one. Cache writes are named by the life they buy. */
export type TokenClass = 'uncachedInput' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite30m' | 'cacheWrite1h' | 'cacheWrite12h' | 'output';
export const TOKEN_CLASSES: readonly TokenClass[] = [
  'uncachedInput',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite30m',
  'cacheWrite1h',
  'cacheWrite12h',
  'output',
];

export type Rates = Readonly<Record<TokenClass, Rate>>;

/** Rates that replace the base ones for the **whole request** once its prompt (uncached + cache reads + cache writes) is longer than `above` tokens. */
export interface PromptTier {
  /** Exclusive: a prompt of exactly `above` tokens still pays the lower rates. A provider's "200K and more" is written 199,999. */
  readonly above: number;
  readonly rates: Rates;
}

/** Rates that apply at some hours (UTC), in place of the base ones. */
export interface HourlyRates {
  /** Hours of the day in UTC, half-open. */
  readonly windows: readonly { readonly from: string; readonly to: string }[];
  readonly weekdaysOnly: boolean;
  readonly rates: Rates;
  readonly tiers: readonly PromptTier[];
}

/** A discount or surcharge on every token class; several multiply. */
export interface Modifier {
  readonly name: 'batch' | 'flex' | 'fast' | 'ultrafast' | 'priority' | 'background-2h' | 'background-8h' | 'regional' | 'us-inference';
  /** Exact factor as a fraction: [11, 10] is +10 %. Where the provider states a span, the upper end. */
  readonly factor: readonly [numerator: number, denominator: number];
  readonly source: string;
  readonly note?: string;
}

/** Billed beside tokens. */
export interface Fee {
  readonly name: 'web-search' | 'file-search' | 'grounding' | 'code-execution' | 'cache-storage' | 'request' | 'session';
  /** Nano-dollars per unit. */
  readonly nanoUsd: NanoUsd;
  readonly unit: 'call' | 'container-hour' | 'token-hour' | 'session-hour' | 'request';
  readonly source: string;
  readonly note?: string;
}

/**
 * How capable a model is meant to be within its provider's line, highest first: `frontier` (Fable, Astra, -pro), `flagship` (Opus, Sol, Gemini Pro),
 * `balanced` (Sonnet, Terra, Flash), `small` (Haiku, Luna, nano, Flash-Lite).
 */
export type CapabilityTier = 'frontier' | 'flagship' | 'balanced' | 'small';
export const CAPABILITY_TIERS: readonly CapabilityTier[] = ['frontier', 'flagship', 'balanced', 'small'];

/** Calendar day in UTC, `2026-11-30`. */
export type IsoDay = string;

/** When a provider stops serving a model. */
export interface Retirement {
  readonly date: IsoDay;
  readonly retired: boolean;
  /** Whole days from `at` to the date; negative once it has passed. */
  readonly daysLeft: number;
  /** The newest generally available model of the same tier and provider at that time; not the provider's own recommendation. */
  readonly replacement?: string;
  readonly source: string;
  readonly note?: string;
}

/** Where a price comes from. */
export interface PriceSource {
  /** `overlay`: Costlint's own dated rows · `library`: genai-prices · `settings`: the person's own prices. */
  readonly kind: 'overlay' | 'library' | 'settings';
  /** Readable: `Claude Code 2.1.330, model catalogue`, `genai-prices 0.1.8`, `your settings`. */
  readonly name: string;
  /** When the source was published or seen. */
  readonly date?: IsoDay;
}

export type Route = 'first-party' | 'bedrock' | 'vertex' | 'azure';

/** The price of one model at one time on one route. */
export interface PriceQuote {
  readonly kind: 'quote';
  /** As the code has it. */
  readonly written: string;
  /** Canonical id: `claude-sonnet-4-5`. */
  readonly model: string;
  /** Whose price list this is: a Claude model on Bedrock is `anthropic`. */
  readonly provider: Provider;
  readonly route: Route;
  readonly source: PriceSource;
  /** First and last day (UTC) of these prices; undefined where no change is known. */
  readonly from?: IsoDay;
  readonly until?: IsoDay;
  /** After `modifiers`: what is billed. */
  readonly rates: Rates;
  readonly tiers: readonly PromptTier[];
  /** Before modifiers. */
  readonly listRates: Rates;
  /** Applied to `rates` and `tiers`. */
  readonly modifiers: readonly Modifier[];
  /** What this model could also be called with: batch, flex … */
  readonly offers: readonly Modifier[];
  readonly fees: readonly Fee[];
  /** Dearer hours; in `rates` only when the query asked for them. */
  readonly peak?: HourlyRates;
  /** The next announced price, if one is. */
  readonly next?: { readonly from: IsoDay; readonly rates: Rates; readonly source: PriceSource };
  /** Tokens of prompt and output together. */
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly tier?: CapabilityTier;
  readonly released?: IsoDay;
  readonly retirement?: Retirement;
  /** What a person should know about this figure. */
  readonly notes: readonly string[];
}

/** Why no price is given. */
export type UnknownReason =
  /** no price list has this id */
  | 'unknown-model'
  /** an Azure deployment: its name says nothing certain about the model */
  | 'azure-deployment'
  /** runs on the person's own machine: no price per token */
  | 'self-hosted'
  /** which host serves the call cannot be told (a base URL elsewhere, a proxy) */
  | 'unknown-host'
  /** an ARN or profile that names no model */
  | 'opaque-id'
  /** the id is known, the service tier or route has no known price for it */
  | 'unknown-service-tier'
  /** listed without a price per token (audio, images, free variants) */
  | 'not-per-token';

export interface UnknownModel {
  readonly kind: 'unknown';
  readonly written: string;
  readonly provider: Provider;
  readonly reason: UnknownReason;
  /** A sentence for people. */
  readonly message: string;
  /** Known ids that resemble it, nearest first; at most three. */
  readonly suggestions: readonly string[];
}

/** A person's own price in USD per million tokens. Cache classes left out follow the model's list price in proportion, or stay unknown. */
export interface PriceOverride {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite30m?: number;
  readonly cacheWrite1h?: number;
  readonly cacheWrite12h?: number;
}

/** Keys are model ids as written or canonical, also `provider/id`; `*` stands for any run of characters. An exact key wins, then the longest. */
export type PriceOverrides = Readonly<Record<string, PriceOverride>>;

export interface PriceQuery {
  readonly provider: Provider;
  readonly model: string;
  /** The time of the call, UTC: prices have dates. A plain day counts as its first moment. */
  readonly at: Date | string;
  /** Default: from the provider (`bedrock`, `vertex`, `azure`), else `first-party`. */
  readonly route?: Route;
  /** `service_tier`, `speed` … as the request has it. */
  readonly serviceTier?: string;
  readonly batch?: boolean;
  /** Bedrock/Vertex region or endpoint (`global`, `eu-west-1`); OpenAI and Anthropic: `us`, `eu` for regional processing (`inference_geo`). */
  readonly region?: string;
  /** Which hours to price where a provider has dear ones (DeepSeek): default `off-peak`; `as-at` reads the clock time of `at`. */
  readonly hours?: 'off-peak' | 'peak' | 'as-at';
  readonly overrides?: PriceOverrides;
}

/** Tokens of one request (or a sum of requests of the same tier), each class counted once; absent = 0. Anthropic's `input_tokens` is
 * `uncachedInput`; OpenAI's and Google's input totals include cached tokens: subtract them first. Thinking is output. */
export interface BillableUsage extends Partial<Readonly<Record<TokenClass, number>>> {
  /** Units of fees: `{ 'web-search': 3 }`. */
  readonly fees?: Partial<Readonly<Record<Fee['name'], number>>>;
}

export type Cost =
  | {
      readonly kind: 'known';
      readonly nanoUsd: NanoUsd;
      /** Each part rounded by itself, for display; they may differ from the total by a nano-dollar each. */
      readonly parts: Partial<Readonly<Record<TokenClass | 'fees', NanoUsd>>>;
      /** Whether a long-prompt tier applied. */
      readonly tierAbove?: number;
    }
  | {
      readonly kind: 'unknown';
      /** Token classes and fees with tokens but without a known rate. */
      readonly missing: readonly string[];
      /** What the rest costs. */
      readonly atLeast: NanoUsd;
    };
