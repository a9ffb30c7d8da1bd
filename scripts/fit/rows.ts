import type { TextFeatures } from '../../core/tokens/linear.ts';
import { type Data, FRAME, type RecordedCall, requestTexts, scored } from './data.ts';
import { requestAmounts } from './fitting.ts';
import type { Row } from './regression.ts';

/** Counts of a reference tokenizer for one text (scripts/fit/reference_counts.py). */
export interface ReferenceCount {
  readonly v3: number;
  readonly v47: number;
}

/** All rows that a Claude text model may learn from: counted texts, and texts of recorded calls counted by the reference. */
export function claudeRows(data: Data, reference: ReadonlyMap<string, ReferenceCount>, features: TextFeatures): Record<'v3' | 'v47', Row[]> {
  const v3: Row[] = [];
  const v47: Row[] = [];
  const add = (text: string, source: string, counts: ReferenceCount): void => {
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

/** Gemini requests without tools: one token for the request, the rest is text. */
export function geminiRows(calls: readonly RecordedCall[], features: TextFeatures): Row[] {
  return calls
    .filter((call) => call.provider === 'gemini' && scored(call, 8) && call.n_tools === 0 && !/[sS]chema"/.test(JSON.stringify(call.request)))
    .filter((call) => !call.flags.includes('thought_signature'))
    .map((call) => ({ amounts: requestAmounts(call, features), truth: Math.max(1, call.true_input - 1), source: call.repo }));
}
