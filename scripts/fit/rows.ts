import type { TextFeatures } from '../../core/tokens/linear.ts';
import { type Data, FRAME, requestTexts } from './data.ts';
import type { Row } from './regression.ts';

/** Counts of a reference tokenizer for one text (scripts/fit/reference_counts.py). */
export interface ReferenceCount {
  readonly v3: number;
  readonly v47: number;
  readonly gemini: number;
}

/** All rows that a Claude text model may learn from: counted texts, and texts of recorded calls counted by the reference. */
export function claudeRows(data: Data, reference: ReadonlyMap<string, ReferenceCount>, features: TextFeatures): Record<'v3' | 'v47', Row[]> {
  const v3: Row[] = [];
  const v47: Row[] = [];
  const add = (text: string, source: string, counts: Omit<ReferenceCount, 'gemini'>): void => {
    const amounts = features.amounts(text);
    const without = (other: string): Float64Array => amounts.map((amount, at) => (features.names[at]?.endsWith(other) ? 0 : amount));
    if (counts.v3 > 0) v3.push({ amounts: without(', v47'), truth: counts.v3, source });
    if (counts.v47 > 0) v47.push({ amounts: without(', v3'), truth: counts.v47, source });
  };
  // The same text stands in two sets now and then: its first line names the source, so that copies are never on both sides of a split.
  for (const { text, set, v3: old, v47: late } of data.texts) add(text, `${set} ${text.slice(0, 60)}`, { v3: old - FRAME.v3, v47: late - FRAME.v47 });
  for (const { text, repo } of requestTexts(data.calls)) {
    const counts = reference.get(text);
    if (counts) add(text, repo, counts);
  }
  return { v3, v47 };
}

/** Counted texts and texts of recorded calls, counted by Gemma's tokenizer. */
export function geminiRows(data: Data, reference: ReadonlyMap<string, ReferenceCount>, features: TextFeatures): Row[] {
  const texts = [...data.texts.map(({ text, set }) => ({ text, source: `${set} ${text.slice(0, 60)}` })), ...requestTexts(data.calls).map(({ text, repo }) => ({ text, source: repo }))];
  return texts.flatMap(({ text, source }) => {
    const truth = reference.get(text)?.gemini ?? 0;
    return truth > 0 ? [{ amounts: features.amounts(text), truth, source }] : [];
  });
}
