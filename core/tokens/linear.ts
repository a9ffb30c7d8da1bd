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

const GEMINI_NAMES = [
  'known words',
  'known words behind a symbol',
  'rare words',
  'rare word tokens',
  'wide words',
  'wide word tokens',
  'wide word characters',
  'han tokens',
  'han characters',
  'symbols',
  'symbol tokens',
  'symbol characters',
  'space runs',
  'space tokens',
  'newline runs',
  'newline characters',
  'digit characters',
  'astral tokens',
] as const;
type GeminiName = (typeof GEMINI_NAMES)[number];
const geminiAt = (name: GeminiName): number => GEMINI_NAMES.indexOf(name);

/** What one piece of o200k_base adds: indexes and amounts in turn. */
function geminiPiece(text: string, tokens: number): number[] {
  const at = text.length > 1 && text.charCodeAt(0) === 32 ? 1 : 0;
  const code = text.codePointAt(at) as number;
  const kind = classOf(code);
  if (kind === Digit) return [geminiAt('digit characters'), text.length - at];
  if (kind & (Space | Newline)) {
    const newlines = text.length - text.replaceAll('\n', '').length;
    if (newlines > 0) return [geminiAt('newline runs'), 1, geminiAt('newline characters'), newlines];
    return [geminiAt('space runs'), 1, geminiAt('space tokens'), tokens];
  }
  const second = text.length - at > 1 ? classOf(text.codePointAt(at + 1) as number) : 0;
  const glued = !(kind & LETTERS) && (second & LETTERS) !== 0;
  if (kind & LETTERS || glued) {
    const letter = glued ? (text.codePointAt(at + 1) as number) : code;
    if (letter > 0xffff) return [geminiAt('astral tokens'), tokens];
    if (letter >= 0x2e80 && letter < 0xd7b0) return [geminiAt('han tokens'), tokens, geminiAt('han characters'), text.length];
    if (letter > 127) return [geminiAt('wide words'), 1, geminiAt('wide word tokens'), tokens, geminiAt('wide word characters'), text.length];
    if (tokens === 1) return [glued ? geminiAt('known words behind a symbol') : geminiAt('known words'), 1];
    return [geminiAt('rare words'), 1, geminiAt('rare word tokens'), tokens];
  }
  if (code > 0xffff) return [geminiAt('astral tokens'), tokens];
  return [geminiAt('symbols'), 1, geminiAt('symbol tokens'), tokens, geminiAt('symbol characters'), text.length - at];
}

const LETTERS = Upper | Lower | Letter | Mark;

/** o200k_base pieces by kind: Gemini's tokenizer is close to it, but counts every digit, and cuts symbols and white space in its own way. */
export function geminiFeatures(o200k: Encoding): TextFeatures {
  return {
    names: GEMINI_NAMES,
    amounts(text) {
      const amounts = new Float64Array(GEMINI_NAMES.length);
      o200k.count(text, (start, end, tokens) => {
        const found = geminiPiece(text.slice(start, end), tokens);
        for (let at = 0; at < found.length; at += 2) amounts[found[at] as number] = (amounts[found[at] as number] as number) + (found[at + 1] as number);
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
