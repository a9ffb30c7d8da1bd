import type { Encoding } from './byte-pairs.ts';
import { CLAUDE_WORD_COSTS } from './claude-words.ts';
import { type LoadRanks, loadRanks, loadTokenizer } from './encodings.ts';
import { familyOf } from './family.ts';
import { FITTED } from './fitted.ts';
import { type Dict, dict } from './json.ts';
import { type FittedText, linearModel, type TextModel, textFeatures } from './linear.ts';
import { createMemo } from './memo.ts';
import { exactly, type Measure, type MeasureText } from './parts.ts';
import type { Constants, RequestContext } from './requests/context.ts';
import { contextFor } from './requests/index.ts';
import type { FamilyId, ModelFamily, RequestCount, RequestInput, TokenCount, TokenCounter } from './types.ts';
import { unpackWordCosts, type WordCosts } from './words.ts';

/** Everything that scripts/fit-tokens.ts writes. */
export interface Fitted {
  readonly texts: Readonly<Record<'v3' | 'v47' | 'gemini', FittedText>>;
  readonly constants: Constants;
  /** How far the spread of a request is stretched below and above, by class, so that nine of ten held-back rows lie inside. */
  readonly widen: Readonly<Record<string, readonly [number, number]>>;
}

export interface Tokenizers {
  readonly o200k: Encoding;
  readonly cl100k?: Encoding;
  readonly costs: WordCosts;
}

/** Texts and their tokens are remembered for the last so many characters that were counted, and up to twice as many. */
const REMEMBERED = 4_000_000;

/** The class of a request in the table of stretches. */
export const classOf = (family: ModelFamily, tools: boolean): string => `${family.id} ${tools ? 'tools' : 'text'}`;

export function hasTools(body: Dict): boolean {
  const tools = body.tools ?? dict(body.toolConfig).tools ?? body.functions;
  return Array.isArray(tools) && tools.length > 0;
}

/** A counter over loaded tokenizers and a fit; `createCounter` is the usual way to one. */
export function counterWith(tokenizers: Tokenizers, fitted: Fitted): TokenCounter & { contextOf(request: RequestInput): RequestContext } {
  const { o200k, cl100k, costs } = tokenizers;
  const features = textFeatures(o200k, costs);
  const models: Readonly<Record<'v3' | 'v47' | 'gemini', TextModel>> = {
    v3: linearModel(features, fitted.texts.v3),
    v47: linearModel(features, fitted.texts.v47),
    gemini: linearModel(features, fitted.texts.gemini),
  };
  const byEncoding = (encoding: Encoding, words: string): Measure => {
    const { tokens, exact } = encoding.count(words);
    return exact ? exactly(tokens) : { expected: tokens, spread: tokens * 0.001 + 2, exact: false };
  };
  const measureNew = (id: FamilyId, words: string): Measure => {
    if (id === 'claude-v3') return models.v3.measure(words);
    if (id === 'claude-v47') return models.v47.measure(words);
    if (id === 'gemini') return models.gemini.measure(words);
    if (id === 'openai-cl100k') return cl100k ? byEncoding(cl100k, words) : loosely(byEncoding(o200k, words), 0.05);
    return id === 'other' ? loosely(byEncoding(o200k, words), 0.3) : byEncoding(o200k, words);
  };
  const memo = createMemo<Measure>(REMEMBERED);
  const measureText: MeasureText = (family, words) => {
    const measure = memo(family.id, words, () => measureNew(family.id, words));
    return family.known || family.id === 'other' ? measure : loosely(measure, 0.15);
  };
  const contextOf = (request: RequestInput): RequestContext => contextFor(request, measureText, fitted.constants);
  return {
    family: familyOf,
    countText: (family, words) => rangeOf(measureText(family, words)),
    contextOf,
    countRequest(request) {
      const context = contextOf(request);
      const widen = fitted.widen[classOf(context.family, hasTools(dict(request.body)))] ?? [1, 1];
      return context.parts.done(widen);
    },
  };
}

const loosely = (measure: Measure, share: number): Measure => ({
  expected: measure.expected,
  spread: measure.spread + measure.expected * share,
  exact: false,
});

function rangeOf(measure: Measure): TokenCount {
  const expected = Math.round(measure.expected);
  if (measure.exact) return { low: expected, expected, high: expected, exact: true };
  const low = Math.min(expected, Math.max(0, Math.floor(measure.expected - measure.spread)));
  return { low, expected, high: Math.max(expected, Math.ceil(measure.expected + measure.spread)), exact: false };
}

export interface CounterOptions {
  /** How rank tables are read, for hosts that bundle them in their own way. */
  readonly load?: LoadRanks;
  /** Also read cl100k_base, for gpt-4 and gpt-3.5; without it their counts are estimates. */
  readonly cl100k?: boolean;
}

/** Loads o200k_base (about 0.3 s) and gives a counter that works synchronously from then on. */
export async function createCounter(options: CounterOptions = {}): Promise<TokenCounter> {
  const load = options.load ?? loadRanks;
  const [o200k, cl100k, table] = await Promise.all([
    loadTokenizer('o200k_base', load),
    options.cl100k ? loadTokenizer('cl100k_base', load) : undefined,
    load('o200k_base'),
  ]);
  return counterWith({ o200k, cl100k, costs: unpackWordCosts(o200k, table, CLAUDE_WORD_COSTS) }, FITTED);
}

export type { RequestCount };
