/** Prices, cache rules and the findings they lead to, for rules and estimates that are tested without reading code. */
import type { CacheRules } from '../../core/cache/index.ts';
import { type Config, defaultConfig } from '../../core/config.ts';
import { estimateOf, type RunModel, runModel } from '../../core/estimate/index.ts';
import type { LanguageSyntax } from '../../core/frontends/source-unit.ts';
import type { CallSite, Finding } from '../../core/model.ts';
import type { PriceQuote, Rates } from '../../core/pricing/index.ts';
import { checkCall } from '../../core/rules/run.ts';

/** USD per MTok in, out, read, write 5m, write 1h. */
const rates = (input: number, output: number, read: number, write5m?: number, write1h?: number): Rates => ({
  uncachedInput: input * 1e9,
  output: output * 1e9,
  cacheRead: read * 1e9,
  cacheWrite5m: write5m === undefined ? 'not-offered' : write5m * 1e9,
  cacheWrite30m: 'not-offered',
  cacheWrite1h: write1h === undefined ? 'not-offered' : write1h * 1e9,
  cacheWrite12h: 'not-offered',
});

/** $3 in, $15 out, as Sonnet 4.6. */
export const SONNET: PriceQuote = {
  kind: 'quote',
  written: 'claude-sonnet-4-6',
  model: 'claude-sonnet-4-6',
  provider: 'anthropic',
  route: 'first-party',
  source: { kind: 'overlay', name: 'test' },
  rates: rates(3, 15, 0.3, 3.75, 6),
  listRates: rates(3, 15, 0.3, 3.75, 6),
  tiers: [],
  modifiers: [],
  offers: [],
  fees: [],
  contextWindow: 1_000_000,
  maxOutputTokens: 128_000,
  tier: 'balanced',
  notes: [],
};

export const EXPLICIT: CacheRules = {
  provider: 'anthropic',
  route: 'first-party',
  kind: 'explicit',
  minimumTokens: { low: 1024, expected: 1024, high: 1024 },
  minimumCertain: true,
  maxBreakpoints: 4,
  ttls: ['5m', '1h'],
  assumedTtlMs: 300_000,
  lookback: 20,
  order: ['tools', 'system', 'messages'],
  match: 'breakpoints',
  automatic: 'on-request',
  writes: 'billed',
  longerFirst: true,
  guaranteed: true,
  invalidatedBy: [],
  notes: [],
  sources: [],
};
export const IMPLICIT: CacheRules = {
  ...EXPLICIT,
  provider: 'openai',
  kind: 'implicit',
  match: 'longest-prefix',
  automatic: 'always',
  writes: 'free',
  ttls: [],
  assumedTtlMs: 600_000,
};

export const PYTHON: LanguageSyntax = {
  lineComment: '#',
  option: (name, value, form) => (form === 'keywords' ? `${name}=${value}` : `"${name}": ${value}`),
  true: 'True',
  null: 'None',
};

export interface Setting {
  readonly price?: PriceQuote | string;
  readonly cache?: CacheRules;
  readonly config?: Partial<Config>;
  readonly text?: string;
  readonly today?: string;
}

export const modelOf = (call: CallSite, { price = SONNET, cache = EXPLICIT, config = {} }: Setting = {}): RunModel =>
  runModel(call, { price, cache, config: { ...defaultConfig, ...config } });

export const estimateFor = (call: CallSite, setting: Setting = {}) =>
  estimateOf(modelOf(call, setting), typeof setting.price === 'string' ? setting.price : undefined);

/** The findings on a call. */
export function findings(call: CallSite, setting: Setting = {}): readonly Finding[] {
  const config = { ...defaultConfig, ...setting.config };
  const model = modelOf(call, setting);
  return checkCall({
    model,
    estimate: estimateFor(call, setting),
    config,
    syntax: PYTHON,
    textOf: () => setting.text ?? '',
    today: setting.today ?? '2026-11-23',
  });
}

export const rulesOf = (call: CallSite, setting: Setting = {}): string[] => findings(call, setting).map((finding) => finding.rule);
