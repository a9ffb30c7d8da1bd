import type { Encoding } from './byte-pairs.ts';
import { classOf, Digit, Letter, Lower, Mark, Newline, Space, Upper } from './characters.ts';
import { createFeatures } from './features.ts';
import type { Measure } from './parts.ts';
import type { WordCost } from './words.ts';

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

/** A model over features: what the fit needs to train it, and what counting needs to use it. */
export interface TextFeatures {
  readonly names: readonly string[];
  amounts(text: string): Float64Array;
}

export interface TextModel {
  measure(text: string): Measure;
}

export function claudeFeatures(o200k: Encoding, costs: ReadonlyMap<string, WordCost>): TextFeatures {
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

const GEMINI_NAMES = ['known words', 'wide words', 'han', 'symbols', 'space', 'newlines', 'digit characters'];

/** o200k_base tokens by kind of piece: Gemini's tokenizer is close to it, but counts every digit. */
export function geminiFeatures(o200k: Encoding): TextFeatures {
  const kindOf = (text: string, start: number, end: number): number => {
    const at = end - start > 1 && text.charCodeAt(start) === 32 ? start + 1 : start;
    const code = text.codePointAt(at) as number;
    const kind = classOf(code);
    if (kind === Digit) return 6;
    if (kind & (Space | Newline)) return text.slice(start, end).includes('\n') ? 5 : 4;
    if (kind & (Upper | Lower | Letter | Mark)) return code < 128 ? 0 : code >= 0x2e80 && code < 0xd7b0 ? 2 : 1;
    // `.name`, `"key`: a symbol with the word behind it
    const next = end - at > 1 ? classOf(text.codePointAt(at + 1) as number) : 0;
    return next & (Upper | Lower | Letter) ? 0 : 3;
  };
  return {
    names: GEMINI_NAMES,
    amounts(text) {
      const amounts = new Float64Array(GEMINI_NAMES.length);
      o200k.count(text, (start, end, tokens) => {
        const kind = kindOf(text, start, end);
        amounts[kind] = (amounts[kind] as number) + (kind === 6 ? end - start : tokens);
      });
      return amounts;
    },
  };
}

/** Amounts of a text → tokens and the size of the usual error. */
export function measureAmounts(amounts: Float64Array, weights: Float64Array, groups: readonly number[], fitted: FittedText): { expected: number; spread: number } {
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
