import type { Encoding } from './byte-pairs.ts';
import { createFeatures } from './features.ts';
import type { Measure } from './parts.ts';
import type { WordCosts } from './words.ts';

/** A linear estimate of a tokenizer that is not public: tokens = Σ weight × amount of each feature. Written by scripts/fit-tokens.ts. */
export interface FittedText {
  readonly weights: Readonly<Record<string, number>>;
  /** Size of the usual error: √(tokens × perToken + Σ (share of a group × group's error × tokens)²), in tokens. */
  readonly perToken: number;
  readonly groups: Readonly<Record<string, number>>;
}

/** What a feature belongs to when the size of the error is judged: words from the table err little, unusual scripts and symbols much. */
export const GROUPS = ['known', 'rare', 'symbols', 'space', 'wide'] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf(name: string): Group {
  if (/^(known words|contractions)/.test(name)) return 'known';
  if (/^(rare|long|capitals|mixed|latin)/.test(name)) return 'rare';
  if (/^(symbol|two symbols|curly)/.test(name)) return 'symbols';
  if (/^(space|single|newline|tab|digit)/.test(name)) return 'space';
  return 'wide';
}

/** Amounts of all features of a text, in the order of `names`. */
export interface TextFeatures {
  readonly names: readonly string[];
  amounts(text: string): Float64Array;
}

export interface TextModel {
  measure(text: string): Measure;
}

export function textFeatures(o200k: Encoding, costs: WordCosts): TextFeatures {
  const table = createFeatures(o200k, costs);
  return {
    names: table.names,
    amounts(text) {
      const amounts = new Float64Array(table.names.length);
      table.each(text, (index, amount) => {
        amounts[index] = (amounts[index] as number) + amount;
      });
      return amounts;
    },
  };
}

/** Amounts of a text → tokens and the size of the usual error. */
export function measureAmounts(
  amounts: Float64Array,
  weights: Float64Array,
  groups: readonly number[],
  fitted: FittedText,
): { expected: number; spread: number } {
  const shares = new Float64Array(GROUPS.length);
  let expected = 0;
  for (let at = 0; at < amounts.length; at++) {
    const tokens = (amounts[at] as number) * (weights[at] as number);
    expected += tokens;
    const group = groups[at] as number;
    shares[group] = (shares[group] as number) + tokens;
  }
  let square = expected * fitted.perToken;
  GROUPS.forEach((group, at) => {
    square += ((shares[at] as number) * (fitted.groups[group] ?? 0)) ** 2;
  });
  return { expected, spread: Math.sqrt(square) };
}

export function linearModel(features: TextFeatures, fitted: FittedText): TextModel {
  const weights = Float64Array.from(features.names, (name) => fitted.weights[name] ?? 0);
  const groups = features.names.map((name) => GROUPS.indexOf(groupOf(name)));
  return { measure: (text) => ({ ...measureAmounts(features.amounts(text), weights, groups, fitted), exact: false }) };
}
