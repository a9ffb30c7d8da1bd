/** The cache rules of each provider, as data. What a read or write costs stands in core/pricing. */
import type { Provider } from '../model.ts';
import { modelIdOf } from '../pricing/model-id.ts';
import { claudeVersion, gptVersion } from '../pricing/modifiers.ts';
import { findRecord, openaiBillsWrites } from '../pricing/rows.ts';
import { SOURCES, type SourceKey } from '../pricing/sources.ts';
import type { Route } from '../pricing/types.ts';
import { claudeMinimum } from './minimums.ts';
import { type CachePart, type CacheRules, type Invalidation, TTL_MS } from './types.ts';

const ORDER: readonly CachePart[] = ['tools', 'system', 'messages'];
const ALL = ORDER;

const named = (...keys: SourceKey[]): string[] => keys.map((key) => `${SOURCES[key].name} (${SOURCES[key].date})`);
const exactly = (tokens: number): CacheRules['minimumTokens'] => ({ low: tokens, expected: tokens, high: tokens });

/** What every set of rules starts from: nothing known. */
const UNKNOWN: Omit<CacheRules, 'provider' | 'route'> = {
  kind: 'unknown',
  minimumCertain: false,
  ttls: [],
  assumedTtlMs: TTL_MS['5m'],
  order: ORDER,
  match: 'longest-prefix',
  automatic: 'never',
  writes: 'free',
  longerFirst: false,
  guaranteed: false,
  invalidatedBy: [],
  notes: [],
  sources: [],
};

const CLAUDE_INVALIDATION: readonly Invalidation[] = [
  { change: 'model', loses: ALL },
  { change: 'tool definitions', loses: ALL },
  { change: 'web search switched on or off', loses: ['system', 'messages'] },
  { change: 'citations switched on or off', loses: ['system', 'messages'] },
  { change: 'speed', loses: ['system', 'messages'] },
  { change: 'system text', loses: ['system', 'messages'] },
  { change: 'tool_choice', loses: ['messages'] },
  { change: 'disable_parallel_tool_use', loses: ['messages'] },
  { change: 'images added or removed', loses: ['messages'] },
  { change: 'thinking configuration or effort', loses: ['messages'] },
];

function claudeRules(id: string, route: Route): Omit<CacheRules, 'provider' | 'route'> {
  const { minimum, certain, note } = claudeMinimum(id, route);
  const legacyBedrock = route === 'bedrock';
  return {
    kind: 'explicit',
    minimumTokens: minimum,
    minimumCertain: certain,
    maxBreakpoints: 4,
    ttls: ['5m', '1h'],
    assumedTtlMs: TTL_MS['5m'],
    lookback: 20,
    order: ORDER,
    match: 'breakpoints',
    automatic: legacyBedrock ? 'never' : 'on-request',
    writes: 'billed',
    longerFirst: true,
    guaranteed: true,
    invalidatedBy: CLAUDE_INVALIDATION,
    notes: [
      ...(note ? [note] : []),
      'below the minimum nothing is cached, without an error',
      'an entry can be read only once the first answer has begun: parallel cold calls all pay for the write',
      route === 'first-party' ? 'the cache belongs to the workspace and the model' : 'the cache belongs to the organisation and the model',
      'a run of tool_use blocks counts as one position of the lookback, and so does a run of tool_result blocks',
      ...(legacyBedrock ? ['that at most four checkpoints are allowed was not verified for Bedrock'] : []),
    ],
    sources: named('CC', 'AD', ...(legacyBedrock ? (['LB', 'AT'] as const) : [])),
  };
}

/** Reasons that OpenAI's diagnostics name; which part of the prefix each loses is not stated, so all of it is assumed. */
const OPENAI_INVALIDATION: readonly Invalidation[] = [
  'model',
  'prompt_cache_key',
  'tools',
  'text format',
  'reasoning effort',
  'verbosity',
  'service tier',
  'compacted context',
].map((change) => ({ change, loses: ALL }));

function openaiRules(id: string): Omit<CacheRules, 'provider' | 'route'> {
  const base = { ...UNKNOWN, minimumTokens: exactly(1024), minimumCertain: true, invalidatedBy: OPENAI_INVALIDATION };
  if (openaiBillsWrites(id)) {
    return {
      ...base,
      kind: 'both',
      maxBreakpoints: 4,
      ttls: ['30m', '12h'],
      assumedTtlMs: TTL_MS['30m'],
      match: 'breakpoints',
      automatic: 'always',
      writes: 'billed',
      notes: [
        'implicit mode sets one breakpoint by itself and takes up to three more; explicit mode takes four and sets none',
        'the life is a minimum; Chat Completions takes only 30m for the whole request',
        'matching considers the latest 80 breakpoints',
      ],
      sources: named('OS', 'OP'),
    };
  }
  // Also o-series and gpt-4o, 4.1; nothing is known of ids that are neither.
  if (gptVersion(id) === 0 && !/^(o[134](-|$)|chatgpt-|ft:gpt-)/.test(id)) return UNKNOWN;
  return {
    ...base,
    kind: 'implicit',
    increment: 128,
    ttls: ['24h'],
    assumedTtlMs: TTL_MS['24h'],
    notes: [
      'not promised: busy prefixes spill over, prompt_cache_key steers them together',
      'kept in memory only with zero data retention: minutes instead of a day',
    ],
    sources: named('OP', 'OS', 'OC'),
  };
}

function geminiRules(id: string): Omit<CacheRules, 'provider' | 'route'> {
  const generation = Number(/^gemini-(\d+(?:\.\d+)?)/.exec(id)?.[1] ?? 0);
  if (generation < 2.5)
    return {
      ...UNKNOWN,
      kind: generation === 0 ? 'unknown' : 'none',
      notes: ['no implicit cache before 2.5; explicit caches are billed by time'],
      sources: named('GC'),
    };
  const stated = generation >= 2.5 && generation < 3 ? 2048 : /^gemini-(4-argon|3\.8-flash|3\.6-flash|3\.1-pro)/.test(id) ? 4096 : undefined;
  return {
    ...UNKNOWN,
    kind: id === 'gemini-4-argon' ? 'implicit' : 'both',
    minimumTokens: stated ? exactly(stated) : { low: 2048, expected: 4096, high: 4096 },
    minimumCertain: stated !== undefined,
    notes: [
      'implicit hits are not promised and their life is not stated; five minutes are assumed',
      'explicit caches (caches.create) are billed by tokens and hours and are not simulated',
      'pages of May 2026 gave other minimums (1,024 and 4,096)',
    ],
    sources: named('GC'),
  };
}

const implicit = (notes: readonly string[], keys: readonly SourceKey[], more: Partial<CacheRules> = {}): Omit<CacheRules, 'provider' | 'route'> => ({
  ...UNKNOWN,
  kind: 'implicit',
  notes: ['the minimum length and the life of entries are not stated; five minutes are assumed', ...notes],
  sources: named(...keys),
  ...more,
});

/** Amazon's own and other vendors' models on Bedrock: cache points exist for some, limits were not seen. */
const BEDROCK: Omit<CacheRules, 'provider' | 'route'> = {
  ...UNKNOWN,
  notes: ['cachePoint blocks exist; which models take them and their minimums were not seen for models other than Claude'],
  sources: named('AT'),
};

function rulesOf(provider: Provider, id: string, route: Route): Omit<CacheRules, 'provider' | 'route'> {
  switch (provider) {
    case 'anthropic':
      return claudeVersion(id) > 0 ? claudeRules(id, route) : UNKNOWN;
    case 'openai':
      return openaiRules(id);
    case 'google':
      return geminiRules(id);
    case 'deepseek':
      return implicit(['automatic; a hit costs 2–3 % of a miss'], ['DS']);
    case 'xai':
      return implicit(['automatic, without a write fee, not promised', 'x-grok-conv-id or prompt_cache_key keeps a conversation together'], ['XD']);
    case 'mistral':
      return implicit(['read back only by requests with the same prompt_cache_key'], ['MD'], { requires: 'prompt_cache_key' });
    case 'bedrock':
      return BEDROCK;
    case 'local':
      return { ...UNKNOWN, kind: 'none', notes: ['nothing is billed per token'] };
    default:
      return UNKNOWN;
  }
}

/**
 * What the prompt cache of this provider does with this model on this route. The model may be written any way that prices take; a model that
 * no list has gets the rules of its provider only where they do not depend on the model, else `unknown`.
 */
export function cacheRules(provider: Provider, model: string, route?: Route): CacheRules {
  const id = modelIdOf(model, provider, route);
  const found = id.blocked ? undefined : findRecord(id.provider, id.candidates);
  const perModel = ['anthropic', 'openai', 'google'].includes(id.provider);
  const blocked = id.blocked !== undefined && id.blocked !== 'self-hosted';
  const rules = blocked || (perModel && !found) ? UNKNOWN : rulesOf(id.provider, found?.id ?? id.candidates[0] ?? model, id.route);
  return { provider: id.provider, route: id.route, ...rules };
}
